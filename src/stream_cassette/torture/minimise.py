"""Delta debugging: the smallest part of a set that still fails.

Source: Zeller and Hildebrandt, 'Simplifying and Isolating Failure-Inducing Input' (ddmin).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Generic, TypeVar

__all__ = ["Minimal", "minimal"]

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Minimal(Generic[_T]):
    """What is left. `is_smallest`: without any one of it, nothing fails; `runs` is what it took."""

    kept: tuple[_T, ...]
    runs: int
    is_smallest: bool


def minimal(
    found: Sequence[_T], fails: Callable[[Sequence[_T]], bool], *, limit: int
) -> Minimal[_T]:
    """A part of `found` that fails and of which nothing can be left out.

    All of `found` fails, and nothing of it passes. `fails` is asked `limit` times at most; what is
    smallest by then is given.
    """
    kept, pieces, runs = tuple(found), 2, 0
    while len(kept) > 1:
        parts = _parts(kept, pieces)
        smaller: tuple[_T, ...] | None = None
        tried = [*parts, *(_without(parts, n) for n in range(len(parts) if pieces > 2 else 0))]
        for number, part in enumerate(tried):
            if runs == limit:
                return Minimal(kept=kept, runs=runs, is_smallest=False)
            runs += 1
            if fails(part):
                smaller = part
                pieces = 2 if number < len(parts) else max(pieces - 1, 2)
                break
        if smaller is not None:
            kept = smaller
        elif pieces >= len(kept):
            break
        else:
            pieces = min(pieces * 2, len(kept))
    return Minimal(kept=kept, runs=runs, is_smallest=True)


def _parts(kept: tuple[_T, ...], pieces: int) -> list[tuple[_T, ...]]:
    """`kept` in so many parts of nearly one size."""
    ends = [len(kept) * n // pieces for n in range(pieces + 1)]
    return [kept[start:end] for start, end in pairwise(ends) if end > start]


def _without(parts: list[tuple[_T, ...]], number: int) -> tuple[_T, ...]:
    return tuple(one for n, part in enumerate(parts) if n != number for one in part)
