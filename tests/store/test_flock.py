"""The system's lock: one open file at a time, gone with the handle."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from stream_cassette.store._flock import drop, put, try_lock


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT)


def test_one_open_file_has_it(tmp_path: Path) -> None:
    path = tmp_path / "x.lock"
    first, second = _open(path), _open(path)
    assert try_lock(first)
    assert not try_lock(second)  # the same process, the same thread, another open file
    os.close(first)
    assert try_lock(second)
    os.close(second)


def test_dropping_takes_the_file_away_and_frees_who_waits(tmp_path: Path) -> None:
    path = tmp_path / "x.lock"
    first, second = _open(path), _open(path)
    assert try_lock(first)
    drop(first, path)
    assert not path.exists()
    assert try_lock(second)
    drop(second, path)  # the name is gone already
    with pytest.raises(OSError, match=os.strerror(errno.EBADF)):
        os.fstat(second)


def test_putting_replaces_what_was_longer(tmp_path: Path) -> None:
    path = tmp_path / "x.lock"
    handle = _open(path)
    put(handle, b"a long name")
    put(handle, b"short")
    os.close(handle)
    assert path.read_bytes() == b"short"


def test_putting_is_not_needed(tmp_path: Path) -> None:
    path = tmp_path / "x.lock"
    path.touch()
    handle = os.open(path, os.O_RDONLY)
    put(handle, b"can't be written")
    os.close(handle)
    assert path.read_bytes() == b""
