"""Cohere's stream events, and its whole answer, to deltas.

Blocks are found by their index; content and tool calls are counted apart. In a stream `tool_calls`
and `citations` hold one object, not a list. A citation belongs to the text block that it names,
else to the last one. Source: Cohere API reference, 'Chat (v2)'; dialects' fact sheet 9, 12, 13.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from stream_cassette.conversation.delta import (
    Delta,
    End,
    Extra,
    Failure,
    Finish,
    MessageStart,
    PartDelta,
    PartStart,
    Unfamiliar,
    UsageDelta,
)
from stream_cassette.conversation.model import FinishReason, Unified, Usage
from stream_cassette.conversation.parts import JSON, Generic, Part, Reasoning, Text
from stream_cassette.dialects._cohere_blocks import KNOWN_BLOCKS, PLAN, block_of, call_of
from stream_cassette.dialects._errors import error_of
from stream_cassette.dialects._json import mapping, text

__all__ = ["EVENTS", "FINISH", "CohereEvents"]

FINISH: dict[str, Unified] = {
    "COMPLETE": "stop",
    "STOP_SEQUENCE": "stop",
    "MAX_TOKENS": "length",
    "TOOL_CALL": "tool_call",
    "ERROR": "error",
    "TIMEOUT": "error",
}
_TEXT_CITED = (None, "TEXT_CONTENT")
_MEMBERS = frozenset({"type", "index", "delta", "id", "logprobs"})
_WHOLE = frozenset({"id", "message", "finish_reason", "usage", "logprobs", "error"})
_MESSAGE = frozenset({"role", "content", "tool_plan", "tool_calls", "citations"})


class CohereEvents:
    """Reads one answer's events."""

    def __init__(self) -> None:
        self._open: dict[tuple[str, Any], str] = {}  # kind and index of a block → its type
        self._text: tuple[str, Any] | None = None  # the last block that is text

    def read(self, event: Mapping[str, Any]) -> list[Delta]:
        """The deltas of one event, or of a whole answer."""
        kind = event.get("type")
        make = EVENTS.get(kind) if isinstance(kind, str) else None
        if make is not None:
            out = make(self, event)
            if not event.keys() <= _MEMBERS:
                out += _strange(event, _MEMBERS, str(kind))
            return out
        if isinstance(event.get("message"), dict):
            return self._whole(event)
        if kind is None and text(event.get("message")):
            return [Failure(error=error_of(dict(event)))]
        return [Unfamiliar(kind="event", name=str(kind), value=dict(event))]

    def _whole(self, answer: Mapping[str, Any]) -> list[Delta]:
        message = mapping(answer["message"])
        start = MessageStart(role=text(message.get("role")), response_id=text(answer.get("id")))
        out: list[Delta] = [start, *self._said(message), *_top(answer)]
        out += _logprobs(answer.get("logprobs"))
        return [*out, *_strange(answer, _WHOLE, "answer"), End(marker=False)]

    def _message(self, event: Mapping[str, Any]) -> list[Delta]:
        message = _delta(event)
        start = MessageStart(role=text(message.get("role")), response_id=text(event.get("id")))
        return [start, *self._said(message)]

    def _said(self, message: Mapping[str, Any]) -> list[Delta]:
        """What a message holds that is there at once."""
        out: list[Delta] = []
        if plan := text(message.get("tool_plan")):
            out += [*self._ensure_plan(), PartDelta(0, ("plan", 0), plan)]
        for index, block in enumerate(_rows(message.get("content"))):
            out += self._begin(index, block)
        for index, call in enumerate(_rows(message.get("tool_calls"))):
            out.append(PartStart(key=("call", index), part=call_of(call)))
        for citation in _rows(message.get("citations")):
            out += self._cited(citation)
        return out + _strange(message, _MESSAGE, "message")

    def _begin(self, index: Any, block: Mapping[str, Any]) -> list[Delta]:
        part, kind, key = block_of(block), str(block.get("type")), ("content", index)
        self._open[key] = "" if isinstance(part, Generic) else kind
        if isinstance(part, Text) or self._text == key:  # begun anew, maybe as something else
            self._text = key if isinstance(part, Text) else None
        strange = isinstance(part, Generic) and kind not in KNOWN_BLOCKS
        report = [Unfamiliar(kind="part", name=kind, value=dict(block))] if strange else []
        return [PartStart(key=key, part=part), *report]

    def _content_start(self, event: Mapping[str, Any]) -> list[Delta]:
        return self._begin(_index(event), mapping(_delta(event).get("content")))

    def _content(self, event: Mapping[str, Any]) -> list[Delta]:
        index, content = _index(event), mapping(_delta(event).get("content"))
        out = _logprobs(event.get("logprobs"))
        for kind in ("text", "thinking"):
            said, key = content.get(kind), ("content", index)
            if not isinstance(said, str):
                continue
            if key not in self._open:
                out += self._begin(index, {"type": kind})
                out.append(Unfamiliar(kind="fragment", name="content-delta", value=dict(event)))
            if self._open[key] != kind:
                out.append(Unfamiliar(kind="fragment", name="content-delta", value=dict(event)))
            else:
                out.append(PartDelta(0, key, said))
        known = isinstance(content.get("text"), str) or isinstance(content.get("thinking"), str)
        if not known:
            out.append(Unfamiliar(kind="fragment", name="content-delta", value=dict(event)))
        return out

    def _plan(self, event: Mapping[str, Any]) -> list[Delta]:
        said = text(_delta(event).get("tool_plan"))
        return [*self._ensure_plan(), PartDelta(0, ("plan", 0), said)] if said else []

    def _ensure_plan(self) -> list[Delta]:
        if ("plan", 0) in self._open:
            return []
        self._open["plan", 0] = "plan"
        part: Part = Reasoning(format=PLAN)
        return [PartStart(key=("plan", 0), part=part)]

    def _call_start(self, event: Mapping[str, Any]) -> list[Delta]:
        key = ("call", _index(event))
        self._open[key] = "call"
        call = call_of(mapping(_delta(event).get("tool_calls")), streamed=True)
        return [PartStart(key=key, part=call)]

    def _call(self, event: Mapping[str, Any]) -> list[Delta]:
        key = ("call", _index(event))
        function = mapping(mapping(_delta(event).get("tool_calls")).get("function"))
        piece, out = function.get("arguments"), list[Delta]()
        if key not in self._open:
            out = self._call_start({"index": event.get("index")})
            out.append(Unfamiliar(kind="fragment", name="tool-call-delta", value=dict(event)))
        if isinstance(piece, str):
            out.append(PartDelta(0, key, piece))
        return out

    def _citation(self, event: Mapping[str, Any]) -> list[Delta]:
        said = _delta(event).get("citations")
        return [one for citation in _rows(said) for one in self._cited(citation)]

    def _cited(self, citation: Mapping[str, Any]) -> list[Delta]:
        named = ("content", citation.get("content_index"))
        place = named[1] if isinstance(named[1], int) else None
        key = named if place is not None and self._open.get(named) == "text" else self._text
        kind = citation.get("type")
        if key is None or kind not in _TEXT_CITED:
            return [Extra(candidate=0, name="citations", value=[dict(citation)], extend=True)]
        return [PartDelta(0, key, citations=(dict(citation),))]

    def _nothing(self, event: Mapping[str, Any]) -> list[Delta]:
        return []

    def _end(self, event: Mapping[str, Any]) -> list[Delta]:
        delta = mapping(event.get("delta"))
        known = frozenset({"finish_reason", "usage", "error"})
        return [*_top(delta), *_strange(delta, known, "message-end.delta"), End()]

    def _debug(self, event: Mapping[str, Any]) -> list[Delta]:
        said = {name: value for name, value in event.items() if name != "type"}
        return [Extra(name="debug", value=said)]


