"""Where in a text a secret is, or may begin: shapes of keys, and values in every spelling.

The text comes in pieces. What counts is the same however it was cut: every place is looked at on
its own, and a match that reaches the end of the text so far is *open* until more of it is known.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import NamedTuple

from stream_cassette.cassette.secret_names import Redaction
from stream_cassette.cassette.secret_rules import BASE64, DATA_URL, HEAD, STAR, Rules
from stream_cassette.cassette.secret_shapes import CODED, SHAPES, Shape

__all__ = ["BASE64", "LIMIT", "STAR", "Finder", "Found", "Span", "finder_of"]

LIMIT = 512  # an open match of so many bytes counts as the secret
_LONG = 256  # bytes of a long value that count as the whole of it
_SHOWN = 3  # bytes of an open match that are put out as they are

_DATA = re.compile(rb"[A-Za-z0-9+/=_%-]*+")


class Span(NamedTuple):
    """Bytes to mask, and with what."""

    start: int
    end: int
    fill: int


class Found(NamedTuple):
    """What is known of a text so far.

    `spans` are secrets for good, `maybe` what matches a pattern and may match more of it. From
    `keep` on the text is needed again when more of it comes; from `open_at` on it may be a secret.
    `tails` go on being masked while they match; `data` is where the data: URL begins inside which
    the text ends, or -1.
    """

    spans: list[Span]
    maybe: list[Span]
    keep: int
    open_at: int
    tails: list[re.Pattern[bytes]]
    data: int


class Finder(Rules):
    """Looks at texts by the rules of one Redaction."""

    def find(
        self,
        text: bytes,
        before: bytes = b"",
        *,
        final: bool,
        data: int = -1,
        limit: int = LIMIT,
        size: Callable[[int, int], int] | None = None,
        masked: Sequence[int] = b"",
    ) -> Found:
        """Look at `text`; `before` are the last bytes before it (three are enough).

        The inside of a data: URL begins at `data`, unless that is -1. `final`: no more comes. An
        open match of `limit` bytes of the body counts as the secret; `size` says how many a part of
        the text takes.
        `masked` tells the bytes that are secrets already: a key may begin after one.
        """
        look = _Look(self, text, before, final, data, limit, size, masked)
        look.run()
        return look.found()


class _Look:
    """One look at a text."""

    def __init__(
        self,
        finder: Finder,
        text: bytes,
        before: bytes,
        final: bool,
        data: int,
        limit: int,
        size: Callable[[int, int], int] | None,
        masked: Sequence[int],
    ) -> None:
        self.finder, self.text, self.before = finder, text, before
        self.final, self.limit, self.size = final, limit, size
        self.masked = bytearray(masked) or bytearray(len(text))
        self.data_start = self.data_end = -1
        if data >= 0:
            self._data(data)
        self.spans: list[Span] = []
        self.maybe: list[Span] = []
        self.tails: list[re.Pattern[bytes]] = []
        self.keep = self.open_at = len(text)

    def run(self) -> None:
        at = self.finder.head(self.text, 0)
        while at >= 0:
            if self.text.startswith(DATA_URL[:HEAD], at):
                self._data_url(at)
            in_data = self.data_start <= at < self.data_end
            if not in_data and self._is_bounded(at):
                shapes = self.finder.shapes_at(self.text, at)
                # the first that is one, is it: a row for one vendor comes before that for all
                any(self._shape(shape, at) for shape in shapes)
            for literal, fill in self.finder.literals_at(self.text, at):
                self._literal(literal, fill, at)
            at = self.finder.head(self.text, at + 1)
        if not self.final:
            end = self._short_end()
            self.keep, self.open_at = min(self.keep, end), min(self.open_at, end)

        for pattern, literal in self.finder.patterns:
            self._pattern(pattern)
            if literal and not self.final:
                self._beginnings(literal)

    def _beginnings(self, literal: bytes) -> None:
        """What begins like a pattern does may match it later, up to the next blank."""
        size = len(self.text)
        at = self.text.find(literal, max(0, size - self.limit))
        while at >= 0:
            if len(self.text[at:].split(None, 1)) == 1 and not self.text[-1:].isspace():
                self.maybe.append(Span(at + _SHOWN, size, STAR))
                return
            at = self.text.find(literal, at + 1)
        for length in range(min(len(literal) - 1, size), _SHOWN, -1):
            if self.text.endswith(literal[:length]):
                self.maybe.append(Span(size - length + _SHOWN, size, STAR))
                return

    def _pattern(self, pattern: re.Pattern[bytes]) -> None:
        """Every match of at most LIMIT bytes, wherever it begins."""
        size = len(self.text)
        match = pattern.search(self.text)
        while match is not None:
            start, end = match.span()
            is_settled = self.final or end < size or self._size(start, end) >= self.limit
            if is_settled:
                self._secret(start, end, STAR)
            elif end > start:
                self.maybe.append(Span(start, end, STAR))
            match = pattern.search(self.text, start + 1)
        if not self.final:
            self.keep = min(self.keep, max(0, size - LIMIT))

    def _short_end(self) -> int:
        """Where the text's end begins that may become a head; its length if none does."""
        size = len(self.text)
        for at in range(max(0, size - HEAD + 1), size):
            if self.finder.is_end(self.text[at:], is_bounded=self._is_bounded(at)):
                return at
        return size

    def found(self) -> Found:
        data = self.data_start if self.data_end == len(self.text) and not self.final else -1
        return Found(self.spans, self.maybe, self.keep, self.open_at, self.tails, data)

    def _is_bounded(self, at: int) -> bool:
        """Whether a key may begin at `at`."""
        return bool(at and self.masked[at - 1]) or self.finder.is_bounded(
            self.text, at, self.before
        )

    def _size(self, start: int, end: int) -> int:
        return end - start if self.size is None else self.size(start, end)

    def _secret(self, start: int, end: int, fill: int) -> None:
        self.spans.append(Span(start, end, fill))
        self.masked[start:end] = bytes([fill]) * (end - start)

    def _open(self, at: int) -> None:
        self.keep, self.open_at = min(self.keep, at), min(self.open_at, at)

    def _data_url(self, at: int) -> None:
        if self.text.startswith(DATA_URL, at):
            self._data(at + len(DATA_URL))
        elif not self.final and DATA_URL.startswith(self.text[at:]):
            self.keep = min(self.keep, at)

    def _data(self, start: int) -> None:
        match = _DATA.match(self.text, start)
        assert match is not None  # it matches nothing, too
        self.data_start, self.data_end = start, match.end()

    def _shape(self, shape: Shape, at: int) -> bool:
        """Whether a key of this shape stands at `at`, for good."""
        text, size = self.text, len(self.text)
        match = shape.run.match(text, at)
        if match is None:
            if not self.final and shape.prefix.startswith(text[at:]):
                self._open(at)
            return False
        end = match.end()
        if shape.exact and self.finder.is_form and text[end - 1 : end] == b"+":
            end -= 1  # a blank, that no base64 goes on with
        reaches_end = end == size and not self.final
        if self._is_chance(shape, at):
            if reaches_end and size - at < CODED:
                self._open(at)
            return False
        is_long = self._size(at, end) >= self.limit
        if is_long or (not (shape.exact and reaches_end) and shape.check.match(text[at:end])):
            tail = shape.tail.match(text, end)
            end = end if tail is None else tail.end()
            self._secret(at + shape.shown, end, STAR)
            if end == size and not self.final:
                self.tails.append(shape.tail)
            return True
        if reaches_end:
            self._open(at)
        return False

    def _is_chance(self, shape: Shape, at: int) -> bool:
        """Whether what stands at `at` may be base64 that looks like a key."""
        if shape.coded is None or (at and self.masked[at - 1]):
            return False
        return (
            self.finder.may_be_coded(self.text, at, self.before)
            and shape.coded.match(self.text, at) is None
        )

    def _literal(self, literal: bytes, fill: int, at: int) -> None:
        text, size = self.text, len(literal)
        if text.startswith(literal, at):
            self._secret(at, at + size, fill)
            return
        same = _common(text, at, literal)
        if same >= _LONG or self._size(at, at + same) >= self.limit:
            self._secret(at, at + _whole(literal, same), fill)
        if at + same == len(text) and not self.final:
            self._open(at)


def _common(text: bytes, at: int, literal: bytes) -> int:
    """How many bytes of `literal` stand at `at`."""
    piece = text[at : at + len(literal)]
    if literal.startswith(piece):
        return len(piece)
    return next(i for i, (a, b) in enumerate(zip(piece, literal, strict=False)) if a != b)


def _whole(literal: bytes, size: int) -> int:
    """`size` or a little less, so that no character of the value is cut in two."""
    while size and literal[size] & 0xC0 == 0x80:
        size -= 1
    return size


@lru_cache(maxsize=64)
def finder_of(redaction: Redaction, *, is_form: bool = False, is_url: bool = False) -> Finder:
    """The rules of `redaction`, made ready once.

    In a form's value (or a URL's) `+` is a blank; in a URL or a header there is no base64.
    """
    patterns = sorted(redaction.patterns)
    return Finder(SHAPES, redaction.literals, patterns, is_form=is_form, is_url=is_url)
