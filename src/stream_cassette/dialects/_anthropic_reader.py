"""Anthropic's stream events, and its whole message, to deltas.

Shared by everything that speaks Messages, whatever the framing around the events: `read` takes
an event's JSON. Blocks are found by their `index`. Text, thinking and partial JSON append, a
signature is set, usage overwrites the members that an event has. A delta for a block that was
never started starts it, and is reported.
Source: Anthropic API reference, 'Streaming Messages'; dialects' fact sheet 6, 12, 13.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stream_cassette.conversation.delta import (
    Delta,
    End,
    Extra,
    Failure,
    Finish,
    MessageStart,
    PartDelta,
    PartSet,
    PartStart,
    Unfamiliar,
    UsageDelta,
)
from stream_cassette.conversation.model import FinishReason, Unified, Usage
from stream_cassette.conversation.parts import Generic, Part
from stream_cassette.dialects._anthropic_blocks import KNOWN_BLOCKS, part_of
from stream_cassette.dialects._errors import error_of
from stream_cassette.dialects._json import mapping, text

__all__ = ["FINISH", "EventReader"]

FINISH: dict[str, Unified] = {
    "end_turn": "stop",
    "stop_sequence": "stop",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "tool_use": "tool_call",
    "refusal": "content_filter",
    "pause_turn": "other",  # send the reply back unchanged to go on
    "compaction": "other",
}

# type of a delta → the member with its text, and the block that it belongs to
_TEXTS = {
    "text_delta": ("text", "text"),
    "thinking_delta": ("thinking", "thinking"),
    "input_json_delta": ("partial_json", "tool_use"),
}
# type of a delta that appends no text → the block that it belongs to
_SETTING = {
    "signature_delta": "thinking",
    "citations_delta": "text",
    "compaction_delta": "compaction",
}
# Members of the message, and of `message_delta.delta`, that are kept as extras.
_KEPT = frozenset(
    {"container", "context_management", "input_transformations", "service_tier", "diagnostics"}
)
_CORE = frozenset(
    {"id", "type", "role", "model", "content", "usage"}
    | {"stop_reason", "stop_sequence", "stop_details"}
)
_METRICS = "amazon-bedrock-invocationMetrics"  # Bedrock adds it to the last event


class EventReader:
    """Reads one answer's events."""

    def __init__(self) -> None:
        self._types: dict[Any, str] = {}  # index of a block → its type, "" for one without deltas
        self._given: set[Any] = set()  # blocks whose input came whole, before any delta
        self._usage: dict[str, Any] = {}

    def read(self, event: Mapping[str, Any]) -> list[Delta]:
        """The deltas of one event, or of a whole message."""
        kind = event.get("type")
        if kind == "content_block_delta":  # nearly all events are this one
            return self._delta(event)
        if kind in ("ping", "content_block_stop"):
            return []
        if kind == "content_block_start":
            return self._start(_index(event), mapping(event.get("content_block")))
        if kind == "message_start":
            return self._message(mapping(event.get("message")), streamed=True)
        if kind == "message":
            return [*self._message(event, streamed=False), End(marker=False)]
        if kind == "message_delta":
            return self._top(mapping(event.get("delta")), event)
        if kind == "message_stop":
            metrics = event.get(_METRICS)
            kept: list[Delta] = [Extra(name=_METRICS, value=metrics)] if metrics else []
            return [*kept, End()]
        if kind == "error":
            return [Failure(error=error_of(dict(event)))]
        return [Unfamiliar(kind="event", name=str(kind), value=dict(event))]

    def _message(self, message: Mapping[str, Any], *, streamed: bool) -> list[Delta]:
        start = MessageStart(
            role=text(message.get("role")),
            model=text(message.get("model")),
            response_id=text(message.get("id")),
        )
        out: list[Delta] = [start]
        content = message.get("content")
        for index, block in enumerate(content if isinstance(content, list) else ()):
            out += self._start(index, mapping(block), streamed=False)
        return out + self._top(message, message)

    def _top(self, said: Mapping[str, Any], event: Mapping[str, Any]) -> list[Delta]:
        """Stop reason, usage and extras, of a message or of a `message_delta`."""
        out: list[Delta] = []
        if raw := text(said.get("stop_reason")):
            detail = said.get("stop_details") or said.get("stop_sequence")
            reason = FinishReason(unified=FINISH.get(raw, "other"), raw=raw, detail=detail)
            out.append(Finish(reason=reason))
        if isinstance(event.get("usage"), dict):
            news = event["usage"].items()
            self._usage.update((name, value) for name, value in news if value is not None)
            out.append(UsageDelta(usage=_usage(dict(self._usage))))
        for name, value in {**event, **said}.items():
            if name in _KEPT and value is not None:
                out.append(Extra(name=name, value=value))
            elif name not in _CORE and name not in _KEPT and name != "delta" and value is not None:
                out.append(Unfamiliar(kind="field", name=f"message.{name}", value=value))
        return out

    def _start(self, index: Any, block: Mapping[str, Any], *, streamed: bool = True) -> list[Delta]:
        kind = str(block.get("type"))
        path = f"content[{index}]"
        part = part_of(block, path, streamed=streamed)
        self._types[index] = "" if isinstance(part, Generic) else kind
        if streamed and block.get("input"):
            self._given.add(index)
        out: list[Delta] = [PartStart(key=index, part=part)]
        if isinstance(part, Generic) and kind not in KNOWN_BLOCKS:
            out.append(Unfamiliar(kind="part", name=kind, value=dict(block)))
        return out

    def _delta(self, event: Mapping[str, Any]) -> list[Delta]:
        index, delta = _index(event), mapping(event.get("delta"))
        kind = str(delta.get("type"))
        if kind in _TEXTS:
            member, wanted = _TEXTS[kind]
            said = delta.get(member)
            if self._types.get(index) == wanted and isinstance(said, str) and not self._given:
                return [PartDelta(0, index, said)]
            out = self._ensure(index, wanted, event)
            if not _fits(self._types[index], wanted):
                return [Unfamiliar(kind="fragment", name=kind, value=dict(event))]
            if said and index in self._given:  # the input was a placeholder after all
                self._given.discard(index)
                values = {"arguments": None, "arguments_text": ""}
                out.append(PartSet(key=index, values=values))
            if isinstance(said, str):
                out.append(PartDelta(0, index, said))
            return out
        if kind not in _SETTING:
            return [Unfamiliar(kind="event", name=f"content_block_delta.{kind}", value=dict(event))]
        out = self._ensure(index, _SETTING[kind], event)
        if not _fits(self._types[index], _SETTING[kind]):
            return [Unfamiliar(kind="fragment", name=kind, value=dict(event))]
        return [*out, _set(kind, index, delta)]

    def _ensure(self, index: Any, wanted: str, event: Mapping[str, Any]) -> list[Delta]:
        """Nothing for a block that was started; else its start, and the report that it lacked."""
        if index in self._types:
            return []
        missing = Unfamiliar(kind="fragment", name="content_block_delta", value=dict(event))
        return [*self._start(index, {"type": wanted}), missing]


