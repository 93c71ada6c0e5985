"""Masks in what stands between the strings of a JSON text, where that is no JSON.

An error page that begins with a brace, a dictionary in Python's spelling: text that may hold a
secret. Numbers, `true`, `false` and `null` are left alone, whatever they look like.
"""

from __future__ import annotations

import re

from stream_cassette.cassette.mask_channel import Channel
from stream_cassette.cassette.mask_output import MaskOutput
from stream_cassette.cassette.mask_piece import Piece
from stream_cassette.cassette.secret_finder import finder_of
from stream_cassette.cassette.secret_names import Redaction

__all__ = ["GapMasker"]

# JSON, as far as it goes
_JSON = re.compile(
    rb"[ \t\r\n]*+"
    rb"(?:[0-9.eE+-]++|t(?:r(?:ue?)?)?|f(?:a(?:l(?:se?)?)?)?|n(?:u(?:ll?)?)?)?"
    rb"[ \t\r\n]*+"
)
_MOST_KEPT = 64


class GapMasker:
    """One gap after the other, each in one piece or many."""

    __slots__ = ("_channel", "_data", "_is_text", "_kept", "_output", "_start", "has_found")

    def __init__(self, redaction: Redaction, output: MaskOutput) -> None:
        self._channel = Channel(finder_of(redaction))
        self._output = output
        self._data, self._start = b"", 0
        self._kept = b""  # the gap so far, while it is JSON
        self._is_text = False
        self.has_found: bool = False

    @property
    def channel(self) -> Channel:
        """What the text goes through."""
        return self._channel

    def begin(self, data: bytes, start: int) -> None:
        """The next data, which stands at `start` of the body."""
        self._data, self._start = data, start

    def feed(self, start: int, end: int) -> None:
        """Some of a gap: from `start` to `end` of the data."""
        text, at = self._data[start:end], self._start + start
        if not self._is_text:
            text, at = self._kept + text, at - len(self._kept)
            if _JSON.fullmatch(text):
                self._kept = text[-_MOST_KEPT:]
                return
            self._is_text, self._kept = True, b""
        self._take(Piece(text, at), final=False)

    def end(self) -> None:
        """The gap ends."""
        if self._is_text:
            self._take(Piece(b"", 0), final=True)
            self._is_text = False
        self._kept = b""

    def _take(self, piece: Piece, *, final: bool) -> None:
        self.has_found = True
        if self._channel.feed(piece, self._output, final=final):
            self._output.places["body"] = None
