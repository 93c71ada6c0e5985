"""Which cassettes a command means: on the disk, and in revisions of git."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from stream_cassette.errors import (
    CassetteFileError,
    CassetteNotFound,
    NotACassette,
    StreamCassetteError,
    UsageError,
)
from stream_cassette.store.sources import (
    NOTHING,
    before_and_now,
    committed,
    read_source,
    same_bytes,
    side_of,
    size_of,
    source_bytes,
    sources_in,
    working,
)
from tests.corpus import CASSETTES
from tests.support.repository import Repository

SEED = CASSETTES / "openai_chat" / "stepfun.yaml"


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """One cassette in two versions, another below it, and a file that is none."""
    made = Repository(tmp_path / "repo")
    (made.root / "cassettes" / "deep").mkdir(parents=True)
    for name in ("a.yaml", "deep/b.yaml", "a.rejected.yaml", "notes.txt"):
        shutil.copy(SEED, made.root / "cassettes" / name)
    made.commit("first")
    made.write("cassettes/a.yaml", "interactions: []\nversion: 1\n")
    made.commit("second")
    monkeypatch.chdir(made.root)
    return made


def test_a_file_on_the_disk(repository: Repository) -> None:
    (found,) = sources_in(["cassettes/a.yaml"])
    assert (found.name, found.path) == ("cassettes/a.yaml", Path("cassettes/a.yaml"))
    assert (found.revision, found.relative, found.is_named) == (None, "a.yaml", True)
    assert source_bytes(found) == b"interactions: []\nversion: 1\n"
    assert read_source(found).path == "cassettes/a.yaml"


@pytest.mark.parametrize(
    ("argument", "relative"),
    [
        ("cassettes", ["a.yaml", "deep/b.yaml"]),
        (".", ["cassettes/a.yaml", "cassettes/deep/b.yaml"]),
        ("cassettes/*.yaml", ["a.yaml"]),
        ("*/**/b.yaml", ["cassettes/deep/b.yaml"]),
        ("HEAD:cassettes", ["a.yaml", "deep/b.yaml"]),
        ("HEAD:cassettes/", ["a.yaml", "deep/b.yaml"]),
        ("HEAD:", ["cassettes/a.yaml", "cassettes/deep/b.yaml"]),
        ("HEAD:./cassettes/deep", ["b.yaml"]),
    ],
)
def test_a_tree(repository: Repository, argument: str, relative: list[str]) -> None:
    side = side_of(argument)
    assert side.is_tree
    assert [one.relative for one in side.sources] == relative
    assert not any(one.is_named for one in side.sources)
    assert all(source_bytes(one) for one in side.sources)


def test_a_file_at_a_revision(repository: Repository) -> None:
    side = side_of("HEAD~1:cassettes/a.yaml")
    (found,) = side.sources
    assert not side.is_tree
    assert (found.name, found.revision) == ("HEAD~1:cassettes/a.yaml", "HEAD~1")
    assert found.path == repository.root / "cassettes" / "a.yaml"
    assert source_bytes(found) == SEED.read_bytes()
    cassette = read_source(found)
    assert cassette.path == "HEAD~1:cassettes/a.yaml"
    assert len(cassette.interactions) == 1


def test_paths_from_here(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repository.root / "cassettes" / "deep")
    for argument in ("HEAD:./b.yaml", "HEAD:../deep/b.yaml", "HEAD:cassettes/deep/b.yaml"):
        assert source_bytes(sources_in([argument])[0]) == SEED.read_bytes()
    with pytest.raises(CassetteNotFound, match=r"from here they begin with \./"):
        sources_in(["HEAD:b.yaml"])
    with pytest.raises(CassetteFileError, match="is outside of the repository"):
        sources_in(["HEAD:../../../x"])


def test_what_is_on_the_disk_comes_first(repository: Repository) -> None:
    repository.write("HEAD:cassettes/a.yaml", "here")
    assert sources_in(["HEAD:cassettes/a.yaml"])[0].revision is None


BAD = {
    "no file": ("cassettes/c.yaml", "cassettes/c.yaml: no such file or directory"),
    "no revision": ("v9:cassettes/a.yaml", "v9:cassettes/a.yaml: no such revision: 'v9'"),
    "no path": ("HEAD:cassettes/c.yaml", "HEAD:cassettes/c.yaml: no such path at 'HEAD'"),
    "an option": ("--all:x", "--all:x: no such revision: '--all'"),
    "nothing": (":x", ":x: no such file or directory"),
}


@pytest.mark.parametrize(("argument", "text"), BAD.values(), ids=BAD.keys())
def test_not_there(repository: Repository, argument: str, text: str) -> None:
    with pytest.raises(CassetteNotFound) as caught:
        sources_in([argument])
    assert str(caught.value).startswith(text)


def test_no_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CassetteFileError, match=r"HEAD:x: .* is not in a git repository"):
        sources_in(["HEAD:x"])


def test_each_once(repository: Repository) -> None:
    found = sources_in(["cassettes", "cassettes/a.yaml", "HEAD:cassettes/a.yaml", "cassettes"])
    names = [one.name for one in found]
    assert names == ["HEAD:cassettes/a.yaml", "cassettes/a.yaml", "cassettes/deep/b.yaml"]
    assert [one.is_named for one in found] == [True, True, False]


def test_unreadable(repository: Repository) -> None:
    for argument in ("cassettes/notes.txt", "HEAD:cassettes/notes.txt"):
        repository.write("cassettes/notes.txt", "nothing\n")
        repository.git("add", ".")
        repository.git("commit", "--quiet", "--allow-empty", "--message", "notes")
        with pytest.raises(NotACassette, match=f"^{argument}: no cassette of a known format"):
            read_source(sources_in([argument])[0])
    (source,) = sources_in(["cassettes/notes.txt"])
    source.path.unlink()
    with pytest.raises(CassetteFileError, match=r"^cassettes/notes\.txt: can't be read"):
        source_bytes(source)
    with pytest.raises(CassetteNotFound):
        read_source(source)


def test_committed(repository: Repository) -> None:
    """What HEAD has where a path is, also when it is not there any more."""
    assert committed(Path("cassettes")).sources[0].name == "HEAD:cassettes/a.yaml"
    shutil.rmtree(repository.root / "cassettes")
    side = committed(repository.root / "cassettes" / "deep" / "b.yaml", "HEAD~1")
    assert not side.is_tree and source_bytes(side.sources[0]) == SEED.read_bytes()
    with pytest.raises(CassetteNotFound, match="no such path"):
        committed(Path("cassettes/c.yaml"))
    with pytest.raises(UsageError, match="a glob has no revision"):
        committed(Path("cassettes/*.yaml"))


def test_working(repository: Repository) -> None:
    assert working(Path("cassettes/a.yaml")).is_tree is False
    with pytest.raises(StreamCassetteError):
        working(Path("HEAD:cassettes"))


@pytest.mark.parametrize("argument", ["HEAD~1:cassettes", "HEAD~1:./cassettes", "cassettes"])
def test_before_and_now(repository: Repository, argument: str) -> None:
    before, now = before_and_now(argument)
    assert [one.relative for one in before.sources] == [one.relative for one in now.sources]
    assert before.is_tree and now.is_tree
    assert {one.revision for one in before.sources} <= {"HEAD", "HEAD~1"}
    assert {one.revision for one in now.sources} == {None}


def test_before_and_now_of_what_came_or_went(repository: Repository) -> None:
    shutil.copy(SEED, repository.root / "new.yaml")
    before, now = before_and_now("new.yaml")
    assert before.sources == () and len(now.sources) == 1
    (repository.root / "cassettes" / "a.yaml").unlink()
    for argument in ("cassettes/a.yaml", "HEAD:cassettes/a.yaml"):
        before, now = before_and_now(argument)
        assert len(before.sources) == 1 and now.sources == ()
    with pytest.raises(CassetteNotFound, match="no such path"):
        before_and_now("never.yaml")
    with pytest.raises(CassetteNotFound, match="no such revision"):
        before_and_now("v9:cassettes")


def test_the_same_bytes(repository: Repository) -> None:
    old, new = sources_in(["HEAD~1:cassettes/a.yaml", "cassettes/a.yaml"])
    (equal,) = sources_in(["cassettes/deep/b.yaml"])
    (head,) = sources_in(["HEAD:cassettes/deep/b.yaml"])
    assert not same_bytes(old, new)
    assert same_bytes(old, equal) and same_bytes(equal, head) and same_bytes(old, head)
    assert not same_bytes(new, equal)
    assert (size_of(old), size_of(equal)) == (0, SEED.stat().st_size)
    equal.path.unlink()
    assert size_of(equal) == 0


def test_the_file_that_there_is_none_of() -> None:
    assert side_of(os.devnull) == NOTHING
