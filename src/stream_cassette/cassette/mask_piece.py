"""A piece of a text, and where each of its bytes stands in the body: escapes count as written."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

__all__ = ["Piece", "Spot", "json_piece"]

_ESCAPE = re.compile(rb'\\(?:u([0-9A-Fa-f]{4})|(["\\/bfnrt]))')
_SHORT = {b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t"}


class Spot(NamedTuple):
    """Where one byte of a text stands in the body, and how it is written there.

    Of a character that is written as one escape, the first byte has it all, the others nothing.
    """

    start: int
    raw: bytes


class Piece:
    """Some text that is written as it is; `start` is an offset in the body."""

    __slots__ = ("raw", "start", "text")

    raw: bytes
    text: bytes

    def __init__(self, raw: bytes, start: int) -> None:
        self.text = self.raw = raw
        self.start: int = start

    def spot(self, index: int) -> Spot:
        """Where the byte at `index` of the text stands."""
        return Spot(self.start + index, self.raw[index : index + 1])

    def size(self, start: int, end: int) -> int:
        """How many bytes of the body the text from `start` to `end` takes."""
        return end - start


class _Escaped(Piece):
    """Some text with JSON's escapes."""

    __slots__ = ("_escapes", "_starts")

    def __init__(self, raw: bytes, start: int) -> None:
        self.raw, self.start = raw, start
        self.text = _ESCAPE.sub(_plain, raw)
        self._escapes: list[tuple[int, int, int, int]] | None = None
        self._starts: list[int] = []

    def spot(self, index: int) -> Spot:
        """Where the byte at `index` of the text stands."""
        if self._escapes is None:
            self._escapes = list(self._mapped())
            self._starts = [escape[0] for escape in self._escapes]
        at = bisect_right(self._starts, index) - 1
        place = index
        if at >= 0:
            start, size, raw_start, raw_size = self._escapes[at]
            raw_end = raw_start + raw_size
            if index == start:
                return Spot(self.start + raw_start, self.raw[raw_start:raw_end])
            if index < start + size:
                return Spot(self.start + raw_end, b"")
            place = raw_end + index - start - size
        return Spot(self.start + place, self.raw[place : place + 1])

    def size(self, start: int, end: int) -> int:
        """How many bytes of the body the text from `start` to `end` takes."""
        return sum(len(self.spot(index).raw) for index in range(start, end))

    def _mapped(self) -> Iterator[tuple[int, int, int, int]]:
        """Each escape: where its text begins, the text's size, where it stands, its size."""
        shift = 0
        for match in _ESCAPE.finditer(self.raw):
            raw_size, size = len(match[0]), len(_plain(match))
            yield match.start() - shift, size, match.start(), raw_size
            shift += raw_size - size


def json_piece(raw: bytes, start: int) -> Piece:
    """A piece of a JSON string's content, as it is written."""
    return _Escaped(raw, start) if b"\\" in raw else Piece(raw, start)


def _plain(match: re.Match[bytes]) -> bytes:
    if match[1]:
        return chr(int(match[1], 16)).encode("utf-8", "surrogatepass")
    return _SHORT.get(match[2], match[2])
