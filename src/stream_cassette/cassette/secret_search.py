"""A plain search of one text for secrets: the last look, which shares only the tables of the masks.

Of the masks it shares what is data (shapes, spellings, names of opaque members), and none of the
code: it has the whole text before it, and need not be quick at each byte.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from stream_cassette.cassette.secret_names import Redaction
from stream_cassette.cassette.secret_shapes import SHAPES, Shape
from stream_cassette.cassette.secret_values import spellings

__all__ = ["Hit", "Search", "Strand", "search_of"]

_BEGINS = rb"(?<![A-Za-z0-9_+-])"
_CODED_BEFORE = re.compile(rb"(?:/|==|%2[Ff])\Z")  # what base64 may be before a key
_DATA_URL = b";base64,"
_DATA = re.compile(rb";base64,[A-Za-z0-9+/=_%-]*")
_WORD = re.compile(rb"[A-Za-z0-9+/=_-]*")
_ESCAPE = re.compile(rb'\\(?:u([0-9A-Fa-f]{4})|(["\\/bfnrt]))')
_SHORT = {b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t"}
_NESTED = 3  # JSON in a string of JSON in a string of JSON
_MASK = b"***"
_OVERLAP = 4096  # no shape has to be seen for longer to be known
_STRAND = 65_536
_FEW = 512  # bytes below which one quick look at a text is quicker than one for each secret


class Hit(NamedTuple):
    """What was found, and where in the text it begins; never the secret itself."""

    kind: str
    start: int


class Search:
    """The tables of one Redaction, made ready. `shortest` is the length of the shortest secret."""

    def __init__(self, redaction: Redaction) -> None:
        values = [(f"the value of {name}", value) for name, value in redaction.environment]
        values += [("a value named in redact=", value) for value in sorted(redaction.values)]
        literals = {text: kind for kind, value in values for text, _ in spellings(value)}
        self._literals = tuple(literals.items())
        self._patterns = tuple(re.compile(each.encode()) for each in sorted(redaction.patterns))
        prefixes = sorted({shape.prefix for shape in SHAPES}, key=len, reverse=True)
        self._prefix = re.compile(_BEGINS + b"(?:" + b"|".join(map(re.escape, prefixes)) + b")")
        # what every secret in a text begins with, escaped or not
        heads = {literal[:4] for literal in literals} | {prefix[:4] for prefix in prefixes}
        self._heads = re.compile(b"|".join(map(re.escape, sorted({*heads, b"\\"}))))
        self.shortest: int = 1 if self._patterns else min(map(len, [*literals, b"12345678"]))
        self.overlap: int = max(map(len, [*literals, bytes(_OVERLAP)]))

    def hits(self, text: bytes, *, opaque: bool = False, ends: bool = True) -> Iterator[Hit]:
        """What looks like a secret in `text`.

        `opaque`: only values count, for shapes are chance there. `ends` is False where more of
        the text follows elsewhere.
        """
        if len(text) < self.shortest:
            return
        if len(text) < _FEW and not self._patterns and self._heads.search(text) is None:
            return
        yield from self.values(text)
        if opaque:
            return
        for _ in range(_NESTED):
            yield from self._shaped(text, ends)
            plain = _ESCAPE.sub(_unescaped, text) if b"\\" in text else text
            if plain == text:
                return
            text = plain
            yield from self.values(text)

    def values(self, text: bytes) -> Iterator[Hit]:
        """The values in `text`, in any spelling; at most one hit for each spelling."""
        for literal, kind in self._literals:
            start = text.find(literal)
            if start >= 0:
                yield Hit(kind, start)

    def _shaped(self, text: bytes, ends: bool) -> Iterator[Hit]:
        data = [match.span() for match in _DATA.finditer(text)] if _DATA_URL in text else []
        for match in self._prefix.finditer(text):
            at = match.start()
            if any(start <= at < end for start, end in data):
                continue
            kind = next((shape.kind for shape in SHAPES if _is(shape, text, at, ends)), None)
            if kind is not None:
                yield Hit(kind, at)
        for pattern in self._patterns:
            for match in pattern.finditer(text):
                if match[0] and _MASK not in match[0]:
                    yield Hit("a pattern named in redact=", match.start())


class Strand:
    """One text that comes in pieces over many frames, searched in stretches that overlap."""

    def __init__(self, search: Search) -> None:
        self._search = search
        self._text = bytearray()
        self._begins = True
        self.last: bytes = b""

    def feed(self, piece: bytes) -> list[Hit]:
        """Take the next piece; what shows in the text so far, now and then."""
        self._text += piece
        self.last = piece
        return self._look(ends=False) if len(self._text) > _STRAND + self._search.overlap else []

    def close(self) -> list[Hit]:
        """The text ends."""
        return self._look(ends=True)

    def split(self) -> Strand:
        """Another text that has begun as this one has."""
        other = Strand(self._search)
        other._text, other._begins = bytearray(self._text), self._begins
        other.last = self.last
        return other

    def _look(self, *, ends: bool) -> list[Hit]:
        text = bytes(self._text)
        # what begins at the very start has been seen before, when its first byte's neighbour was
        found = [hit for hit in self._search.hits(text, ends=ends) if hit.start or self._begins]
        self._begins = False
        rest = text[-self._search.overlap :]
        self._text = bytearray(_DATA_URL + rest if self._is_data() else rest)
        return found

    @property
    def goes_on(self) -> bool:
        """Whether the last piece was part of one long word, or the text is inside a data: URL."""
        return (bool(self.last) and _WORD.fullmatch(self.last) is not None) or self._is_data()

    def _is_data(self) -> bool:
        url = self._text.rfind(_DATA_URL)
        data = _DATA.match(self._text, url) if url >= 0 else None
        return data is not None and data.end() == len(self._text)


def _is(shape: Shape, text: bytes, at: int, ends: bool) -> bool:
    """Whether a key of this shape begins at `at`; not yet if it may go on and its length counts."""
    run = shape.run.match(text, at) if text.startswith(shape.prefix, at) else None
    if run is None or (shape.exact and not ends and run.end() == len(text)):
        return False
    if shape.coded is not None and _CODED_BEFORE.search(text, max(0, at - 3), at):
        return shape.coded.match(text, at) is not None and shape.check.match(run[0]) is not None
    return shape.check.match(run[0]) is not None


def _unescaped(match: re.Match[bytes]) -> bytes:
    if match[1]:
        return chr(int(match[1], 16)).encode("utf-8", "surrogatepass")
    return _SHORT.get(match[2], match[2])


@lru_cache(maxsize=64)
def search_of(redaction: Redaction) -> Search:
    """The tables of `redaction`, made ready once."""
    return Search(redaction)
