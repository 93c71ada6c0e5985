"""Lift bodies out of a YAML file by a byte scan, so that the parser sees a short one.

What is lifted has one reading: the value of a plain key, LF only, every character one that YAML
prints; a literal block of which every line is empty or indented by blanks, or a double-quoted
scalar of our writer's layout (`_quoted_read`). The parser gets the file with one word in the place
of each, at its own column, between its own quotes. Where that word comes back as a whole scalar of
that style, the parser stood where the scan believed it to stand, and what was lifted would have
been its value. Where it does not (it was text inside another scalar), or where anything at all is
refused, the file is read again as it is: what is refused, and why, is the parser's to say.
Source: YAML 1.1, 9.2; libyaml, `yaml_parser_scan_block_scalar`.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from typing import Final, Protocol

from stream_cassette.formats._base64_read import Base64Text
from stream_cassette.formats._quoted_read import QuotedText
from stream_cassette.formats._simple import SimpleText

__all__ = ["DECODED", "QUOTED", "WORD", "Lifted", "NotLiftable", "Source", "lift"]

WORD: Final = "lifted-block"  # in the place of a block, and part of the others
QUOTED: Final = f"{WORD}-quoted"
DECODED: Final = f"{WORD}-decoded"  # a block of base64, decoded
_WORD: Final = WORD.encode()
_WINDOW: Final = 1 << 20
_LONGEST: Final = 256  # a header line, or the indentation of a block, is shorter

_HEADER: Final = re.compile(
    rb"( {0,60})((?:- {1,9})?)([A-Za-z_][A-Za-z0-9_]{0,63}: (?:!!binary )?)\|(2?)([-+]?)\n"
)
_BASE64: Final = frozenset({b"body: !!binary ", b"string: !!binary "})
_FIRST: Final = re.compile(rb"\n( {1,99})[!-~]")
_STOP: Final = re.compile(rb" *[!-~]")

# the keys of bodies: other quoted scalars are short
_QUOTES: Final = (b'body: "', b'string: "', b'decoded: "')
_QUOTED_HEADER: Final = re.compile(rb'( {0,60})((?:- {1,9})?)(?:body|string|decoded): "')
_LINE_ENDS: Final = (b'"', b"\\n\\")


class Source(Protocol):
    """A file open for reading bytes."""

    def read(self, size: int = -1, /) -> bytes:
        """At most `size` bytes, `b""` at the end."""
        ...

    def seek(self, offset: int, /) -> int:
        """Go to the place; read on from there."""
        ...


class NotLiftable(Exception):
    """The file has to be read as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifted:
    """A file with a word in the place of each body lifted, and their values in their order."""

    data: bytes
    blocks: tuple[bytes, ...] = ()


def lift(source: Source) -> Lifted:
    """What `source` holds, its blocks lifted. Raises NotLiftable at the first that is not simple.

    Beside what it returns it holds a window of the file at a time.
    """
    scan = _Scan(source)
    scan.run()
    text = scan.kept.getvalue()  # no copy
    if text.count(_WORD) != len(scan.blocks):  # the file itself says the word
        raise NotLiftable
    return Lifted(data=text, blocks=tuple(scan.blocks))


@cache
def _end_of(pad: int) -> re.Pattern[bytes]:
    """The line end after which a block of that indentation may be over."""
    return re.compile(rb"\n(?! {%d}|\n)" % pad)


