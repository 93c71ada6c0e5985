"""Reports are written whole, or not at all."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from stream_cassette.errors import UsageError
from stream_cassette.store.written import JUNIT, PAGE, SARIF, VERDICT, write_whole


def test_directories_are_made_and_what_was_there_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b.html"
    assert write_whole(path, "<?xml first, and longer", begins=JUNIT) == 23
    assert write_whole(path, "ü\n", begins=JUNIT) == 3
    assert path.read_bytes() == b"\xc3\xbc\n"
    assert [one.name for one in path.parent.iterdir()] == ["b.html"]


def test_what_is_no_unicode_is_a_question_mark(tmp_path: Path) -> None:
    write_whole(tmp_path / "a", "x\ud800", begins=JUNIT)
    assert (tmp_path / "a").read_bytes() == b"x?"


def test_what_can_not_be_written_says_so_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "dir").mkdir()
    with pytest.raises(UsageError, match=r"dir can't be written: "):
        write_whole(tmp_path / "dir", "text", begins=JUNIT)
    assert [one.name for one in tmp_path.iterdir()] == ["dir"]


@pytest.mark.parametrize("begins", [PAGE, JUNIT, SARIF, VERDICT])
@pytest.mark.parametrize(
    "there",
    [
        "interactions: []\nversion: 1\n",
        '{"schema": 1, "interactions": []}',
        '{\n "version": 1}',
        "x",
        "\x1f\ufffd",
    ],
)
def test_a_file_of_another_kind_stays(tmp_path: Path, begins: str, there: str) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(there, "utf-8")
    with pytest.raises(UsageError, match="is there already and is no earlier report: name another"):
        write_whole(path, "text", begins=begins)
    assert path.read_text("utf-8") == there
    assert os.listdir(tmp_path) == ["a.yaml"]


@pytest.mark.parametrize(
    ("begins", "there"),
    [
        (PAGE, "<!DOCTYPE html>\r\n<html>"),
        (JUNIT, "<?xml version='1.0'?>"),
        (SARIF, '{\n "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/x.json"'),
        (VERDICT, '{\n  "schema": 1,\n  "status": "same",'),
        (VERDICT, " \n"),
    ],
)
def test_an_earlier_one_is_replaced(tmp_path: Path, begins: str, there: str) -> None:
    path, link = tmp_path / "a", tmp_path / "link"
    path.write_text(there, "utf-8")
    link.symlink_to(path)
    write_whole(link, "new", begins=begins)
    assert (path.read_text("utf-8"), link.is_symlink()) == ("new", True)


def test_a_pipe_is_written_to(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    got: list[bytes] = []
    reader = threading.Thread(target=lambda: got.append(path.read_bytes()))
    reader.start()
    write_whole(path, "text", begins=PAGE)
    reader.join(30)
    assert got == [b"text"] and path.is_fifo()
