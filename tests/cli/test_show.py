"""`stream-cassette show`, as it is called."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from stream_cassette.api import load
from stream_cassette.cli import main
from tests.corpus import CASSETTES
from tests.support.repository import Repository

SEEDS = CASSETTES / "openai_chat"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Two cassettes, one left aside, a file that is none, one that is broken."""
    for name in ("stepfun.yaml", "openrouter.yaml", "vercel_thinking.govcr.yaml"):
        shutil.copy(SEEDS / name, tmp_path)
    shutil.copy(SEEDS / "stepfun.yaml", tmp_path / "stepfun.rejected.yaml")
    (tmp_path / "compose.yaml").write_text("services: {}\n")
    return tmp_path


def show(*args: object, **rest: bool) -> Result:
    return CliRunner().invoke(main, ["show", *map(str, args)], **rest)  # type: ignore[arg-type]


def test_one_file() -> None:
    result = show(SEEDS / "vercel_thinking.yaml")
    assert result.exit_code == 0 and result.stderr == ""
    lines = result.output.split("\n")
    assert lines[0].endswith("vercel_thinking.yaml · vcr · 2 interactions")
    assert "  tool       40 C" in lines
    assert "\x1b" not in result.output


def test_colours_on_a_terminal_only() -> None:
    path = SEEDS / "openrouter_error.yaml"
    assert "\x1b[31m    errored" in show(path, color=True).output
    assert "\x1b" not in show(path).output


def test_frames_and_chunks() -> None:
    result = show("--frames", "--chunks", SEEDS / "stepfun.yaml")
    assert result.exit_code == 0
    assert "    cut points unknown\n" in result.output
    assert "    frame     byte    bytes\n" in result.output


@pytest.mark.parametrize("index", [0, 1])
def test_raw_bytes(index: int) -> None:
    path = SEEDS / "vercel_thinking.yaml"
    result = show("--raw", index, path)
    assert result.exit_code == 0
    assert result.stdout_bytes == load(path).interactions[index].response.body


def test_raw_of_what_is_not_there(tree: Path) -> None:
    for index in (1, -1):
        result = show("--raw", index, tree / "stepfun.yaml")
        assert (result.exit_code, result.stdout_bytes) == (2, b"")
        assert f"has no interaction {index}; it holds 1" in result.stderr
    result = show("--raw", 0, tree / "stepfun.yaml", tree / "openrouter.yaml")
    assert result.exit_code == 2 and "2 are named" in result.stderr


def test_json_lines(tree: Path) -> None:
    result = show("--json", tree)
    assert result.exit_code == 0
    made = [json.loads(line) for line in result.output.splitlines()]
    assert [(Path(one["path"]).name, one["format"]) for one in made] == [
        ("openrouter.yaml", "vcr"),
        ("stepfun.yaml", "vcr"),
        ("vercel_thinking.govcr.yaml", "govcr"),
    ]
    assert all(one["schema"] == 1 for one in made)


def test_globs_and_what_is_no_cassette(tree: Path) -> None:
    assert show(tree / "s*.yaml").output.count(" interaction\n") == 1
    named = show(tree / "compose.yaml", tree / "stepfun.yaml")
    assert named.exit_code == 2
    assert "stepfun.yaml · vcr" in named.stdout and "compose.yaml" in named.stderr


def test_a_broken_one_does_not_stop_the_others(tree: Path) -> None:
    shutil.copy(CASSETTES / "invalid" / "sizes.yaml", tree / "a.yaml")
    result = show(tree)
    assert result.exit_code == 2
    assert "a.yaml" in result.stderr and result.stdout.count(" · vcr · ") == 2


def test_nothing_there(tmp_path: Path) -> None:
    result = show(tmp_path / "none.yaml")
    assert result.exit_code == 2 and "no such file or directory" in result.stderr


def test_a_revision_of_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repository = Repository(tmp_path / "repo")
    path = repository.write("x.yaml", (SEEDS / "stepfun.yaml").read_bytes())
    repository.commit("first")
    path.unlink()
    monkeypatch.chdir(repository.root)
    assert show("HEAD:x.yaml").output.startswith("HEAD:x.yaml · vcr · 1 interaction\n")
    assert json.loads(show("--json", "HEAD:").output)["path"] == "HEAD:x.yaml"
    missing = show("HEAD:y.yaml")
    assert missing.exit_code == 2
    assert missing.stderr.startswith("stream-cassette show: HEAD:y.yaml: no such path at 'HEAD'")
