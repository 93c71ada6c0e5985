"""Cut NDJSON bytes into frames: one JSON value per line, lines end at LF.

A blank line is a frame that dispatches nothing. The last line may lack its LF: it is whole if it
is JSON, else partial. Source: the NDJSON specification 3.1; Ollama's API pages.
"""

from __future__ import annotations

import json

from stream_cassette.wire.framing import Frame, text_of

__all__ = ["NDJSONDecoder"]


class NDJSONDecoder:
    """The decoder of one body of JSON lines; linear in the bytes fed."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._base = 0
        self._scan = 0

    def feed(self, data: bytes) -> list[Frame]:
        """One frame per line that `data` completes."""
        buffer, out, begin = self._buffer, [], 0
        buffer += data
        while (end := buffer.find(b"\n", self._scan)) >= 0:
            self._scan = end + 1
            out.append(_frame(bytes(buffer[begin : end + 1]), self._base + begin))
            begin = end + 1
        del buffer[:begin]
        self._base += begin
        self._scan = len(buffer)
        return out

    def close(self) -> list[Frame]:
        """The last line if it had no LF."""
        raw, self._buffer = bytes(self._buffer), bytearray()
        return [_frame(raw, self._base, partial=not _is_json(raw))] if raw else []


def _frame(raw: bytes, start: int, *, partial: bool = False) -> Frame:
    text = text_of(raw).strip("\r\n")
    said = bool(text.strip()) and not partial
    return Frame(data=text, raw=raw, start=start, dispatch=said, partial=partial)


def _is_json(raw: bytes) -> bool:
    try:
        json.loads(raw)
    except (ValueError, RecursionError):
        return False
    return True
