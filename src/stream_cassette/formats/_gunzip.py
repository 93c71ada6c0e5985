"""A packed file as the file that it holds: bounded, and refused where it is not whole.

Packed is gzip; and zlib's format, which Ruby VCR's `compressed` serializer writes (`.zz`).
Source: RFC 1952, 2.3.1 and RFC 1950, 2.2 (the first two bytes).
"""

from __future__ import annotations

import io
import zlib
from gzip import BadGzipFile, GzipFile
from typing import Final

from stream_cassette.errors import CorruptCassette
from stream_cassette.formats._lift import Source

__all__ = ["MAX_BYTES", "Oversized", "unzipped"]

_MAGIC: Final = b"\x1f\x8b"
_RESTORE: Final = "restore it from version control, or record it again"
_ZLIB: Final = (b"\x78\x01", b"\x78\x9c", b"\x78\xda")
MAX_BYTES: Final = 1 << 30
"""The largest file, unpacked, that is read. A cassette is kept in a repository, and is read into
memory, up to three times its size; a packed file of 1 MB may say that it is 1 GB."""


class Oversized(CorruptCassette):
    """The file is too large to be read; nothing more of it should be."""


def unzipped(source: Source) -> Source:
    """What `source` holds, unpacked if it is packed; both at their start."""
    magic = source.read(len(_MAGIC))
    source.seek(0)
    if magic in _ZLIB:
        return io.BytesIO(_inflated(source.read()))
    return _Unzipped(source) if magic == _MAGIC else source


def _inflated(data: bytes) -> bytes:
    unpacker = zlib.decompressobj()
    try:
        plain = unpacker.decompress(data, MAX_BYTES + 1)
    except zlib.error as error:
        raise CorruptCassette(f"the file is no whole zlib: {error}", hint=_RESTORE) from error
    if len(plain) > MAX_BYTES:
        raise _oversized()
    if not unpacker.eof:
        raise CorruptCassette("the file is no whole zlib: it is cut off", hint=_RESTORE)
    return plain


def _oversized() -> Oversized:
    return Oversized(
        f"the file unpacks to more than {MAX_BYTES >> 20:,} MiB", hint="record less in it"
    )


class _Unzipped:
    """Raises CorruptCassette where the packed file ends early, is damaged, or grows too large."""

    def __init__(self, source: Source) -> None:
        self._file = GzipFile(fileobj=source, mode="rb")
        self._size = 0

    def read(self, size: int = -1, /) -> bytes:
        try:
            data = self._file.read(size if size >= 0 else MAX_BYTES + 1)
        except (BadGzipFile, EOFError, zlib.error) as error:
            raise CorruptCassette(f"the file is no whole gzip: {error}", hint=_RESTORE) from error
        self._size += len(data)
        if self._size > MAX_BYTES:
            raise _oversized()
        return data

    def seek(self, offset: int, /) -> int:
        self._size = offset
        return self._file.seek(offset)