class _Scan:
    """The file by windows: `data` from `at` on is what has not been looked at."""

    def __init__(self, source: Source) -> None:
        self.kept = BytesIO()
        self.blocks: list[bytes] = []
        self._source = source
        self._data = b""
        self._at = 0
        self._ended = False

    def run(self) -> None:
        while len(self._data) < len(codecs.BOM_UTF8) and not self._ended:
            self._more()
        if self._data.startswith(codecs.BOM_UTF8):
            self._at = len(codecs.BOM_UTF8)
        looked = self._at
        while True:
            bar = self._data.find(b"|", looked)
            quote = self._quote(looked, bar)
            if quote is not None:
                looked = self._lift_quoted(quote)
                continue
            line_end = self._data.find(b"\n", bar) if bar >= 0 else -1
            if line_end < 0:
                if self._ended:
                    break
                self._keep_lines()
                looked = self._at
                continue
            line = self._data.rfind(b"\n", self._at, bar) + 1 or self._at
            header = _HEADER.fullmatch(self._data, line, line_end + 1)
            if header is None:
                looked = line_end + 1
            else:
                self._lift(header)
                looked = self._at
        self.kept.write(self._data[self._at :])

    def _more(self) -> None:
        """Read on; what has been looked at is let go."""
        read = self._source.read(_WINDOW)
        if b"\0" in read:
            raise NotLiftable  # nothing that has one can be
        self._ended = not read
        self._data = self._data[self._at :] + read
        self._at = 0

    def _keep_lines(self) -> None:
        """Keep what holds no header, and read on. The last line may begin one, if it is short."""
        end = self._data.rfind(b"\n", self._at) + 1 or self._at
        in_line = len(self._data) - end > _LONGEST
        if in_line:
            end = len(self._data)
        self.kept.write(self._data[self._at : end])
        self._at = end
        self._more()
        while in_line and not self._ended:
            self._at = self._data.find(b"\n") + 1
            in_line = self._at == 0
            self._at = self._at or len(self._data)
            self.kept.write(self._data[: self._at])
            if in_line:
                self._more()

    def _lift(self, header: re.Match[bytes]) -> None:
        keys, dash, key, number, sign = header.groups()
        # the block starts with the header's line end: each of its lines then does
        self.kept.write(self._data[self._at : header.end()])
        self._at = header.end() - 1
        while len(self._data) - self._at < _LONGEST and not self._ended:
            self._more()
        if number:
            pad = len(keys) + len(dash) + 2
        elif first := _FIRST.match(self._data, self._at):
            pad = len(first[1])
        else:
            raise NotLiftable
        is_base64 = key in _BASE64
        word = DECODED.encode() if is_base64 else _WORD
        self.kept.write(b"%b%b\n" % (b" " * pad, word))
        self.blocks.append(self._base64(pad) if is_base64 else self._block(pad, sign))

    def _quote(self, looked: int, end: int) -> re.Match[bytes] | None:
        """The first header of a double-quoted scalar before `end` (-1: the window's)."""
        data, found = self._data, len(self._data) if end < 0 else end
        first = None
        for mark in _QUOTES:
            at = data.find(mark, looked, found)
            while at >= 0:
                near = max(self._at, at - _LONGEST)
                line = data.rfind(b"\n", near, at) + 1 or self._at
                header = _QUOTED_HEADER.fullmatch(data, line, at + len(mark))
                if header is not None:
                    first, found = header, at
                    break
                at = data.find(mark, at + 1, found)
        return first

    def _lift_quoted(self, header: re.Match[bytes]) -> int:
        """Lift it unless it is empty, or its first line of another layout; where to go on."""
        self.kept.write(self._data[self._at : header.start()])
        self._at = header.start()
        size = header.end() - header.start()
        while (line_end := self._data.find(b"\n", self._at + size)) < 0 and not self._ended:
            if len(self._data) - self._at > _LONGEST:
                break
            self._more()
        start = self._at + size
        ours = line_end > start + 1 and self._data.endswith(_LINE_ENDS, start, line_end)
        if line_end >= 0 and not ours:
            return start
        self.kept.write(b'%b%b"\n' % (header[0], QUOTED.encode()))
        self._at = start
        self.blocks.append(self._quoted(QuotedText(len(header[1]) + len(header[2]) + 2)))
        return self._at

    def _quoted(self, text: QuotedText) -> bytes:
        """The value of the scalar at `at`; the line after it is where the scan goes on."""
        out = BytesIO()
        while True:
            end = self._data.find(b'"\n', self._at)
            piece_end = text.cut(self._data, self._at) if end < 0 else end
            try:
                out.write(text.feed(self._data[self._at : piece_end]))
            except ValueError as error:
                raise NotLiftable from error
            self._at = piece_end
            if end >= 0:
                self._at += 2
                return out.getvalue()  # no copy
            if self._ended:
                raise NotLiftable  # the last line does not end
            self._more()

    def _block(self, pad: int, sign: bytes) -> bytes:
        """The value of the block at `at`; its end is where the scan goes on."""
        text = SimpleText()
        piece, ended = self._piece(pad, text)
        if ended:
            value = piece[1:]
            if sign == b"+":
                return value
            value = value.rstrip(b"\n")
            return value + b"\n" if value and not sign else value
        out = BytesIO()
        out.write(memoryview(piece)[1:])
        while not ended:
            self._more()
            piece, ended = self._piece(pad, text)
            out.write(piece)
        _chomp(out, sign)
        return out.getvalue()  # no copy

    def _base64(self, pad: int) -> bytes:
        """The bytes that the block at `at` stands for; see `_block`."""
        text, base64, out, ended = SimpleText(), Base64Text(), BytesIO(), False
        while not ended:
            piece, ended = self._piece(pad, text)
            try:
                out.write(base64.feed(piece, final=ended))
            except ValueError as error:
                raise NotLiftable from error
            if not ended:
                self._more()
        return out.getvalue()  # no copy

    def _piece(self, pad: int, text: SimpleText) -> tuple[bytes, bool]:
        """As much of the block as the window surely holds, dedented; whether that was its end."""
        data, at = self._data, self._at
        found = _end_of(pad).search(data, at)
        sure = found is not None and (self._ended or found.end() + pad <= len(data))
        if found is not None and sure:
            self._at = found.end()
            if not _STOP.match(data, self._at) and self._at != len(data):
                raise NotLiftable  # a tab, or blanks alone
        elif self._ended:
            raise NotLiftable  # the last line does not end
        elif found is not None:
            self._at = found.start()
        else:
            last = data.rfind(b"\n", at + 1)
            self._at = last if last > 0 else len(data)
        piece = data[at : self._at]
        try:
            simple = text.feed(piece, final=sure)
        except UnicodeDecodeError as error:
            raise NotLiftable from error
        if not simple:
            raise NotLiftable
        return b"\n".join(piece.split(b"\n" + b" " * pad)), sure


def _chomp(out: BytesIO, sign: bytes) -> None:
    """Keep (`+`), strip (`-`) or clip the line ends at the end."""
    if sign == b"+":
        return
    size = out.tell()
    with out.getbuffer() as view:
        while size and view[size - 1] == 0x0A:
            size -= 1
        size += bool(size and not sign)
    out.truncate(size)
