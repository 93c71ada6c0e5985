"""The system's own lock on an open file: gone when its process is, however that ended."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path

__all__ = ["drop", "put", "try_lock"]

if sys.platform == "win32":
    import msvcrt

    # far behind any content: a locked range can't be read by others there
    _PLACE = 1 << 40

    def try_lock(handle: int) -> bool:
        """Lock the file unless another open file has it; True if it is ours now."""
        os.lseek(handle, _PLACE, os.SEEK_SET)
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def drop(handle: int, path: Path) -> None:
        """Give the lock back and take the file away, unless somebody else has it open by now."""
        os.close(handle)
        with suppress(OSError):  # an open file can't be taken away there
            path.unlink()

else:
    import fcntl

    def try_lock(handle: int) -> bool:
        """Lock the file unless another open file has it; True if it is ours now.

        Raises:
            OSError: the file system has no locks.
        """
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def drop(handle: int, path: Path) -> None:
        """Take the file away and give the lock back; what can't be taken away stays, unlocked."""
        try:
            with suppress(OSError):
                path.unlink()  # first: whoever opens it from now on makes a new one
        finally:
            os.close(handle)


def put(handle: int, data: bytes) -> None:
    """Make `data` the file's content, if there is room for it: it only says who has the lock."""
    with suppress(OSError):
        os.lseek(handle, 0, os.SEEK_SET)
        os.write(handle, data)
        os.ftruncate(handle, len(data))
