"""The journal's records: appended whole, each with its own checksum, so that a torn tail shows.

    file    = MAGIC record*
    record  = kind (u8) · number of the exchange (u32) · size (u32) · payload · CRC-32 of all that

Integers are little-endian. A record that is cut short or whose checksum differs is where the
writer was killed; nothing after it counts.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from enum import IntEnum
from typing import BinaryIO, NamedTuple

import orjson

__all__ = ["MAGIC", "Kind", "Record", "json_and_bytes", "pack", "records", "split_json"]

MAGIC = b"stream-cassette journal 1\n"

_FRAME = struct.Struct("<BII")
_CHECKSUM = struct.Struct("<I")
_SIZE = struct.Struct("<I")
_STEP = 1 << 20


class Kind(IntEnum):
    """What a record says."""

    SESSION = 1  # JSON: the cassette's name, mode, process; number 0
    REQUEST = 2  # JSON: method, URL, headers, masked places, time; then the body
    HEAD = 3  # JSON: the response without its body
    CHUNK = 4  # f64 offset in ms, then the bytes of one read, masked
    PLAIN = 5  # as CHUNK, but what a read of a compressed body decoded to, masked
    CODED = 6  # the bytes of that read as they came; only where they hold no secret
    PATCH = 7  # u64 offset in the (decoded) body, then what stands there instead
    MASKED = 8  # empty: from here on, something in this body is or was masked
    END = 9  # JSON: the ending


class Record(NamedTuple):
    """One whole record."""

    kind: Kind
    number: int
    payload: bytes


def pack(kind: Kind, number: int, payload: bytes = b"") -> bytes:
    """The record's bytes."""
    head = _FRAME.pack(kind, number, len(payload))
    checksum = zlib.crc32(payload, zlib.crc32(head))
    return b"".join((head, payload, _CHECKSUM.pack(checksum)))


def records(file: BinaryIO) -> Iterator[Record]:
    """The whole records after the magic, up to the first that is not whole.

    After the last one, the file stands where the torn rest begins.
    """
    while True:
        start = file.tell()
        head = file.read(_FRAME.size)
        if len(head) == _FRAME.size:
            kind, number, size = _FRAME.unpack(head)
            payload = _read(file, size)
            checksum = file.read(_CHECKSUM.size)
            whole = len(checksum) == _CHECKSUM.size and len(payload) == size
            if whole and checksum == _CHECKSUM.pack(zlib.crc32(payload, zlib.crc32(head))):
                yield Record(Kind(kind), number, payload)
                continue
        file.seek(start)
        return


def _read(file: BinaryIO, size: int) -> bytes:
    """As much of `size` bytes as the file has: no more is taken than is there."""
    pieces = []
    while size and (piece := file.read(min(size, _STEP))):
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)


def json_and_bytes(value: object, data: bytes) -> bytes:
    """A JSON value and bytes in one payload."""
    text = orjson.dumps(value)
    return b"".join((_SIZE.pack(len(text)), text, data))


def split_json(payload: bytes) -> tuple[dict[str, object], bytes]:
    """The value and the bytes of `json_and_bytes`."""
    (size,) = _SIZE.unpack_from(payload)
    end = _SIZE.size + size
    return orjson.loads(payload[_SIZE.size : end]), payload[end:]
