"""Every hostile file, through all that reads one: a typed error, and nothing else happens."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from stream_cassette.api import load
from stream_cassette.cli import main
from stream_cassette.errors import CassetteFileError
from stream_cassette.tape import use_cassette
from tests.support.hostile_files import CASES, Case, packed
from tests.support.hostile_texts import GOVCR, HAR, JSON, OURS, RUBY

every_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
READABLE = {
    "ours.yaml": OURS,
    "vcr.json": JSON,
    "govcr.yaml": GOVCR,
    "ruby.yml": RUBY,
    "a.har": HAR,
}


def written(directory: Path, case: Case) -> Path:
    path = directory / "x.yaml"
    path.write_bytes(case.data)
    return path


def state(directory: Path) -> dict[str, tuple[bytes, int]]:
    """What lies in the directory, byte for byte, and when each was written."""
    return {
        str(path): (path.read_bytes(), os.stat(path).st_mtime_ns)
        for path in directory.rglob("*")
        if path.is_file()
    }


def call(*args: object) -> Result:
    return CliRunner().invoke(main, [str(arg) for arg in args])


@pytest.mark.parametrize("name", READABLE)
def test_what_rows_are_made_of_is_read(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(READABLE[name])
    assert len(load(tmp_path / name).interactions) == 1


def test_ids_are_unique() -> None:
    assert len({case.id for case in CASES}) == len(CASES)


@every_case
def test_load(tmp_path: Path, case: Case) -> None:
    path = written(tmp_path, case)
    with pytest.raises(case.error, match=re.escape(case.words)) as caught:
        load(path)
    assert caught.value.path == str(path)
    assert str(caught.value).startswith(str(path))
    assert caught.value.hint or caught.value.what.startswith(("no cassette", "a "))


@every_case
def test_load_packed(tmp_path: Path, case: Case) -> None:
    path = tmp_path / "x.yaml.gz"
    path.write_bytes(packed(case))
    with pytest.raises(CassetteFileError) as caught:
        load(path)
    assert caught.value.path == str(path)


@every_case
def test_commands(tmp_path: Path, case: Case) -> None:
    path = written(tmp_path, case)
    (tmp_path / "good.yaml").write_bytes(OURS)
    before = state(tmp_path)
    for args in (
        ("show", path),
        ("diff", tmp_path / "good.yaml", path),
        ("redact", path),
    ):
        result = call(*args)
        assert result.exit_code == 2, args
        assert isinstance(result.exception, SystemExit)
        assert str(path) in result.stderr
    checked = call("check", path)
    assert checked.exit_code in (1, 2)
    assert isinstance(checked.exception, SystemExit)
    assert str(path) in checked.output
    assert state(tmp_path) == before


@every_case
def test_use_cassette(tmp_path: Path, case: Case) -> None:
    path = written(tmp_path, case)
    before = state(tmp_path)
    for mode in ("none", "once", "new", "all"):
        with pytest.raises(CassetteFileError) as caught, use_cassette(path, record=mode):
            pass
        assert caught.value.path == str(path), mode
        assert state(tmp_path) == before, mode


def test_the_same_interaction_twice_is_two(tmp_path: Path) -> None:
    """Somebody may have asked twice: the second answer that nobody asks for is told as unplayed."""
    start, end = OURS.index(b"- request"), OURS.index(b"version: 1")
    (tmp_path / "x.yaml").write_bytes(OURS[:end] + OURS[start:end] + OURS[end:])
    one, other = load(tmp_path / "x.yaml").interactions
    assert one == other
