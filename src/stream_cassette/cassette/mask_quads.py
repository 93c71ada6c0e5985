"""What is put out of a text that stands in base64: changes to it, as changes to its digits."""

from __future__ import annotations

from base64 import b64decode, b64encode
from bisect import bisect_right
from collections.abc import Callable, Iterable

from stream_cassette.cassette.mask_output import MaskOutput
from stream_cassette.cassette.mask_piece import Piece
from stream_cassette.cassette.secret_finder import LIMIT

__all__ = ["CodedOutput"]

_KEPT_BYTES = 16_384  # of the decoded text that can be changed for sure
_SPARE = 40  # bytes of the most that may be held, for digits that hold parts of other bytes


class _Stretch:
    """Some decoded text, and where its digits stand: four for three bytes, padding apart."""

    __slots__ = ("data", "piece", "shift", "start", "true")

    def __init__(self, start: int, true: bytes, data: bytearray, piece: Piece, shift: int) -> None:
        self.start, self.true, self.data = start, true, data
        self.piece, self.shift = piece, shift  # the digits begin so far into the piece

    @property
    def end(self) -> int:
        """Where in the decoded text it ends."""
        return self.start + len(self.true)

    def part(self, start: int, end: int) -> _Stretch:
        """The groups of three bytes that these offsets of its text are in."""
        low, high = start // 3 * 3, -(-end // 3) * 3
        data, at = self.data[low:high], self.shift + low // 3 * 4
        spot = self.piece.spot(at)
        if b"\\" in self.piece.raw:
            return _Stretch(self.start + low, self.true[low:high], data, self.piece, at)
        cut = at + (high - low) // 3 * 4
        piece = Piece(self.piece.raw[at:cut], spot.start)
        return _Stretch(self.start + low, self.true[low:high], data, piece, 0)

    def change(self, at: int, data: bytes, output: MaskOutput) -> None:
        """Put `data` at `at` of its text, and into its digits."""
        self.data[at : at + len(data)] = data
        low, high = at // 3 * 3, -(-(at + len(data)) // 3) * 3
        first = self.shift + low // 3 * 4
        last = min(first + (high - low) // 3 * 4, len(self.piece.text))
        old = self.piece.text[first:last]
        new = old
        if self.data[low:high] != self.true[low:high]:
            new = b64encode(self.data[low:high])[: len(old)]
        if b"\\" not in self.piece.raw:
            output.write(self.piece.spot(first).start, new)
            return
        for index, digit in enumerate(new, first):
            start, raw = self.piece.spot(index)
            is_same = old[index - first] == digit
            output.write(start, raw if is_same else _written(digit, raw))


def _written(digit: int, raw: bytes) -> bytes:
    """A digit in place of another; `\\/` has to stay, it says too little to be a secret."""
    if len(raw) == 1:
        return bytes([digit])
    return raw if len(raw) == 2 else b"\\u00%02x" % digit


class CodedOutput:
    """Takes masks of the decoded text, all strings' together, and puts them out in base64."""

    def __init__(self, output: MaskOutput) -> None:
        self.places: dict[str, None] = {}
        self.size: int = 0  # of the decoded text so far
        self._output = output
        self._stretches: list[_Stretch] = []
        self._starts: list[int] = []
        self._kept = 0  # bytes of the stretches
        self._held = self._shown = 0

    def add(self, piece: Piece, size: int) -> bytes:
        """The next `size` digits, the first of `piece`, as what they say."""
        digits = piece.text[:size]
        data = b64decode(digits + b"=" * (-size % 4))
        if data:
            if size < len(piece.text) and b"\\" not in piece.raw:
                piece = Piece(piece.raw[:size], piece.start)
            self._stretches.append(_Stretch(self.size, data, bytearray(data), piece, 0))
            self._starts.append(self.size)
            self.size += len(data)
            self._kept += len(data)
        return data

    def write(self, start: int, data: bytes) -> None:
        """Put `data` at `start` of the decoded text, in place of what is there."""
        while data:
            index = bisect_right(self._starts, start) - 1
            stretch = self._stretches[index]
            size = min(len(data), stretch.end - start)
            stretch.change(start - stretch.start, data[:size], self._output)
            start, data = start + size, data[size:]

    def hold(self, change: int) -> int:
        """So many bytes more (or fewer) are masked only for an open match; how many now are.

        In digits they are a third more, and so the fewer may be open.
        """
        self._held += change
        shown = -(-self._held * 4 // 3) + 2 if self._held else 0
        others = self._output.hold(shown - self._shown)
        self._shown = shown
        return others + max(0, LIMIT - others) // 4 + _SPARE

    def forget(self, needed: Callable[[], Iterable[int]]) -> None:
        """Keep of the older text what may still change."""
        if self._kept <= 2 * _KEPT_BYTES:
            return
        before = self.size - _KEPT_BYTES
        kept: dict[int, _Stretch] = {}
        for stretch in self._stretches:
            if stretch.end > before:
                at = max(0, before - stretch.start)
                part = stretch.part(at, len(stretch.true)) if at else stretch
                kept[part.start] = part
        before = min(kept)
        for start in sorted(set(needed())):
            if start < before:
                stretch = self._stretches[bisect_right(self._starts, start) - 1]
                part = stretch.part(start - stretch.start, start - stretch.start + 1)
                kept[part.start] = part
        self._stretches = [kept[start] for start in sorted(kept)]
        self._starts = sorted(kept)
        self._kept = sum(len(stretch.true) for stretch in self._stretches)
