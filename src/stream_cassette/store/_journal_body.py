"""What the journal writes of a response body: masked, at once, and never more than that.

A plain body goes chunk by chunk, each masked as far as it has come; what a later chunk shows to
be no secret after all, or to be one, follows as a patch. Of a compressed body the decoded text
goes first, masked; a read's own bytes follow only once a later read has shown something new (a
coding may hold back part of a block) and nothing in the text is or may be a secret.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Iterator

from stream_cassette.cassette.mask_stream import BodyMasker, Patch
from stream_cassette.cassette.secret_names import Redaction
from stream_cassette.store._records import Kind, pack
from stream_cassette.wire.encoding import (
    ContentDecoder,
    CorruptEncoding,
    UnknownEncoding,
    decoder,
    is_identity,
)

__all__ = ["TAIL_BYTES", "CodedBody", "PlainBody", "body_for"]

TAIL_BYTES = 65_536
"""How much of the decoded body is kept to look for an end marker."""

# as-it-came bytes of a compressed body that wait for an open match, before they are given up
_WAITING_BYTES = 1 << 20

_SAME_READ = -1.0
"""The offset of text that belongs to the read before."""

_OFFSET = struct.Struct("<d")
_START = struct.Struct("<Q")


class _Tail:
    """The last part of the decoded body; trimmed now and then, for a read has few bytes."""

    def __init__(self) -> None:
        self._data = bytearray()

    def add(self, data: bytes) -> None:
        self._data += data
        if len(self._data) > 2 * TAIL_BYTES:
            del self._data[:-TAIL_BYTES]

    def value(self) -> bytes:
        return bytes(self._data[-TAIL_BYTES:])


class PlainBody:
    """A body without a content coding, or with one that can't be undone here."""

    def __init__(self, number: int, masker: BodyMasker) -> None:
        self._number = number
        self._masker = masker
        self._marked = False
        self._tail = _Tail()

    @property
    def tail(self) -> bytes:
        """The last part of the decoded body."""
        return self._tail.value()

    def chunk(self, data: bytes, offset_ms: float) -> bytes:
        """The records for one read."""
        self._tail.add(data)
        masked, patches = self._masker.feed(data)
        out = [] if self._marked or masked == data else [pack(Kind.MASKED, self._number)]
        self._marked = self._marked or bool(out)
        out += _patches(self._number, patches)
        out.append(pack(Kind.CHUNK, self._number, _OFFSET.pack(offset_ms) + masked))
        return b"".join(out)

    def end(self, *, is_whole: bool) -> bytes:
        """The records for the end of the body.

        Of one that was broken off, what may be the beginning of a secret stays masked.
        """
        if not is_whole and self._masker.held_bytes:
            return b""
        return b"".join(_patches(self._number, self._masker.close()))


class CodedBody:
    """A compressed body."""

    def __init__(
        self, number: int, masker: BodyMasker, decoding: ContentDecoder, redaction: Redaction
    ) -> None:
        self._number = number
        self._masker = masker
        self._decoding = decoding
        self._redaction = redaction
        self._waiting: list[bytes] | None = []  # reads as they came; None once given up
        self._blind = False  # from some read on, the bytes are not what the coding says
        self._tail = _Tail()

    @property
    def tail(self) -> bytes:
        """The last part of the decoded body."""
        return self._tail.value()

    def chunk(self, data: bytes, offset_ms: float) -> bytes:
        """The records for one read."""
        plain = self._decoded(self._decoding.feed, data)
        if self._blind:
            data = _masked_alone(data, self._redaction)
        text = self._text(plain, offset_ms)
        return b"".join((*text, *self._as_it_came(data, showed=bool(plain))))

    def end(self, *, is_whole: bool) -> bytes:
        """The records for the end of the body.

        Of one that was broken off, what may be the beginning of a secret stays masked.
        """
        rest = self._decoded(lambda _: self._decoding.close(), b"")
        out = list(self._text(rest, _SAME_READ)) if rest else []
        if not is_whole and self._masker.held_bytes:
            return b"".join(out)
        out += _patches(self._number, self._masker.close())
        return b"".join((*out, *self._as_it_came(None, showed=True)))

    def _decoded(self, undo: Callable[[bytes], bytes], data: bytes) -> bytes:
        if self._blind:
            return b""
        try:
            return undo(data)
        except CorruptEncoding:
            self._blind = True
            return b""

    def _text(self, plain: bytes, offset_ms: float) -> Iterator[bytes]:
        self._tail.add(plain)
        masked, patches = self._masker.feed(plain)
        yield from _patches(self._number, patches)
        yield pack(Kind.PLAIN, self._number, _OFFSET.pack(offset_ms) + masked)

    def _as_it_came(self, data: bytes | None, *, showed: bool) -> Iterator[bytes]:
        """The reads that may be written as they came by now; `data` waits for the next."""
        if self._waiting is None or self._masker.places:
            self._waiting = None
            return
        if showed and not self._masker.held_bytes:
            for earlier in self._waiting:
                yield pack(Kind.CODED, self._number, earlier)
            self._waiting = []
        if data is not None:
            self._waiting.append(data)
            if sum(map(len, self._waiting)) > _WAITING_BYTES:
                self._waiting = None


def body_for(
    number: int, media: str, coding: str | None, redaction: Redaction
) -> PlainBody | CodedBody:
    """What writes a body of this media type and content coding."""
    if is_identity(coding):
        return PlainBody(number, BodyMasker(media, redaction))
    try:
        decoding = decoder(coding)
    except UnknownEncoding:
        return PlainBody(number, BodyMasker("application/octet-stream", redaction))
    return CodedBody(number, BodyMasker(media, redaction), decoding, redaction)


def _patches(number: int, patches: Iterable[Patch]) -> list[bytes]:
    return [pack(Kind.PATCH, number, _START.pack(patch.start) + patch.data) for patch in patches]


def _masked_alone(data: bytes, redaction: Redaction) -> bytes:
    """Bytes of no known meaning, masked as text."""
    masker = BodyMasker("text/plain", redaction)
    masked = bytearray(masker.feed(data)[0])
    for patch in masker.close():
        masked[patch.start : patch.start + len(patch.data)] = patch.data
    return bytes(masked)
