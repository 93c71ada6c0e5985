"""What verify found, as JSON."""

from __future__ import annotations

import json
from typing import Any

import pytest

from stream_cassette.report.run_summary import RunSummary, TestRun
from stream_cassette.report.verify_json import verify_report

DRIFT = {"kind": "unasked", "index": 1}
SAME: dict[str, Any] = {"outcome": "passed", "total": 2}
DRIFTED = {"outcome": "failed", "drifts": (DRIFT,), "details": "c.yaml: 1 drift\nmore"}
FAILED = {"outcome": "error", "details": "there is no cassette to verify"}
SKIPPED = {"outcome": "skipped"}


def made(*tests: dict[str, Any]) -> dict[str, Any]:
    given = {"path": "c.yaml", "mode": "verify"}
    runs = (TestRun(nodeid=f"t::{n}", **(given | one)) for n, one in enumerate(tests))
    value: dict[str, Any] = json.loads(json.dumps(verify_report(RunSummary(tests=tuple(runs)))))
    return value


@pytest.mark.parametrize(
    ("tests", "status", "title"),
    [
        ([], "skipped", "no test was held to its cassette"),
        ([SAME | {"mode": "none"}], "skipped", "no test was held to its cassette"),
        ([SAME, SAME], "same", "2 of 2 tests are as they were recorded"),
        ([SAME, DRIFTED], "drifted", "1 drifted of 2 tests held to their cassettes"),
        ([SAME, FAILED], "failed", "1 failed of 2 tests held to their cassettes"),
        ([FAILED, DRIFTED], "drifted", "1 drifted and 1 failed of 2 tests held to their cassettes"),
        ([SKIPPED], "skipped", "0 of 1 tests are as they were recorded"),
        ([SKIPPED, SAME], "same", "1 of 2 tests are as they were recorded"),
    ],
)
def test_status_and_title(tests: list[dict[str, Any]], status: str, title: str) -> None:
    value = made(*tests)
    assert (value["schema"], value["status"], value["title"]) == (1, status, title)


def test_the_whole_shape() -> None:
    value = made(SAME, DRIFTED, SKIPPED)
    assert value["counts"] == {"tests": 3, "same": 1, "drifted": 1, "failed": 0, "skipped": 1}
    assert value["text"].splitlines()[2:] == ["t::1", "c.yaml: 1 drift", "more"]
    assert value["tests"][1] == {
        "nodeid": "t::1",
        "path": "c.yaml",
        "status": "drifted",
        "outcome": "failed",
        "interactions": 0,
        "duration_s": 0.0,
        "drifts": [DRIFT],
        "text": "c.yaml: 1 drift\nmore",
    }


def test_the_text_fits_into_an_issue() -> None:
    assert len(made(DRIFTED | {"details": "x" * 70_000})["text"]) < 51_000
