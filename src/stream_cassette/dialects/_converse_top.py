"""What Converse says about an answer as a whole: why it ended, what it cost, and more.

It stands in the events `messageStop` and `metadata`, or beside the message of a whole answer.
Source: botocore `bedrock-runtime` service model; dialects' fact sheet 8, 12, 13.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stream_cassette.conversation.delta import Delta, Extra, Finish, Unfamiliar, UsageDelta
from stream_cassette.conversation.model import FinishReason, Unified, Usage
from stream_cassette.dialects._json import text

__all__ = ["FINISH", "TOP", "strange_of", "top_of"]

FINISH: dict[str, Unified] = {
    "end_turn": "stop",
    "stop_sequence": "stop",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "tool_use": "tool_call",
    "guardrail_intervened": "content_filter",
    "content_filtered": "content_filter",
    "malformed_model_output": "error",
    "malformed_tool_use": "error",
}
TOP = ("additionalModelResponseFields", "metrics", "trace", "performanceConfig", "serviceTier")


def strange_of(event: Mapping[str, Any], name: str, *known: str) -> list[Delta]:
    """The report of members that the event is not known to have."""
    if len(event) <= len(known) and all(one in known for one in event):
        return []
    return [
        Unfamiliar(kind="field", name=f"{name}.{one}", value=value)
        for one, value in event.items()
        if one != "p" and one not in known and value is not None
    ]


def top_of(said: Mapping[str, Any]) -> list[Delta]:
    """Stop reason, usage and extras: they stand in two events, or beside each other."""
    out: list[Delta] = []
    if raw := text(said.get("stopReason")):
        out.append(Finish(reason=FinishReason(unified=FINISH.get(raw, "other"), raw=raw)))
    if isinstance(said.get("usage"), dict):
        out.append(UsageDelta(usage=_usage(said["usage"])))
    out += [Extra(name=name, value=said[name]) for name in TOP if said.get(name)]
    return out


def _usage(raw: dict[str, Any]) -> Usage:
    """Bedrock counts cached input apart, under names that differ between its answers."""

    def count(*names: str) -> int | None:
        return next((raw[name] for name in names if isinstance(raw.get(name), int)), None)

    fresh = count("inputTokens")
    read = count("cacheReadInputTokens", "cacheReadInputTokenCount")
    made = count("cacheWriteInputTokens", "cacheWriteInputTokenCount")
    return Usage(
        input_tokens=None if fresh is None else fresh + (read or 0) + (made or 0),
        cache_read_tokens=read,
        cache_creation_tokens=made,
        output_tokens=count("outputTokens"),
        raw=raw,
    )
