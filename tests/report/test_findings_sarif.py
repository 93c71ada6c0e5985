"""SARIF by its schema, and by what code scanning asks for besides."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import jsonschema
import pytest

from stream_cassette.checks.rules import RULES
from stream_cassette.checks.run import Outcome
from stream_cassette.report.findings_sarif import findings_sarif
from tests.support.outcomes import OUTCOME, outcome_in
from tests.support.report_formats import SARIF


def log(outcome: Outcome = OUTCOME, root: Path = Path()) -> dict[str, Any]:
    made = findings_sarif(outcome, root=root, version="0.1.0")
    read: dict[str, Any] = json.loads(json.dumps(made))
    return read


@pytest.mark.parametrize("outcome", [OUTCOME, Outcome()])
def test_is_what_the_schema_allows(outcome: Outcome) -> None:
    jsonschema.Draft7Validator.check_schema(SARIF)
    jsonschema.validate(log(outcome), SARIF, cls=jsonschema.Draft7Validator)


def test_the_schema_sees_what_is_wrong() -> None:
    made = log()
    made["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]["startLine"] = 0
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(made, SARIF)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(log() | {"mood": 1}, SARIF)


def test_results_point_at_their_rules() -> None:
    (run,) = log()["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == list(RULES)
    assert [rules[one["ruleIndex"]]["id"] for one in run["results"]] == [
        "sizes",
        "spelling",
        "orphan",
    ]
    assert [one["level"] for one in run["results"]] == ["error", "note", "warning"]
    assert all(one["message"]["text"].isprintable() for one in run["results"])


def test_every_result_has_a_region(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    places = [
        one["locations"][0]["physicalLocation"]
        for one in log(outcome_in(tmp_path), tmp_path)["runs"][0]["results"]
    ]
    assert [place["region"]["startLine"] for place in places] == [12, 3, 1]
    uris = [place["artifactLocation"]["uri"] for place in places]
    assert uris[2] == "cassettes/b%20%C3%B6.yaml" and unquote(uris[2]) == "cassettes/b ö.yaml"


def test_fingerprints_outlive_other_lines_and_tell_twins_apart() -> None:
    first = OUTCOME.findings[0]
    moved = log(Outcome(findings=(replace(first, line=99), first)))["runs"][0]["results"]
    plain = log(Outcome(findings=(first,)))["runs"][0]["results"]
    marks = [one["partialFingerprints"]["streamCassette/v1"] for one in moved]
    assert marks[0] == plain[0]["partialFingerprints"]["streamCassette/v1"]
    assert marks[0] != marks[1]


def test_what_failed_is_told() -> None:
    (invocation,) = log()["runs"][0]["invocations"]
    assert invocation["executionSuccessful"] is False
    (told,) = invocation["toolExecutionNotifications"]
    assert "Permission denied" in told["message"]["text"]
    assert log(Outcome())["runs"][0]["invocations"][0]["executionSuccessful"] is True
