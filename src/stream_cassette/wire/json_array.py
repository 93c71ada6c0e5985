"""Cut one JSON array of objects into frames, one per element, as each is complete.

Gemini streams so where the request does not ask for `alt=sse`: `[{...}\\n,\\r\\n{...}\\n]` under
`application/json`. `Frame.data` is the element alone, `Frame.raw` also what stands before it (the
bracket, the comma, line ends); what stands after the last one is a frame that dispatches nothing.
A body that does not begin with `[` and `{` is no such stream: it is one frame, given at its end.

Elements are found by counting brackets outside strings, nothing is parsed. Source: dialects'
fact sheet 2.4; RFC 8259.
"""

from __future__ import annotations

import re

from stream_cassette.wire.framing import Frame, text_of

__all__ = ["JSONArrayDecoder"]

_HEAD = re.compile(rb"\A(?:\xef\xbb\xbf)?[ \t\r\n]*+(?:\[[ \t\r\n]*+(\{)?)?")
_MARK = re.compile(rb'["{}\[\],]')
_REST_OF_STRING = re.compile(rb'(?:[^"\\]++|\\.)*+', re.DOTALL)
_BETWEEN = re.compile(rb"(?:\xef\xbb\xbf)?[ \t\r\n]*+[\[,]?[ \t\r\n]*+")


class JSONArrayDecoder:
    """The decoder of one JSON body; linear in the bytes fed, whatever their cuts."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._base = 0  # offset in the body of the buffer's first byte
        self._scan = 0  # looked at up to here
        self._depth = 0  # open brackets, the array's own included
        self._in_string = False
        self._array: bool | None = None  # None until enough has come to tell

    def feed(self, data: bytes) -> list[Frame]:
        """One frame per element whose last byte lies in `data`; none of a body that is no array."""
        self._buffer += data
        if self._array is None:
            self._array = self._look()
        return self._take() if self._array else []

    def close(self) -> list[Frame]:
        """A body that is no array; else what follows the last whole element."""
        raw, self._buffer = bytes(self._buffer), bytearray()
        if not raw:
            return []
        if not self._array:
            return [Frame(data=text_of(raw), raw=raw, start=self._base)]
        # an element that was begun, or a bracket that never closed: cut off
        cut = self._depth > 0
        text = _said(raw) if cut else ""
        return [Frame(data=text, raw=raw, start=self._base, dispatch=False, partial=cut)]

    def _look(self) -> bool | None:
        """Whether it is an array of objects; None while only blanks and a bracket came."""
        head = _HEAD.match(self._buffer)
        if head is not None and head[1]:
            return True
        if head is None or head.end() < len(self._buffer) or len(self._buffer) > 1024:
            # a byte-order mark may be cut in two
            return None if b"\xef\xbb\xbf".startswith(self._buffer) else False
        return None

    def _take(self) -> list[Frame]:
        buffer, out, begin = self._buffer, [], 0
        while True:
            if self._in_string and not self._string():
                break
            mark = _MARK.search(buffer, self._scan)
            if mark is None:
                self._scan = len(buffer)
                break
            self._scan = end = mark.end()
            byte = mark[0]
            if byte == b'"':
                self._in_string = True
            elif byte in b"{[":
                self._depth += 1
            elif byte != b",":
                self._depth -= 1
                if self._depth == 1:
                    out.append(_element(bytes(buffer[begin:end]), self._base + begin))
                    begin = end
        del buffer[:begin]
        self._base += begin
        self._scan -= begin
        return out

    def _string(self) -> bool:
        """Go on to the end of the open string; False if it has not come."""
        end = _REST_OF_STRING.match(self._buffer, self._scan)
        self._scan = end.end() if end is not None else self._scan
        if self._buffer[self._scan : self._scan + 1] != b'"':
            return False
        self._scan += 1
        self._in_string = False
        return True


def _element(raw: bytes, start: int) -> Frame:
    return Frame(data=_said(raw), raw=raw, start=start)


def _said(raw: bytes) -> str:
    """The text of an element without what stands before it."""
    before = _BETWEEN.match(raw)
    return text_of(raw[before.end() :] if before else raw)
