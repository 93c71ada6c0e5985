from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from stream_cassette.errors import CassetteFileError
from stream_cassette.store.regular import open_regular

posix = pytest.mark.skipif(sys.platform == "win32", reason="pipes and devices in directories")


def test_a_file_and_a_link_to_it(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"content")
    (tmp_path / "b").symlink_to(path)
    for one in (path, tmp_path / "b"):
        with open_regular(one) as file:
            assert file.read() == b"content"


@posix
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("pipe")
    for name in ("pipe", "link"):
        with pytest.raises(CassetteFileError, match=f"{name}: is a pipe, not a file; write"):
            open_regular(tmp_path / name)


@posix
@pytest.mark.parametrize("device", ["/dev/null", "/dev/zero", "/dev/tty"])
def test_a_device(device: str) -> None:
    with pytest.raises(CassetteFileError, match=f"{device}: is a device, not a file"):
        open_regular(Path(device))


def test_what_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("nowhere")
    with pytest.raises(FileNotFoundError):
        open_regular(tmp_path / "nowhere")
    with pytest.raises(CassetteFileError, match=r"is a link to nothing \('nowhere'\); restore"):
        open_regular(tmp_path / "link")


def test_other_names(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(IsADirectoryError):
        open_regular(tmp_path)
    with pytest.raises(OSError, match="loop"):
        open_regular(tmp_path / "loop")
    with pytest.raises(CassetteFileError, match="is no path: it holds a NUL"):
        open_regular(tmp_path / "a\0b")
