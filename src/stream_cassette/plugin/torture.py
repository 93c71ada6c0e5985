"""Run a passing test again under other cuts, and with faults, and say what its client did.

The report of the test waits until that is known: a client that behaves otherwise under another cut
fails its test.
"""

from __future__ import annotations

import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from _pytest import runner

from stream_cassette.cassette.model import Interaction
from stream_cassette.errors import UsageError
from stream_cassette.plugin import again, reports, summaries
from stream_cassette.plugin.options import Outside, as_pytests
from stream_cassette.plugin.run import is_taped, marks_of, run_of, state_of
from stream_cassette.session.recut import RECORDED
from stream_cassette.tape import Tape
from stream_cassette.torture import cuts, faults

__all__ = ["SEEDS", "Torture", "Wish", "wish_of"]

SEEDS = 20
_OTHER_PROTOCOLS = ("rerunfailures", "flaky")
_ATTRIBUTE = "stream_cassette_torture"
_TAKES = "torture: the client takes broken streams for whole ones"
_DEPENDS = "torture: the client depends on where its chunks are cut"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a test is tried with: so many `seeds` of hostile cuts (None: no cuts), and faults."""

    seeds: int | None = None
    faults: str | None = None


def wish_of(marks: Sequence[Mapping[str, Any]], outside: Outside) -> Wish | None:
    """What is wished for a test, None for nothing. `torture=False` in a mark leaves a test out.

    Raises:
        UsageError: something that is no number, or neither `fail` nor `report`.
    """
    near = next((mark["torture"] for mark in marks if "torture" in mark), None)
    said = outside.cli.get("torture", near if near is not None else outside.ini.get("torture"))
    broken = outside.cli.get("faults", outside.ini.get("faults"))
    if near is False or (said is None and broken is None):
        return None
    if broken not in (None, "fail", "report"):
        raise UsageError(f"--stream-faults={broken}: use fail or report")
    return Wish(seeds=_seeds(said), faults=broken)


def _seeds(said: Any) -> int | None:
    if said is None or said is False:
        return None
    if said is True:
        return SEEDS
    if isinstance(said, int) or (isinstance(said, str) and said.isdecimal()):
        return int(said)
    raise UsageError(f"torture={said!r}: use True, or how many seeds of hostile cuts to try")


class Torture:
    """The protocol of tests that are run again."""

    def __init__(self) -> None:
        self._runs = 0
        self._found: dict[str, dict[str, Any]] = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(
        self, item: pytest.Item, nextitem: pytest.Item | None
    ) -> bool | None:
        """As pytest's own, with the reports held back until the test has been run again."""
        manager = item.config.pluginmanager
        if not is_taped(item) or any(manager.has_plugin(name) for name in _OTHER_PROTOCOLS):
            return None
        with as_pytests():
            wish = wish_of(marks_of(item), run_of(item.config).outside)
        if wish is None:
            return None
        item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
        self._run(item, nextitem, wish)
        item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
        return True

    def _run(self, item: pytest.Item, nextitem: pytest.Item | None, wish: Wish) -> None:
        log = item.ihook.pytest_runtest_logreport
        held: pytest.TestReport | None = None
        again.begin(item)
        try:
            if runner.call_and_report(item, "setup").passed:
                held = runner.call_and_report(item, "call", log=False)
            test = state_of(item)
            beside: Any = item.parent  # so that only the function's own fixtures go
            teardown = runner.call_and_report(item, "teardown", log=False, nextitem=beside)
        finally:
            again.end(item)
        tape = None if test is None else test.tape
        if held and held.passed and teardown.passed and test and tape:
            why = _left_out(tape)
            text = None if why else self._judge(item, tape, wish, teardown)
            if why:
                setattr(teardown, _ATTRIBUTE, {"left": why})
            elif text:
                reports.fail(item, held, text)
                summaries.attach(item, test, teardown)
        if held is not None:
            log(report=held)
        log(report=teardown)
        _tear_down_rest(item, nextitem)

    def _judge(
        self, item: pytest.Item, tape: Tape, wish: Wish, carrier: pytest.TestReport
    ) -> str | None:
        """What the test fails with; None if its client behaves. `carrier` takes what is found."""
        self._runs = 0
        interactions = tape.cassette.interactions
        found: dict[str, Any] = {"table": ""}
        texts = []
        if wish.seeds is not None:
            texts.append(self._cut(item, interactions, wish.seeds))
        if wish.faults is not None:
            reactions = [self._reaction(item, case) for case in faults.cases(interactions)]
            found["table"] = faults.table(reactions)
            texts.append(_taken(reactions) if wish.faults == "fail" else None)
        wrong = [text for text in texts if text]
        setattr(carrier, _ATTRIBUTE, found | {"runs": self._runs, "wrong": bool(wrong)})
        return "\n\n".join(wrong) or None

    def _again(self, item: pytest.Item, **options: Any) -> again.Rerun:
        self._runs += 1
        return again.rerun(item, options)

    def _cut(
        self, item: pytest.Item, interactions: Sequence[Interaction], seeds: int
    ) -> str | None:
        plainly = self._again(item, recut=RECORDED)
        if not plainly.passed:
            return f"torture can't tell: run a second time, the test fails as it is: {plainly.text}"
        responses = [one.response for one in interactions]
        for recut in cuts.recuts(seeds):
            first = self._again(item, recut=recut)
            if first.passed:
                continue
            verdict = cuts.verdict_of(
                recut, responses, lambda smaller: not self._again(item, recut=smaller).passed
            )
            last = self._again(item, recut=verdict.smallest)
            said = first.text if last.passed else last.text
            return "\n".join([_DEPENDS, verdict.message, said])
        return None

    def _reaction(self, item: pytest.Item, case: faults.Case) -> faults.Reaction:
        one = self._again(item, fault={case.index: [case.fault]}, clock="quick", unplayed="ignore")
        asked = 0
        if one.tape is not None:
            target = one.tape.cassette.interactions[case.index]
            asked = sum(other is target for other in one.tape.played)
        return faults.reaction_of(case, _outcome(item, one), one.text, asked)

    def take(self, report: pytest.TestReport) -> None:
        """Keep what a report carries; from a worker, too."""
        found: dict[str, Any] | None = getattr(report, _ATTRIBUTE, None)
        if found is not None:
            self._found[report.nodeid] = found

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """How many were tried, and what each client did about faults."""
        if not self._found:
            return
        terminalreporter.section("stream-cassette torture", sep="-")
        tried = [found for found in self._found.values() if "left" not in found]
        for nodeid, found in self._found.items():
            if found.get("table"):
                terminalreporter.line(f"{nodeid}\n{found['table']}")
            elif "left" in found:
                terminalreporter.line(f"{nodeid} was left out: {found['left']}")
        runs = _counted(sum(found["runs"] for found in tried), "time")
        wrong = _counted(sum(found["wrong"] for found in tried), "client")
        tests = _counted(len(tried), "test")
        terminalreporter.line(f"{tests}, run again {runs}; {wrong} found wanting")


