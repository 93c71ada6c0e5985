"""Masks in the headers and payloads of application/vnd.amazon.eventstream while it streams.

Lengths stay, so preludes and headers do; the checksums of changed messages are for whoever has
the whole body to make true (`wire.eventstream.with_checksums`).
Source: AWS, 'Amazon Transcribe: event stream encoding'.
"""

from __future__ import annotations

import struct

from stream_cassette.cassette.mask_channel import Channel
from stream_cassette.cassette.mask_output import BodyOutput
from stream_cassette.cassette.mask_piece import Piece
from stream_cassette.cassette.mask_strings import JsonMasker
from stream_cassette.cassette.secret_finder import finder_of
from stream_cassette.cassette.secret_names import Redaction

__all__ = ["MessagesMasker"]

_PRELUDE = struct.Struct(">III")
_AROUND = 16  # bytes of a message that are neither headers nor payload
_LONGEST = 25 * 1024 * 1024
# types of header values that are bytes or text, behind their size; and the others' sizes
_TEXTS = frozenset({6, 7})
_SIZES = {0: 0, 1: 0, 2: 1, 3: 2, 4: 4, 5: 8, 8: 8, 9: 16}


class _HeaderMasker:
    """A message's headers in pieces: each name, and each value that is bytes or text, by itself."""

    def __init__(self, redaction: Redaction, output: BodyOutput) -> None:
        self._output = output
        self._finder = finder_of(redaction)
        self._channel = Channel(self._finder)
        self._next = "name size"  # what the next byte is
        self._left = 0  # bytes of the name, or of the value, that are still to come
        self._size = b""  # of a value, as far as it came

    def feed(self, data: bytes, start: int, *, final: bool) -> None:
        """Some of the headers; `final`: all of them, with these."""
        if final and self._next == "name size" and not self._finder.has_head(data):
            return
        at = 0
        while at < len(data):
            if self._next in ("name", "text", "number"):
                size = min(self._left, len(data) - at)
                self._left -= size
                self._piece(data[at : at + size], start + at)
                at += size
            else:
                self._byte(data, at, start)
                at += 1
        if final:
            if self._next in ("name", "text", "unknown"):
                self._text(b"", start + at, final=True)
            self._next = "name size"

    def _piece(self, data: bytes, start: int) -> None:
        """Some of a name or a value, of which `_left` bytes follow."""
        if self._next != "number":
            self._text(data, start, final=not self._left)
        if not self._left:
            self._next = "type" if self._next == "name" else "name size"

    def _byte(self, data: bytes, at: int, start: int) -> None:
        """A byte that says what follows; once that is not known, all is one text."""
        byte = data[at]
        if self._next == "name size":
            self._begin("name" if byte else "type", byte)
        elif self._next == "type" and byte in _TEXTS:
            self._next, self._size = "value size", b""
        elif self._next == "type" and byte in _SIZES:
            self._begin("number" if _SIZES[byte] else "name size", _SIZES[byte])
        elif self._next == "value size":
            self._size += data[at : at + 1]
            if len(self._size) == 2:
                size = int.from_bytes(self._size, "big")
                self._begin("text" if size else "name size", size)
        else:
            self._next = "unknown"
            self._text(data[at : at + 1], start + at, final=False)

    def _begin(self, what: str, size: int) -> None:
        self._next, self._left = what, size

    def _text(self, data: bytes, start: int, *, final: bool) -> None:
        if self._channel.feed(Piece(data, start), self._output, final=final):
            self._output.places["body"] = None


class MessagesMasker:
    """Messages of binary headers and a JSON payload; after a prelude that can't be, nothing."""

    def __init__(self, redaction: Redaction, output: BodyOutput) -> None:
        self._output = output
        self._json = JsonMasker(redaction, output, frames=True)
        self._headers = _HeaderMasker(redaction, output)
        self._prelude = b""
        self._before = self._payload = self._after = 0  # bytes still to come, each kind
        self._is_lost = False

    def feed(self, data: bytes, start: int) -> None:
        """Some of the body."""
        at = 0
        while at < len(data) and not self._is_lost:
            at += self._take(data, at, start)

    def close(self, start: int) -> None:
        """The body ends."""
        self._headers.feed(b"", start, final=True)
        self._json.close(start)

    def _take(self, data: bytes, at: int, start: int) -> int:
        """The next stretch of one kind, from `at` on; how many bytes of `data` it is."""
        left = len(data) - at
        if self._before:
            size = min(self._before, left)
            self._before -= size
            self._headers.feed(data[at : at + size], start + at, final=not self._before)
        elif self._payload:
            size = min(self._payload, left)
            self._payload -= size
            self._json.feed(data[at : at + size], start + at)
            if not self._payload:
                self._json.end(start + at + size)
        elif self._after:
            size = min(self._after, left)
            self._after -= size
        else:
            size = min(_PRELUDE.size - len(self._prelude), left)
            self._prelude += data[at : at + size]
            if len(self._prelude) == _PRELUDE.size:
                self._begin(*_PRELUDE.unpack(self._prelude))
                self._prelude = b""
        return size

    def _begin(self, length: int, headers: int, _: int) -> None:
        self._before, self._payload, self._after = headers, length - headers - _AROUND, 4
        self._is_lost = self._payload < 0 or length > _LONGEST
