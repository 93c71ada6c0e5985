"""Converse's stream events, and its whole answer, to deltas.

Shared by ConverseStream and Nova's own format. Blocks are found by their `contentBlockIndex`; only
tool and image blocks have a start, text and reasoning begin with their first delta. Text, tool
input and reasoning append, a signature is set. The padding `p` says nothing. `metadata` is the last
event; without it the stream was cut.
Source: botocore `bedrock-runtime` service model, 'ConverseStreamOutput'; dialects' fact sheet 8,
12, 13.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable, Mapping
from typing import Any

from stream_cassette.conversation.delta import (
    Delta,
    End,
    MessageStart,
    PartDelta,
    PartSet,
    PartStart,
    Unfamiliar,
)
from stream_cassette.conversation.media import Blob
from stream_cassette.conversation.parts import (
    JSON,
    Generic,
    Part,
    Reasoning,
    ServerToolCallResponse,
    Text,
    ToolCall,
)
from stream_cassette.dialects._converse_blocks import KNOWN_BLOCKS, parts_of, result_of, tool_part
from stream_cassette.dialects._converse_top import TOP, strange_of, top_of
from stream_cassette.dialects._json import mapping, text

__all__ = ["EVENTS", "ConverseEvents"]

_CORE = frozenset({"output", "usage", "stopReason", "p", *TOP})


class ConverseEvents:
    """Reads one answer's events; `joins`: text of consecutive blocks is one text.

    Nova's own stream gives each piece of a text a block of its own.
    """

    def __init__(self, *, joins: bool = False) -> None:
        self._joins = joins
        self._joined: Any = None  # the block that later text belongs to
        self._open: set[tuple[Any, str]] = set()  # index and kind of each block
        self._results: dict[Any, list[JSON]] = {}  # what came of a server tool's result
        self._redacted: dict[Any, list[str]] = {}

    def read(self, name: str, event: Mapping[str, Any]) -> list[Delta]:
        """The deltas of one event."""
        if name == "contentBlockDelta":  # nearly all events are this one
            return self._delta(event)
        return EVENTS[name](self, event)

    def whole(self, answer: Mapping[str, Any]) -> list[Delta]:
        """The deltas of an answer that came whole."""
        message = mapping(mapping(answer.get("output")).get("message"))
        out: list[Delta] = [MessageStart(role=text(message.get("role")))]
        for index, part in enumerate(parts_of(message.get("content"), "output.message.content")):
            out.append(PartStart(key=index, part=part))
            if isinstance(part, Generic) and part.kind not in KNOWN_BLOCKS:
                out.append(Unfamiliar(kind="part", name=part.kind, value=part.value))
        out += top_of(answer)
        out += [
            Unfamiliar(kind="field", name=name, value=value)
            for name, value in answer.items()
            if name not in _CORE and value is not None
        ]
        return [*out, End(marker=False)]

    def close(self) -> list[Delta]:
        """What came as lists: set once, as a copy for each delta would be quadratic."""
        out: list[Delta] = [
            PartSet(key=(index, "reasoning"), values={"issued": tuple(issued)})
            for index, issued in self._redacted.items()
        ]
        for index, said in self._results.items():
            response = mapping(said[0]).get("text") if len(said) == 1 else None
            values = {"response": said if response is None else response}
            out.append(PartSet(key=(index, "result"), values=values))
        return out

    def _message(self, event: Mapping[str, Any]) -> list[Delta]:
        strange = strange_of(event, "messageStart", "role")
        return [MessageStart(role=text(event.get("role"))), *strange]

    def _start(self, event: Mapping[str, Any]) -> list[Delta]:
        index, start = _index(event), mapping(event.get("start"))
        path = f"output.message.content[{index}]"
        self._joined = None
        out = strange_of(event, "contentBlockStart", "contentBlockIndex", "start")
        if "toolUse" in start:
            return [*self._begin(index, "tool", tool_part(mapping(start["toolUse"]), path)), *out]
        if "toolResult" in start:
            part = result_of(mapping(start["toolResult"]), path, server=True)
            return [*self._begin(index, "result", part), *out]
        if "image" in start:
            form = text(mapping(start["image"]).get("format"))
            blob = Blob(modality="image", mime_type=f"image/{form}" if form else None, path=path)
            return [*self._begin(index, "image", blob), *out]
        strange = Unfamiliar(kind="event", name=_kind("contentBlockStart", start), value={**event})
        return [strange, *out]

    def _delta(self, event: Mapping[str, Any]) -> list[Delta]:
        index, delta = _index(event), mapping(event.get("delta"))
        said = delta.get("text")
        if isinstance(said, str) and (index, "text") in self._open and not self._joins:
            return [PartDelta(0, (index, "text"), said)]
        out = strange_of(event, "contentBlockDelta", "contentBlockIndex", "delta")
        for name, value in delta.items():
            make = _DELTAS.get(name)
            made = None if make is None else make(self, index, value)
            if made is None:
                name = f"contentBlockDelta.{name}"
                out.append(Unfamiliar(kind="event", name=name, value={**event}))
            else:
                out += made
        if not delta:
            out.append(Unfamiliar(kind="event", name="contentBlockDelta", value={**event}))
        return out

    def _text(self, index: Any, said: JSON) -> list[Delta] | None:
        if not isinstance(said, str):
            return None
        if self._joins:
            self._joined = index if self._joined is None else self._joined
            index = self._joined
        return [*self._ensure(index, "text"), PartDelta(0, (index, "text"), said)]

    def _citation(self, index: Any, said: JSON) -> list[Delta] | None:
        return [*self._ensure(index, "text"), PartDelta(0, (index, "text"), citations=(said,))]

    def _input(self, index: Any, said: JSON) -> list[Delta] | None:
        value = mapping(said).get("input")
        if isinstance(value, dict):  # Nova's own stream: the input is an object
            set_ = PartSet(key=(index, "tool"), values={"arguments": value, "arguments_text": None})
            return [*self._ensure(index, "tool"), set_]
        if not isinstance(value, str):
            return None
        return [*self._ensure(index, "tool"), PartDelta(0, (index, "tool"), value)]

    def _reasoning(self, index: Any, said: JSON) -> list[Delta] | None:
        value = mapping(said)
        value = mapping(value.get("reasoningText")) or value  # Nova nests, as requests do
        key, out = (index, "reasoning"), list[Delta]()
        if isinstance(piece := value.get("text"), str):
            out.append(PartDelta(0, key, piece))
        if isinstance(signature := value.get("signature"), str):
            out.append(PartSet(key=key, values={"signature": signature or None}))
        if data := text(value.get("redactedContent")):
            if index not in self._redacted:
                self._redacted[index] = []
                out.append(PartSet(key=key, values={"kind": "redacted"}))
            self._redacted[index].append(data)
        return [*self._ensure(index, "reasoning"), *out] if out or data else None

    def _result(self, index: Any, said: JSON) -> list[Delta] | None:
        if not isinstance(said, list):
            return None
        out = self._ensure(index, "result")
        if said:
            self._results.setdefault(index, []).extend(said)
        return out

    def _image(self, index: Any, said: JSON) -> list[Delta] | None:
        rest = {**mapping(said)}
        key, out = (index, "image"), list[Delta]()
        data = mapping(rest.get("source")).get("bytes")
        if isinstance(data, str):
            try:
                out.append(PartDelta(0, key, data=b64decode(data)))
            except ValueError:
                return None
            del rest["source"]
        if rest:
            out.append(PartSet(key=key, values={"extra": rest}))
        return [*self._ensure(index, "image"), *out] if out else None

    def _stop(self, event: Mapping[str, Any]) -> list[Delta]:
        return strange_of(event, "contentBlockStop", "contentBlockIndex")

    def _ended(self, event: Mapping[str, Any]) -> list[Delta]:
        names = ("stopReason", "additionalModelResponseFields")
        return [*top_of(event), *strange_of(event, "messageStop", *names)]

    def _metadata(self, event: Mapping[str, Any]) -> list[Delta]:
        return [*top_of(event), *strange_of(event, "metadata", "usage", *TOP), End()]

    def _ensure(self, index: Any, kind: str) -> list[Delta]:
        """The start of a block that its first delta begins; one that needs a start is reported."""
        if (index, kind) in self._open:
            return []
        part = _PARTS[kind](f"output.message.content[{index}]")
        missing = Unfamiliar(kind="fragment", name=f"{kind} without start", value=index)
        return [*self._begin(index, kind, part), *([] if kind in _STARTLESS else [missing])]

    def _begin(self, index: Any, kind: str, part: Part) -> list[Delta]:
        if kind != "text":
            self._joined = None
        self._open.add((index, kind))
        return [PartStart(key=(index, kind), part=part)]


_Event = Callable[[ConverseEvents, Mapping[str, Any]], list[Delta]]
EVENTS: dict[str, _Event] = {
    "messageStart": ConverseEvents._message,
    "contentBlockStart": ConverseEvents._start,
    "contentBlockDelta": ConverseEvents._delta,
    "contentBlockStop": ConverseEvents._stop,
    "messageStop": ConverseEvents._ended,
    "metadata": ConverseEvents._metadata,
}
_DELTAS: dict[str, Callable[[ConverseEvents, Any, JSON], list[Delta] | None]] = {
    "text": ConverseEvents._text,
    "toolUse": ConverseEvents._input,
    "reasoningContent": ConverseEvents._reasoning,
    "citation": ConverseEvents._citation,
    "toolResult": ConverseEvents._result,
    "image": ConverseEvents._image,
}
_PARTS: dict[str, Callable[[str], Part]] = {
    "text": lambda path: Text(path=path),
    "reasoning": lambda path: Reasoning(path=path),
    "tool": lambda path: ToolCall(arguments_text="", path=path),
    "result": lambda path: ServerToolCallResponse(path=path),
    "image": lambda path: Blob(modality="image", path=path),
}
_STARTLESS = frozenset({"text", "reasoning"})


def _index(event: Mapping[str, Any]) -> Any:
    """The block's index; what can be none counts as the first block's."""
    index = event.get("contentBlockIndex")
    return index if isinstance(index, (int, str)) else 0


def _kind(event: str, value: Mapping[str, Any]) -> str:
    return f"{event}.{next(iter(value), 'empty')}"
