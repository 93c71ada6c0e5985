"""The mode `verify` in a test project: what fails, what it says, and that nothing is written."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.support.inner_project import ONE, TWO, Project

# the provider numbers its answers, so a second run gets another one
VERIFIED = """
NAMES = {names!r}
@stream_cassette(ignore_body=[], **NAMES)
def test_one(tape):
    assert httpx2.post(URL, json={{"a": {value!r}}}).text.startswith("data: ")
"""


def snapshot(project: Project) -> dict[str, tuple[bytes, int]]:
    """Every file and directory of the cassettes: bytes and time of change."""
    root = project.root / "cassettes"
    return {
        str(path): (path.read_bytes() if path.is_file() else b"", path.stat().st_mtime_ns)
        for path in (root, *root.rglob("*"))
    }


def recorded(project: Project, source: str = ONE) -> dict[str, tuple[bytes, int]]:
    """Record the tests; what is on the disk then."""
    project.tests(source)
    project.run("--stream-record=once").assert_outcomes(passed=source.count("def test_"))
    return snapshot(project)


def same_again(project: Project) -> None:
    """The provider starts over: the next answers are those of the first run."""
    from tests.support.inner_project import Provider

    assert project.url
    Provider.served = 0


def test_the_same_answers_pass_and_nothing_is_written(project: Project) -> None:
    before = recorded(project)
    same_again(project)
    project.run("--stream-record=verify").assert_outcomes(passed=1)
    assert snapshot(project) == before


def test_a_drift_fails_and_says_where(project: Project) -> None:
    before = recorded(project)
    result = project.run("--stream-record=verify")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "*test_one.yaml: 1 drift from the recording of 1 interaction; the file is unchanged",
            "interaction 0, POST http://127.0.0.1:*/v1: another answer (level frames)",
            "  frames[[]0[]].data: recorded 1, received 2",
        ]
    )
    assert snapshot(project) == before
