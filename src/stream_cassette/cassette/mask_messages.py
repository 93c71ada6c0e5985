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


class MessagesMasker:
    """Messages of binary headers and a JSON payload; after a prelude that can't be, nothing."""

    def __init__(self, redaction: Redaction, output: BodyOutput) -> None:
        self._output = output
        self._json = JsonMasker(redaction, output, frames=True)
        self._headers = Channel(finder_of(redaction))
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
        self._json.close(start)

    def _take(self, data: bytes, at: int, start: int) -> int:
        """The next stretch of one kind, from `at` on; how many bytes of `data` it is."""
        left = len(data) - at
        if self._before:
            size = min(self._before, left)
            self._before -= size
            piece = Piece(data[at : at + size], start + at)
            if self._headers.feed(piece, self._output, final=not self._before):
                self._output.places["body"] = None
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
