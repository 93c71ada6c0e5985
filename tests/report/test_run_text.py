"""A run's summary in lines."""

from __future__ import annotations

from typing import Any

from stream_cassette.report.run_summary import Left, RunSummary, TestRun
from stream_cassette.report.run_text import details, in_a_line, is_well


def made(name: str, **values: Any) -> TestRun:
    given: dict[str, Any] = {"nodeid": f"t.py::{name}", "outcome": "passed", "mode": "none"}
    given.update({"path": f"c/{name}.yaml"} | values)
    return TestRun(**given)


def recorded(name: str, **values: Any) -> TestRun:
    return made(name, **({"mode": "all", "recorded": 1, "kept_in": f"c/{name}.yaml"} | values))


def test_all_is_well() -> None:
    summary = RunSummary(tests=(made("a", played=(0,)), made("b", played=(0,)), recorded("c")))
    assert is_well(summary)
    assert in_a_line(summary) == "2 played, 1 recorded (t.py::c: c/c.yaml)"
    assert list(details(summary)) == []
    assert list(details(summary, verbose=True)) == ["recorded: c/c.yaml, 1 interaction (t.py::c)"]


def test_more_than_one_recorded_and_nothing_to_say() -> None:
    summary = RunSummary(tests=(recorded("a"), recorded("b"), recorded("c")))
    assert in_a_line(summary) == "3 recorded (t.py::a: c/a.yaml and 2 more)"
    assert in_a_line(RunSummary(tests=(made("idle"),))) == ""


def test_what_is_to_be_looked_at_has_a_line_each() -> None:
    rejected = {"rejected": True, "kept_in": "c/a.rejected.yaml", "outcome": "failed"}
    drift = {"kind": "unasked"}
    summary = RunSummary(
        tests=(
            recorded("a", **rejected, recorded=2),
            made("b", played=(1,), unplayed=(0, 2), total=3, outcome="failed"),
            made("c", missed=("POST http://a/", "POST http://b/"), outcome="failed"),
            made("d", mode="verify", drifts=(drift,), outcome="failed"),
            made("e\x1b[2J", mode="verify", drifts=(drift, drift), outcome="failed"),
        ),
        shared=(Left(path="c/s.yaml", unplayed=(0,), total=1),),
    )
    assert not is_well(summary)
    assert in_a_line(summary) == "1 played, 1 rejected, 2 unplayed, 1 missed, 2 drifted"
    assert list(details(summary)) == [
        "rejected: c/a.rejected.yaml, 2 interactions (t.py::a)",
        "unplayed: c/b.yaml, 2 of 3 interactions (t.py::b)",
        "unplayed: c/s.yaml, 1 of 1 interaction (all tests that share it)",
        "missed: c/c.yaml has no answer to POST http://a/ and 1 more (t.py::c)",
        "drifted: c/d.yaml, 1 drift (t.py::d)",
        "drifted: c/e\\u{1B}[2J.yaml, 2 drifts (t.py::e\\u{1B}[2J)",
    ]


def test_a_long_list_is_cut_unless_asked_for() -> None:
    tests = tuple(made(f"n{n}", missed=("GET http://a/",), outcome="failed") for n in range(13))
    short = list(details(RunSummary(tests=tests)))
    assert len(short) == 11
    assert short[-1] == "missed: and 3 more; -v shows them"
    assert len(list(details(RunSummary(tests=tests), verbose=True))) == 13