def _taken(reactions: Sequence[faults.Reaction]) -> str | None:
    """What a test fails with whose client took a broken stream for a whole one."""
    wrong = [one for one in reactions if one.is_wrong]
    if not wrong:
        return None
    flags = (f"reproduce with --stream-fault={_flag(one.case)}" for one in wrong)
    return "\n".join([_TAKES, faults.table(wrong), *flags])


def _outcome(item: pytest.Item, one: again.Rerun) -> faults.Outcome:
    """Whether an assertion of the project's own code failed, or something was raised."""
    if one.passed:
        return "passed"
    if not isinstance(one.error, AssertionError):
        return "raised"
    frames = [frame.f_code.co_filename for frame, _ in traceback.walk_tb(one.error.__traceback__)]
    files = [Path(name) for name in frames if Path(name).parent.name != "unittest"]
    own = bool(files) and files[-1].is_relative_to(item.config.rootpath)
    return "asserted" if own and "site-packages" not in files[-1].parts else "raised"


def _left_out(tape: Tape) -> str | None:
    """Why a passing test is not run again."""
    plan = tape.options.plan
    if plan.recut != RECORDED or plan.faults:
        return "it has a recut or a fault of its own"
    return None if tape.played and not tape.recorded else "it replays nothing"


def _tear_down_rest(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """The fixtures of wider scopes that the next test does not need; told only if that fails."""
    if item.session.shouldfail or item.session.shouldstop:
        nextitem = None
    call = pytest.CallInfo.from_call(
        lambda: item.session._setupstate.teardown_exact(nextitem),
        when="teardown",
        reraise=runner.get_reraise_exceptions(item.config),
    )
    if call.excinfo is not None:
        report = pytest.TestReport.from_item_and_call(item, call)
        item.ihook.pytest_runtest_logreport(report=report)


def _flag(case: faults.Case) -> str:
    return f"{case.index}={case.fault}" if case.index else str(case.fault)


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
