"""The rules by which secrets are found, made ready: what begins one, and where one may begin."""

from __future__ import annotations

import re
from collections.abc import Iterable

from stream_cassette.cassette.secret_shapes import BOUNDARY, Shape
from stream_cassette.cassette.secret_values import spellings

__all__ = ["BASE64", "DATA_URL", "HEAD", "STAR", "Rules"]

HEAD = 4  # bytes by which a match is first noticed
STAR, BASE64 = 0x2A, 0x41  # what masks are made of: `*`, and `A` in base64
DATA_URL = b";base64,"  # after it the text is data until the first character that is no base64

_ESCAPE = re.compile(rb"%([0-9A-Fa-f]{2})")
# plain characters of a pattern, but for one that a quantifier follows
_LITERAL = re.compile(r"(?:(?:[^\\.^$*+?{}\[\]|()]|\\[^A-Za-z0-9])(?![*?{]))+")
# line ends in a JSON text inside a string
_BLANKS = (b"\\n", b"\\r", b"\\t")


class Rules:
    """The rules of one Redaction."""

    is_form: bool
    is_url: bool

    def __init__(
        self,
        shapes: Iterable[Shape],
        values: Iterable[str],
        patterns: Iterable[str] = (),
        *,
        is_form: bool = False,
        is_url: bool = False,
    ) -> None:
        self.is_form, self.is_url = is_form, is_url
        self.boundary: frozenset[int] = BOUNDARY - {ord("+")} if is_form else BOUNDARY
        self.patterns: tuple[tuple[re.Pattern[bytes], bytes], ...] = tuple(
            (re.compile(p.encode()), _literal(p).encode()) for p in patterns
        )
        self._shapes: dict[bytes, list[Shape]] = {}
        self._literals: dict[bytes, list[tuple[bytes, int]]] = {}
        for shape in shapes:
            self._shapes.setdefault(shape.prefix[:HEAD], []).append(shape)
        for value in values:
            for spelling, is_base64 in spellings(value):
                entry = spelling, BASE64 if is_base64 else STAR
                known = self._literals.setdefault(spelling[:HEAD], [])
                if entry not in known:
                    known.append(entry)
        heads = sorted({*self._shapes, *self._literals, DATA_URL[:HEAD]}, key=len, reverse=True)
        self._heads = re.compile(b"|".join(map(re.escape, heads)))
        # what a text may end with that may become a head
        self._free_ends = _ends({*self._literals, DATA_URL[:HEAD]})
        self._ends = self._free_ends | _ends(self._shapes)

    def has_head(self, text: bytes) -> bool:
        """Whether something may begin in the text, but for its last three bytes."""
        return bool(self.patterns) or self._heads.search(text) is not None

    def short_end(self, text: bytes, before: bytes) -> int:
        """Where the text's end begins that may become a head; its length if none does.

        `before` are the last bytes before the text.
        """
        size = len(text)
        for at in range(max(0, size - HEAD + 1), size):
            end = text[at:]
            if end in self._ends and self.is_end(end, is_bounded=self.is_bounded(text, at, before)):
                return at
        return size

    def has_beginning(self, text: bytes) -> bool:
        """Whether some value begins like this."""
        return any(literal.startswith(text) for literal, _ in self.literals_at(text, 0))

    def is_bounded(self, text: bytes, at: int, before: bytes) -> bool:
        """Whether a key may begin at `at`: no letter or digit comes before it, or as an escape."""
        last = (before + text[:at])[-3:] if at < 3 else text[at - 3 : at]
        if not last or last[-1] not in self.boundary:
            return True
        if last[-2:] in _BLANKS:
            return True
        escape = _ESCAPE.fullmatch(last)
        return escape is not None and int(escape[1], 16) not in BOUNDARY

    def may_be_coded(self, text: bytes, at: int, before: bytes) -> bool:
        """Whether what comes before `at` may be base64, after which a key may begin all the same.

        A `/`, or the padding of what ended there; never in a URL.
        """
        last = (before + text[:at])[-3:] if at < 3 else text[at - 3 : at]
        return not self.is_url and (last.endswith((b"/", b"==")) or last.upper() == b"%2F")

    def shapes_at(self, text: bytes, at: int) -> list[Shape]:
        """The shapes that may begin at `at`."""
        by_four, by_three = text[at : at + HEAD], text[at : at + HEAD - 1]
        return [*self._shapes.get(by_four, ()), *self._shapes.get(by_three, ())]

    def literals_at(self, text: bytes, at: int) -> list[tuple[bytes, int]]:
        """The spellings that may begin at `at`."""
        return self._literals.get(text[at : at + HEAD], [])

    def head(self, text: bytes, at: int) -> int:
        """The next place where something may begin, or -1."""
        match = self._heads.search(text, at)
        return -1 if match is None else match.start()

    def is_end(self, text: bytes, *, is_bounded: bool) -> bool:
        """Whether this short text may become a head; of a shape only where one may begin."""
        return text in self._free_ends or (is_bounded and text in self._ends)


def _literal(pattern: str) -> str:
    """The text that all matches of the pattern begin with, as far as its spelling tells."""
    match = _LITERAL.match(pattern)
    if match is None or "|" in pattern:
        return ""
    return re.sub(r"\\(.)", r"\1", match[0])


def _ends(heads: Iterable[bytes]) -> frozenset[bytes]:
    """Every beginning of a head, shorter than it."""
    return frozenset(head[:length] for head in heads for length in range(1, len(head)))
