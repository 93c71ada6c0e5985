"""Offsets in a decoded body → offsets in the bytes that came over the wire. Pure.

A decoded offset lands behind the first wire byte that yields what is before it.
"""

from __future__ import annotations

from collections.abc import Sequence

from stream_cassette.wire.encoding import (
    CorruptEncoding,
    UnknownEncoding,
    decode,
    decoder,
    is_identity,
)

__all__ = ["plain", "wire_offsets"]


def plain(body: bytes, content_encoding: str | None) -> bytes:
    """The decoded body; the body itself where its coding is unknown here, or a lie."""
    try:
        return decode(body, content_encoding)
    except (UnknownEncoding, CorruptEncoding):
        return body


def wire_offsets(
    body: bytes, content_encoding: str | None, offsets: Sequence[int]
) -> Sequence[int]:
    """For each of the ascending `offsets` of the decoded body, where it lands on the wire."""
    if is_identity(content_encoding):
        return offsets
    try:
        decode(body, content_encoding)
    except (UnknownEncoding, CorruptEncoding):
        return offsets  # positions count the bytes as they are
    one = decoder(content_encoding)
    found: list[int] = []
    yielded = at = 0
    for offset in offsets:
        while yielded < offset and at < len(body):
            yielded += len(one.feed(body[at : at + 1]))
            at += 1
        found.append(at)
    return found
