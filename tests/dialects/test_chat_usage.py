"""Finish reasons and counts of the chat family."""

from __future__ import annotations

from typing import Any

import pytest

from stream_cassette.conversation.model import FinishReason, Unified
from stream_cassette.dialects._chat_usage import finish_reason, usage_of


@pytest.mark.parametrize(
    ("raw", "unified"),
    [
        ("stop", "stop"),
        ("eos", "stop"),
        ("length", "length"),
        ("model_length", "length"),
        ("tool_calls", "tool_call"),
        ("function_call", "tool_call"),
        ("content_filter", "content_filter"),
        ("sensitive", "content_filter"),
        ("error", "error"),
        ("network_error", "error"),
        ("insufficient_system_resource", "error"),
        ("STOP", "stop"),
        ("brand_new", "other"),
    ],
)
def test_finish_reason(raw: str, unified: Unified) -> None:
    assert finish_reason(raw, "d") == FinishReason(unified=unified, raw=raw, detail="d")


@pytest.mark.parametrize(
    ("raw", "counts"),
    [
        # input, cache read, cache creation, output, reasoning
        ({"prompt_tokens": 83, "completion_tokens": 150}, (83, None, None, 150, None)),
        (
            {
                "prompt_tokens": 98,
                "completion_tokens": 68,
                "total_tokens": 166,
                "prompt_tokens_details": {"cached_tokens": 62, "cache_creation_tokens": 3},
                "completion_tokens_details": {"reasoning_tokens": 11},
            },
            (98, 62, 3, 68, 11),
        ),
        # xAI: reasoning is not part of the completion
        (
            {
                "prompt_tokens": 361,
                "completion_tokens": 26,
                "total_tokens": 622,
                "completion_tokens_details": {"reasoning_tokens": 235},
            },
            (361, None, None, 261, 235),
        ),
        (
            {"prompt_tokens": 5, "completion_tokens": 1, "prompt_cache_hit_tokens": 4},
            (5, 4, None, 1, None),
        ),
        ({"prompt_tokens": 5.0, "cached_tokens": True}, (5, None, None, None, None)),
        ({"prompt_tokens_details": None, "completion_tokens": 1.5}, (None,) * 5),
    ],
)
def test_usage(raw: dict[str, Any], counts: tuple[int | None, ...]) -> None:
    usage = usage_of(raw)
    assert (
        usage.input_tokens,
        usage.cache_read_tokens,
        usage.cache_creation_tokens,
        usage.output_tokens,
        usage.reasoning_tokens,
    ) == counts
    assert usage.raw == raw
