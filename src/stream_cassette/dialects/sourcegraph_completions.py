"""Sourcegraph's completions, `/.api/completions/stream` and `…/code`: what Cody asks.

Events are named `completion`, `error` and `done`. Up to version 1 of the interface, which the
query's `api-version` names, `completion` holds all the text so far; later ones append `deltaText`.
Source: sourcegraph/cody `lib/shared/src/sourcegraph-api/completions`, types and parser.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from stream_cassette.conversation.delta import (
    Delta,
    End,
    Failure,
    Finish,
    MessageStart,
    PartDelta,
    PartEnd,
    PartStart,
    Unfamiliar,
)
from stream_cassette.conversation.model import FinishReason, History, Message, Unified
from stream_cassette.conversation.parts import (
    JSON,
    Generic,
    Part,
    Reasoning,
    Text,
    ToolCall,
    ToolCallResponse,
)
from stream_cassette.dialects._errors import error_of
from stream_cassette.dialects._history import arguments_of, function_tools, media, turns
from stream_cassette.dialects._json import mapping, object_of, text
from stream_cassette.dialects._protocol import Opening, Request
from stream_cassette.wire.framing import Frame

__all__ = ["SourcegraphCompletions"]

_PATH = re.compile(r"/\.api/completions/(?:stream|code)$")
_ROLES = {"human": "user", "assistant": "assistant", "system": "system"}
_FINISH: dict[str, Unified] = {
    "end_turn": "stop",
    "stop_sequence": "stop",
    "stop": "stop",
    "max_tokens": "length",
    "length": "length",
    "tool_use": "tool_call",
    "tool_calls": "tool_call",
}
_READ = frozenset({"completion", "deltaText", "delta_thinking", "delta_tool_calls", "stopReason"})


class SourcegraphCompletions:
    """The dialect of `/.api/completions/stream` and `/.api/completions/code`."""

    name: ClassVar[str] = "sourcegraph-completions"

    def claims(self, opening: Opening) -> int:
        """Sure by the path and an event's name; else by the path, or by the first event."""
        named = opening.first.event if opening.first is not None else None
        if _PATH.search(opening.request.path):
            return 3 if named in ("completion", "done", "error") else 1
        value = mapping(opening.value)
        return 2 if named == "completion" and ("deltaText" in value or "stopReason" in value) else 0

    def vendor(self, opening: Opening) -> str | None:
        """None: nobody else speaks it."""
        return None

    def reader(self, opening: Opening) -> CompletionsReader:
        """A new reader."""
        return CompletionsReader()

    def ends(self, frame: Frame) -> bool:
        """The event `done`, which says nothing else."""
        return frame.event == "done" and frame.data == "{}"

    def read_request(self, request: Request) -> History:
        """Messages, tools and model."""
        body = mapping(request.value)
        entries = body.get("messages")
        messages = [
            _message(mapping(entry), f"messages[{place}]")
            for place, entry in enumerate(entries if isinstance(entries, list) else ())
        ]
        return History(
            messages=turns(messages),
            tools=function_tools(body.get("tools")),
            model=text(body.get("model")),
        )

    def error_bytes(self, status: int, framing: str) -> bytes:
        """The error's text alone; in mid-stream an event `error`."""
        said = f"HTTP {status}"
        event = b"event: error\ndata: " + json.dumps({"error": said}).encode() + b"\n\n"
        return event if framing == "sse" else said.encode()


class CompletionsReader:
    """Reads one answer."""

    def __init__(self) -> None:
        self._open: set[str] = set()
        self._calls: set[str] = set()  # ids; a call without one has ""
        self._call_on = ""  # the id of the last one

    def feed(self, frame: Frame) -> list[Delta]:
        """The deltas of one event, or of a whole answer."""
        if frame.event == "done":
            return [End()]
        value = object_of(frame.data)
        if value is None:
            return [Unfamiliar(kind="frame", name="not JSON", value=frame.data)]
        if frame.event == "error":
            return [Failure(error=error_of(value))]
        if frame.event not in (None, "completion"):
            return [Unfamiliar(kind="event", name=frame.event, value=value)]
        out = list(self._completion(value))
        return [*out, End(marker=False)] if frame.event is None else out

    def close(self) -> list[Delta]:
        """Nothing: the end is an event."""
        return []

    def _completion(self, value: Mapping[str, Any]) -> Iterator[Delta]:
        if not self._open and not self._calls:
            yield MessageStart(role="assistant")
        if thought := text(value.get("delta_thinking")):
            yield from self._say("thinking", Reasoning(path="delta_thinking"), thought)
        if "deltaText" in value:
            yield from self._say("text", Text(path="deltaText"), text(value["deltaText"]) or "")
        elif (said := text(value.get("completion"))) is not None:
            yield PartEnd(key="text", part=Text(content=said, path="completion"))
        calls = value.get("delta_tool_calls")
        for call in calls if isinstance(calls, list) else ():
            yield from self._call(mapping(call))
        if raw := text(value.get("stopReason")):
            yield Finish(reason=FinishReason(unified=_FINISH.get(raw, "other"), raw=raw))
        for name, one in value.items():
            if name not in _READ and one is not None:
                yield Unfamiliar(kind="field", name=name, value=one)

    def _say(self, key: str, part: Part, said: str) -> Iterator[Delta]:
        if key not in self._open:
            self._open.add(key)
            yield PartStart(key=key, part=part)
        yield PartDelta(0, key, said)

    def _call(self, call: Mapping[str, Any]) -> Iterator[Delta]:
        """A fragment belongs to the call with its id; one without an id to the last call."""
        function = mapping(call.get("function"))
        ident = self._call_on = text(call.get("id")) or self._call_on
        if ident not in self._calls:
            self._calls.add(ident)
            name = text(function.get("name")) or ""
            part = ToolCall(id=ident or None, name=name, arguments_text="", path="delta_tool_calls")
            yield PartStart(key=("call", ident), part=part)
        yield PartDelta(0, ("call", ident), text(function.get("arguments")) or "")


def _message(entry: Mapping[str, Any], path: str) -> Message:
    said, content = entry.get("text"), entry.get("content")
    speaker = str(entry.get("speaker"))
    if isinstance(content, list):
        parts = tuple(
            _part(mapping(one), f"{path}.content[{place}]") for place, one in enumerate(content)
        )
    else:
        words = said if isinstance(said, str) else content
        parts = (Text(content=words, path=path),) if isinstance(words, str) and words else ()
    return Message(role=_ROLES.get(speaker, speaker), parts=parts, path=path)


def _part(block: Mapping[str, Any], path: str) -> Part:
    kind = text(block.get("type")) or "?"
    inner = block.get(kind)
    if kind == "text":
        return Text(content=text(inner) or "", path=path)
    if kind == "thinking":
        return Reasoning(content=text(inner) or "", path=path)
    if kind == "image_url" and (url := text(mapping(inner).get("url"))):
        return media(url, modality="image", path=path)
    if kind == "tool_call":
        return _call_of(mapping(inner), path)
    if kind == "tool_result":
        result = mapping(inner)
        ident = text(result.get("id"))
        return ToolCallResponse(id=ident, response=result.get("content"), path=path)
    return Generic(kind=kind, value={**block}, path=path)


def _call_of(call: Mapping[str, JSON], path: str) -> ToolCall:
    sent = text(call.get("arguments")) or ""
    return ToolCall(
        id=text(call.get("id")),
        name=text(call.get("name")) or "",
        arguments=arguments_of(sent),
        arguments_text=sent,
        path=path,
    )
