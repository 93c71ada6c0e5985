"""The system's own lock on an open file: gone when its process is, however that ended."""

from __future__ import annotations

import sys

__all__ = ["try_lock"]

if sys.platform == "win32":
    import msvcrt

    # far behind any content: a locked range can't be read by others there
    _PLACE = 1 << 40

    def try_lock(handle: int) -> bool:
        """Lock the file unless another open file has it; True if it is ours now."""
        import os

        os.lseek(handle, _PLACE, os.SEEK_SET)
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def try_lock(handle: int) -> bool:
        """Lock the file unless another open file has it; True if it is ours now."""
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
