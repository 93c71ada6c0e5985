"""Files that are made anew each time, such as reports: whole, or not at all.

One takes the place of an earlier one of its kind only, which is told by how it begins: a cassette
that was named by mistake stays.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import Final

from stream_cassette.errors import UsageError
from stream_cassette.store.paths import temporary_path

__all__ = ["JUNIT", "PAGE", "SARIF", "VERDICT", "check_replaceable", "write_whole"]

# how each kind begins; case, spaces and line ends do not count
PAGE: Final = "<!doctype html>"
JUNIT: Final = "<?xml"
SARIF: Final = '{"$schema": "https://docs.oasis-open.org/sarif/'
VERDICT: Final = '{"schema": 1, "status": "'

_LOOKED_AT: Final = 256  # bytes


def check_replaceable(path: Path, begins: str) -> None:
    """Whether a file that begins like this may be written here.

    Raises: UsageError: a file is there that begins otherwise, or it can't be read.
    """
    try:
        if not path.is_file():
            return
        with open(path, "rb") as file:
            there = file.read(_LOOKED_AT).decode("utf-8-sig", "replace")
    except OSError as error:
        raise _refusal(path, error) from error
    if there.strip() and not _bare(there).startswith(_bare(begins)):
        raise UsageError(f"{path} is there already and is no earlier report: name another file")


def write_whole(path: Path, text: str, *, begins: str) -> int:
    """Write the text as UTF-8; the size in bytes. Directories are made; a link stays one.

    An earlier file that begins with `begins` is replaced, and an empty one; a pipe or a device is
    written to.

    Raises: UsageError: another file is there, or the disk refused; what was there is untouched.
    """
    check_replaceable(path, begins)
    data = text.encode("utf-8", "replace")
    try:
        if _takes_bytes(path):
            path.write_bytes(data)
        else:
            _replace(Path(os.path.realpath(path)), data)
    except OSError as error:
        raise _refusal(path, error) from error
    return len(data)


def _replace(path: Path, data: bytes) -> None:
    temporary = temporary_path(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(data)
        os.replace(temporary, path)
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def _takes_bytes(path: Path) -> bool:
    """Whether it is a pipe or a device, such as /dev/stdout: nothing can take its place."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISCHR(mode)


def _bare(text: str) -> str:
    return "".join(text.split()).casefold()


def _refusal(path: Path, error: OSError) -> UsageError:
    return UsageError(f"{path} can't be written: {error.strerror}")
