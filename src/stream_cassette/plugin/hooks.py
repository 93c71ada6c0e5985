"""The hooks around each test on a cassette; registered when a run has one.

The report of a passing call is held back until the function's fixtures are torn down, because
only then it is known what was played; what is wrong then makes it a failed call, not an error at
teardown. A miss is judged in the call, whatever became of the exception.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Mapping
from typing import Any

import pytest
from _pytest import runner  # call_and_report: the way of every plugin with a protocol of its own

from stream_cassette.errors import StreamCassetteWarning
from stream_cassette.plugin import ending, reports, summaries, workers
from stream_cassette.plugin.misses import only_misses
from stream_cassette.plugin.naming import same_file
from stream_cassette.plugin.planned import Planned
from stream_cassette.plugin.run import Run, Test, caught_of, forget, is_taped, run_of, state_of
from stream_cassette.plugin.shared import Shared
from stream_cassette.plugin.tapes import fill_keys
from stream_cassette.plugin.torture import Torture

__all__ = ["NAME", "Hooks", "register"]

NAME = "stream-cassette-hooks"
_OTHER_PROTOCOLS = ("rerunfailures", "flaky")
# the run ends, or the test has said that it expects to fail
_LEFT_ALONE = (KeyboardInterrupt, pytest.exit.Exception, pytest.xfail.Exception)


def register(config: pytest.Config) -> Hooks:
    """Put the hooks in place, once."""
    hooks: Hooks | None = config.pluginmanager.get_plugin(NAME)
    if hooks is None:
        hooks = Hooks(config)
        config.pluginmanager.register(hooks, NAME)
        config.pluginmanager.register(Planned())
        config.pluginmanager.register(hooks.torture)
    return hooks


class Hooks:
    """The hooks of one run."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._logged: pytest.TestReport | None = None
        self.torture: Torture = Torture()

    @property
    def _run(self) -> Run:
        return run_of(self._config)

    def pytest_runtest_protocol(
        self, item: pytest.Item, nextitem: pytest.Item | None
    ) -> bool | None:
        """As pytest's own, save that the report of a passing call waits for the teardown."""
        other = any(self._config.pluginmanager.has_plugin(name) for name in _OTHER_PROTOCOLS)
        shows_setup = item.config.getoption("setupshow", False)
        if other or shows_setup or not is_taped(item):
            return None
        item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
        _run_held(item, nextitem)
        item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
        return True

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> Generator[None]:
        """Dummy keys before the fixtures; a miss that made a fixture fail comes first."""
        forget(item)
        if is_taped(item):
            fill_keys(item)
        try:
            return (yield)
        except BaseException as error:
            _judge_misses(item, "setup", error)
            raise

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None]:
        """Fail with the first miss, also where something swallowed it."""
        error: BaseException | None = None
        result = None
        try:
            result = yield
        except BaseException as raised:
            error = raised
        _judge_misses(item, "call", error)
        if error is not None:
            raise error
        return result

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> Generator[None]:
        """Dummy keys out again; a miss or refusal in here is judged with the rest."""
        try:
            return (yield)
        except BaseException as error:
            if not only_misses(error):
                raise
            return None
        finally:
            test = state_of(item)
            if test is not None:
                test.keys.clear()

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[Any]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Keep the call's report; after the teardown, judge the rest."""
        report = yield
        test = state_of(item)
        if test is not None and call.when == "setup":
            test.setup = report
        elif test is not None and call.when == "call":
            test.report = report
            self._run.notes += reports.unreachable(item, test, report)
        elif test is not None and call.when == "teardown":
            self._judge(item, test, report)
            summaries.attach(item, test, report)
        elif call.when == "teardown":
            self._judge_plain(item, report)
        return report

    def _judge_plain(self, item: pytest.Item, teardown: pytest.TestReport) -> None:
        """What a test on no cassette was refused after its call."""
        caught = caught_of(item)
        late = caught.judge() if caught is not None else None
        if late and teardown.passed:
            reports.fail(item, teardown, late)
        elif late:
            self._run.notes.append(late.splitlines()[0])

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Remember the last call report that went out, and what a last report carries."""
        if report.when == "call":
            self._logged = report
        self.take(report)

    def take(self, report: pytest.TestReport) -> None:
        """Keep what a test did with its cassette."""
        summaries.take(self._run, report)
        self.torture.take(report)

    def _judge(self, item: pytest.Item, test: Test, teardown: pytest.TestReport) -> None:
        shared = self._run.shared.get(same_file(test.place.path))
        if shared is not None and not hasattr(self._config, "workerinput"):
            self._give_verdict(shared, test)
        root = f"{item.config.rootpath}{os.sep}"  # as a miss, they begin with the cassette's path
        for texts in (test.problems, test.warnings):
            texts[:] = [text.removeprefix(root) for text in texts]
        for text in test.warnings:
            try:
                item.warn(StreamCassetteWarning(text))
            except StreamCassetteWarning:  # the run makes warnings errors
                test.problems.append(text)
        late = test.caught.judge()
        problems = [late, *test.problems] if late else test.problems
        if not problems or test.report is None:
            self._run.notes += problems
        elif test.report.passed and test.report is not self._logged:
            reports.fail(item, test.report, "\n".join(problems))
        elif test.report.passed:
            reports.fail(item, teardown, "\n".join(problems))
        else:
            self._run.notes += problems

    def _give_verdict(self, shared: Shared, test: Test) -> None:
        text = shared.verdict
        if text is not None and test.report is not None and test.report.passed:
            summaries.leave(self._run, self._config.rootpath, shared)
            (test.problems if shared.choice == "fail" else test.warnings).append(text)

    # Several processes: workers hand over, the controller judges

    def take_in(self, part: Mapping[str, Any]) -> None:
        """A worker's part, on the controller."""
        self._run.notes += part["notes"]
        for key, value in part["shared"].items():
            mine = self._run.shared.setdefault(
                key, Shared(path=value["path"], expected=value["expected"])
            )
            mine.merge(value)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """A worker hands over; the controller fails for what no worker's tests played."""
        shared = {key: value.to_dict() for key, value in self._run.shared.items()}
        if workers.hand_over(self._config, {"notes": self._run.notes, "shared": shared}):
            return
        if self._config.pluginmanager.has_plugin("dsession"):
            for shared_tape in self._run.shared.values():
                self._finish(session, shared_tape)

    def _finish(self, session: pytest.Session, shared: Shared) -> None:
        text = shared.verdict
        if text is None:
            return
        summaries.leave(self._run, self._config.rootpath, shared)
        if shared.choice == "fail":
            self._config.hook.pytest_runtest_logreport(report=reports.of_file(shared.path, text))
            if session.exitstatus == pytest.ExitCode.OK:
                session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """What became of the cassettes, and what must not be overlooked."""
        ending.write(terminalreporter, summaries.summary_of(self._run), self._run.notes)


