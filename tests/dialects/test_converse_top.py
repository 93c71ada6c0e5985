"""Why an answer of Converse ended, and what it cost."""

from __future__ import annotations

from typing import Any

import pytest

from stream_cassette.conversation.delta import Extra, Finish, Unfamiliar, UsageDelta
from stream_cassette.conversation.model import FinishReason, Usage
from stream_cassette.dialects._converse_top import strange_of, top_of


@pytest.mark.parametrize(
    ("raw", "unified"),
    [
        ("end_turn", "stop"),
        ("model_context_window_exceeded", "length"),
        ("content_filtered", "content_filter"),
        ("malformed_tool_use", "error"),
        ("new", "other"),
    ],
)
def test_reasons(raw: str, unified: Any) -> None:
    assert top_of({"stopReason": raw}) == [Finish(reason=FinishReason(unified=unified, raw=raw))]


@pytest.mark.parametrize(
    ("raw", "usage"),
    [
        ({"inputTokens": 1, "outputTokens": 2}, Usage(input_tokens=1, output_tokens=2)),
        (
            {"inputTokens": 1, "cacheReadInputTokens": 2, "cacheWriteInputTokens": 3},
            Usage(input_tokens=6, cache_read_tokens=2, cache_creation_tokens=3),
        ),
        (
            {"cacheReadInputTokenCount": 2, "cacheWriteInputTokenCount": 0},
            Usage(cache_read_tokens=2, cache_creation_tokens=0),
        ),
        ({"inputTokens": "1"}, Usage()),
    ],
)
def test_usage(raw: dict[str, Any], usage: Usage) -> None:
    (only,) = top_of({"usage": raw})
    assert isinstance(only, UsageDelta)
    assert only.usage.raw == raw
    assert only.usage.to_dict() == {**usage.to_dict(), "raw": raw}


def test_extras_and_what_is_none() -> None:
    said = {"metrics": {"latencyMs": 1}, "trace": {}, "usage": None, "stopReason": None}
    assert top_of(said) == [Extra(name="metrics", value={"latencyMs": 1})]


def test_strange_members() -> None:
    event = {"role": "assistant", "p": "abc", "mood": 1, "none": None}
    assert strange_of(event, "messageStart", "role") == [
        Unfamiliar(kind="field", name="messageStart.mood", value=1)
    ]
    assert strange_of({"role": "a"}, "messageStart", "role") == []
