"""Open a file to read it, if it is one: a pipe or a device would be waited for, or never end."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO, Final

from stream_cassette.errors import CassetteFileError

__all__ = ["open_regular"]

_KINDS: Final = {
    stat.S_IFIFO: "a pipe",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFSOCK: "a socket",
}
# a pipe that took the file's place since it was looked at is opened without waiting for a writer
_FLAGS: Final = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def open_regular(path: Path) -> BinaryIO:
    """The file, open for reading bytes; of a link, what it leads to.

    Raises:
        OSError: it can't be opened, or is a directory.
        CassetteFileError: it is something else than a file, or a link to nothing.
    """
    try:
        _check(path, os.stat(path).st_mode)
    except FileNotFoundError as error:
        if os.path.islink(path):
            raise CassetteFileError(
                f"is a link to nothing ({os.readlink(path)!r})",
                path=str(path),
                hint="restore what it leads to, or remove the link",
            ) from error
        raise
    except ValueError as error:
        raise CassetteFileError("is no path: it holds a NUL", path=str(path)) from error
    handle = os.open(path, _FLAGS)
    try:
        _check(path, os.fstat(handle).st_mode)
        return os.fdopen(handle, "rb")
    except BaseException:
        os.close(handle)
        raise


def _check(path: Path, mode: int) -> None:
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if not stat.S_ISREG(mode):
        kind = _KINDS.get(stat.S_IFMT(mode), "no file")
        raise CassetteFileError(
            f"is {kind}, not a file", path=str(path), hint="write what it gives to a file first"
        )
