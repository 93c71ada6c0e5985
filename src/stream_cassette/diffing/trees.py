"""Which file of one tree is which of another: by path, and by content where it was renamed.

Two files are one if half of what is peculiar to them, by length, is alike; or if they alone open
with the same request. Lines are compared less their numbers and ids, and lines that many files have
say nothing. Linear in what is read.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import NamedTuple, TypeVar

__all__ = ["FilePair", "paired", "renames", "with_renames"]

_T = TypeVar("_T")

_VARYING = re.compile(rb"[A-Za-z0-9_+/=.:-]*\d[A-Za-z0-9_+/=.:-]*")
_SHORTEST = 12  # bytes of a line that says something
_COMMON = 8  # files that may have a line before it says nothing
_ALIKE = 0.5


class FilePair(NamedTuple):
    """Two paths that belong together; None on the side that has no such file."""

    left: str | None
    right: str | None


def paired(left: Iterable[str], right: Iterable[str]) -> list[FilePair]:
    """By path, sorted."""
    one, other = set(left), set(right)
    both = sorted(one | other)
    return [FilePair(p if p in one else None, p if p in other else None) for p in both]


def with_renames(
    pairs: Sequence[FilePair],
    left: Mapping[str, _T],
    right: Mapping[str, _T],
    content: Callable[[_T], bytes],
    opening: Callable[[_T], Hashable],
) -> list[FilePair]:
    """The pairs, those that were taken away and those that came made one where they are alike.

    `opening` is what a file's first request asks for, None where it can't be told.
    """
    gone = {pair.left: left[pair.left] for pair in pairs if pair.left and pair.right is None}
    come = {pair.right: right[pair.right] for pair in pairs if pair.right and pair.left is None}
    if not gone or not come:
        return list(pairs)
    before = renames(
        {path: content(each) for path, each in gone.items()},
        {path: content(each) for path, each in come.items()},
    )
    taken = set(before.values())
    before |= _alone(
        {path: opening(each) for path, each in gone.items() if path not in taken},
        {path: opening(each) for path, each in come.items() if path not in before},
    )
    after = set(before.values())
    kept = (one for one in pairs if not (one.right is None and one.left in after))
    return [FilePair(before[one.right], one.right) if one.right in before else one for one in kept]


def renames(gone: Mapping[str, bytes], come: Mapping[str, bytes]) -> dict[str, str]:
    """New path → old path, of those that are alike; each is taken once, the most alike first."""
    old = {path: _lines(data) for path, data in gone.items()}
    new = {path: _lines(data) for path, data in come.items()}
    holders: dict[bytes, list[str]] = defaultdict(list)
    for path, lines in old.items():
        for line in lines:
            holders[line].append(path)
    common = Counter(line for lines in new.values() for line in lines)
    telling = {line for line, paths in holders.items() if max(len(paths), common[line]) <= _COMMON}
    weights = {path: _weight(lines, holders, telling) for path, lines in (old | new).items()}
    found: list[tuple[float, str, str]] = []
    for path, lines in new.items():
        shared: Counter[str] = Counter()
        for line in lines & telling:
            for holder in holders[line]:
                shared[holder] += len(line)
        for holder, weight in shared.items():
            whole = max(weights[path], _weight(old[holder], holders, telling))
            if whole and weight / whole >= _ALIKE:
                found.append((weight / whole, path, holder))
    return _chosen(found)


def _alone(gone: Mapping[str, Hashable], come: Mapping[str, Hashable]) -> dict[str, str]:
    """New path → old path, of those whose opening no other file of their side has."""
    counts = [Counter(side.values()) for side in (gone, come)]
    old = {key: path for path, key in gone.items() if key is not None and counts[0][key] == 1}
    return {path: old[key] for path, key in come.items() if key in old and counts[1][key] == 1}


def _chosen(found: Iterable[tuple[float, str, str]]) -> dict[str, str]:
    taken: set[str] = set()
    out: dict[str, str] = {}
    for _, path, holder in sorted(found, key=lambda one: (-one[0], one[1], one[2])):
        if path not in out and holder not in taken:
            out[path] = holder
            taken.add(holder)
    return out


def _weight(lines: set[bytes], holders: Mapping[bytes, object], telling: set[bytes]) -> int:
    """The length of the lines, less those that say nothing."""
    return sum(len(line) for line in lines if line in telling or line not in holders)


def _lines(data: bytes) -> set[bytes]:
    stripped = (line.strip() for line in data.split(b"\n"))
    return {_VARYING.sub(b"0", line) for line in stripped if len(line) >= _SHORTEST}
