"""Which item of one list is which of another, by labels: what an item is, whatever it says."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import TypeAlias

__all__ = ["Pair", "aligned"]

_ROWS = 400  # longer middles of two lists are paired by index: the search is quadratic

Pair: TypeAlias = tuple[int | None, int | None]
"""Places in the left and in the right list; None where that one has no such item."""


def aligned(
    left: Sequence[tuple[Hashable, ...]], right: Sequence[tuple[Hashable, ...]]
) -> Iterator[Pair]:
    """The pairs, in order. A label's later members may differ in a pair, its first one never."""
    shorter = min(len(left), len(right))
    head = next((n for n in range(shorter) if left[n] != right[n]), shorter)
    tail = next((n for n in range(shorter - head) if left[-1 - n] != right[-1 - n]), shorter - head)
    yield from ((n, n) for n in range(head))
    yield from _middle(left, right, range(head, len(left) - tail), range(head, len(right) - tail))
    yield from zip(
        range(len(left) - tail, len(left)), range(len(right) - tail, len(right)), strict=True
    )


def _middle(
    left: Sequence[tuple[Hashable, ...]],
    right: Sequence[tuple[Hashable, ...]],
    lefts: range,
    rights: range,
) -> Iterator[Pair]:
    if max(len(lefts), len(rights)) > _ROWS:
        yield from _by_index(left, right, lefts, rights)
        return
    whole = [left[i] for i in lefts], [right[j] for j in rights]
    for some, others, same in _blocks(*whole, lefts, rights):
        if same:
            yield from zip(some, others, strict=True)
            continue
        first = [left[i][0] for i in some], [right[j][0] for j in others]
        for few, fewer, alike in _blocks(*first, some, others):
            if alike:
                yield from zip(few, fewer, strict=True)
            else:
                yield from ((i, None) for i in few)
                yield from ((None, j) for j in fewer)


def _blocks(
    left: Sequence[Hashable], right: Sequence[Hashable], lefts: range, rights: range
) -> Iterator[tuple[range, range, bool]]:
    """Stretches that belong together, and whether they are equal."""
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    for name, i, i_end, j, j_end in matcher.get_opcodes():
        yield lefts[i:i_end], rights[j:j_end], name == "equal"


def _by_index(
    left: Sequence[tuple[Hashable, ...]],
    right: Sequence[tuple[Hashable, ...]],
    lefts: range,
    rights: range,
) -> Iterator[Pair]:
    for one, other in zip_longest(lefts, rights):
        if one is not None and other is not None and left[one][0] == right[other][0]:
            yield one, other
            continue
        if one is not None:
            yield one, None
        if other is not None:
            yield None, other
