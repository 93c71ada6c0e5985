"""Content codings, incrementally: gzip, deflate, br, zstd, identity, and stacks of them.

`decode` is bounded, for kilobytes may decode to gigabytes; decoders fed by their caller are not.
br needs `brotli` or `brotlicffi`, zstd `zstandard` or Python 3.14; they are imported when first
used. A body that stops early decodes to what its bytes hold: no error, no end check.
Source: RFC 9110, 8.4 (codings are listed in the order in which they were applied).
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any, Protocol

from stream_cassette.wire.bounded import (
    MAX_DECODED_BYTES,
    Bounded,
    ContentDecoder,
    CorruptEncoding,
    OversizedBody,
)

__all__ = [
    "ContentDecoder",
    "CorruptEncoding",
    "OversizedBody",
    "UnknownEncoding",
    "decode",
    "decoder",
    "is_identity",
    "recode",
]


_MAX_CODINGS = 5  # in a stack, as for urllib3


class UnknownEncoding(ValueError):
    """A content coding that is unknown here, or whose library is not installed."""


class _Identity:
    def feed(self, data: bytes) -> bytes:
        return data

    def close(self) -> bytes:
        return b""


class _Members:
    """Decodes a run of members (gzip) or frames (zstd), each by an object of zlib's interface.

    What follows a whole member and is none itself is ignored, as by urllib3 and gunzip.
    """

    def __init__(self, new: Callable[[], Any], error: type[Exception]) -> None:
        self._new, self._error = new, error
        self._member = new()
        self._later = self._garbage = False

    def feed(self, data: bytes) -> bytes:
        out: list[bytes] = []
        while data and not self._garbage:
            if self._member.eof:
                self._member, self._later = self._new(), True
            try:
                out.append(self._member.decompress(data))
            except self._error as error:
                if not self._later:
                    raise CorruptEncoding(str(error)) from error
                self._garbage = True
            data = self._member.unused_data if self._member.eof else b""
        return b"".join(out)

    def close(self) -> bytes:
        return b""


class _Gzip(_Members):
    def __init__(self) -> None:
        super().__init__(lambda: zlib.decompressobj(16 + zlib.MAX_WBITS), zlib.error)


class _Deflate:
    """zlib's format, or raw deflate, which some servers send under the same name."""

    def __init__(self) -> None:
        self._head = b""
        self._inflate: Any = None

    def feed(self, data: bytes) -> bytes:
        if self._inflate is None:
            data = self._head + data
            if len(data) < 2:
                self._head = data
                return b""
            zlib_header = data[0] & 0x0F == 8 and (data[0] << 8 | data[1]) % 31 == 0
            self._inflate = zlib.decompressobj(zlib.MAX_WBITS if zlib_header else -zlib.MAX_WBITS)
        try:
            return bytes(self._inflate.decompress(data))
        except zlib.error as error:
            raise CorruptEncoding(str(error)) from error

    def close(self) -> bytes:
        return b""


class _Brotli:
    def __init__(self) -> None:
        self._module = _first_module("br", "brotli", "brotlicffi")
        self._decompressor = self._module.Decompressor()

    def feed(self, data: bytes) -> bytes:
        try:
            return bytes(self._decompressor.process(data)) if data else b""
        except self._module.error as error:
            raise CorruptEncoding(str(error)) from error

    def close(self) -> bytes:
        return b""


class _Zstd(_Members):
    def __init__(self) -> None:
        module = _first_module("zstd", "compression.zstd", "zstandard")
        if hasattr(module, "ZstdError") and hasattr(module.ZstdDecompressor(), "decompressobj"):
            super().__init__(lambda: module.ZstdDecompressor().decompressobj(), module.ZstdError)
        else:
            super().__init__(module.ZstdDecompressor, module.ZstdError)


class _Stack:
    def __init__(self, decoders: Sequence[ContentDecoder]) -> None:
        self._decoders = decoders

    def feed(self, data: bytes) -> bytes:
        for one in self._decoders:
            data = one.feed(data)
        return data

    def close(self) -> bytes:
        data = b""
        for one in self._decoders:
            data = one.feed(data) + one.close()
        return data


def _first_module(coding: str, *names: str) -> Any:
    for name in names:
        try:
            return import_module(name)
        except ImportError:
            continue
    raise UnknownEncoding(f"content coding {coding!r} needs one of the packages {', '.join(names)}")


