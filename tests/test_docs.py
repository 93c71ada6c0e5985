"""The pages of docs/ are followed: files written, commands run, what they print compared."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support.doc_pages import Shell, blocks, follow, is_as_shown, steps_of

DOCS = Path(__file__).resolve().parent.parent / "docs"
# followed by tests of its own, for it makes a distribution
APART = {"add-a-dialect.md"}
PAGES = sorted(path for path in DOCS.rglob("*.md") if path.name not in APART)


def named(path: Path) -> str:
    return path.relative_to(DOCS).as_posix()


@pytest.mark.parametrize("page", [p for p in PAGES if "```" in p.read_text("utf-8")], ids=named)
def test_a_page_does_what_it_says(page: Path, tmp_path: Path) -> None:
    text, project = page.read_text("utf-8"), tmp_path / "project"
    project.mkdir()
    with Shell(project, tmp_path / "bin") as shell:
        done = follow(text, shell, project)
    assert len(done) == sum(len(steps_of(one.text)) for one in blocks(text) if not one.name)


def test_a_page_that_is_not_true_fails(tmp_path: Path) -> None:
    page = "# Page\n\n```console\n$ echo one; echo two\none\nthree\n```\n"
    with Shell(tmp_path, tmp_path / "bin") as shell, pytest.raises(AssertionError, match="three"):
        follow(page, shell, tmp_path)


@pytest.mark.parametrize(
    ("shown", "printed", "is_same"),
    [
        ("a\nb", "a\nb\n", True),
        ("a\nb", "a\n", False),
        ("a\n…\nd", "a\nb\nc\nd\n", True),
        ("a\n…\nd", "a\nb\nc\n", False),
        ("took … ms", "took 12 ms\n", True),
        ("took … ms", "took 12 s\n", False),
        ("1 passed in 0.10s", "1 passed in 12.34s\n", True),
        ("1 passed in 0.10s", "2 passed in 0.10s\n", False),
        ("", "anything\n", True),
    ],
)
def test_what_is_shown_against_what_is_printed(shown: str, printed: str, is_same: bool) -> None:
    assert is_as_shown(shown, printed) is is_same


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text("utf-8")):
        assert (page.parent / target).exists(), target
