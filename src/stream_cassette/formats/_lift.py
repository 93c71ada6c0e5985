"""Lift literal blocks out of a YAML file by a byte scan, so that the parser sees a short one.

What is lifted has one reading: the value of a plain key, LF only, every line empty or indented by
blanks, every character one that YAML prints. The parser gets the file with one word in the place
of each block, at the block's own column. Where that word comes back as a whole scalar, the parser
stood where the scan believed it to stand, and the block's lines would have been its value. Where
it does not (the "block" was text inside another scalar), or where anything at all is refused, the
file is read again as it is: what is refused, and why, is the parser's to say.
Source: YAML 1.1, 9.2; libyaml, `yaml_parser_scan_block_scalar`.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from typing import Final, Protocol

from stream_cassette.formats._simple import SimpleText

__all__ = ["WORD", "Lifted", "NotLiftable", "Source", "lift"]

WORD: Final = "lifted-block"
_WORD: Final = WORD.encode()
_WINDOW: Final = 1 << 20
_LONGEST: Final = 256  # a header line, or the indentation of a block, is shorter

_HEADER: Final = re.compile(
    rb"( {0,60})((?:- {1,9})?)[A-Za-z_][A-Za-z0-9_]{0,63}: (?:!!binary )?\|(2?)([-+]?)\n"
)
_FIRST: Final = re.compile(rb"\n( {1,99})[!-~]")
_STOP: Final = re.compile(rb" *[!-~]")


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
    """A file with `WORD` in the place of each block, and the blocks' values in their order."""

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
        keys, dash, number, sign = header.groups()
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
        self.kept.write(b"%b%b\n" % (b" " * pad, _WORD))
        self.blocks.append(self._block(pad, sign))

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
