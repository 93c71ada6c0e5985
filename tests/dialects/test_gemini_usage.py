"""Counts under both APIs' names."""

from __future__ import annotations

from typing import Any

import pytest

from stream_cassette.conversation.model import Usage
from stream_cassette.dialects._gemini_usage import GENERATE, INTERACTIONS, usage_of


@pytest.mark.parametrize("names", [GENERATE, INTERACTIONS])
@pytest.mark.parametrize(
    ("counts", "read"),
    [
        # input, tools' input, output, thoughts, cached → input, cached, output, thoughts
        ((10, None, 5, None, None), (10, None, 5, None)),
        ((10, 3, 5, 7, 4), (13, 4, 12, 7)),
        ((10, 0, None, 7, 0), (10, 0, 7, 7)),
        ((None, None, None, None, None), (None, None, None, None)),
        ((True, "5", 1.5, [], {}), (None, None, None, None)),
    ],
)
def test_counts(
    names: tuple[str, ...], counts: tuple[Any, ...], read: tuple[int | None, ...]
) -> None:
    raw = dict(zip(names, counts, strict=True)) | {"more": 1}
    assert usage_of(raw, names) == Usage(
        input_tokens=read[0],
        cache_read_tokens=read[1],
        output_tokens=read[2],
        reasoning_tokens=read[3],
        raw=raw,
    )
