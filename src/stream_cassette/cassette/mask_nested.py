"""Secrets by name in a string that is itself JSON text, as a tool call's arguments are.

What is found is masked for good before the string is looked at for anything else; what is open
there never brings it back.
"""

from __future__ import annotations

from stream_cassette.cassette.mask_channel import Output
from stream_cassette.cassette.mask_json import JsonStrings
from stream_cassette.cassette.mask_piece import Piece, Spot
from stream_cassette.cassette.secret_names import Redaction

__all__ = ["NestedNames"]

_BLANK = b" \t\r\n"


class _Covered(Piece):
    """A piece with some of its bytes masked for good: that is how they are written now."""

    __slots__ = ("_covered", "_of")

    def __init__(self, of: Piece, covered: bytearray) -> None:
        self._of, self._covered = of, covered
        self.text, self.raw, self.start = of.text, of.raw, of.start

    def spot(self, index: int) -> Spot:
        """Where the byte at `index` of the text stands."""
        start, raw = self._of.spot(index)
        return Spot(start, b"*" * len(raw) if self._covered[index] else raw)

    def size(self, start: int, end: int) -> int:
        """How many bytes of the body the text from `start` to `end` takes."""
        return self._of.size(start, end)


class NestedNames:
    """Reads one string's text, or that of strings which go on from each other."""

    __slots__ = ("_carry", "_is_json", "_strings")

    def __init__(self, redaction: Redaction) -> None:
        self._strings = JsonStrings(redaction, own_items=False)
        self._is_json: bool | None = False  # None while nothing but blanks has come
        self._carry = b""

    @property
    def is_open(self) -> bool:
        """Whether the text may go on with a secret's value."""
        return self._is_json is not False

    @property
    def is_in_secret(self) -> bool:
        """Whether a secret's value is open."""
        return self._strings.is_in_secret

    def reset(self) -> None:
        """Another text begins."""
        self._strings.reset()
        self._is_json, self._carry = False, b""

    def cover(self, piece: Piece, output: Output, *, begins: bool) -> Piece:
        """Mask what is a secret by its name; the piece as it then is."""
        if begins and self._is_json is False:
            self._is_json = None
        if self._is_json is None:
            first = piece.text.lstrip(_BLANK)[:1]
            if not first:
                return piece
            self._is_json = first in (b"{", b"[")
        return self._covered(piece, output) if self._is_json else piece

    def _covered(self, piece: Piece, output: Output) -> Piece:
        known = len(self._carry)
        data = self._carry + piece.text
        covered = bytearray(len(data))
        for node, one in self._strings.feed(data):
            if node.is_secret and not one.is_key:
                end = one.end + self._strings.carried
                covered[one.start : end] = b"\1" * (end - one.start)
        carried = self._strings.carried
        self._carry = data[len(data) - carried :] if carried else b""
        if not self._strings.is_begun:
            self._is_json = False
        del covered[:known]
        if not any(covered):
            return piece
        for index in range(len(covered)):
            if covered[index]:
                start, raw = piece.spot(index)
                output.write(start, b"*" * len(raw))
        return _Covered(piece, covered)
