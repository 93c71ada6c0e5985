"""Run a test again, from its fixtures on, with other options, and without a report to anybody.

Fixtures of the function are torn down and made anew; those of a wider scope stay.
"""

from __future__ import annotations

import traceback
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from _pytest import runner

from stream_cassette.plugin.planned import forcing
from stream_cassette.plugin.run import run_of, state_of
from stream_cassette.tape import Tape

__all__ = ["Rerun", "begin", "end", "phase", "rerun"]


_LONGEST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Rerun:
    """How a test went. `error` is what its call raised, `text` what went wrong, in one line.

    `tape` is closed already.
    """

    passed: bool
    text: str
    error: BaseException | None
    tape: Tape | None


def begin(item: pytest.Item) -> None:
    """Make the item ready for its setup, as pytest does before a second run."""
    again: Any = item
    if hasattr(item, "_request") and not again._request:
        again._initrequest()


def end(item: pytest.Item) -> None:
    """Leave nothing of the run on the item."""
    again: Any = item
    if hasattr(item, "_request"):
        again._request = False
        again.funcargs = None


def phase(
    item: pytest.Item, when: str, errors: list[BaseException] | None = None, **arguments: Any
) -> pytest.TestReport:
    """Setup, call or teardown: its report, which nobody is told of.

    As `_pytest.runner.call_and_report`, without a debugger for what is meant to fail.
    """
    hook: Callable[..., None] = getattr(item.ihook, f"pytest_runtest_{when}")
    call = pytest.CallInfo.from_call(
        lambda: hook(item=item, **arguments),
        when=when,  # type: ignore[arg-type]
        reraise=runner.get_reraise_exceptions(item.config),
    )
    report: pytest.TestReport = item.ihook.pytest_runtest_makereport(item=item, call=call)
    if call.excinfo is not None and errors is not None:  # unittest's is known only now
        errors.append(call.excinfo.value)
    return report


def rerun(item: pytest.Item, options: Mapping[str, Any]) -> Rerun:
    """Run the test with the options forced upon its cassette."""
    run = run_of(item.config)
    notes, shared, sections = list(run.notes), run.shared, len(item._report_sections)
    run.shared = {}  # what other tests of the cassette leave unplayed is not judged here
    try:
        with forcing(item, options), warnings.catch_warnings(record=True):
            return _run(item)
    finally:
        run.notes[:] = notes
        run.shared = shared
        del item._report_sections[sections:]


def _run(item: pytest.Item) -> Rerun:
    errors: list[BaseException] = []
    begin(item)
    try:
        reports = [phase(item, "setup", errors)]
        if reports[0].passed:
            reports.append(phase(item, "call", errors))
        test = state_of(item)
        # its parent stays set up: what comes next is beside the item
        reports.append(phase(item, "teardown", errors, nextitem=item.parent))
    finally:
        end(item)
    wrong = next((report for report in reports if not report.passed), None)
    return Rerun(
        passed=wrong is None,
        text="" if wrong is None else _line_of(wrong, errors),
        error=errors[0] if errors else None,
        tape=None if test is None else test.tape,
    )


def _line_of(report: pytest.TestReport, errors: list[BaseException]) -> str:
    """What went wrong, in one line."""
    if report.skipped:
        return "the test is skipped"
    if errors:
        return _first_line("".join(traceback.format_exception_only(errors[0])))
    return _first_line(report.longreprtext)


def _first_line(text: str) -> str:
    first = next(iter(text.strip().splitlines()), "")
    return first if len(first) <= _LONGEST else f"{first[: _LONGEST - 1]}…"
