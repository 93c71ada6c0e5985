"""The files that a run leaves: a page of HTML, and what verify found as JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from stream_cassette.plugin import artifacts
from tests.support.inner_project import ONE, TWO, Project, Provider

VERIFY = "--stream-record=verify"


def verdict(project: Project, *args: str, apart: bool = False) -> dict[str, Any]:
    """What the file says after a run in verify."""
    run = project.run_apart if apart else project.run
    run(VERIFY, "--stream-verify-report=out/verify.json", *args)
    found: dict[str, Any] = json.loads((project.root / "out/verify.json").read_text("utf-8"))
    return found


def test_what_verify_found(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    project.tests(ONE + TWO)
    project.run("--stream-record=once").assert_outcomes(passed=2)
    Provider.served = 0
    same = verdict(project)
    assert (same["status"], same["counts"]["same"]) == ("same", 2)
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTEST_PLUGINS", "xdist.plugin,stream_cassette.pytest_plugin")
    project.pytester.makeini("[pytest]\n")
    pytest.importorskip("xdist")
    found = verdict(project, "-n2", apart=True)
    assert (found["status"], found["counts"]["drifted"]) == ("drifted", 2)
    by_path = {test["path"]: test for test in found["tests"]}
    one = by_path["cassettes/test_a/test_one.yaml"]
    assert [drift["kind"] for drift in one["drifts"]] == ["changed"]
    assert one["drifts"][0]["answer"][0]["path"] == "frames[0].data"
    assert one["text"] in found["text"]


def test_it_is_written_where_nothing_was_verified_and_not_where_nothing_ran(
    project: Project,
) -> None:
    project.tests("def test_plain(): pass\n")
    assert verdict(project)["counts"]["tests"] == 0
    project.tests(ONE)
    assert verdict(project)["status"] == "failed"  # there is no cassette
    (project.root / "out/verify.json").unlink()
    project.run("--co", "-o", "stream_verify_report=out/verify.json")
    assert list((project.root / "out").iterdir()) == []
    project.run("-o", "stream_verify_report=out/verify.json")
    assert [path.name for path in (project.root / "out").iterdir()] == ["verify.json"]


def test_a_page_of_the_run(project: Project) -> None:
    pytest.importorskip("jinja2")
    project.tests(ONE + TWO)
    project.run("--stream-record=once", "-k", "two").assert_outcomes(passed=1, deselected=1)
    result = project.run("--stream-report=out/page.html")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["stream-cassette: wrote *page.html"])
    page = (project.root / "out/page.html").read_text("utf-8")
    assert "test_two.yaml" in page
    assert str(project.root) not in page


def test_what_cannot_be_written_is_said(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    project.tests("def test_plain(): pass\n")
    early = project.run("--stream-verify-report=tests")
    assert early.ret == pytest.ExitCode.USAGE_ERROR
    early.stderr.fnmatch_lines(["*--stream-verify-report=*tests is a directory: name the file"])
    for option in ("--stream-verify-report", "--stream-report"):
        cassette = project.root / "a.yaml"
        cassette.write_text("interactions: []\nversion: 1\n")
        taken = project.run(f"{option}=a.yaml")
        assert taken.ret == pytest.ExitCode.USAGE_ERROR
        taken.stderr.fnmatch_lines([f"*{option}: *a.yaml is there already and is no earlier rep*"])
        assert cassette.read_text() == "interactions: []\nversion: 1\n"
    late = project.run("--stream-verify-report=tox.ini/a.json")
    late.assert_outcomes(passed=1)
    assert late.ret == pytest.ExitCode.TESTS_FAILED
    late.stdout.fnmatch_lines(["stream-cassette: *tox.ini/a.json can't be written: *"])
    monkeypatch.setattr(artifacts, "find_spec", lambda name: None)
    missing = project.run("--stream-report=a.html")
    assert missing.ret == pytest.ExitCode.USAGE_ERROR
    missing.stderr.fnmatch_lines(["*--stream-report needs jinja2*'stream-cassette[[]report[]]'"])
    assert not Path(project.root / "a.html").exists()
