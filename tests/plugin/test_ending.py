"""What a run says at its end, in one process and over several."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from stream_cassette.plugin.ending import workflow_commands
from stream_cassette.report.run_summary import RunSummary, TestRun
from tests.support.inner_project import INI, ONE, Project

SUITE = """
@stream_cassette
@pytest.mark.parametrize("n", range(3))
def test_good(n):
    httpx2.post(URL, json={"n": n})

@stream_cassette
def test_bad(tape):
    httpx2.post(URL, json={"n": 1})
    httpx2.post(URL, json={"n": 2})
"""
OURS = ("stream-cassette", "rejected:", "unplayed:", "missed:", "drifted:", "recorded:")
COUNTS = re.compile(r"\d+ (played|recorded)\b")
BAD = "tests/test_a.py::test_bad"
GOOD = "tests/test_a.py::test_good[0]"
GOOD_FILE = "cassettes/test_a/test_good[0].yaml"
FILE = "cassettes/test_a/test_bad"


def ours(result: pytest.RunResult) -> list[str]:
    """The lines of the end that are about cassettes; a section's title without its rules."""
    lines = [line.strip("- ") for line in result.outlines]
    return [line for line in lines if line.startswith(OURS) or COUNTS.match(line)]


def test_nothing_of_a_run_without_cassettes(project: Project) -> None:
    project.tests("def test_plain(): pass\n@stream_cassette\ndef test_idle(tape): pass\n")
    result = project.run("-v")
    result.assert_outcomes(passed=2)
    assert ours(result) == []
    assert ours(project.run("--co")) == []


def test_one_line_where_all_is_well(project: Project) -> None:
    project.tests(SUITE)
    first = ours(project.run("--stream-record=once"))
    assert first == [f"stream-cassette: 4 recorded ({GOOD}: {GOOD_FILE} and 3 more)"]
    assert ours(project.run()) == ["stream-cassette: 4 played"]
    assert ours(project.run("-q")) == ["stream-cassette: 4 played"]
    assert ours(project.run("-qq")) == []
    assert ours(project.run("--co")) == []
    (project.root / f"{FILE}.yaml").unlink()
    one = ours(project.run("--stream-record=once"))
    assert one == [f"stream-cassette: 3 played, 1 recorded ({BAD}: {FILE}.yaml)"]


@pytest.mark.parametrize("workers", [(), ("-n2",)])
def test_a_section_for_what_must_be_looked_at(
    project: Project, monkeypatch: pytest.MonkeyPatch, workers: tuple[str, ...]
) -> None:
    project.tests(SUITE)
    project.run("--stream-record=once").assert_outcomes(passed=4)
    project.tests(SUITE.replace('"n": 2', '"n": 3'))
    if workers:
        pytest.importorskip("xdist")
        project.pytester.makeini("[pytest]\n")
        monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
        monkeypatch.setenv("PYTEST_PLUGINS", "xdist.plugin,stream_cassette.pytest_plugin")
    missed = project.run_apart(*workers) if workers else project.run()
    missed.assert_outcomes(passed=3, failed=1)
    assert ours(missed) == [
        "stream-cassette",
        "4 played, 1 missed",
        f"missed: {FILE}.yaml has no answer to POST {project.url} ({BAD})",
    ]


def test_names_of_what_was_recorded_where_asked_for(project: Project) -> None:
    project.tests(SUITE + "    assert 0\n")
    rejected = project.run("--stream-record=all", "-v", "-k", "bad or 0")
    assert ours(rejected) == [
        "stream-cassette",
        f"1 recorded ({GOOD}: {GOOD_FILE}), 1 rejected",
        f"recorded: {GOOD_FILE}, 1 interaction ({GOOD})",
        f"rejected: {FILE}.rejected.yaml, 2 interactions ({BAD})",
    ]


def test_a_warning_of_what_was_not_played(project: Project) -> None:
    project.tests(SUITE)
    project.run("--stream-record=once")
    project.pytester.makeini(INI.replace("error", "default"))
    project.tests(SUITE.replace('    httpx2.post(URL, json={"n": 2})\n', ""))
    result = project.run("--stream-unplayed=warn", "-k", "bad")
    result.assert_outcomes(passed=1, warnings=1, deselected=3)
    assert ours(result) == [
        "stream-cassette",
        "1 played, 1 unplayed",
        f"unplayed: {FILE}.yaml, 1 of 2 interactions ({BAD})",
    ]


RERUN = """
import itertools, pytest
from _pytest.runner import runtestprotocol
@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item, nextitem):
    # as plugins do that run a failed test again
    for time in itertools.count():
        item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
        reports = runtestprotocol(item, nextitem=nextitem, log=False)
        again = time < 2 and any(report.failed for report in reports)
        for report in reports:
            if again and report.failed:
                report.outcome = "rerun"
            item.ihook.pytest_runtest_logreport(report=report)
        if not again:
            return True
"""


def test_of_a_test_that_is_run_again_the_last_time_counts(project: Project) -> None:
    project.pytester.makeconftest(RERUN)
    project.tests(
        ONE.replace("@stream", "TIMES = []\n@stream")
        + "    TIMES.append(1)\n    assert len(TIMES) > 1\n"
    )
    result = project.run("--stream-record=all")
    assert result.ret == pytest.ExitCode.OK
    assert ours(result) == [
        "stream-cassette: 1 recorded (tests/test_a.py::test_one: cassettes/test_a/test_one.yaml)"
    ]


def test_drifts_are_annotations_where_github_runs_it() -> None:
    drifted = TestRun(
        nodeid="t.py::test_a",
        outcome="failed",
        path="cassettes/a.yaml",
        mode="verify",
        drifts=({"kind": "unasked"},),
        details="cassettes/a.yaml: 1 drift\nmore",
    )
    summary, root = RunSummary(tests=(drifted,)), Path("/repo/python")
    environ = {"GITHUB_ACTIONS": "true", "GITHUB_WORKSPACE": "/repo"}
    place = "file=python/cassettes/a.yaml,title=Drift in t.py%3A%3Atest_a"
    said = f"::error {place}::cassettes/a.yaml: 1 drift%0Amore"
    assert list(workflow_commands(summary, root, environ)) == [said]
    assert list(workflow_commands(summary, root, {})) == []
