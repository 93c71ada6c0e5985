"""When the chunks of recorded answers came. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from stream_cassette.cassette.model import Response

__all__ = ["came_in_time", "longest_gap_ms"]


def longest_gap_ms(responses: Iterable[Response]) -> float | None:
    """The longest wait for a chunk, in milliseconds: since the head, or since the chunk before.

    None where no times were recorded.
    """
    gaps = [
        after - before
        for response in responses
        if response.cuts
        for before, after in pairwise((0.0, *(cut.offset_ms for cut in response.cuts)))
    ]
    return max(gaps, default=None)


def came_in_time(responses: Iterable[Response]) -> bool:
    """Whether each answer in several chunks had its first one before its last one came.

    False where no answer is in several chunks, or where no times were recorded.
    """
    several = [response.cuts for response in responses if response.cuts and len(response.cuts) > 1]
    return bool(several) and all(cuts[0].offset_ms < cuts[-1].offset_ms for cuts in several)
