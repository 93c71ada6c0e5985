"""Where two long rows of words are alike, found in a time that has a bound.

Short rows are matched in full. Long ones are matched by their sentences first, and then word by
word where sentences differ. What has too little in common is one change.
Source: E. W. Myers, "An O(ND) Difference Algorithm and Its Variations", Algorithmica 1 (1986).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import groupby
from typing import NamedTuple

__all__ = ["Stretch", "aligned"]

_MOST = 1_200  # words that are matched in full: the search is quadratic
_MOST_AGAIN = 400  # the same inside a sentence, of which there may be many
_EDITS = 400  # beyond that many, long rows have too little in common
_STEPS = 1_000_000
_END = re.compile(r"[.!?。！？]")


class Stretch(NamedTuple):
    """A piece of both texts, in which they are the same, or are not."""

    left: str
    right: str
    is_same: bool


def aligned(ours: Sequence[str], theirs: Sequence[str]) -> list[Stretch]:
    """Both rows of words in order, none of it empty; two that are alike never stand together."""
    longest = max(len(ours), len(theirs))
    found = _by_word(ours, theirs, _MOST) if longest <= _MOST else _by_sentence(ours, theirs)
    joined = []
    for is_same, each in groupby(found, key=lambda one: one.is_same):
        pieces = list(each)
        left, right = "".join(one.left for one in pieces), "".join(one.right for one in pieces)
        if left or right:
            joined.append(Stretch(left, right, is_same))
    return joined


def _by_sentence(ours: Sequence[str], theirs: Sequence[str]) -> Iterator[Stretch]:
    left, right = _sentences(ours), _sentences(theirs)
    for is_same, i, i_end, j, j_end in _blocks(left, right, _MOST):
        mine = [word for sentence in left[i:i_end] for word in sentence]
        other = [word for sentence in right[j:j_end] for word in sentence]
        if is_same:
            yield Stretch("".join(mine), "".join(other), True)
        else:
            yield from _by_word(mine, other, _MOST_AGAIN)


def _by_word(ours: Sequence[str], theirs: Sequence[str], most: int) -> Iterator[Stretch]:
    for is_same, i, i_end, j, j_end in _blocks(ours, theirs, most):
        yield Stretch("".join(ours[i:i_end]), "".join(theirs[j:j_end]), is_same)


def _sentences(words: Sequence[str]) -> list[tuple[str, ...]]:
    """The words cut after the ends of lines, and after what ends a sentence."""
    found: list[tuple[str, ...]] = []
    start = 0
    for place, word in enumerate(words):
        after = place > start and word.isspace() and _END.fullmatch(words[place - 1])
        if "\n" in word or after or word == "。":
            found.append(tuple(words[start : place + 1]))
            start = place + 1
    rest = tuple(words[start:])
    return [*found, rest] if rest else found


def _blocks(
    ours: Sequence[object], theirs: Sequence[object], most: int
) -> Iterator[tuple[bool, int, int, int, int]]:
    """Stretches of places: whether they are the same, and from where to where on either side."""
    if max(len(ours), len(theirs)) <= most:
        matcher = SequenceMatcher(None, ours, theirs, autojunk=False)
        runs = [(one.a, one.b, one.size) for one in matcher.get_matching_blocks()]
    else:
        runs = [*_runs(ours, theirs), (len(ours), len(theirs), 0)]
    i = j = 0
    for start, other, size in runs:
        if (start, other) != (i, j):
            yield False, i, start, j, other
        i, j = start + size, other + size
        if size:
            yield True, start, i, other, j


def _runs(ours: Sequence[object], theirs: Sequence[object]) -> list[tuple[int, int, int]]:
    """What is alike: (left place, right place, length), none if there is too little of it."""
    reach = {1: 0}  # by diagonal, the furthest place on the left
    trace: list[dict[int, int]] = []
    steps = 0
    for edits in range(_EDITS + 1):
        trace.append(reach.copy())
        for diagonal in range(-edits, edits + 1, 2):
            x = start = _entered(reach, diagonal, edits)
            y = x - diagonal
            while x < len(ours) and y < len(theirs) and ours[x] == theirs[y]:
                x, y = x + 1, y + 1
            reach[diagonal] = x
            if x >= len(ours) and y >= len(theirs):
                return _traced(trace, x, y)
            steps += 1 + x - start
        if steps > _STEPS:
            break
    return []


def _entered(reach: dict[int, int], diagonal: int, edits: int) -> int:
    """Where the diagonal is entered: from the one above by a word more there, or from below."""
    is_down = diagonal == -edits or (
        diagonal != edits and reach[diagonal - 1] < reach[diagonal + 1]
    )
    return reach[diagonal + 1] if is_down else reach[diagonal - 1] + 1


def _traced(trace: Sequence[dict[int, int]], x: int, y: int) -> list[tuple[int, int, int]]:
    """The way back from the end."""
    runs = []
    for edits in range(len(trace) - 1, -1, -1):
        reach, diagonal = trace[edits], x - y
        start = _entered(reach, diagonal, edits)
        if x > start:
            runs.append((start, start - diagonal, x - start))
        is_down = start == reach.get(diagonal + 1)
        is_down = is_down and (
            diagonal == -edits or (diagonal != edits and reach[diagonal - 1] < start)
        )
        x, y = (start, start - diagonal - 1) if is_down else (start - 1, start - diagonal)
    return runs[::-1]