_DECODERS: dict[str, Callable[[], ContentDecoder]] = {
    "gzip": _Gzip,
    "x-gzip": _Gzip,  # RFC 9110, 8.4.1.3: the same as gzip
    "deflate": _Deflate,
    "br": _Brotli,
    "zstd": _Zstd,
}


def _codings(content_encoding: str | None) -> list[str]:
    names = [name.strip().lower() for name in (content_encoding or "").split(",")]
    return [name for name in names if name and name != "identity"]


def is_identity(content_encoding: str | None) -> bool:
    """Whether the value of a Content-Encoding header (or its absence) means plain bytes."""
    return not _codings(content_encoding)


def decoder(content_encoding: str | None, *, limit_bytes: int | None = None) -> ContentDecoder:
    """A new decoder for the value of a Content-Encoding header.

    Beyond `limit_bytes` of plain bytes, in any layer of a stack, it raises OversizedBody.
    Raises: UnknownEncoding.
    """
    names = _codings(content_encoding)
    for name in names:
        if name not in _DECODERS:
            known = ", ".join(sorted(_DECODERS))
            raise UnknownEncoding(f"unknown content coding {name!r} (known: {known})")
    if len(names) > _MAX_CODINGS:
        raise UnknownEncoding(f"{len(names)} content codings, one on the other")
    decoders = [_DECODERS[name]() for name in reversed(names)]
    if limit_bytes is not None:
        coded = zip(decoders, reversed(names), strict=True)
        decoders = [Bounded(one, name, limit_bytes) for one, name in coded]
    return decoders[0] if len(decoders) == 1 else _Stack(decoders) if decoders else _Identity()


def decode(
    body: bytes, content_encoding: str | None, *, limit_bytes: int = MAX_DECODED_BYTES
) -> bytes:
    """The plain bytes of `body`; of a body cut short, as many as its bytes hold.

    Raises: UnknownEncoding, CorruptEncoding; OversizedBody (one of the latter) at the limit.
    """
    one = decoder(content_encoding, limit_bytes=limit_bytes)
    return one.feed(body) + one.close()


class _Encoder(Protocol):
    def feed(self, data: bytes) -> bytes: ...

    def close(self) -> bytes: ...


class _Deflater:
    def __init__(self, wbits: int) -> None:
        self._deflate = zlib.compressobj(wbits=wbits)

    def feed(self, data: bytes) -> bytes:
        return self._deflate.compress(data) + self._deflate.flush(zlib.Z_SYNC_FLUSH)

    def close(self) -> bytes:
        return self._deflate.flush()


class _BrotliEncoder:
    def __init__(self) -> None:
        self._compressor = _first_module("br", "brotli", "brotlicffi").Compressor()

    def feed(self, data: bytes) -> bytes:
        return bytes(self._compressor.process(data) + self._compressor.flush())

    def close(self) -> bytes:
        return bytes(self._compressor.finish())


class _ZstdEncoder:
    def __init__(self) -> None:
        module = _first_module("zstd", "compression.zstd", "zstandard")
        if hasattr(module, "COMPRESSOBJ_FLUSH_BLOCK"):
            self._compressor: Any = module.ZstdCompressor().compressobj()
            self._block: Any = module.COMPRESSOBJ_FLUSH_BLOCK
        else:
            self._compressor = module.ZstdCompressor()
            self._block = self._compressor.FLUSH_BLOCK

    def feed(self, data: bytes) -> bytes:
        return bytes(self._compressor.compress(data) + self._compressor.flush(self._block))

    def close(self) -> bytes:
        return bytes(self._compressor.flush())


_ENCODERS: dict[str, Callable[[], _Encoder]] = {
    "gzip": lambda: _Deflater(16 + zlib.MAX_WBITS),
    "x-gzip": lambda: _Deflater(16 + zlib.MAX_WBITS),
    "deflate": lambda: _Deflater(zlib.MAX_WBITS),
    "br": _BrotliEncoder,
    "zstd": _ZstdEncoder,
}


def recode(chunks: Sequence[bytes], content_encoding: str | None) -> list[bytes]:
    """Code plain `chunks` again, one flush per chunk, so that each decodes as soon as it is there.

    As many chunks come back; the last one also holds the coding's end. Raises: UnknownEncoding.
    """
    out = list(chunks)
    for name in _codings(content_encoding):
        if name not in _ENCODERS:
            raise UnknownEncoding(f"unknown content coding {name!r}")
        encoder = _ENCODERS[name]()
        out = [encoder.feed(chunk) for chunk in out]
        if out:
            out[-1] += encoder.close()
    return out
