"""Cut application/vnd.amazon.eventstream bytes into frames: binary messages with two checksums.

A message is: total length, headers length and the CRC-32 of those eight bytes (the prelude), the
headers, the payload, and the CRC-32 of all that. Numbers are big-endian. `Frame.data` is the
payload's text, `Frame.headers` the typed headers in order, `Frame.event` the name of the event,
exception or error; which of the three it is says the header `:message-type`.

Nothing is raised: a message that contradicts itself is a frame with a `fault`, which dispatches
nothing. After a prelude that can't be true nobody knows where the next message begins: the rest
of the body is one frame, marked partial.
Source: botocore `botocore/eventstream.py`; AWS, 'Amazon Transcribe: event stream encoding'.
"""

from __future__ import annotations

import struct
from binascii import crc32
from collections.abc import Callable

from stream_cassette.wire.framing import Frame, HeaderValue

__all__ = ["EventStreamDecoder", "from_message", "with_checksums"]

_PRELUDE = struct.Struct(">III")
_CRC = struct.Struct(">I")
_AROUND = 16  # bytes of a message that are neither headers nor payload
_MAX_HEADERS = 128 * 1024  # both limits are botocore's
_MAX_PAYLOAD = 24 * 1024 * 1024

# `:message-type` → the header that names what came
_NAMED_BY = {"event": ":event-type", "exception": ":exception-type", "error": ":error-code"}


