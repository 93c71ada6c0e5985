"""Which files a command means."""

from __future__ import annotations

from pathlib import Path

import pytest

from stream_cassette.errors import CassetteNotFound
from stream_cassette.store.find import cassettes_below, cassettes_in


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name in (
        "a.yaml",
        "a.rejected.yaml",
        ".a.yaml.1-ab.journal",
        ".a.yaml.lock",
        "notes.txt",
        "deep/b.yml",
        "deep/c.json",
        "deep/d.yaml.gz",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "folder.yaml").mkdir()
    return tmp_path


def names(tree: Path, *paths: str) -> dict[str, bool]:
    found = cassettes_in(tree / path for path in paths)
    return {str(path.relative_to(tree)): named for path, named in found.items()}


ALL = {"a.yaml": False, "deep/b.yml": False, "deep/c.json": False, "deep/d.yaml.gz": False}


@pytest.mark.parametrize(
    ("paths", "found"),
    [
        ([""], ALL),
        (["a.yaml"], {"a.yaml": True}),
        (["", "a.yaml"], ALL | {"a.yaml": True}),
        (["a.yaml", ""], ALL | {"a.yaml": True}),
        (["notes.txt"], {"notes.txt": True}),
        (["a.rejected.yaml"], {"a.rejected.yaml": True}),
        (["*.yaml"], {"a.yaml": False}),
        (["**/*.y*ml"], {"a.yaml": False, "deep/b.yml": False}),
        (["de?p"], {name: False for name in ALL if name.startswith("deep")}),
        (["*.txt"], {}),
        ([], {}),
    ],
)
def test_what_paths_mean(tree: Path, paths: list[str], found: dict[str, bool]) -> None:
    assert names(tree, *paths) == found


@pytest.mark.parametrize("path", ["missing.yaml", "nothing*", "missing/"])
def test_a_path_that_finds_nothing(tree: Path, path: str) -> None:
    with pytest.raises(CassetteNotFound, match="no such file or directory"):
        cassettes_in([tree / path])


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("a", ["a.yaml"]),
        ("a.yaml", ["a.yaml"]),
        ("a.rejected.yaml", ["a.rejected.yaml"]),
        ("deep/c.json", ["deep/c.json"]),
        ("deep/*", ["deep/b.yml", "deep/c.json", "deep/d.yaml.gz"]),
        ("**/*.y*ml", ["a.yaml", "deep/b.yml"]),
        ("*", ["a.yaml"]),
    ],
)
def test_below_a_directory(tree: Path, name: str, found: list[str]) -> None:
    assert cassettes_below(tree, name) == [tree / each for each in found]


def test_a_name_with_brackets_is_a_name_first(tmp_path: Path) -> None:
    inside = tmp_path / "x[y]"
    inside.mkdir()
    (inside / "test_a[b].yaml").touch()
    assert cassettes_below(inside, "test_a[b]") == [inside / "test_a[b].yaml"]
    assert cassettes_below(inside, "test_a*") == [inside / "test_a[b].yaml"]


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("z*", "called 'z*', or matches it; there are a.yaml, deep/b.yml, deep/c.json, deep/d."),
        ("a.r*", "matches it (1 of those that match were left aside); there are a.yaml"),
        ("deep", "called 'deep'"),
    ],
)
def test_nothing_matches(tree: Path, name: str, says: str) -> None:
    with pytest.raises(CassetteNotFound) as caught:
        cassettes_below(tree, name)
    assert says in str(caught.value) and str(tree) in str(caught.value)


def test_there_is_nothing_to_match(tmp_path: Path) -> None:
    with pytest.raises(CassetteNotFound, match="it holds no cassette"):
        cassettes_below(tmp_path, "*")
    with pytest.raises(CassetteNotFound, match="the directory is not there"):
        cassettes_below(tmp_path / "none", "*")
    for number in range(12):
        (tmp_path / f"{number:02}.yaml").touch()
    with pytest.raises(CassetteNotFound, match=r"00\.yaml, .* 07\.yaml and 4 more"):
        cassettes_below(tmp_path, "x")


def test_a_name_that_no_file_can_have(tmp_path: Path) -> None:
    with pytest.raises(CassetteNotFound, match="can't be looked at: File name too long"):
        cassettes_in([tmp_path / ("x" * 5000)])
    with pytest.raises(CassetteNotFound, match="no such file or directory"):
        cassettes_in([tmp_path / "a\0*"])


def test_links_that_lead_round_in_circles_are_not_followed(tmp_path: Path) -> None:
    """Two of them are enough for more paths than anybody can count."""
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "a.yaml").touch()
    for name in ("one", "other"):
        (tmp_path / name).symlink_to(tmp_path)
        (tmp_path / "deep" / name).symlink_to("..")
    for pattern in ("", "**", "**/*.yaml", "**/**/*.yaml", "d*/**/*.yaml"):
        assert names(tmp_path, pattern) == {"deep/a.yaml": False}
