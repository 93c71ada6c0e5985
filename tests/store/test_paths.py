"""Names beside a cassette."""

from __future__ import annotations

from pathlib import Path

import pytest

from stream_cassette.store.paths import (
    is_cassette_name,
    is_file_name,
    rejected_path,
    temporary_path,
)


@pytest.mark.parametrize(
    ("path", "rejected"),
    [
        ("a/b.yaml", "a/b.rejected.yaml"),
        ("b.yml", "b.rejected.yaml"),
        ("b.yaml.gz", "b.rejected.yaml"),
        ("no-suffix", "no-suffix.rejected.yaml"),
        ("v1.2.yaml", "v1.2.rejected.yaml"),
    ],
)
def test_rejected(path: str, rejected: str) -> None:
    assert rejected_path(Path(path)) == Path(rejected)


def test_temporary_names_are_beside_the_file_hidden_and_unique() -> None:
    path = Path("a/b.yaml")
    names = {temporary_path(path) for _ in range(100)}
    assert len(names) == 100
    assert {name.parent for name in names} == {Path("a")}
    assert not any(is_cassette_name(name) for name in names)


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("a.yaml", True),
        ("a.yml", True),
        ("a.json", True),
        ("a.yaml.gz", True),
        ("a.har", True),
        ("a.toml", True),
        ("a.httprr.gz", True),
        ("a.rejected.yaml", False),
        (".a.yaml.123-ab.journal", False),
        (".a.yaml", False),
        ("a.txt", False),
    ],
)
def test_what_a_glob_sees(name: str, counts: bool) -> None:
    assert is_cassette_name(Path(name)) is counts


@pytest.mark.parametrize("name", ["", ".", "..", "/", "a/b", "../a", "/a", "a/", "a\0"])
def test_names_that_leave_their_directory(name: str) -> None:
    assert not is_file_name(name)


@pytest.mark.parametrize("name", ["a.yaml", "...", "a b", "test[x]", ".a"])
def test_names_of_files(name: str) -> None:
    assert is_file_name(name)
