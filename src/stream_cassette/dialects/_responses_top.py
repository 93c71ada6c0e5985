"""The response object of OpenAI's Responses without its output: who, usage, status, extras.

A response repeats its request; what it repeats is not kept a second time.
Source: OpenAI API reference, 'The response object'; dialects' fact sheet 5, 12, 13.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from stream_cassette.conversation.delta import (
    Delta,
    Extra,
    Failure,
    Finish,
    MessageStart,
    Unfamiliar,
    UsageDelta,
)
from stream_cassette.conversation.model import FinishReason, StreamError, Unified, Usage
from stream_cassette.conversation.parts import JSON
from stream_cassette.dialects._errors import error_of
from stream_cassette.dialects._json import mapping, text

__all__ = ["FINISH", "INCOMPLETE", "error_event", "said_at_end", "said_by", "who"]

FINISH: dict[str, Unified] = {
    "completed": "stop",  # or a tool call: the parts tell
    "incomplete": "other",  # … by its reason
    "failed": "error",
    "cancelled": "other",
    "queued": "unknown",  # of a response in the background that is not done
    "in_progress": "unknown",
}
INCOMPLETE: dict[str, Unified] = {
    "max_output_tokens": "length",
    "content_filter": "content_filter",
    "max_messages": "other",
    "steered": "other",
}

# Members that the reader takes care of itself.
_CORE = frozenset(
    {"id", "object", "model", "output", "usage", "status", "error", "incomplete_details"}
)
# What is kept as an extra of the answer.
_KEPT = frozenset(
    {"created_at", "completed_at", "service_tier", "conversation"}
    | {"input_transformations", "moderation", "content_filters", "tool_usage", "billing"}
    | {"prompt_cache_diagnostics", "access_programs", "copilot_usage"}
    | {"provider", "cost_in_usd_ticks", "citations"}  # compatibles
)
# What the response repeats of the request, or of its own output.
_REPEATED = frozenset(
    {"instructions", "tools", "tool_choice", "parallel_tool_calls", "temperature", "top_p"}
    | {"top_k", "min_p", "frequency_penalty", "presence_penalty", "repetition_penalty", "seed"}
    | {"top_logprobs", "max_output_tokens", "max_tool_calls", "truncation", "store", "metadata"}
    | {"text", "reasoning", "prompt", "prompt_cache_key", "prompt_cache_retention", "user"}
    | {"prompt_cache_options", "safety_identifier", "image", "output_text", "include", "stream"}
    | {"background", "previous_response_id"}
)
# Members of an event that are no part of what it says.
_PLUMBING = frozenset({"type", "response", "sequence_number", "obfuscation", "stream_id"})


def said_by(response: Mapping[str, Any], event: Mapping[str, Any]) -> Iterator[Delta]:
    """The extras of a response, and of the event that it came in."""
    beside = {name: value for name, value in event.items() if name not in _PLUMBING}
    for name, value in {**response, **beside}.items():
        if value is None or name in _CORE or name in _REPEATED:
            continue
        if name in _KEPT:
            yield Extra(name=name, value=value)
        else:
            yield Unfamiliar(kind="field", name=f"response.{name}", value=value)


def who(response: Mapping[str, Any]) -> Delta:
    """Who answers."""
    return MessageStart(
        role="assistant", model=text(response.get("model")), response_id=text(response.get("id"))
    )


def said_at_end(response: Mapping[str, Any], status: str | None) -> Iterator[Delta]:
    """Usage, error and finish reason; `status` is of the event, for a response without one."""
    if isinstance(response.get("usage"), dict) and response["usage"]:
        yield UsageDelta(usage=_usage(response["usage"]))
    if error := response.get("error"):
        yield Failure(error=error_of({"error": error}))
    raw = text(response.get("status")) or status
    if raw is not None:
        if raw == "failed" and not error:
            yield Failure(error=StreamError(raw=dict(response)))
        detail = response.get("incomplete_details")
        yield Finish(reason=FinishReason(unified=_unified(raw, detail), raw=raw, detail=detail))


def error_event(event: Mapping[str, Any]) -> StreamError:
    """The error of an `error` event: flat, as documented, or nested, as it is also sent."""
    if isinstance(event.get("error"), dict):
        return error_of(dict(event))
    return error_of(
        {name: one for name, one in event.items() if name not in ("type", "sequence_number")}
    )


def _unified(raw: str, detail: JSON) -> Unified:
    reason = mapping(detail).get("reason")
    if raw == "incomplete" and isinstance(reason, str):
        return INCOMPLETE.get(reason, "other")
    return FINISH.get(raw, "other")


def _usage(raw: Mapping[str, Any]) -> Usage:
    """Input includes what was cached, output includes reasoning."""
    given, made = mapping(raw.get("input_tokens_details")), raw.get("output_tokens_details")
    return Usage(
        input_tokens=_count(raw.get("input_tokens")),
        cache_read_tokens=_count(given.get("cached_tokens")),
        cache_creation_tokens=_count(given.get("cache_write_tokens")),
        output_tokens=_count(raw.get("output_tokens")),
        reasoning_tokens=_count(mapping(made).get("reasoning_tokens")),
        raw=dict(raw),
    )


def _count(value: JSON) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
