"""The pages of docs/ are followed: files written, commands run, what they print compared."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from stream_cassette.server.demo_provider import DemoProvider
from tests.support.doc_pages import (
    PORT,
    Shell,
    blocks,
    follow,
    free_port,
    is_as_shown,
    pipeline_scripts,
    steps_of,
)

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
# followed by tests of its own, for it makes a distribution
APART = {"add-a-dialect.md"}
PAGES = sorted(path for path in DOCS.rglob("*.md") if path.name not in APART)
ALL = sorted(DOCS.rglob("*.md"))


def named(path: Path) -> str:
    return path.relative_to(DOCS).as_posix()


def start(project: Path, port: int) -> None:
    """The project of the tutorial, where most pages start, in a repository with an origin."""
    project.mkdir()
    for block in blocks((DOCS / "tutorial.md").read_text("utf-8")):
        if block.name:
            (project / block.name).write_text(block.text, "utf-8")
    recorded = (ROOT / "cassettes" / "tutorial" / "test_ask.yaml").read_text("utf-8")
    cassette = project / "cassettes" / "test_agent" / "test_ask.yaml"
    cassette.parent.mkdir(parents=True)
    cassette.write_text(recorded.replace(PORT, str(port)), "utf-8")
    for command in (
        "init -q -b main",
        "add .",
        "-c user.name=A -c user.email=a@example.com commit -q -m tutorial",
        "clone -q --bare . ../origin.git",
        "remote add origin ../origin.git",
        "fetch -q origin",
    ):
        subprocess.run(["git", *command.split()], cwd=project, check=True)


@pytest.mark.parametrize("page", [p for p in PAGES if "```" in p.read_text("utf-8")], ids=named)
def test_a_page_does_what_it_says(page: Path, tmp_path: Path) -> None:
    text, project, port = page.read_text("utf-8"), tmp_path / "project", free_port()
    environment = {}
    if page.name == "tutorial.md":
        project.mkdir()
    else:
        start(project, port)
        environment["ANTHROPIC_BASE_URL"] = f"http://127.0.0.1:{port}"
    with Shell(project, tmp_path / "bin", **environment) as shell:
        done = follow(text, shell, project, port)
    assert len(done) == sum(len(steps_of(one.text)) for one in blocks(text) if not one.name)


def run_pipelines(page: str, shell: Shell) -> str:
    """Run each script of the page's CI files; what all of them printed."""
    printed = ""
    for block in blocks((DOCS / page).read_text("utf-8")):
        for script, may_fail in pipeline_scripts(block):
            printed += shell.run(f"(set -e\n{script}\n)\necho status=$?")
            assert may_fail or printed.endswith("status=0\n"), f"{script}\n{printed}"
    return printed


def test_the_pipelines_for_tests_run(tmp_path: Path) -> None:
    """On a branch that changed what a tool says, and its cassette."""
    project, port = tmp_path / "project", free_port()
    start(project, port)
    for name in ("cassettes/test_agent/test_ask.yaml", "agent.py"):
        path = project / name
        path.write_text(path.read_text("utf-8").replace("degrees in", "degrees  in"), "utf-8")
    environment = {
        "ANTHROPIC_BASE_URL": f"http://127.0.0.1:{port}",
        "GITHUB_BASE_REF": "main",
        "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
    }
    with Shell(project, tmp_path / "bin", **environment) as shell:
        assert "1 cassette" in shell.run("stream-cassette check --fix cassettes")
        printed = run_pipelines("how-to/ci.md", shell)
    assert "gh pr comment --body-file changes.md" in printed
    assert "::warning file=cassettes/test_agent/test_ask.yaml," in printed
    assert "degrees  in Florence" in (project / "changes.md").read_text("utf-8")
    assert "<html" in (project / "report.html").read_text("utf-8")
    assert "<testsuite" in (project / "cassettes.xml").read_text("utf-8")


@pytest.mark.parametrize("asked", ["Florence, Italy", "Rome"])
def test_the_nightly_pipeline_opens_an_issue_where_something_drifted(
    asked: str, tmp_path: Path
) -> None:
    project, port = tmp_path / "project", free_port()
    start(project, port)
    test = project / "test_agent.py"
    test.write_text(test.read_text("utf-8").replace("Florence, Italy", asked), "utf-8")
    with DemoProvider(port) as provider:
        environment = {"ANTHROPIC_BASE_URL": provider.url, "ANTHROPIC_API_KEY": "any-key-at-all"}
        with Shell(project, tmp_path / "bin", **environment) as shell:
            printed = run_pipelines("how-to/verify-nightly.md", shell)
    assert ("gh issue create --title" in printed) is (asked == "Rome")
    assert ("What's the weather in Rome?" in (project / "drift.md").read_text("utf-8")) is (
        asked == "Rome"
    )


def test_a_page_that_is_not_true_fails(tmp_path: Path) -> None:
    page = "# Page\n\n```console\n$ echo one; echo two\none\nthree\n```\n"
    with Shell(tmp_path, tmp_path / "bin") as shell, pytest.raises(AssertionError, match="three"):
        follow(page, shell, tmp_path, 1)


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


@pytest.mark.parametrize("page", ALL, ids=named)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text("utf-8")):
        assert (page.parent / target).exists(), target


def test_every_page_is_in_the_index() -> None:
    index = (DOCS / "index.md").read_text("utf-8")
    missing = [named(page) for page in ALL if page.name != "index.md"]
    assert [page for page in missing if f"]({page})" not in index] == []
