"""The formats by name, and the way from any bytes to a cassette: by content, not by extension."""

from __future__ import annotations

import codecs
import io
import zlib
from collections.abc import Sequence
from gzip import BadGzipFile, GzipFile
from typing import Final

from stream_cassette.cassette.model import Cassette
from stream_cassette.errors import CorruptCassette, NotACassette, UsageError
from stream_cassette.formats._protocol import Format, WritableFormat
from stream_cassette.formats._vcr_write import canonical
from stream_cassette.formats.cassetter import Cassetter
from stream_cassette.formats.govcr import GoVcr
from stream_cassette.formats.vcr import Vcr

__all__ = ["FORMATS", "canonical", "read", "sniff", "write"]

FORMATS: Final[dict[str, Format]] = {each.name: each for each in (Vcr(), GoVcr(), Cassetter())}

_UTF16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_GZIP_MAGIC: Final = b"\x1f\x8b"
_SURE: Final = 3
_MAX_BYTES: Final = 1 << 30  # of an unpacked file


def sniff(data: bytes) -> Format:
    """The format that `data` (not gzipped) is in. Raises NotACassette, naming what it sought."""
    if data.startswith(_UTF16):
        raise NotACassette("the file is UTF-16", hint="save it as UTF-8")
    data = data.removeprefix(codecs.BOM_UTF8)
    if not data.strip():
        raise NotACassette("the file is empty")
    score = 0
    found: Format | None = None
    for each in FORMATS.values():
        claim = each.sniff(data)
        if claim > score:
            score, found = claim, each
        if score == _SURE:
            break
    if found is None:
        sought = "; ".join(f"{each.looks_for} ({each.name})" for each in FORMATS.values())
        raise NotACassette(f"no cassette of a known format: found none of {sought}")
    return found


def read(data: bytes) -> Cassette:
    """The cassette in `data`, of whatever format, gzipped or not.

    Raises NotACassette, NewerFormat or CorruptCassette, with interaction and line.
    """
    if data.startswith(_GZIP_MAGIC):
        data = _unzip(data)
    found = sniff(data)
    return found.read(data.removeprefix(codecs.BOM_UTF8))


def write(
    cassette: Cassette,
    format: str = "vcr",
    comments: Sequence[str] | None = None,
    ascii: bool = False,
) -> bytes:
    """The content of a file of the named format. `comments`: one text per interaction.

    Raises UsageError for a format that is unknown or can only be read.
    """
    writer = FORMATS.get(format)
    if not isinstance(writer, WritableFormat):
        names = ", ".join(name for name, each in FORMATS.items() if each.can_write)
        raise UsageError(f"can't write the format {format!r}; known: {names}")
    return writer.write(cassette, comments=comments, ascii=ascii)


def _unzip(data: bytes) -> bytes:
    try:
        with GzipFile(fileobj=io.BytesIO(data)) as file:
            plain = file.read(_MAX_BYTES + 1)
    except (BadGzipFile, EOFError, zlib.error) as error:
        raise CorruptCassette(f"the file is no whole gzip: {error}") from error
    if len(plain) > _MAX_BYTES:
        raise CorruptCassette("the file unpacks to more than 1 GiB")
    return plain
