"""Write bodies so that every YAML reader gives the same bytes back, and people can read them.

Text is a literal block where that is exact, else double-quoted, else (not UTF-8) base64. PyYAML's
emitters quote whole bodies for one emoji, and lose U+0085; hence this one. Everything is written
in pieces, so that no second body is held.
`pad` is the indentation of the content, two more than the column of the key.
Source: YAML 1.2.2, 7.3.1 (double-quoted), 8.1 (block scalars); libyaml's scanner.
"""

from __future__ import annotations

import base64
import codecs
from collections.abc import Iterator
from typing import Final

from stream_cassette.formats._simple import SimpleText
from stream_cassette.formats._yaml_write import WIDTH, escaped

__all__ = ["body"]

_WINDOW: Final = 1 << 18


def body(data: bytes, pad: str, *, ascii_only: bool = False) -> Iterator[bytes]:
    """`data` as what follows `key: `, the last line not ended; lines after the first at `pad`."""
    if not data:
        return iter((b'""',))
    try:
        literal = _is_literal(data)
    except UnicodeDecodeError:
        return _binary(data, pad.encode())
    if literal and not (ascii_only and not data.isascii()):
        return _literal(data, pad.encode())
    return _quoted(data, pad, ascii_only)


def _is_literal(data: bytes) -> bool:
    """Whether it is simple text in which no line ends in a blank (editors strip those).

    Raises UnicodeDecodeError, wherever in `data` it is due.
    """
    text, literal, blank = SimpleText(), True, False
    for at in range(0, len(data), _WINDOW):
        piece = data[at : at + _WINDOW]
        simple = text.feed(piece, final=at + _WINDOW >= len(data))
        ends_blank = b" \n" in piece or b"\t\n" in piece or (blank and piece.startswith(b"\n"))
        blank = piece.endswith((b" ", b"\t"))
        literal = literal and simple and not ends_blank
    return literal and not blank


def _literal(data: bytes, pad: bytes) -> Iterator[bytes]:
    ends = data.endswith(b"\n")
    yield b"|2+\n" if ends else b"|2-\n"
    size = len(data) - ends
    owed = pad  # an empty line gets none, so it waits for the line's first character
    for at in range(0, size, _WINDOW):
        piece = data[at : min(at + _WINDOW, size)]
        if owed and not piece.startswith(b"\n"):
            yield owed
        # no line ends in a blank, so what now looks like a line of blanks is an empty one
        written = piece.replace(b"\n", b"\n" + pad).replace(pad + b"\n", b"\n")
        owed = pad if piece.endswith(b"\n") else b""
        yield written.removesuffix(owed)


def _quoted(data: bytes, pad: str, ascii_only: bool) -> Iterator[bytes]:
    """A source line per line, each ended `\\n\\` but the last; a blank at its start escaped."""
    yield b'"'
    decode = codecs.getincrementaldecoder("utf-8")().decode
    line_end = "\\n\\\n" + pad
    owed = False  # the last line end is written without a new line
    for at in range(0, len(data), _WINDOW):
        out: list[str] = []
        for number, line in enumerate(decode(data[at : at + _WINDOW]).split("\n")):
            if number:
                out.append(line_end if owed else "")
                owed = True
            if line and owed:
                out.append(line_end + ("\\x20" if line[0] == " " else ""))
                line, owed = line.removeprefix(" "), False
            out.append(escaped(line, ascii_only=ascii_only))
        yield "".join(out).encode()
    yield b'\\n"' if owed else b'"'


def _binary(data: bytes, pad: bytes) -> Iterator[bytes]:
    yield b"!!binary |"
    width = max(4, WIDTH - len(pad)) // 4 * 3
    for at in range(0, len(data), width * 1000):
        encoded = base64.b64encode(data[at : at + width * 1000])
        step = width // 3 * 4
        lines = (encoded[i : i + step] for i in range(0, len(encoded), step))
        yield b"".join(b"\n%b%b" % (pad, line) for line in lines)
