from __future__ import annotations

import gzip
import os
import stat
from pathlib import Path

import pytest

from stream_cassette.errors import LockTimeout, PublishError
from stream_cassette.store import rewrite as module
from stream_cassette.store.lock import PathLock
from stream_cassette.store.rewrite import rewrite


def test_the_new_bytes_take_the_place_of_the_old(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"before")
    path.chmod(0o640)
    rewrite(path, b"before", b"after", holder="a test")
    assert path.read_bytes() == b"after"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert os.listdir(tmp_path) == ["a.yaml"]


def test_a_link_stays_one_and_a_packed_file_packed(tmp_path: Path) -> None:
    path, link = tmp_path / "a.yaml.gz", tmp_path / "b.yaml.gz"
    path.write_bytes(gzip.compress(b"before"))
    link.symlink_to(path)
    rewrite(link, b"before", b"after", holder="a test")
    assert link.is_symlink() and gzip.decompress(path.read_bytes()) == b"after"


def test_what_was_changed_meanwhile_stays(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"newer")
    with pytest.raises(PublishError, match="was changed while it was looked at"):
        rewrite(path, b"before", b"after", holder="a test")
    assert path.read_bytes() == b"newer"


def test_a_disk_that_refuses_leaves_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"before")

    def full(source: object, target: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(PublishError, match="No space left on device; it is untouched"):
        rewrite(path, b"before", b"after", holder="a test")
    assert path.read_bytes() == b"before" and os.listdir(tmp_path) == ["a.yaml"]


def test_who_records_to_it_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"before")
    monkeypatch.setattr(module, "_LOCK_LIMIT_S", 0.05)
    with PathLock(path, holder="a recording"), pytest.raises(LockTimeout):
        rewrite(path, b"before", b"after", holder="a test")
    assert path.read_bytes() == b"before"
