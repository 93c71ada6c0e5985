"""Finish reasons and usage of the Chat Completions family, legacy completions included."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stream_cassette.conversation.model import FinishReason, Unified, Usage
from stream_cassette.conversation.parts import JSON
from stream_cassette.dialects._json import mapping

__all__ = ["FINISH", "finish_reason", "usage_of"]

FINISH: dict[str, Unified] = {
    "stop": "stop",
    "eos": "stop",
    "eos_token": "stop",
    "end_turn": "stop",  # gateways that hand on another vendor's word
    "length": "length",
    "max_tokens": "length",
    "model_length": "length",  # Mistral
    "tool_calls": "tool_call",
    "function_call": "tool_call",
    "tool_use": "tool_call",
    "content_filter": "content_filter",
    "sensitive": "content_filter",  # z.ai
    "error": "error",
    "insufficient_system_resource": "error",  # DeepSeek
    "network_error": "error",  # z.ai
}

# Where the counts are; the first that is there, in this order. A dot goes into an object.
_CACHE_READ = (
    "prompt_tokens_details.cached_tokens",
    "cached_tokens",  # StepFun, Moonshot
    "prompt_cache_hit_tokens",  # DeepSeek
    "cache_read_input_tokens",  # LiteLLM, Vercel
)
_CACHE_CREATION = (
    "prompt_tokens_details.cache_creation_tokens",
    "prompt_tokens_details.cache_write_tokens",
    "cache_creation_input_tokens",
)
_REASONING = ("completion_tokens_details.reasoning_tokens", "reasoning_tokens")


def finish_reason(raw: str, detail: JSON = None) -> FinishReason:
    """The reason by the provider's word; an unlisted one is `other`."""
    return FinishReason(unified=FINISH.get(raw.lower(), "other"), raw=raw, detail=detail)


def usage_of(raw: Mapping[str, Any]) -> Usage:
    """The counts of a chat usage object.

    The prompt includes what was cached. The completion includes reasoning, save where the total
    says otherwise (xAI counts it apart).
    """
    prompt, completion = _count(raw, "prompt_tokens"), _count(raw, "completion_tokens")
    reasoning = _first(raw, _REASONING)
    total = _count(raw, "total_tokens")
    if prompt is not None and completion is not None and reasoning:
        apart = completion + reasoning
        completion = apart if total == prompt + apart else completion
    return Usage(
        input_tokens=prompt,
        cache_read_tokens=_first(raw, _CACHE_READ),
        cache_creation_tokens=_first(raw, _CACHE_CREATION),
        output_tokens=completion,
        reasoning_tokens=reasoning,
        raw=dict(raw),
    )


def _first(raw: Mapping[str, Any], places: tuple[str, ...]) -> int | None:
    return next((found for place in places if (found := _count(raw, place)) is not None), None)


def _count(raw: Mapping[str, Any], place: str) -> int | None:
    *inside, name = place.split(".")
    for one in inside:
        raw = mapping(raw.get(one))
    value = raw.get(name)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None
