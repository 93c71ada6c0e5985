"""The strings at one path, frame after frame, as the one text that they make.

Most are constants (an id, a model's name): the same in every frame, and no continuation of the
one before. Such a value is looked at once; a constant that looks like the beginning of a secret
is no secret for being said again and again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from stream_cassette.cassette.mask_channel import Channel, Output
from stream_cassette.cassette.mask_nested import NestedNames
from stream_cassette.cassette.mask_piece import Piece, json_piece
from stream_cassette.cassette.secret_finder import LIMIT, finder_of
from stream_cassette.cassette.secret_names import Redaction

__all__ = ["ValueChannel"]

_LEAST_CONSTANT, _MOST_CONSTANT = 4, 128  # bytes
_WORD = re.compile(rb"[A-Za-z0-9+/=_-]*+")
# no base64, if the values before it were none
_PLAIN_WORD = re.compile(rb"[A-Za-z]?(?:[a-z]{2,24}|[A-Z]{2,24})")
_MOST_PLAIN = 32
_ESCAPES = set(b"\\%")  # what came before the value may be needed to see that it was a blank
_NOTHING = Piece(b"", 0)
_MAY_BE_JSON = (b"", b"{", b"[", b" ", b"\t", b"\r", b"\n")


class ValueChannel(Channel):
    """One path's values, each in one piece or many."""

    __slots__ = (
        "_begun",
        "_echo",
        "_is_noise",
        "_is_own",
        "_is_word",
        "_last",
        "_nested",
        "_size",
        "again",
        "place",
        "settled",
    )

    def __init__(self, redaction: Redaction, place: str = "body") -> None:
        super().__init__(finder_of(redaction))
        self.place: str = place
        self._nested = NestedNames(redaction)
        self._size = 0  # of the value so far
        self._is_own = True  # whether the value goes on from none
        self._is_word: bool | None = None  # whether it is one long word; None if it is empty
        self._begun = b""  # the value's first bytes
        # whether one of the values up to the last, all of them words, was no plain one
        self._is_noise = False
        self._last = b""  # the last value, if it is all an open match
        self._echo: list[Piece] | None = None  # pieces of what may be the last value once more
        # a value, in its quotes, that changes nothing when it comes again; where it came last:
        # the offset of a line, the line's parts, and which part it is
        self.settled: bytes = b""
        self.again: tuple[int, list[bytes], int] | None = None

    @property
    def is_open(self) -> bool:
        """Whether the next byte may have to be masked."""
        return self._echo is not None or self._nested.is_in_secret or super().is_open

    def needed(self) -> Iterator[int]:
        """Where in the body it may still change what was put out."""
        if self.again is not None:
            self._move()
        yield from super().needed()
        for piece in self._echo or ():
            yield from range(piece.start, piece.start + len(piece.raw))

    def finish(self, output: Output) -> bool:
        """No value follows that may go on from the last; whether a secret ended here."""
        self._nested.reset()
        self._last, self.settled, self.again = b"", b"", None
        self._is_word, self._is_noise = None, False
        return self.feed(_NOTHING, output, final=True)

    def value(self, start: int, parts: list[bytes], index: int, output: Output) -> bool:
        """Take the whole value `parts[index]`, in its quotes, of a line that stands at `start`."""
        quoted = parts[index]
        piece = json_piece(quoted[1:-1], start + sum(map(len, parts[:index])) + 1)
        before = self._before, self._text, self._is_word, self._is_noise
        was_quiet = self.is_quiet
        found = self.feed_value(piece, output, begins=True, ends=True)
        is_same = (
            was_quiet
            and self.is_quiet
            and not self._finder.patterns
            and before == (self._before, self._text, self._is_word, self._is_noise)
        )
        if is_same and not found and len(self._text) <= len(piece.text):
            self.settled = quoted
        return found

    def feed_value(self, piece: Piece, output: Output, *, begins: bool, ends: bool) -> bool:
        """Take a piece of a value; whether some of it, or of what came before, is a secret."""
        self.settled = b""
        if self.again is not None:
            self._move()
        if begins:
            self._begin()
            self._size = 0
            self._echo = [] if self._last and self._may_repeat(output) else None
        self._size += len(piece.text)
        if piece.text:
            self._is_word = self._is_word is not False and _WORD.fullmatch(piece.text) is not None
            if len(self._begun) < _MOST_PLAIN:
                self._begun += piece.text[:_MOST_PLAIN]
        plain = piece
        if self._nested.is_open or (begins and piece.text[:1] in _MAY_BE_JSON):
            piece = self._nested.cover(piece, output, begins=begins)
        if self._echo is None:
            found = self.feed(piece, output)
        else:
            self._echo.append(piece)
            found = self._repeats(output, ends=ends)
        if ends and self._is_own and self._is_word and self._is_key():
            found = self.feed(_NOTHING, output, final=True) or found
        if ends:
            is_all = self._size == len(self._text) and not self._runs
            may_come_again = is_all and _LEAST_CONSTANT <= self._size <= _MOST_CONSTANT
            self._last = self._text if may_come_again else b""
        return found or piece is not plain

    def _begin(self) -> None:
        """A value begins; with a key maybe, unless it goes on from one long word (base64).

        A plain word is none, if there was no other before it.
        """
        if not self._is_word:
            self._is_noise = False
        elif _PLAIN_WORD.fullmatch(self._begun) is None:
            self._is_noise = True
        self._begun = b""
        self._is_own = not (self._is_word and self._is_noise) and self.is_quiet and not self._text
        if self._is_own and not _ESCAPES & set(self._before):
            self._before = b""
        self._is_word = None

    def _is_key(self) -> bool:
        """Whether what is open would be a key if nothing followed."""
        return not self.is_quiet and bool(self._finder.find(self._text, b"", final=True).spans)

    def _move(self) -> None:
        """What is kept of the last value stands where the value came last."""
        assert self.again is not None
        start, parts, index = self.again
        self.again = None
        piece = json_piece(parts[index][1:-1], start + sum(map(len, parts[:index])) + 1)
        self._origin, self._spots = (piece, len(piece.text) - len(self._text)), ()

    def _may_repeat(self, output: Output) -> bool:
        """Whether the last value, said twice, can't be the beginning of a secret."""
        twice = self._last * 2
        fits = output.hold(0) + len(self._last) * 6 <= LIMIT
        return fits and not self._finder.has_beginning(twice)

    def _repeats(self, output: Output, *, ends: bool) -> bool:
        """A value that may be the last one again: wait until it is known, all of it masked."""
        assert self._echo is not None
        said = b"".join(piece.text for piece in self._echo)
        *hidden, newest = self._echo
        if self._last.startswith(said) and not ends:
            output.write(newest.start, b"*" * len(newest.raw))
            output.hold(len(newest.raw))
            return False
        for piece in hidden:
            for index in range(len(piece.text)):
                output.write(*piece.spot(index))
            output.hold(-len(piece.raw))
        found = False
        if said == self._last:
            found = self.feed(_NOTHING, output, final=True)
        pieces, self._echo = self._echo, None
        for piece in pieces:
            found = self.feed(piece, output) or found
        return found
