"""`stream-cassette report`, as it is called."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from stream_cassette.cli import main
from tests.corpus import CASSETTES
from tests.support.html_pages import page_of

pytest.importorskip("jinja2")

SEEDS = CASSETTES / "openai_chat"


def report(*args: object) -> Result:
    return CliRunner().invoke(main, ["report", *map(str, args)])


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Two cassettes, and a file that is none."""
    tree = tmp_path / "tree"
    tree.mkdir()
    for name in ("stepfun.yaml", "openrouter.yaml"):
        shutil.copy(SEEDS / name, tree)
    (tree / "compose.yaml").write_text("services: {}\n")
    return tree


def test_a_tree(tree: Path, tmp_path: Path) -> None:
    out = tmp_path / "out" / "page.html"
    result = report(tree, "-o", out, "--title", "Ours")
    assert result.exit_code == 0 and result.stderr == ""
    assert result.output == f"{out}: {out.stat().st_size:,} bytes\n"
    page = page_of(out.read_text("utf-8"))
    assert page.text.startswith("Ours Skip") and "2 cassettes" in page.text
    assert str(tree) not in page.text


def test_as_json(tree: Path, tmp_path: Path) -> None:
    out = tmp_path / "page.html"
    bad = CASSETTES / "invalid" / "sizes.yaml"
    told = json.loads(report(tree, bad, "-o", out, "--json").stdout)
    assert told["schema"] == 1 and told["path"] == str(out)
    assert told["size_bytes"] == out.stat().st_size
    assert [str(bad) in why for why in told["unreadable"]] == [True]


def test_the_name_if_none_is_given(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tree)
    result = report("stepfun.yaml")
    assert result.exit_code == 0
    page = page_of((tree / "stream-cassette.html").read_text("utf-8"))
    assert page.text.startswith("stepfun.yaml Skip")


def test_what_can_not_be_read_is_in_the_page_and_makes_it_two(tree: Path, tmp_path: Path) -> None:
    bad = CASSETTES / "invalid" / "sizes.yaml"
    result = report(tree, bad, "-o", tmp_path / "page.html")
    assert result.exit_code == 2 and str(bad) in result.stderr
    page = page_of((tmp_path / "page.html").read_text("utf-8"))
    assert "1 could not be read" in page.text and "2 cassettes" in page.text


def test_differences_as_well_or_alone(tree: Path, tmp_path: Path) -> None:
    sides = ("--diff", tree / "stepfun.yaml", tree / "openrouter.yaml")
    assert report(tree, *sides, "-o", tmp_path / "page.html").exit_code == 0
    page = page_of((tmp_path / "page.html").read_text("utf-8"))
    assert "2 cassettes" in page.text and "stepfun.yaml → " in page.panel("diffs").text
    assert report(*sides, *sides, "-o", tmp_path / "page.html").exit_code == 0
    page = page_of((tmp_path / "page.html").read_text("utf-8"))
    assert page.panel("diffs").text.count("1 changed") == 2
    assert "could not" not in page.text


def test_a_side_that_can_not_be_read(tree: Path, tmp_path: Path) -> None:
    bad = CASSETTES / "invalid" / "sizes.yaml"
    result = report("--diff", tree / "stepfun.yaml", bad, "-o", tmp_path / "page.html")
    assert result.exit_code == 2 and "sizes.yaml" in result.stderr


def test_no_such_path_writes_nothing(tmp_path: Path) -> None:
    result = report(tmp_path / "none", "-o", tmp_path / "page.html")
    assert result.exit_code == 2
    assert result.stderr.startswith("stream-cassette report: ")
    assert not (tmp_path / "page.html").exists()


def test_nothing_to_report_is_said(tmp_path: Path) -> None:
    result = report("-o", tmp_path / "page.html")
    assert result.exit_code == 2 and "name a cassette" in result.stderr


def test_a_cassette_named_as_the_page_stays(tree: Path) -> None:
    path = tree / "stepfun.yaml"
    before = path.read_bytes()
    result = report(tree, "-o", path)
    assert result.exit_code == 2
    assert f"report: {path} is there already and is no earlier report" in result.stderr
    assert path.read_bytes() == before
    for _ in range(2):
        assert report(tree, "-o", tree / "page.html").exit_code == 0