class EventStreamDecoder:
    """The decoder of one body of messages; linear in the bytes fed, whatever their cuts."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._base = 0  # offset in the body of the buffer's first byte
        self._length = 0  # of the message that the buffer begins with; 0 while unknown
        self._fault: str | None = None  # once the framing itself is lost

    def feed(self, data: bytes) -> list[Frame]:
        """One frame per message whose last byte lies in `data`."""
        buffer, out, begin = self._buffer, [], 0
        buffer += data
        while self._fault is None:
            if not self._length:
                if len(buffer) - begin < _PRELUDE.size:
                    break
                self._length, self._fault = _prelude(buffer, begin)
                continue
            end = begin + self._length
            if len(buffer) < end:
                break
            out.append(_message(bytes(buffer[begin:end]), self._base + begin))
            begin, self._length = end, 0
        del buffer[:begin]
        self._base += begin
        return out

    def close(self) -> list[Frame]:
        """The bytes that make no whole message, as one frame marked partial."""
        raw, self._buffer = bytes(self._buffer), bytearray()
        if not raw:
            return []
        text = "" if self._fault else _partial_text(raw)
        return [
            Frame(
                data=text,
                raw=raw,
                start=self._base,
                dispatch=False,
                partial=True,
                fault=self._fault,
            )
        ]


def with_checksums(body: bytes) -> bytes:
    """The body with the checksum of every whole message made true again.

    For bodies whose strings were masked in place: no length changed, so the preludes stand. What
    follows a prelude that can't be true, and a message cut off by the end, stay as they are.
    """
    out, begin = bytearray(body), 0
    while len(out) - begin >= _PRELUDE.size:
        length, fault = _prelude(out, begin)
        end = begin + length
        if fault is not None or end > len(out):
            break
        with memoryview(out) as view:
            _CRC.pack_into(view, end - _CRC.size, crc32(view[begin : end - _CRC.size]))
        begin = end
    return bytes(out)


def from_message(tail: bytes) -> bytes:
    """The last part of a body from where a message begins; nothing if none does.

    A body's tail begins in the middle of a message; the next true prelude is near.
    """
    for at in range(len(tail) - _PRELUDE.size + 1):
        if _PRELUDE.unpack_from(tail, at)[2] == crc32(tail[at : at + 8]):
            return tail[at:]
    return b""


def _prelude(buffer: bytearray, begin: int) -> tuple[int, str | None]:
    """The message's length in bytes, and why it can't be one (the length is 0 then)."""
    total, headers, crc = _PRELUDE.unpack_from(buffer, begin)
    actual = crc32(bytes(buffer[begin : begin + 8]))
    if crc != actual:
        return 0, f"prelude checksum is {crc:08x}, its bytes give {actual:08x}"
    if total < headers + _AROUND:
        return 0, f"a message of {total} bytes can't hold {headers} bytes of headers"
    if headers > _MAX_HEADERS or total - headers - _AROUND > _MAX_PAYLOAD:
        return 0, f"a message of {total} bytes ({headers} of headers) exceeds the format's limits"
    return total, None


def _message(raw: bytes, start: int) -> Frame:
    (headers_length,) = _CRC.unpack_from(raw, 4)
    (crc,) = _CRC.unpack_from(raw, len(raw) - _CRC.size)
    fault = None
    actual = crc32(memoryview(raw)[: -_CRC.size])
    if crc != actual:
        fault = f"message checksum is {crc:08x}, its bytes give {actual:08x}"
    payload_at = _PRELUDE.size + headers_length
    try:
        headers = _headers(raw, payload_at)
    except (ValueError, struct.error, IndexError) as error:
        headers, fault = (), fault or f"headers: {error}"
    kinds = dict(headers)
    name = kinds.get(_NAMED_BY.get(str(kinds.get(":message-type")), ":event-type"))
    return Frame(
        data=raw[payload_at : -_CRC.size].decode("utf-8", "replace"),
        raw=raw,
        start=start,
        event=name if isinstance(name, str) else None,
        headers=headers,
        dispatch=fault is None,
        fault=fault,
    )


def _headers(raw: bytes, end: int) -> tuple[tuple[str, HeaderValue], ...]:
    """The headers between the prelude and `end`. Raises: ValueError, IndexError, struct.error."""
    found: dict[str, HeaderValue] = {}
    at = _PRELUDE.size
    block = raw[:end]  # nothing may be read beyond the headers
    while at < end:
        name_end = at + 1 + block[at]
        kind = block[name_end]
        if kind not in _VALUES:
            raise ValueError(f"unknown type {kind} at byte {name_end} of the message")
        name = block[at + 1 : name_end].decode("utf-8", "replace")
        if name in found:
            raise ValueError(f"{name!r} is there twice")
        found[name], at = _VALUES[kind](block, name_end + 1)
        if at > end:
            raise ValueError(f"{name!r} reaches beyond the headers")
    return tuple(found.items())


_Reader = Callable[[bytes, int], tuple[HeaderValue, int]]


def _constant(value: bool) -> _Reader:
    return lambda block, at: (value, at)


def _number(code: str) -> _Reader:
    layout = struct.Struct(code)
    return lambda block, at: (int(layout.unpack_from(block, at)[0]), at + layout.size)


def _bytes(block: bytes, at: int) -> tuple[bytes, int]:
    end = at + 2 + int.from_bytes(block[at : at + 2], "big")
    return block[at + 2 : end], end


def _text(block: bytes, at: int) -> tuple[str, int]:
    value, end = _bytes(block, at)
    return value.decode("utf-8", "replace"), end


# A header's type byte → how its value is read
_VALUES: dict[int, _Reader] = {
    0: _constant(True),
    1: _constant(False),
    2: _number(">b"),
    3: _number(">h"),
    4: _number(">i"),
    5: _number(">q"),
    6: _bytes,
    7: _text,
    8: _number(">q"),  # a timestamp, in milliseconds
    9: lambda block, at: (block[at : at + 16], at + 16),  # a UUID
}


def _partial_text(raw: bytes) -> str:
    """As much of the payload's text as a message cut off by the end holds."""
    if len(raw) < _PRELUDE.size:
        return ""
    total, headers_length, _ = _PRELUDE.unpack_from(raw)
    return raw[_PRELUDE.size + headers_length : total - _CRC.size].decode("utf-8", "replace")
