"""A cassette in the middle of a merge, as text for git: what both sides say, between markers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from stream_cassette.cassette.model import Cassette
from stream_cassette.cassette.visible import visible
from stream_cassette.report.stable_text import stable_text

__all__ = ["conflict_text", "regions_text"]


def conflict_text(left: Cassette, right: Cassette, names: tuple[str, str]) -> Iterator[str]:
    """Lines, without their ends: what both say, and between markers what one of them says.

    `names` are what git calls the sides.
    """
    ours, theirs = list(stable_text(left)), list(stable_text(right))
    if ours == theirs:
        yield "conflict: both sides say the same; ids, times, cuts or pace differ"
        yield from ours
        return
    yield "conflict: what both sides say"
    start, end = (visible(f"{sign * 7} {name}") for sign, name in zip("<>", names, strict=True))
    yield from _merged(ours, theirs, start, end)


def regions_text(regions: Sequence[str]) -> Iterator[str]:
    """The same where a side is no cassette: the pieces of the file that are in conflict."""
    yield "conflict: what the file has between its markers"
    for each in regions:
        yield from (visible(line.expandtabs(4)) for line in each.splitlines())


def _merged(left: Sequence[str], right: Sequence[str], start: str, end: str) -> Iterator[str]:
    for name, i, i_end, j, j_end in SequenceMatcher(None, left, right).get_opcodes():
        if name == "equal":
            yield from left[i:i_end]
            continue
        yield from (start, *left[i:i_end], "=======", *right[j:j_end], end)
