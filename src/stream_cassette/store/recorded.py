"""Which cassettes one run has recorded, in whichever of its processes.

A test that comes to a cassette which the same run has recorded adds to it; one that comes to an
older cassette may replace it. Across processes, each cassette is an empty file in a directory of
the run's own.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["RecordedPaths"]


class RecordedPaths:
    """A set of cassettes, shared by all processes that are given the same `directory`."""

    def __init__(self, directory: Path | None = None) -> None:
        self._directory = directory
        self._mine: set[str] = set()

    def __contains__(self, path: Path) -> bool:
        key = _key(path)
        return key in self._mine or (
            self._directory is not None and (self._directory / key).exists()
        )

    @contextmanager
    def adding(self, path: Path) -> Iterator[None]:
        """While `path` is published; in the set before its file is there, and out if that fails."""
        is_new = path not in self
        self._add(_key(path))
        try:
            yield
        except BaseException:
            if is_new:
                self._discard(_key(path))
            raise

    def _add(self, key: str) -> None:
        self._mine.add(key)
        if self._directory is not None:
            self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            (self._directory / key).touch()

    def _discard(self, key: str) -> None:
        self._mine.discard(key)
        if self._directory is not None:
            (self._directory / key).unlink(missing_ok=True)


def _key(path: Path) -> str:
    return hashlib.sha256(
        os.path.realpath(path).casefold().encode("utf-8", "surrogatepass")
    ).hexdigest()