def _index(event: Mapping[str, Any]) -> Any:
    """The block's index; what can be none counts as the first block's."""
    index = event.get("index")
    return index if isinstance(index, (int, str)) else 0


def _fits(kind: str, wanted: str) -> bool:
    return kind.endswith("tool_use") if wanted == "tool_use" else kind == wanted


def _set(kind: str, index: Any, delta: Mapping[str, Any]) -> Delta:
    """What a delta sets, or a citation."""
    if kind == "signature_delta":
        return PartSet(key=index, values={"signature": text(delta.get("signature"))})
    if kind == "citations_delta":
        return PartDelta(0, index, citations=(delta.get("citation"),))
    part: Part = part_of({**delta, "type": "compaction"}, "")
    names = ("content", "issued", "signature")
    values = {name: getattr(part, name) for name in names if getattr(part, name)}
    return PartSet(key=index, values=values)


def _usage(raw: dict[str, Any]) -> Usage:
    """Anthropic counts cached input apart; ours is the sum of the three."""
    read, made = raw.get("cache_read_input_tokens"), raw.get("cache_creation_input_tokens")
    fresh, out = raw.get("input_tokens"), raw.get("output_tokens")
    counts = [one for one in (fresh, read, made) if isinstance(one, int)]
    thinking = mapping(raw.get("output_tokens_details")).get("thinking_tokens")
    return Usage(
        input_tokens=sum(counts) if isinstance(fresh, int) else None,
        cache_read_tokens=read if isinstance(read, int) else None,
        cache_creation_tokens=made if isinstance(made, int) else None,
        output_tokens=out if isinstance(out, int) else None,
        reasoning_tokens=thinking if isinstance(thinking, int) else None,
        raw=raw,
    )
