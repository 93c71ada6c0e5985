"""Open a test's cassette before its fixtures, and close it after them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from stream_cassette.errors import StreamCassetteError, UsageError
from stream_cassette.plugin import guard
from stream_cassette.plugin.misses import quiet_threads
from stream_cassette.plugin.naming import same_file
from stream_cassette.plugin.options import (
    check_keywords,
    merged,
    record_mode,
    unplayed_choice,
)
from stream_cassette.plugin.planned import forced
from stream_cassette.plugin.run import (
    Run,
    Test,
    marks_of,
    outside_of,
    run_of,
    state_of,
    taken_of,
)
from stream_cassette.plugin.summaries import below
from stream_cassette.session.mode import RecordMode, rule_of
from stream_cassette.session.texts import (
    drift_text,
    interrupted_text,
    left_out_text,
    masks_text,
    unplayed_text,
)
from stream_cassette.store.paths import rejected_path
from stream_cassette.tape import Tape, use_cassette

__all__ = ["fill_keys", "on_tape"]


@contextmanager
def on_tape(item: pytest.Item, config: Mapping[str, Any]) -> Iterator[Tape]:
    """The test's tape, open; `config` is what `stream_cassette_config` gave.

    What goes wrong at the end is kept as the test's problems: fixtures can't fail a test, only
    add an error to it.
    """
    test, run = state_of(item, make=True), run_of(item.config)
    assert test is not None
    try:
        test.tape = tape = _open(item, test, run, config)
    except StreamCassetteError as error:
        raise pytest.fail.Exception(str(error), pytrace=False) from None
    with quiet_threads():
        try:
            with guard.on_cassette(item, test):
                yield tape
        finally:
            _close(item, test, run, tape)


def fill_keys(item: pytest.Item) -> None:
    """Set dummy keys before the first fixture, where the test can't go out.

    `stream_cassette_config` is not known yet; where it lets the test go out, they are taken out.
    """
    test, run = state_of(item, make=True), run_of(item.config)
    assert test is not None
    try:
        mode = record_mode(marks_of(item), {}, run.outside)
    except UsageError:
        return  # said when the tape is opened
    if not rule_of(mode, test.place.path.exists()).goes_out:
        test.keys.fill()


def _open(item: pytest.Item, test: Test, run: Run, config: Mapping[str, Any]) -> Tape:
    check_keywords(config, "stream_cassette_config")
    if "torture" in config:
        raise UsageError("stream_cassette_config: torture is known too late here; mark, flag, ini")
    marks = marks_of(item)
    test.mode = mode = record_mode(marks, config, outside_of(item))
    test.unplayed = unplayed_choice(marks, config, run.outside)
    options = merged(marks, config, run.outside) | forced(item)
    test.unplayed = options.pop("unplayed", test.unplayed)
    if options.get("on_miss") is None:
        options["on_miss"] = test.caught.outcome
    key = same_file(test.place.path)
    if mode is RecordMode.VERIFY:  # what no test of a shared cassette asks for is judged at the end
        options["unplayed"] = "ignore" if key in run.shared else test.unplayed
    there = test.place.path.exists()  # first: a run has the path before the file is there
    shares = run.recorded if key in run.shared else None
    once_or_all = mode in (RecordMode.ONCE, RecordMode.ALL)
    if once_or_all and shares is not None and test.place.path in shares:
        mode = RecordMode.NEW  # an earlier test of this run recorded it; this one adds its part
    test.keys.clear()
    rule = rule_of(mode, there)
    if not rule.goes_out:
        test.keys.fill()
        test.hosts = guard.hosts_of(item, config)
    tape = use_cassette(test.place.path, record=mode, **options)
    if (taken := taken_of(item)) is not None:
        tape.options = replace(tape.options, passes=taken.passes, more=taken.more)
    tape.open(run=shares)
    run.notes += tape.notes
    names = tape.options.redaction.environment_names
    if names and rule.records:
        run.notes.append(masks_text(names))
    if (named := tape.options.plan.named()) and not tape.replayed_with:
        run.notes.append(left_out_text(named, verifies=rule.verifies))
    return tape


def _close(item: pytest.Item, test: Test, run: Run, tape: Tape) -> None:
    report = test.report
    good = report is not None and (report.passed or _xfailed(report))
    test.rejected = not good
    try:
        tape.close(keep=good)
    except (StreamCassetteError, OSError) as error:
        test.problems.append(str(error))
        return
    if tape.recorded and _is_interrupted(test):
        kept_in = below(item.config.rootpath, rejected_path(test.place.path))
        run.notes.append(interrupted_text(kept_in))
    test.warnings += tape.warnings()
    run.notes += [text.splitlines()[0] for text in tape.warnings()]
    if report is not None and report.passed:
        _judge_unplayed(test, run, tape)
    if tape.drifts and report is not None and not report.skipped:
        total = len(tape.cassette.interactions)
        test.problems.append(drift_text(str(tape.path), tape.drifts, total))


def _judge_unplayed(test: Test, run: Run, tape: Tape) -> None:
    left, total = tape.unplayed_lines, len(tape.cassette.interactions)
    choice = test.unplayed
    if tape.mode is RecordMode.NEW and choice == "fail":
        choice = "warn"
    shared = run.shared.get(same_file(test.place.path))
    if shared is not None:
        shared.add(left, total=total, choice=choice)
        return
    is_drift = tape.mode is RecordMode.VERIFY and choice == "fail"
    if left and choice != "ignore" and not is_drift:
        test.unplayed_places = tuple(left)
        text = unplayed_text(str(tape.path), left, total)
        (test.problems if choice == "fail" else test.warnings).append(text)


def _is_interrupted(test: Test) -> bool:
    """Whether the run ended within the test's setup or call, which then has no report."""
    return test.report is None and (test.setup is None or test.setup.passed)


def _xfailed(report: pytest.TestReport) -> bool:
    return report.skipped and hasattr(report, "wasxfail")
