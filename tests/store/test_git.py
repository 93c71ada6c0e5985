"""What a git repository holds at a revision, by real repositories."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from stream_cassette.errors import CassetteFileError, CassetteNotFound
from stream_cassette.store.git import Entry, content, entries, git, is_revision, root_of
from tests.support.repository import Repository


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = Repository(tmp_path / "repo")
    made.write("deep/a.yaml", "one\n")
    made.write("deep/er/b ü.yaml", "two\n")
    made.commit("first")
    return made


def test_root(repository: Repository) -> None:
    assert root_of(repository.root / "deep", "x") == repository.root.resolve()


def test_no_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(CassetteFileError, match="is not in a git repository; name a file"):
        root_of(tmp_path, "HEAD:x")


def test_a_repository_of_somebody_else(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    with pytest.raises(CassetteFileError, match="dubious ownership in") as caught:
        root_of(repository.root, "HEAD:x")
    assert "git config --global --add safe.directory" in str(caught.value)
    assert "not in a git repository" not in str(caught.value)


def test_a_repository_without_files(tmp_path: Path) -> None:
    Repository(tmp_path / "made").git("clone", "--quiet", "--bare", ".", str(tmp_path / "bare"))
    with pytest.raises(CassetteFileError, match="this operation must be run in a work tree"):
        root_of(tmp_path / "bare", "HEAD:x")


def test_revisions(repository: Repository, tmp_path: Path) -> None:
    assert is_revision(repository.root, "HEAD") and is_revision(repository.root / "deep", "main")
    assert not is_revision(repository.root, "deep") and not is_revision(repository.root, "--all")


def test_no_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CassetteFileError, match=r"^HEAD:x: git can't be run: .*install it"):
        root_of(tmp_path, "HEAD:x")


def test_no_directory(tmp_path: Path) -> None:
    with pytest.raises(CassetteNotFound, match="no such directory"):
        git(["status"], tmp_path / "gone", "x")


def test_a_file(repository: Repository) -> None:
    found, is_tree = entries(repository.root, "HEAD", "deep/a.yaml", "x")
    assert [one.path for one in found] == ["deep/a.yaml"] and not is_tree
    assert content(repository.root, found[0], "x") == b"one\n"


@pytest.mark.parametrize("inside", ["", "deep"])
def test_a_directory(repository: Repository, inside: str) -> None:
    found, is_tree = entries(repository.root, "HEAD", inside, "x")
    assert [one.path for one in found] == ["deep/a.yaml", "deep/er/b ü.yaml"] and is_tree
    assert content(repository.root, found[1], "x") == b"two\n"


@pytest.mark.parametrize("revision", ["nope", "--all", "HEAD~7", ""])
def test_no_such_revision(repository: Repository, revision: str) -> None:
    with pytest.raises(CassetteNotFound, match=rf"no such revision: '{revision}'"):
        entries(repository.root, revision, "deep", "x")


@pytest.mark.parametrize("inside", ["dee", "deep/a", "deep/*.yaml", "--all"])
def test_no_such_path(repository: Repository, inside: str) -> None:
    with pytest.raises(CassetteNotFound, match=r"^x: no such path at 'HEAD'; paths count from"):
        entries(repository.root, "HEAD", inside, "x")


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_links_are_passed_over(repository: Repository) -> None:
    (repository.root / "deep" / "link.yaml").symlink_to("a.yaml")
    repository.commit("a link")
    assert len(entries(repository.root, "HEAD", "deep", "x")[0]) == 2
    with pytest.raises(CassetteFileError, match="is a symbolic link at 'HEAD'"):
        entries(repository.root, "HEAD", "deep/link.yaml", "x")


def test_no_such_content(repository: Repository) -> None:
    with pytest.raises(CassetteFileError, match=r"^x: git can't read it: "):
        content(repository.root, Entry(path="a.yaml", blob="0" * 40), "x")


def test_line_ends_are_those_of_a_checkout(repository: Repository) -> None:
    repository.write(".gitattributes", "*.yaml text eol=crlf\n")
    found, _ = entries(repository.root, "HEAD", "deep/a.yaml", "x")
    assert content(repository.root, found[0], "x") == b"one\r\n"
