"""What each test did with its cassette, as a value that goes out with its last report.

A report carries it as an attribute, so that a worker's tests are known to the controller as soon
as they end, whatever becomes of the worker.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from stream_cassette.plugin.run import Run, Test
from stream_cassette.plugin.shared import Shared
from stream_cassette.report.run_summary import Left, Outcome, RunSummary, TestRun
from stream_cassette.store.paths import rejected_path

__all__ = ["attach", "below", "leave", "summary_of", "take"]

_ATTRIBUTE = "stream_cassette"


def attach(item: pytest.Item, test: Test, teardown: pytest.TestReport) -> None:
    """Put the test's value on its last report, if it came as far as its cassette."""
    if test.mode is not None:
        setattr(teardown, _ATTRIBUTE, _test_run(item, test, teardown).to_dict())


def take(run: Run, report: pytest.TestReport) -> None:
    """Keep what a report carries, if anything; a test that was run again, the last time."""
    value: dict[str, Any] | None = getattr(report, _ATTRIBUTE, None)
    if value is not None:
        run.tests.pop(report.nodeid, None)
        run.tests[report.nodeid] = value


def leave(run: Run, root: Path, shared: Shared) -> None:
    """Keep what the tests of a shared cassette have left over."""
    path = below(root, Path(shared.path))
    left = tuple(sorted(shared.left or ()))
    run.left[path] = Left(path=path, unplayed=left, total=shared.total)


def summary_of(run: Run) -> RunSummary:
    """The run so far."""
    tests = tuple(TestRun.from_dict(value) for value in run.tests.values())
    return RunSummary(tests=tests, shared=tuple(run.left.values()))


def _test_run(item: pytest.Item, test: Test, teardown: pytest.TestReport) -> TestRun:
    tape = test.tape
    mode = str(test.mode if tape is None else tape.mode)
    path, details = test.place.path, _details(test)
    made: dict[str, Any] = {
        "nodeid": item.nodeid,
        "outcome": _outcome(test, teardown),
        "path": below(item.config.rootpath, path),
        "mode": mode,
        "duration_s": 0.0 if test.report is None else test.report.duration,
        "message": details.splitlines()[0] if details else None,
        "details": details,
        "unplayed": test.unplayed_places,
    }
    if tape is None:
        return TestRun(**made)
    if tape.recorded:
        kept_in = rejected_path(path) if test.rejected else path
        made |= {
            "recorded": len(tape.recorded),
            "rejected": test.rejected,
            "kept_in": below(item.config.rootpath, kept_in),
        }
    interactions = tape.cassette.interactions
    played = {id(one): -1 for one in tape.played}
    for place, one in enumerate(interactions if played else ()):
        if id(one) in played:
            played[id(one)] = place
    return TestRun(
        **made,
        total=len(interactions),
        played=tuple(played[id(one)] for one in tape.played),
        missed=tuple(f"{miss['method']} {miss['url']}" for miss in _misses(test)),
        drifts=tuple(drift.to_dict() for drift in tape.drifts),
    )


def _misses(test: Test) -> list[dict[str, Any]]:
    return [miss.to_dict() for miss in test.tape.misses] if test.tape is not None else []


def _outcome(test: Test, teardown: pytest.TestReport) -> Outcome:
    report = test.report
    if report is None:  # the call was not come to
        return "skipped" if test.setup is not None and test.setup.skipped else "error"
    expected = hasattr(report, "wasxfail")
    if report.skipped:
        return "xfailed" if expected else "skipped"
    if report.failed:
        return "failed"
    if teardown.failed:
        return "error"
    return "xpassed" if expected else "passed"


def _details(test: Test) -> str | None:
    """What the cassette has against the test; no other text, for that may hold secrets."""
    return "\n".join((*test.caught.texts, *test.problems)) or None


def below(root: Path, path: Path) -> str:
    """The path as it is said: relative to the rootdir where it is below it, with `/`."""
    return (path.relative_to(root) if path.is_relative_to(root) else path).as_posix()
