"""A gzipped file as the file that it holds: bounded, and refused where it is not whole."""

from __future__ import annotations

import zlib
from gzip import BadGzipFile, GzipFile
from typing import Final

from stream_cassette.errors import CorruptCassette
from stream_cassette.formats._lift import Source

__all__ = ["unzipped"]

_MAGIC: Final = b"\x1f\x8b"
_MAX_BYTES: Final = 1 << 30  # of an unpacked file


def unzipped(source: Source) -> Source:
    """What `source` holds, unpacked if it is gzipped; both at their start."""
    magic = source.read(len(_MAGIC))
    source.seek(0)
    return _Unzipped(source) if magic == _MAGIC else source


class _Unzipped:
    """Raises CorruptCassette where the packed file ends early, is damaged, or grows too large."""

    def __init__(self, source: Source) -> None:
        self._file = GzipFile(fileobj=source, mode="rb")
        self._size = 0

    def read(self, size: int = -1, /) -> bytes:
        try:
            data = self._file.read(size if size >= 0 else _MAX_BYTES + 1)
        except (BadGzipFile, EOFError, zlib.error) as error:
            raise CorruptCassette(f"the file is no whole gzip: {error}") from error
        self._size += len(data)
        if self._size > _MAX_BYTES:
            raise CorruptCassette("the file unpacks to more than 1 GiB")
        return data

    def seek(self, offset: int, /) -> int:
        self._size = offset
        return self._file.seek(offset)
