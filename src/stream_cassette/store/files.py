"""Read and publish cassettes.

Publishing writes beside the file, reads back, compares, syncs and renames; until the rename
the old file is whole, after it the new one is. A file that can't be read is never replaced.
"""

from __future__ import annotations

import gzip
import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from stream_cassette.cassette.model import Cassette
from stream_cassette.errors import (
    CassetteFileError,
    CassetteNotFound,
    CorruptCassette,
    PublishError,
)
from stream_cassette.formats import _registry
from stream_cassette.formats._gunzip import MAX_BYTES
from stream_cassette.formats._registry import Loss
from stream_cassette.store.paths import temporary_path
from stream_cassette.store.regular import open_regular

__all__ = ["can_write", "check_replaceable", "content", "exists", "publish", "read", "stamp"]


def exists(path: Path) -> bool:
    """Whether something is there; a dangling link counts, so that it is not taken for absent."""
    return os.path.lexists(path)


def stamp(path: Path) -> tuple[int, int, int] | None:
    """Tells two states of a file apart; None where there is none. Each publishing changes it."""
    try:
        status = os.stat(path)
    except (OSError, ValueError):  # a name with a NUL is nowhere
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size


def read(path: Path) -> Cassette:
    """The cassette in the file.

    Raises:
        CassetteNotFound: there is no file.
        CassetteFileError: it can't be read, or is no cassette; the error says where.
    """
    try:
        with open_regular(path) as file:
            _check_size(os.fstat(file.fileno()).st_size)
            return replace(_registry.read(file), path=str(path))
    except FileNotFoundError as error:
        raise CassetteNotFound(
            "no such cassette", path=str(path), hint="record it with --stream-record=once"
        ) from error
    except OSError as error:
        raise CassetteFileError(
            f"can't be read: {error.strerror}", path=str(path), hint="check the path and its rights"
        ) from error
    except CassetteFileError as error:
        raise error.located(path=str(path)) from error.__cause__


def content(path: Path) -> bytes:
    """The file's bytes. Raises: OSError; CassetteFileError: it is no file, or too large."""
    with open_regular(path) as file:
        _check_size(os.fstat(file.fileno()).st_size)
        return file.read()


def _check_size(size_bytes: int) -> None:
    if size_bytes > MAX_BYTES:
        raise CorruptCassette(
            f"the file holds {size_bytes:,} bytes; {MAX_BYTES:,} are read at most",
            hint="record less in one cassette",
        )


def can_write(format: str) -> bool:
    """Whether a cassette of this format can be written again as one."""
    known = _registry.FORMATS.get(format)
    return known is not None and known.can_write


def lost_in(format: str, cassette: Cassette) -> tuple[Loss, ...]:
    """What a file of the format does not hold of the cassette.

    Raises: UsageError: the format is unknown, or can only be read.
    """
    return _registry.lost(cassette, format)


def check_replaceable(path: Path) -> None:
    """Refuse to record over a file that is not a cassette of ours or of vcrpy.

    Raises:
        CassetteFileError: what is there can't be read, or has another format.
    """
    if exists(path):
        cassette = read(path)
        if cassette.format != "vcr":
            raise CassetteFileError(
                f"is a {cassette.format} cassette, and a recording would replace it",
                path=str(path),
                hint="record to another path, or move the file away",
            )


def publish(
    path: Path,
    cassette: Cassette,
    *,
    format: str = "vcr",
    comments: Sequence[str] | None = None,
    ascii: bool = False,
) -> int:
    """Write the cassette to `path`, atomically; the number of bytes written.

    Raises:
        PublishError: what was written does not read back equal, or the disk refused;
            what was at `path` before is untouched.
    """
    pieces = _registry.pieces(cassette, format=format, comments=comments, ascii=ascii)
    temporary = temporary_path(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        size_bytes = _write_synced(temporary, pieces, packed=path.name.endswith(".gz"))
        _compare(path, temporary, cassette, format)
        os.replace(temporary, path)
    except OSError as error:
        raise PublishError(
            f"can't be written: {error.strerror}",
            path=str(path),
            hint="what was there is untouched",
        ) from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
    with suppress(OSError):  # it is in place, and some file systems sync no directories
        _sync_directory(path.parent)
    return size_bytes


def _write_synced(path: Path, pieces: Iterable[bytes], *, packed: bool) -> int:
    with open(path, "xb") as file:
        if packed:
            with gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0) as packer:
                packer.writelines(pieces)
        else:
            file.writelines(pieces)
        file.flush()
        os.fsync(file.fileno())
        return file.tell()


def _compare(path: Path, temporary: Path, cassette: Cassette, format: str) -> None:
    """What was written against the whole of what the format can hold."""
    with open(temporary, "rb") as file:
        written = _registry.read(file).interactions
    wanted = _registry.held(cassette, format).interactions
    if written != wanted:
        first = next(
            (n for n, (a, b) in enumerate(zip(written, wanted, strict=False)) if a != b),
            min(len(written), len(wanted)),
        )
        raise PublishError(
            "does not read back as it was recorded; nothing was replaced",
            path=str(path),
            interaction=first,
            hint="this is a defect of stream-cassette: please report it",
        )


def _sync_directory(path: Path) -> None:
    if os.name == "nt":  # a directory can't be opened for syncing there
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
