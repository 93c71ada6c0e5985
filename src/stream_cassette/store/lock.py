"""One recording at a time to a cassette, across threads and processes.

The lock is the system's, on `.<name>.lock` beside the cassette, so it goes with its process,
however that ends; the file says who has it, and is taken away with the lock. One that a killed
process left is nobody's. Reading needs no lock: a cassette is replaced whole.
"""

from __future__ import annotations

import errno
import os
import socket
import stat
import threading
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeAlias

import orjson

from stream_cassette.errors import LockTimeout
from stream_cassette.store._flock import drop, put, try_lock
from stream_cassette.store.paths import lock_path

__all__ = ["PathLock"]

# a link in its place is not followed: what it leads to would be written over
_FLAGS = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
_FIRST_PAUSE_S = 0.001
_LONGEST_PAUSE_S = 0.02
_OFTEN_GONE = 10  # a tenth of a second

_File: TypeAlias = tuple[int, int]

# what this process holds, by the lock file's device and inode: one file may have several names
_held: dict[_File, PathLock] = {}


class PathLock:
    """The right to record to `path`; `holder` is what others are told while it is held.

    It may be released by another thread than took it. A process that is forked off holds none of
    its parent's locks.
    """

    def __init__(self, path: Path, *, holder: str, limit_s: float = 60.0) -> None:
        self._path = lock_path(path)
        self._cassette = path
        self._holder = holder
        self._limit_s = limit_s
        self._handle: int | None = None
        self._file: _File | None = None
        self._thread = 0
        self._made: list[Path] = []
        self._gone = 0  # how often in a row there was no directory

    def acquire(self) -> bool:
        """Take the lock; True if somebody else had it before. Missing directories are made.

        Raises:
            LockTimeout: somebody still has it after `limit_s` seconds; or, at once, this very
                thread has it (it would wait for itself), or there can be no lock there.
        """
        if self._handle is not None:
            raise self._refusal("through this very lock")
        try:
            return self._wait()
        except BaseException:  # also an interrupt just after it was taken
            self.release()
            raise

    def release(self) -> None:
        """Give the lock back, if it is held; directories that were made for it go if empty."""
        if self._file is not None and _held.get(self._file) is self:
            del _held[self._file]
        handle, self._handle = self._handle, None
        if handle is not None:
            drop(handle, self._path)
        made, self._made = self._made, []
        _remove(made)

    def _wait(self) -> bool:
        deadline = time.monotonic() + self._limit_s
        pause_s, self._gone = _FIRST_PAUSE_S, 0
        waited = False
        while not self._try():
            if time.monotonic() >= deadline:
                raise self._refusal(
                    f"waited {self._limit_s:g} s: record one after the other, or wait longer "
                    "(stream_lock_timeout, lock_timeout=)"
                )
            waited = True
            time.sleep(pause_s)
            pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)
        return waited

    def _try(self) -> bool:
        """Whether the lock file is locked by us, and still the one that others see."""
        try:
            handle = self._open()
        except (FileNotFoundError, FileExistsError) as error:
            # whoever made its directory has taken it away just now; or there can be none
            self._gone += 1
            if self._gone < _OFTEN_GONE:
                return False
            raise self._impossible(error) from error
        except OSError as error:
            raise self._impossible(error) from error
        self._gone = 0
        try:
            return self._take(handle)
        except OSError as error:
            raise self._impossible(error) from error
        finally:
            if self._handle is None:
                os.close(handle)

    def _open(self) -> int:
        made = _make_directories(self._path.parent)
        self._made = made or self._made
        return os.open(self._path, _FLAGS, 0o666)

    def _take(self, handle: int) -> bool:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            raise OSError(errno.EINVAL, "something that is no file is in the lock's place")
        file = (status.st_dev, status.st_ino)
        other = _held.get(file)
        if other is not None and other._thread == threading.get_ident():
            raise self._refusal("in this very thread, maybe by another task: close that one first")
        if not try_lock(handle) or not _is_at(status, self._path):
            return False
        put(handle, orjson.dumps(self._about()))
        self._file, self._thread = file, threading.get_ident()
        self._handle, _held[file] = handle, self
        return True

    def _about(self) -> dict[str, Any]:
        return {
            "pid": os.getpid(),
            "host": socket.gethostname(),
            "holder": self._holder,
            "since": datetime.now(UTC).isoformat(timespec="seconds"),
        }

    def _refusal(self, hint: str) -> LockTimeout:
        return LockTimeout(
            f"is being recorded by {self._named()}", path=str(self._cassette), hint=hint
        )

    def _impossible(self, error: OSError) -> LockTimeout:
        where = f"in the directory {self._path.parent}"
        return LockTimeout(
            f"can't be locked: {error.strerror} ({self._path.name} {where})",
            path=str(self._cassette),
            hint="recording needs a directory that can be written, on a file system with locks",
        )

    def _named(self) -> str:
        try:
            said = orjson.loads(self._path.read_bytes())
            return (
                f"{said['holder']} (process {said['pid']} on {said['host']}, since {said['since']})"
            )
        except (OSError, ValueError, KeyError, TypeError):
            return "another process"

    def __enter__(self) -> Self:
        self.acquire()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.release()


def _is_at(status: os.stat_result, path: Path) -> bool:
    """Whether the name leads to the file that was opened (its holder may have removed it since)."""
    try:
        return os.path.samestat(status, os.stat(path))
    except FileNotFoundError:
        return False


def _make_directories(path: Path) -> list[Path]:
    """Make what is missing; what was made, the deepest first. Raises: OSError: it can't be."""
    missing = [one for one in (path, *path.parents) if not one.exists()]
    try:
        if missing:
            path.mkdir(parents=True, exist_ok=True)
    except OSError:
        _remove(missing)
        raise
    return missing


def _remove(directories: list[Path]) -> None:
    for directory in directories:
        with suppress(OSError):  # not empty: it is in use by now; or it was never made
            directory.rmdir()


def _let_go() -> None:
    """In a process forked off: its copies of the handles would keep the locks of a dead parent."""
    for lock in _held.values():
        handle, lock._handle = lock._handle, None
        if handle is not None:
            os.close(handle)
    _held.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_let_go)
