from __future__ import annotations

from pathlib import Path

import pytest

from stream_cassette.errors import UsageError
from stream_cassette.store.project import project_of


def write(root: Path, text: str) -> Path:
    path = root / "pyproject.toml"
    path.write_text(text, "utf-8")
    return path


def test_the_nearest_file_above_counts(tmp_path: Path) -> None:
    write(tmp_path, "[tool.stream-cassette.check]\nselect = ['sizes']\n")
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    project = project_of(below)
    assert project.root == tmp_path
    assert project.table("check") == {"select": ["sizes"]}
    assert project.table("other") == {}


def test_where_there_is_no_file_the_directory_is_the_root(tmp_path: Path) -> None:
    project = project_of(tmp_path)
    assert project.root == tmp_path and project.tables == {}


def test_the_repository_is_the_projects_or_above_it(tmp_path: Path) -> None:
    write(tmp_path, "")
    assert project_of(tmp_path).repository == tmp_path
    below = tmp_path / "packages" / "one"
    below.mkdir(parents=True)
    write(below, "")
    (tmp_path / ".git").write_text("gitdir: elsewhere\n")  # as in a work tree
    assert project_of(below).root == below and project_of(below).repository == tmp_path


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[tool.stream-cassette.chek]\n", r"unknown 'chek' \(known: check\)"),
        ("[tool.stream-cassette]\ncheck = 3\n", "check is a table, not 3"),
        ("[tool", "can't be read"),
    ],
)
def test_what_is_wrong_is_named_with_the_file(text: str, words: str, tmp_path: Path) -> None:
    path = write(tmp_path, text)
    with pytest.raises(UsageError, match=words) as caught:
        project_of(tmp_path)
    assert str(path) in str(caught.value)


def test_no_text_is_named_too(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_bytes(b"\xff")
    with pytest.raises(UsageError, match="can't be read"):
        project_of(tmp_path)


@pytest.mark.parametrize(
    ("ini", "expected"),
    [
        ("", ["cassettes"]),
        ("stream_cassette_dir = 'tapes'", ["tapes"]),
        ("stream_cassette_dir = '{rootdir}/tapes'", ["tapes"]),
        ("stream_cassette_dir = '{test_dir}/cassettes'", ["cassettes", "tests/a/cassettes"]),
        ("stream_cassette_dir = 'none'", []),
    ],
)
def test_the_directories_that_hold_cassettes(ini: str, expected: list[str], tmp_path: Path) -> None:
    for name in ("cassettes", "tapes", "tests/a/cassettes", ".venv/cassettes"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "tests/cassettes").write_text("no directory")
    write(tmp_path, f"[tool.pytest.ini_options]\n{ini}\n")
    found = project_of(tmp_path).cassette_dirs()
    assert [path.relative_to(tmp_path).as_posix() for path in found] == expected
