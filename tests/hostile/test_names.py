"""Paths that lead elsewhere: links, pipes, devices, directories, names that leave theirs."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from stream_cassette.api import dump, load, recover
from stream_cassette.cli import main
from stream_cassette.errors import CassetteFileError, JournalError, LockTimeout
from stream_cassette.store._records import MAGIC, Kind, json_and_bytes, pack
from stream_cassette.store.paths import lock_path
from stream_cassette.tape import use_cassette
from tests.corpus import ROOT
from tests.support.hostile_texts import OURS

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pipes, devices, links")

MODES = ("none", "once", "new", "all")


def _link(target: str) -> Callable[[Path], None]:
    return lambda path: path.symlink_to(target)


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(str(path))


# what lies at the path → how it gets there, and words of the error
PLACES: dict[str, tuple[Callable[[Path], None], str]] = {
    "dangling": (_link("nowhere.yaml"), "is a link to nothing ('nowhere.yaml'); restore"),
    "loop": (_link("x.yaml"), "can't be read: Too many levels of symbolic links"),
    "directory": (Path.mkdir, "can't be read: Is a directory"),
    "to-a-directory": (_link("."), "can't be read: Is a directory"),
    "endless": (_link("/dev/zero"), "is a device, not a file"),
    "empty": (_link("/dev/null"), "is a device, not a file"),
    "pipe": (os.mkfifo, "is a pipe, not a file; write what it gives to a file first"),
    "socket": (_socket, "is a socket, not a file"),
    "text": (_link(str(ROOT / "pyproject.toml")), "no cassette of a known format"),
}
every_place = pytest.mark.parametrize("name", PLACES)


@pytest.fixture
def near() -> Iterator[Path]:
    """A directory with a short name: a socket's is limited."""
    with tempfile.TemporaryDirectory() as directory:
        yield Path(directory)


@every_place
def test_load_and_show(near: Path, name: str) -> None:
    make, words = PLACES[name]
    make(near / "x.yaml")
    with pytest.raises(CassetteFileError) as caught:
        load(near / "x.yaml")
    assert words in str(caught.value)
    assert str(caught.value).startswith(str(near / "x.yaml"))
    if "directory" not in name:
        for command in ("show", "check"):
            result = CliRunner().invoke(main, [command, str(near / "x.yaml")])
            assert result.exit_code in (1, 2)
            assert isinstance(result.exception, SystemExit)


@every_place
@pytest.mark.parametrize("mode", MODES)
def test_use_cassette_leaves_it_as_it_is(near: Path, name: str, mode: str) -> None:
    path = near / "x.yaml"
    PLACES[name][0](path)
    before = os.lstat(path)
    with pytest.raises(CassetteFileError), use_cassette(path, record=mode):
        pass
    after = os.lstat(path)
    assert (after.st_ino, after.st_mode, after.st_mtime) == (
        before.st_ino,
        before.st_mode,
        before.st_mtime,
    )
    assert os.listdir(near) == ["x.yaml"]


def test_a_link_is_replaced_and_what_it_leads_to_stays(tmp_path: Path) -> None:
    (tmp_path / "target.yaml").write_bytes(OURS)
    (tmp_path / "x.yaml").symlink_to("target.yaml")
    cassette = load(tmp_path / "x.yaml")
    dump(cassette, tmp_path / "x.yaml")
    assert not (tmp_path / "x.yaml").is_symlink()
    assert (tmp_path / "target.yaml").read_bytes() == OURS


@pytest.mark.parametrize("make", [_link("target"), os.mkfifo], ids=["link", "pipe"])
def test_a_lock_that_is_no_file_is_not_written_to(
    tmp_path: Path, make: Callable[[Path], None]
) -> None:
    (tmp_path / "target").write_bytes(b"precious")
    make(lock_path(tmp_path / "x.yaml"))
    with pytest.raises(LockTimeout, match="can't be locked"):
        use_cassette(tmp_path / "x.yaml", record="all").open()
    assert (tmp_path / "target").read_bytes() == b"precious"


@pytest.mark.parametrize("target", ["../up.yaml", "/etc/x.yaml", "..", "a/b.yaml", "a\0b"])
def test_a_journal_of_a_cassette_elsewhere(tmp_path: Path, target: str) -> None:
    said = {"method": "GET", "url": "http://a/", "headers": [], "masked": [], "recorded_at": "now"}
    journal = tmp_path / "in" / ".x.yaml.1-ab.journal"
    journal.parent.mkdir()
    session = json_and_bytes({"cassette": target}, b"")[4:]
    request = pack(Kind.REQUEST, 0, json_and_bytes(said, b""))
    data = MAGIC + pack(Kind.SESSION, 0, session) + request
    journal.write_bytes(data)
    with pytest.raises(
        JournalError, match=r"holds what no recording writes \(a wrong 'cassette'\)"
    ):
        recover(journal, replace=True)
    assert journal.read_bytes() == data
    assert [path.name for path in tmp_path.rglob("*")] == ["in", journal.name]


@pytest.mark.parametrize("make", [os.mkfifo, _link("/dev/zero"), Path.mkdir])
def test_a_journal_that_is_no_file(tmp_path: Path, make: Callable[[Path], None]) -> None:
    journal = tmp_path / ".x.yaml.1-ab.journal"
    make(journal)
    with pytest.raises(JournalError, match="is no file"):
        recover(journal)
    (tmp_path / "x.yaml").write_bytes(OURS)
    with use_cassette(tmp_path / "x.yaml", unplayed="ignore"):
        pass  # the journals beside it are looked at, and not waited for


def test_a_name_with_a_nul(tmp_path: Path) -> None:
    with pytest.raises(CassetteFileError, match="is no path: it holds a NUL"):
        load(f"{tmp_path}/a\0b.yaml")


def test_trees_with_circles_and_pipes(tmp_path: Path) -> None:
    (tmp_path / "good.yaml").write_bytes(OURS)
    for name in ("one", "other"):
        (tmp_path / name).symlink_to(".")
    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "zero.yaml").symlink_to("/dev/zero")
    (tmp_path / "gone.yaml").symlink_to("nowhere")
    for argument in (tmp_path, tmp_path / "**" / "*.yaml", tmp_path / "**"):
        done = subprocess.run(
            [sys.executable, "-m", "stream_cassette", "show", str(argument)],
            env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert "good.yaml · vcr · 1 interaction" in done.stdout
        assert "Traceback" not in done.stderr