EVENTS: dict[str, Callable[[CohereEvents, Mapping[str, Any]], list[Delta]]] = {
    "message-start": CohereEvents._message,
    "content-start": CohereEvents._content_start,
    "content-delta": CohereEvents._content,
    "content-end": CohereEvents._nothing,
    "tool-plan-delta": CohereEvents._plan,
    "tool-call-start": CohereEvents._call_start,
    "tool-call-delta": CohereEvents._call,
    "tool-call-end": CohereEvents._nothing,
    "citation-start": CohereEvents._citation,
    "citation-end": CohereEvents._nothing,
    "message-end": CohereEvents._end,
    "debug": CohereEvents._debug,
}


def _delta(event: Mapping[str, Any]) -> Mapping[str, Any]:
    return mapping(mapping(event.get("delta")).get("message"))


def _index(event: Mapping[str, Any]) -> Any:
    """The block's index; what can be none counts as the first block's."""
    index = event.get("index")
    return index if isinstance(index, (int, str)) else 0


def _rows(value: JSON) -> list[dict[str, Any]]:
    """The objects of a list, or the one object that stands for a list."""
    return [mapping(one) for one in (value if isinstance(value, list) else [value]) if one]


def _strange(said: Mapping[str, Any], known: frozenset[str], place: str) -> list[Delta]:
    return [
        Unfamiliar(kind="field", name=f"{place}.{name}", value=value)
        for name, value in said.items()
        if name not in known and value is not None
    ]


def _logprobs(said: JSON) -> list[Delta]:
    found = _rows(said)
    return [Extra(candidate=0, name="logprobs", value=found, extend=True)] if found else []


def _top(said: Mapping[str, Any]) -> list[Delta]:
    """Why it ended, what it cost, what went wrong."""
    out: list[Delta] = []
    if raw := text(said.get("finish_reason")):
        out.append(Finish(reason=FinishReason(unified=FINISH.get(raw, "other"), raw=raw)))
    if isinstance(said.get("usage"), dict):
        out.append(UsageDelta(usage=_usage(said["usage"])))
    if said.get("error"):
        out.append(Failure(error=error_of(said["error"])))
    return out


def _usage(raw: dict[str, Any]) -> Usage:
    """The tokens that the model read and wrote, not those that are billed."""
    tokens = mapping(raw.get("tokens")) or mapping(raw.get("billed_units"))
    return Usage(
        input_tokens=_count(tokens.get("input_tokens")),
        cache_read_tokens=_count(raw.get("cached_tokens")),
        output_tokens=_count(tokens.get("output_tokens")),
        raw=raw,
    )


def _count(value: JSON) -> int | None:
    """A count; the reference has them as floats."""
    if isinstance(value, float):
        return int(value) if value.is_integer() else None
    return value if isinstance(value, int) else None
