"""One recording at a time to a cassette, across threads and processes.

The lock is the system's, on `.<name>.lock` beside the cassette, so it goes with its process,
however that ends; the file says who has it, and is taken away with the lock. Reading needs none:
a cassette is replaced whole.
"""

from __future__ import annotations

import os
import socket
import threading
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import orjson

from stream_cassette.errors import LockTimeout
from stream_cassette.store._flock import try_lock
from stream_cassette.store.paths import lock_path

__all__ = ["PathLock"]

_PAUSE_S = 0.02

# the threads that hold a lock, by path: one that waited for itself would wait for ever
_held: dict[Path, int] = {}


class PathLock:
    """The right to record to `path`; `holder` is what others are told while it is held."""

    def __init__(self, path: Path, *, holder: str, limit_s: float = 60.0) -> None:
        self._path = lock_path(path)
        self._cassette = path
        self._holder = holder
        self._limit_s = limit_s
        self._handle: int | None = None
        self._made: list[Path] = []

    def acquire(self) -> bool:
        """Take the lock; True if somebody else had it before. Missing directories are made.

        Raises:
            LockTimeout: somebody still has it after `limit_s` seconds, or this very thread has.
        """
        key = self._path.resolve()
        if _held.get(key) == threading.get_ident():
            raise self._refusal("in this very thread: close that cassette first")
        self._made = _make_directories(self._path.parent)
        deadline = time.monotonic() + self._limit_s
        waited = False
        while (handle := self._try()) is None:
            if time.monotonic() >= deadline:
                raise self._refusal(f"waited {self._limit_s:g} s: run them one after the other")
            waited = True
            time.sleep(_PAUSE_S)
        self._handle = handle
        _held[key] = threading.get_ident()
        return waited

    def release(self) -> None:
        """Give the lock back, if it is held; directories that were made for it go if empty."""
        if self._handle is None:
            return
        _held.pop(self._path.resolve(), None)
        self._path.unlink(missing_ok=True)  # first: whoever opens it now makes a new one
        os.close(self._handle)
        self._handle = None
        for directory in self._made:
            with suppress(OSError):  # not empty: it is in use by now
                directory.rmdir()

    def _try(self) -> int | None:
        """The lock file's handle, if it is locked by us and still the one that others see."""
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0)
        try:
            handle = os.open(self._path, flags, 0o600)
        except OSError as error:
            raise LockTimeout(
                f"can't be locked: {error.strerror}",
                path=str(self._cassette),
                hint="recording needs a directory that can be written",
            ) from error
        if try_lock(handle) and _same_file(handle, self._path):
            os.ftruncate(handle, 0)
            os.pwrite(handle, orjson.dumps(self._about()), 0)
            return handle
        os.close(handle)
        return None

    def _about(self) -> dict[str, Any]:
        return {
            "pid": os.getpid(),
            "host": socket.gethostname(),
            "holder": self._holder,
            "since": datetime.now(UTC).isoformat(timespec="seconds"),
        }

    def _refusal(self, what: str) -> LockTimeout:
        return LockTimeout(
            f"is being recorded by {self._named()}", path=str(self._cassette), hint=what
        )

    def _named(self) -> str:
        try:
            said = orjson.loads(self._path.read_bytes())
            return (
                f"{said['holder']} (process {said['pid']} on {said['host']}, since {said['since']})"
            )
        except (OSError, ValueError, KeyError):
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


def _same_file(handle: int, path: Path) -> bool:
    """Whether the name still leads to the file that was opened (its holder may have removed it)."""
    try:
        return os.path.samestat(os.fstat(handle), os.stat(path))
    except FileNotFoundError:
        return False


def _make_directories(path: Path) -> list[Path]:
    """Make what is missing; what was made, the deepest first."""
    missing = [one for one in (path, *path.parents) if not one.exists()]
    with suppress(OSError):  # said when the lock file is made
        path.mkdir(parents=True, exist_ok=True)
    return missing
