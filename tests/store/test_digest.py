"""The digest of a file's bytes."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from stream_cassette.store.digest import digest


def test_digest(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"a\r\n")
    assert digest(tmp_path / "file") == hashlib.sha256(b"a\r\n").hexdigest()
    with pytest.raises(FileNotFoundError):
        digest(tmp_path / "none")
