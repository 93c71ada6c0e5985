"""What a run did with its cassettes, as values."""

from __future__ import annotations

import json
from typing import Any

import pytest

from stream_cassette.report.run_summary import Left, RunSummary, Tally, TestRun


def made(**values: Any) -> TestRun:
    given: dict[str, Any] = {"nodeid": "t.py::test_a", "outcome": "passed", "mode": "none"}
    given.update({"path": "c/a.yaml"} | values)
    return TestRun(**given)


DRIFT = {"kind": "unasked", "index": 1}

CASES: list[tuple[dict[str, Any], set[Tally]]] = [
    ({}, set()),
    ({"played": (0, 0)}, {"played"}),
    ({"recorded": 2, "mode": "all"}, {"recorded"}),
    ({"recorded": 2, "rejected": True, "outcome": "failed"}, {"rejected"}),
    ({"played": (0,), "recorded": 1, "mode": "new"}, {"played", "recorded"}),
    ({"mode": "verify"}, {"verified"}),
    ({"mode": "verify", "outcome": "skipped"}, set()),
    ({"mode": "verify", "drifts": (DRIFT,), "outcome": "failed"}, {"drifted"}),
    ({"missed": ("POST http://a/",), "outcome": "failed"}, {"missed"}),
    ({"missed": ("POST http://a/",)}, set()),  # it was asked what the client does then
    ({"unplayed": (1,), "played": (0,), "outcome": "failed"}, {"played", "unplayed"}),
]


@pytest.mark.parametrize(("values", "expected"), CASES)
def test_what_a_test_counts_as(values: dict[str, Any], expected: set[Tally]) -> None:
    summary = RunSummary(tests=(made(**values),))
    assert {tally for tally, count in summary.counts.items() if count} == expected


def test_cassettes_are_counted_once_and_shared_ones_too() -> None:
    summary = RunSummary(
        tests=(
            made(nodeid="t.py::test_a", played=(0,)),
            made(nodeid="t.py::test_b", played=(1,)),
            made(nodeid="t.py::test_c", played=(0,), path="c/other.yaml", unplayed=(1,)),
        ),
        shared=(Left(path="c/a.yaml", unplayed=(2,), total=3),),
    )
    assert summary.paths("played") == ("c/a.yaml", "c/other.yaml")
    assert summary.paths("unplayed") == ("c/other.yaml", "c/a.yaml")
    assert [test.nodeid for test in summary.of("unplayed")] == ["t.py::test_c"]
    assert summary.counts["played"] == 2


def test_it_goes_through_json() -> None:
    summary = RunSummary(
        tests=(
            made(played=(0, 1), total=3, missed=("GET http://a/",), message="no answer"),
            made(nodeid="t.py::test_b", mode="verify", drifts=(DRIFT,), duration_s=0.25),
        ),
        shared=(Left(path="c/b.yaml", unplayed=(1, 2), total=3),),
    )
    value = json.loads(json.dumps(summary.to_dict()))
    assert value["schema"] == 1
    assert value["tests"][0]["played"] == [0, 1]
    assert RunSummary.from_dict(value) == summary


def test_nothing_used_is_nothing() -> None:
    assert not RunSummary()
    assert RunSummary(tests=(made(),))
