"""Gemini's token counts: thoughts beside the output, tools' input beside the prompt.

The four add up to the total; a count of none is left out.
Source: dialects' fact sheet 7.1, 13; every answer of the recorded traffic adds up so.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stream_cassette.conversation.model import Usage

__all__ = ["GENERATE", "INTERACTIONS", "usage_of"]

# input, tools' input, output, thoughts, cached: what the two APIs call them
GENERATE = (
    "promptTokenCount",
    "toolUsePromptTokenCount",
    "candidatesTokenCount",
    "thoughtsTokenCount",
    "cachedContentTokenCount",
)
INTERACTIONS = (
    "total_input_tokens",
    "total_tool_use_tokens",
    "total_output_tokens",
    "total_thought_tokens",
    "total_cached_tokens",
)


def usage_of(raw: Mapping[str, Any], names: tuple[str, ...]) -> Usage:
    """The counts under these names."""
    given, tools, said, thought, cached = (_count(raw.get(name)) for name in names)
    return Usage(
        input_tokens=_sum(given, tools),
        cache_read_tokens=cached,
        output_tokens=_sum(said, thought),
        reasoning_tokens=thought,
        raw=dict(raw),
    )


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _sum(*counts: int | None) -> int | None:
    known = [one for one in counts if one is not None]
    return sum(known) if known else None
