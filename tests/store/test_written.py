"""Reports are written whole, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from stream_cassette.errors import UsageError
from stream_cassette.store.written import write_whole


def test_directories_are_made_and_what_was_there_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b.html"
    assert write_whole(path, "first, and longer") == 17
    assert write_whole(path, "ü\n") == 3
    assert path.read_bytes() == b"\xc3\xbc\n"
    assert [one.name for one in path.parent.iterdir()] == ["b.html"]


def test_what_is_no_unicode_is_a_question_mark(tmp_path: Path) -> None:
    write_whole(tmp_path / "a", "x\ud800")
    assert (tmp_path / "a").read_bytes() == b"x?"


def test_what_can_not_be_written_says_so_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "dir").mkdir()
    with pytest.raises(UsageError, match=r"dir can't be written: "):
        write_whole(tmp_path / "dir", "text")
    assert [one.name for one in tmp_path.iterdir()] == ["dir"]