def _judge_misses(item: pytest.Item, when: str, error: BaseException | None) -> None:
    """Fail with the misses, if there are any, in place of `error`, which becomes a section."""
    caught = caught_of(item)
    text = caught.judge() if caught is not None else None
    if text is None or isinstance(error, _LEFT_ALONE):
        return
    # unittest keeps its failures aside; makereport would put them in the place of ours
    aside: list[Any] = getattr(item, "_excinfo", None) or []
    if error is None and aside:
        error = aside[0].value
        if isinstance(error, pytest.xfail.Exception):
            return
    aside.clear()
    if error is not None and not only_misses(error):
        ended = item.repr_failure(pytest.ExceptionInfo.from_exception(error))
        item.add_report_section(when, "after the miss", str(ended))
    raise pytest.fail.Exception(text, pytrace=False) from None


def _run_held(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """`_pytest.runner.runtestprotocol`, with the report of a passing call logged after teardown."""
    again: Any = item
    if hasattr(item, "_request") and not again._request:
        again._initrequest()  # the item is run a second time
    held: pytest.TestReport | None = None
    try:
        if runner.call_and_report(item, "setup").passed:
            held = _call(item)
        if item.session.shouldfail or item.session.shouldstop:
            nextitem = None
        try:
            teardown = runner.call_and_report(item, "teardown", log=False, nextitem=nextitem)
        finally:
            if held is not None:
                item.ihook.pytest_runtest_logreport(report=held)
        item.ihook.pytest_runtest_logreport(report=teardown)
    finally:
        if hasattr(item, "_request"):
            again._request = False
            again.funcargs = None


def _call(item: pytest.Item) -> pytest.TestReport | None:
    """Run the call; its report if that has to wait, else it is logged."""
    report = runner.call_and_report(item, "call", log=False)
    if report.passed:
        return report
    item.ihook.pytest_runtest_logreport(report=report)
    return None
