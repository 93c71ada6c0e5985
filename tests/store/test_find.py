"""Which files a command means."""

from __future__ import annotations

from pathlib import Path

import pytest

from stream_cassette.errors import CassetteNotFound
from stream_cassette.store.find import cassettes_in


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
