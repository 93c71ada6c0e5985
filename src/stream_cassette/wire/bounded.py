"""A decoder of a content coding that stops where too much comes: kilobytes can hold gigabytes.

It is fed little by little: what comes at once is then bounded, too.
Source: RFC 1951, RFC 7932, RFC 8878: deflate grows by 1,032 at most, br and zstd by far more.
"""

from __future__ import annotations

from typing import Protocol

__all__ = [
    "MAX_DECODED_BYTES",
    "MAX_MASKED_BYTES",
    "Bounded",
    "ContentDecoder",
    "CorruptEncoding",
    "OversizedBody",
]

MAX_DECODED_BYTES = 1 << 26
"""What a body decodes to at most where it is decoded whole, to be read or compared. The largest
answers known (images, speech) are a quarter of it."""

MAX_MASKED_BYTES = 1 << 28
"""The same where secrets are sought: what is larger is refused, and not passed unseen."""

# bytes fed at a time: a block of br is up to 16 MiB in some ten bytes, one of zstd 128 KiB in four
_FED = {"br": 64, "zstd": 1 << 10}
_FED_OF_OTHERS = 1 << 14


class CorruptEncoding(ValueError):
    """Bytes that are not what their content coding says."""


class OversizedBody(CorruptEncoding):
    """More than is decoded."""


class ContentDecoder(Protocol):
    """Coded bytes in, plain bytes out."""

    def feed(self, data: bytes) -> bytes:
        """What `data` yields, maybe nothing yet. Raises: CorruptEncoding."""
        ...

    def close(self) -> bytes:
        """What was held back; never raises for a body that stops early."""
        ...


class Bounded:
    """A decoder of the named coding that yields `limit_bytes` at most."""

    def __init__(self, inner: ContentDecoder, coding: str, limit_bytes: int) -> None:
        self._inner = inner
        self._left = self._limit_bytes = limit_bytes
        self._fed = _FED.get(coding, _FED_OF_OTHERS)

    def feed(self, data: bytes) -> bytes:
        """What `data` yields. Raises: CorruptEncoding; OversizedBody."""
        starts = range(0, len(data), self._fed)
        return b"".join([self._counted(self._inner.feed(data[n : n + self._fed])) for n in starts])

    def close(self) -> bytes:
        """What was held back. Raises: OversizedBody."""
        return self._counted(self._inner.close())

    def _counted(self, plain: bytes) -> bytes:
        self._left -= len(plain)
        if self._left < 0:
            raise OversizedBody(f"decodes to more than {self._limit_bytes:,} bytes")
        return plain
