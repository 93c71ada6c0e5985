"""Masks in JSON that stands in base64 in a JSON string, as Bedrock sends each event of a model.

What is decoded is masked as JSON that comes in pieces; each mask is put out as the base64 of what
it makes of the three bytes it stands in, so that no length changes.
Source: AWS, 'InvokeModelWithResponseStream', `PayloadPart`.
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Callable, Iterator
from typing import Protocol

from stream_cassette.cassette.mask_output import MaskOutput
from stream_cassette.cassette.mask_piece import json_piece
from stream_cassette.cassette.mask_quads import CodedOutput

__all__ = ["CodedMasker", "Inner"]

_QUADS = re.compile(
    rb"(?:[A-Za-z0-9+/]{4})*+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?"  # and the padding
)
_PART = re.compile(rb"[A-Za-z0-9+/]{0,3}|[A-Za-z0-9+/]{2}=")
_BLANK = b" \t\r\n"
_JSON_STARTS = frozenset({b"{", b"[", b'"'})


class Inner(Protocol):
    """What masks the decoded texts."""

    def line(self, data: bytes, start: int) -> None:
        """Take a text whole."""
        ...

    def feed(self, data: bytes, start: int) -> None:
        """Some of a text."""
        ...

    def end(self, start: int) -> None:
        """The text ends; the next one begins."""
        ...

    def close(self, start: int) -> None:
        """No more text comes."""
        ...

    def needed(self) -> Iterator[int]:
        """Where what was put out may still change."""
        ...


class CodedMasker:
    """One string after the other, each in pieces that adjoin."""

    def __init__(self, output: MaskOutput, inner: Callable[[MaskOutput], Inner]) -> None:
        self._output = output
        self._decoded = CodedOutput(output)
        self._inner = inner(self._decoded)
        self._is_coded: bool | None = False  # None while too little of the string is there
        self._is_padded = False
        self.is_other: bool = False  # whether some of the string is any other text
        self._rest = b""  # digits, as written, that make no three bytes yet
        self._held = 0
        self._place = "body"

    def feed(
        self, raw: bytes, start: int, *, begins: bool, ends: bool, place: str
    ) -> tuple[bytes, int, bool]:
        """Take a piece of a string's content, which stands at `start` of the body.

        What of it, and of what came before, is any other text; where that stands, and whether
        that begins there. There is some if `is_other`.
        """
        if begins:
            self._is_coded, self._is_padded, self.is_other = None, False, False
        self._place = place
        raw, start = self._taken_back(raw, start)
        if self._is_coded is None:
            self._is_coded = _is_json(raw, ends=ends)
            if self._is_coded is None:
                self._rest = raw
                return b"", start, False
        if self._is_coded:
            raw, start = self._take(raw, start, is_whole=begins and ends, ends=ends)
        is_first, self.is_other = not self.is_other, self.is_other or bool(raw)
        return raw, start, is_first

    def close(self) -> None:
        """No more strings come."""
        self._inner.close(self._decoded.size)
        self._found()

    def _taken_back(self, raw: bytes, start: int) -> tuple[bytes, int]:
        """The piece with what waited for it."""
        rest, self._rest = self._rest, b""
        if self._held:
            self._output.write(start - len(rest), rest)
            self._output.hold(-self._held)
            self._held = 0
        return rest + raw, start - len(rest)

    def _take(self, raw: bytes, start: int, *, is_whole: bool, ends: bool) -> tuple[bytes, int]:
        """Decode whole groups of four digits; what other text follows them, and where."""
        piece = json_piece(raw, start)
        match = None if self._is_padded else _QUADS.match(piece.text)
        size = match.end() if match is not None else 0
        self._is_padded = self._is_padded or piece.text[size - 1 : size] == b"="
        rest = piece.text[size:]
        goes_on = not rest if self._is_padded else _PART.fullmatch(rest) is not None
        if ends and goes_on and len(rest) > 1:  # its padding was left out
            size, rest = len(piece.text.rstrip(b"=")), b""
        at = self._decoded.size
        data = self._decoded.add(piece, size)
        (self._inner.line if is_whole else self._inner.feed)(data, at)
        if ends or not goes_on:
            self._inner.end(self._decoded.size)
            self._is_coded = False
        self._found()
        self._decoded.forget(self._inner.needed)
        rest_at = piece.spot(size).start if rest else start + len(raw)
        rest = raw[rest_at - start :]
        if not goes_on:
            return rest, rest_at
        if not ends:
            self._wait(rest, rest_at)
        return b"", rest_at

    def _wait(self, rest: bytes, start: int) -> None:
        """What the last digits say is not known yet: they are masked until then."""
        self._rest = rest
        if b"\\" not in rest:
            self._held = len(rest)
            self._output.hold(self._held)
            self._output.write(start, b"A" * len(rest))

    def _found(self) -> None:
        if self._decoded.places:
            self._output.places[self._place] = None
            self._decoded.places.clear()


def _is_json(raw: bytes, *, ends: bool) -> bool | None:
    """Whether the string begins like JSON in base64; None while that is not known."""
    text = json_piece(raw, 0).text[:4]
    if len(text) < 4:
        return False if ends else None
    first = b64decode(text) if _QUADS.fullmatch(text) else b""
    return first.lstrip(_BLANK)[:1] in _JSON_STARTS
