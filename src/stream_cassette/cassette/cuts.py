"""Where a body was cut: the sizes and times of its chunks, as one small value.

A file may hold millions of them: two arrays take 16 bytes a chunk, a tuple of values 120.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple, overload

__all__ = ["Cut", "Cuts"]

_SHOWN = 3


class Cut(NamedTuple):
    """The size of one chunk and when it came, in milliseconds since the response head."""

    size_bytes: int
    offset_ms: float


class Cuts(Sequence[Cut]):
    """An immutable sequence of `Cut`; equal to any other, and to a tuple, of the same cuts."""

    __slots__ = ("_offsets", "_sizes")

    def __init__(self, cuts: Iterable[Cut] = ()) -> None:
        self._sizes, self._offsets = array("q"), array("d")
        for size_bytes, offset_ms in cuts:
            self._sizes.append(size_bytes)
            self._offsets.append(offset_ms)

    @classmethod
    def of(cls, sizes_bytes: Iterable[int], offsets_ms: Iterable[float]) -> Cuts:
        """The cuts of these sizes and times, as many of the one as of the other."""
        cuts = cls.__new__(cls)
        cuts._sizes, cuts._offsets = array("q", sizes_bytes), array("d", offsets_ms)
        if len(cuts._sizes) != len(cuts._offsets):
            raise ValueError(f"{len(cuts._sizes)} sizes but {len(cuts._offsets)} times")
        return cuts

    @property
    def sizes_bytes(self) -> Sequence[int]:
        """The sizes alone; a view that can't be written to."""
        return memoryview(self._sizes).toreadonly()

    @property
    def total_bytes(self) -> int:
        """The sum of the sizes."""
        return sum(self._sizes)

    @property
    def offsets_ms(self) -> Sequence[float]:
        """The times alone; a view that can't be written to."""
        return memoryview(self._offsets).toreadonly()

    def __len__(self) -> int:
        return len(self._sizes)

    def __iter__(self) -> Iterator[Cut]:
        return map(Cut, self._sizes, self._offsets)

    @overload
    def __getitem__(self, index: int) -> Cut: ...
    @overload
    def __getitem__(self, index: slice) -> Cuts: ...
    def __getitem__(self, index: int | slice) -> Cut | Cuts:
        if isinstance(index, slice):
            return Cuts.of(self._sizes[index], self._offsets[index])
        return Cut(self._sizes[index], self._offsets[index])

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Cuts):
            return self._sizes == other._sizes and self._offsets == other._offsets
        if isinstance(other, tuple):
            return len(self) == len(other) and all(a == b for a, b in zip(self, other, strict=True))
        return NotImplemented

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        shown = [repr(cut) for cut in islice(self, _SHOWN)]
        if len(self) > _SHOWN:
            shown.append(f"... {len(self) - _SHOWN:,} more")
        return f"Cuts([{', '.join(shown)}])"
