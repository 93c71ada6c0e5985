"""A run of tests for a page: failures first, what each did with its cassette."""

from __future__ import annotations

from typing import Any

from stream_cassette.report.html_run import RunView, run_view, states_of
from stream_cassette.report.run_summary import Left, RunSummary, TestRun


def ran(nodeid: str = "tests/test_a.py::test_a", **rest: Any) -> TestRun:
    values = {"outcome": "passed", "path": "cassettes/a.yaml", "mode": "none", "total": 2}
    return TestRun(nodeid=nodeid, **(values | rest))


def view(*tests: TestRun, places: dict[str, int] | None = None, shared: Any = ()) -> RunView:
    return run_view(RunSummary(tests=tests, shared=shared), places or {})


def test_a_test_that_played() -> None:
    made = view(ran(played=(0, 1, 1), duration_s=0.25), places={"cassettes/a.yaml": 7})
    (row,) = made.rows
    assert (row.place, row.counts, row.took) == (7, (("2 of 2 played", False),), "250 ms")
    assert row.is_good and row.details == () and made.summary == "1 test with a cassette: 1 passed"
    assert ("played", 1, False) in made.tallies


def test_failures_come_first() -> None:
    made = view(ran("a"), ran("b", outcome="failed", missed=("POST https://x/y",)))
    assert [row.nodeid for row in made.rows] == ["b", "a"]
    assert made.rows[0].counts == (("1 missed", True),)
    assert made.rows[0].details == ("missed: POST https://x/y",)
    assert made.summary == "2 tests with a cassette: 1 failed, 1 passed"


def test_recorded_rejected_and_unplayed() -> None:
    made = view(
        ran("a", recorded=2, kept_in="cassettes/a.yaml"),
        ran("b", recorded=1, rejected=True, kept_in="cassettes/b.rejected.yaml"),
        ran("c", unplayed=(1,), message="1 interaction was not played"),
    )
    assert [row.counts for row in made.rows] == [
        (("2 recorded", False),),
        (("1 rejected", True),),
        (("1 unplayed", True),),
    ]
    assert made.rows[1].details == ("kept in cassettes/b.rejected.yaml",)
    assert made.rows[2].details == ("unplayed: interaction 1",)
    assert made.rows[2].message == "1 interaction was not played"
    assert made.rows[0].place is None


def test_drifts_in_words() -> None:
    drift = {
        "kind": "changed",
        "method": "POST",
        "url": "https://x/y",
        "request": [],
        "answer": [{"path": "data.id", "text": "data.id: was 1, is 2\u202e"}],
    }
    (row,) = view(ran(mode="verify", drifts=(drift,), outcome="failed")).rows
    assert row.counts == (("1 drift", True),)
    assert row.details == (r"drift: changed POST https://x/y: data.id: was 1, is 2\u{202E}",)
    (fine,) = view(ran(mode="verify")).rows
    assert fine.counts == (("verified", False),)


def test_many_are_listed_in_part() -> None:
    (row,) = view(ran(missed=tuple(f"GET {n}" for n in range(30)), outcome="failed")).rows
    assert len(row.details) == 21 and row.details[-1] == "and 10 more"
    (row,) = view(ran(unplayed=tuple(range(25)))).rows
    assert row.details[0].endswith("18, 19 and 5 more")


def test_what_shared_cassettes_left() -> None:
    made = view(shared=(Left(path="s.yaml", unplayed=(0, 2), total=3),))
    assert made.shared == ("s.yaml: interactions 0, 2 of 3 played by no test",)
    assert made.summary == "0 tests with a cassette"


def test_states_by_cassette() -> None:
    run = RunSummary(tests=(ran(played=(0,), unplayed=(1,)), ran("b", path="b.yaml", recorded=1)))
    assert states_of(run) == {"cassettes/a.yaml": ("played", "unplayed"), "b.yaml": ("recorded",)}


def test_a_great_many_tests_are_cut() -> None:
    made = view(*(ran(str(n)) for n in range(5_003)))
    assert len(made.rows) == 5_000 and made.left == 3
