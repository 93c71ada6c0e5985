"""Decode double-quoted scalars of our own writer's layout, piece by piece.

A source line per line of text, each ended by an escaped LF and a backslash, the next at the
indentation, its first character no blank; between the quotes simple text without a tab; only our
writer's escapes. Of such a scalar no YAML reader folds or strips anything, and but for a few
escapes it is a JSON string, which is read twice as fast.
Source: YAML 1.2.2, 5.7 (escapes), 7.3.1 (double-quoted); libyaml, `yaml_parser_scan_flow_scalar`.
"""

from __future__ import annotations

import re
from contextlib import suppress
from functools import cache
from typing import Final

import orjson

from stream_cassette.formats._simple import SimpleText

__all__ = ["QuotedText"]

_PAIR: Final = b"\\\\"
_PAIR_MARK: Final = b"\x01"  # nothing that is simple text
_HEX: Final = "x[0-9A-F]{2}|u[0-9A-F]{4}|U[0-9A-F]{8}"
_UNKNOWN: Final = re.compile(rf'\\(?!["rnt0]|{_HEX})'.encode())
_NOT_ALIKE: Final = re.compile(rb"\\(?:[bf/]|u[Dd])")  # JSON's and not ours, or another meaning
_LONGEST: Final = 16  # an escape or a character is shorter


class QuotedText:
    """Looks at one scalar, quotes not included; `pad` is the indentation of its lines."""

    def __init__(self, pad: int) -> None:
        self._pad = pad
        self._line_end = b"\\n\\\n" + b" " * pad
        self._text = SimpleText()

    def cut(self, data: bytes, start: int) -> int:
        """Where `data` from `start` on can be cut: as late as nothing is cut in two.

        `start` is the scalar's, or was such a place.
        """
        at = max(start, len(data) - self._pad - _LONGEST)
        before = data[start:at]
        at -= (len(before) - len(before.rstrip(b"\\"))) % 2  # else within an escape
        found = _whole(self._pad).match(data, at)
        return at if found is None else found.end()

    def feed(self, piece: bytes) -> bytes:
        """The text of a piece, in UTF-8. Raises ValueError if it is not of our layout."""
        if not self._text.feed(piece, final=True):
            raise ValueError("a character that is not simple")
        if self._line_end + b" " in piece:
            raise ValueError("a line that begins with a blank")
        line = piece.replace(self._line_end + b"\\x20", b"\\n ").replace(self._line_end, b"\\n")
        if not _NOT_ALIKE.search(line):
            with suppress(orjson.JSONDecodeError):  # what JSON does not know, or nobody does
                text: str = orjson.loads(b'"%b"' % line)
                return text.encode("utf-8")
        return _unescaped(line)


def _unescaped(line: bytes) -> bytes:
    """The text of a scalar that is one line. Raises ValueError if there is another line end."""
    marked = line.replace(_PAIR, _PAIR_MARK)  # each backslash left begins an escape
    if b"\n" in line or b"\t" in line or marked.count(b'"') != marked.count(b'\\"'):
        raise ValueError("a quote, a tab or a line end of another kind")
    if _UNKNOWN.search(marked):
        raise ValueError("an escape of another kind")
    # Python would read octal digits on
    python = marked.replace(b"\\0", b"\\x00").replace(_PAIR_MARK, _PAIR)
    if not python.isascii():
        python = python.decode("utf-8").encode("ascii", "backslashreplace")
    return python.decode("unicode_escape").encode("utf-8")  # no surrogates


@cache
def _whole(pad: int) -> re.Pattern[bytes]:
    """Whole characters, escapes and line ends, the rest of one before them; no quote at the end."""
    line_end = rf"\\n\\\n {{{pad}}}(?=[^ ])"
    return re.compile(
        rb"[\x80-\xbf]*+(?:[\x00-!#-\[\]-\x7f]|[\xc0-\xff][\x80-\xbf]*+(?=[\x00-\x7f\xc0-\xff])"
        + rf'|"(?!\Z)|\\[\\"rt0\n]|\\(?:{_HEX})|\\n(?=[^\\]|\\[^\n])|{line_end})*+'.encode()
    )
