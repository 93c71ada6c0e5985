"""JUnit XML by its schema, and by what a CI makes of it."""

from __future__ import annotations

from pathlib import Path
from xml.etree.ElementTree import Element, fromstring

import pytest

from stream_cassette.checks.finding import Finding, Severity
from stream_cassette.checks.run import Outcome
from stream_cassette.report.findings_junit import findings_junit
from tests.support.outcomes import OUTCOME, outcome_in
from tests.support.report_formats import junit_faults


def document(fail_on: Severity = "warning", outcome: Outcome = OUTCOME) -> Element:
    text = findings_junit(outcome, fail_on=fail_on, root=Path())
    assert text.startswith('<?xml version="1.0" encoding="UTF-8"?>\n')
    return fromstring(text.encode())


@pytest.mark.parametrize("fail_on", ["error", "warning", "info"])
@pytest.mark.parametrize("outcome", [OUTCOME, Outcome()])
def test_is_what_the_schema_allows(fail_on: Severity, outcome: Outcome) -> None:
    assert junit_faults(document(fail_on, outcome)) == []


@pytest.mark.parametrize(
    ("fail_on", "failed"),
    [("error", ["a", "e"]), ("warning", ["a", "b ö", "e"]), ("info", ["a", "b ö", "e"])],
)
def test_a_case_for_each_file(fail_on: Severity, failed: list[str]) -> None:
    suites = document(fail_on)
    (suite,) = suites
    names = [case.attrib["name"] for case in suite]
    assert names == [f"cassettes/{name}.yaml" for name in ("a", "b ö", "c", "e")]
    with_failure = [case.attrib["name"] for case in suite if case.find("failure") is not None]
    assert with_failure == [f"cassettes/{name}.yaml" for name in failed]
    for one in (suites, suite):
        assert (one.attrib["tests"], one.attrib["failures"]) == ("4", str(len(failed)))


def test_what_is_less_grave_is_output() -> None:
    case = document("error")[0][0]
    failure, output = case.find("failure"), case.find("system-out")
    assert failure is not None and output is not None
    assert failure.attrib == {"type": "sizes", "message": "1 finding: sizes"}
    assert failure.text == (
        "error sizes: line 12, interaction 1: the chunks hold 4 bytes, the body 5; drop them"
    )
    assert "\\u{202E}" in str(output.text) and "\\u{1B}" in str(output.text)


def test_paths_count_from_the_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path / "..")
    outcome_in(tmp_path)
    outcome = Outcome(checked=(str(tmp_path / "cassettes/a.yaml"),))
    text = findings_junit(outcome, fail_on="error", root=tmp_path)
    assert fromstring(text.encode())[0][0].attrib["name"] == "cassettes/a.yaml"


def test_the_schema_sees_what_is_wrong() -> None:
    bad = fromstring('<testsuites><testcase/>x<testsuite name="a" mood="1"/></testsuites>')
    assert len(junit_faults(bad)) >= 5


def test_what_a_file_showed_that_could_not_be_examined_is_told_beside_the_error() -> None:
    one = Finding(
        rule="secret",
        severity="error",
        path="a.yaml",
        line=3,
        message="a token",
        remedy="revoke it",
    )
    outcome = Outcome(findings=(one,), failed=(("a.yaml", "a.yaml: broken"),))
    document_ = document("error", outcome)
    assert junit_faults(document_) == []
    (failure,) = document_.iter("failure")
    assert failure.text == "a.yaml: broken\nerror secret: line 3: a token; revoke it"
