"""A repository set up for cassettes: what is written, and what is left alone."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from stream_cassette.errors import CassetteFileError, CassetteNotFound
from stream_cassette.store import git_setup
from stream_cassette.store.git_setup import PATTERNS, set_up
from tests.support.repository import Repository


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "a repo")


def attributes(repository: Repository) -> list[str]:
    return (repository.root / ".gitattributes").read_text("utf-8").splitlines()


def test_everything(repository: Repository) -> None:
    told = set_up(repository.root)
    assert attributes(repository) == [f"{one} diff=stream-cassette" for one in PATTERNS]
    textconv = repository.git("config", "diff.stream-cassette.textconv")
    assert "show --textconv" in textconv and '|| cat "$1"' in textconv
    assert 'diff "$LOCAL" "$REMOTE"' in repository.git("config", "difftool.stream-cassette.cmd")
    assert len(told) == len(PATTERNS) + 2


def test_again_changes_nothing(repository: Repository) -> None:
    set_up(repository.root)
    before = (repository.root / ".gitattributes").read_bytes()
    config = (repository.root / ".git" / "config").read_bytes()
    assert set_up(repository.root) == ["nothing to do: this repository is set up"]
    assert (repository.root / ".gitattributes").read_bytes() == before
    assert (repository.root / ".git" / "config").read_bytes() == config


def test_what_is_there_is_kept(repository: Repository) -> None:
    repository.write(".gitattributes", b"*.png binary\r\n# \xff\n*.txt text")
    set_up(repository.root, ["."])
    written = (repository.root / ".gitattributes").read_bytes()
    assert written.startswith(b"*.png binary\r\n# \xff\n*.txt text\n/**/*.yaml diff=")


def test_paths(repository: Repository) -> None:
    """As git understands them, from wherever it was called."""
    (repository.root / "my tests" / "tapes").mkdir(parents=True)
    repository.write("my tests/one.yaml", "")
    set_up(repository.root / "my tests", ["tapes", "one.yaml", "*.tape"])
    assert '"/my tests/*.tape" diff=stream-cassette' in attributes(repository)
    assert '"/my tests/one.yaml" diff=stream-cassette' in attributes(repository)
    for name in ("my tests/tapes/x.yaml", "my tests/tapes/a/b.yml", "my tests/one.yaml"):
        said = repository.git("check-attr", "diff", "--", name)
        assert said.strip().endswith("diff: stream-cassette")
    assert repository.git("check-attr", "diff", "--", "x.yaml").strip().endswith("unspecified")


@pytest.mark.parametrize(
    ("directory", "name"),
    [
        ("tests/tapes", "part/tests/tapes/deep/x.yaml"),
        ("{rootdir}/tapes", "part/tapes/x.yaml"),
        ("{test_dir}/tapes", "part/tests/deep/tapes/x.yaml"),
        (".", "part/x.yaml"),
    ],
)
def test_the_directory_of_the_project(repository: Repository, directory: str, name: str) -> None:
    """It need not be there: nothing may have been recorded yet."""
    options = f"[tool.pytest.ini_options]\nstream_cassette_dir = '{directory}'\n"
    below = repository.write("part/pyproject.toml", options).parent
    set_up(below)
    assert repository.git("check-attr", "diff", "--", name).strip().endswith("stream-cassette")
    assert "unspecified" in repository.git("check-attr", "diff", "--", "cassettes/x.yaml")


def test_what_is_not_there(repository: Repository) -> None:
    with pytest.raises(CassetteNotFound, match=r"^nope: no such file or directory; name what"):
        set_up(repository.root, ["nope"])
    assert not (repository.root / ".gitattributes").exists()


def test_a_directory_of_the_project_that_is_elsewhere(repository: Repository) -> None:
    options = "[tool.pytest.ini_options]\nstream_cassette_dir = '../tapes'\n"
    repository.write("pyproject.toml", options)
    with pytest.raises(CassetteFileError, match=r"= \.\./tapes: is outside"):
        set_up(repository.root)


@pytest.mark.parametrize(
    "name", ["cassettes/a.yaml", "x/cassettes/y/a.yaml.gz", "cassettes/a.json"]
)
def test_the_patterns(repository: Repository, name: str) -> None:
    set_up(repository.root)
    assert "stream-cassette" in repository.git("check-attr", "diff", "--", name)


def test_outside(repository: Repository, tmp_path: Path) -> None:
    with pytest.raises(CassetteFileError, match="is outside of the repository"):
        set_up(repository.root, ["../elsewhere"])
    (tmp_path / "plain").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
        with pytest.raises(CassetteFileError, match="is not in a git repository"):
            set_up(tmp_path / "plain")


def test_attributes_that_can_not_be_written(repository: Repository) -> None:
    (repository.root / ".gitattributes").mkdir()
    with pytest.raises(CassetteFileError, match="can't be written"):
        set_up(repository.root)


def test_a_configuration_that_can_not_be_written(repository: Repository) -> None:
    (repository.root / ".git" / "config.lock").touch()
    with pytest.raises(CassetteFileError, match=r"git can't be configured: .*lock"):
        set_up(repository.root)


def test_without_the_script(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    """No module of the repository may be run in its place."""
    monkeypatch.setattr(git_setup.sys, "executable", str(repository.root / "it's" / "python"))
    set_up(repository.root)
    cmd = repository.git("config", "difftool.stream-cassette.cmd")
    assert """it'"'"'s/python' -P -m stream_cassette diff""" in cmd
    assert sys.executable.endswith("python")
