"""Files that a run leaves: `--stream-report`, a page of HTML, and `--stream-verify-report`, JSON.

A plugin of its own, there only where one of them is asked for, and in one process of a run. They
are written when the tests are over, also of a run that used no cassette; nothing is written where
tests were only collected.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from stream_cassette.errors import StreamCassetteError, UsageError
from stream_cassette.plugin.declared import FILES
from stream_cassette.store.written import PAGE, VERDICT, check_replaceable, write_whole

if TYPE_CHECKING:
    from stream_cassette.cassette.model import Cassette
    from stream_cassette.report.run_summary import RunSummary

__all__ = ["Artifacts", "asked_for"]

_PAGE, _VERDICT = FILES
_BEGINS = {_PAGE: PAGE, _VERDICT: VERDICT}


def asked_for(config: pytest.Config) -> dict[str, Path]:
    """Option → file, of those that this process is to write.

    Raises:
        pytest.UsageError: it can't be written: it is a directory or another file, or jinja2 is not
            installed.
    """
    if hasattr(config, "workerinput") or config.getoption("collectonly", False):
        return {}
    files: dict[str, Path] = {}
    for name in FILES:
        given, said = config.getoption(f"stream_{name}"), config.getini(f"stream_{name}")
        base = config.invocation_params.dir if given else config.rootpath
        if given or said:
            files[name] = base / Path(os.path.expandvars(given or said)).expanduser()
    for name, path in files.items():
        flag = f"--stream-{name.replace('_', '-')}"
        if path.is_dir():
            raise pytest.UsageError(f"{flag}={path} is a directory: name the file")
        try:
            check_replaceable(path, _BEGINS[name])
        except UsageError as error:
            raise pytest.UsageError(f"{flag}: {error}") from error
        if name == _PAGE and find_spec("jinja2") is None:
            raise pytest.UsageError(
                f"{flag} needs jinja2, which is not installed: "
                "pip install 'stream-cassette[report]'"
            )
    return files


class Artifacts:
    """Writes the files; `files` is what `asked_for` gave."""

    def __init__(self, config: pytest.Config, files: dict[str, Path]) -> None:
        self._config = config
        self._files = files
        self._lines: list[str] = []

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """When all has been judged; a file that can't be written fails the run."""
        from stream_cassette.plugin.run import run_of
        from stream_cassette.plugin.summaries import summary_of

        summary = summary_of(run_of(self._config))
        made: dict[str, Callable[[], str]] = {
            _PAGE: lambda: _page(self._config, summary),
            _VERDICT: lambda: _verdict(summary),
        }
        for name, path in self._files.items():
            try:
                write_whole(path, made[name](), begins=_BEGINS[name])
            except StreamCassetteError as error:
                self._lines.append(f"stream-cassette: {error}")
                if session.exitstatus == pytest.ExitCode.OK:
                    session.exitstatus = pytest.ExitCode.TESTS_FAILED
            else:
                self._lines.append(f"stream-cassette: wrote {path}")

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Where the files are."""
        if terminalreporter.verbosity > -2:
            for line in self._lines:
                terminalreporter.line(line)


def _verdict(summary: RunSummary) -> str:
    from stream_cassette.report.verify_json import verify_report

    return json.dumps(verify_report(summary), indent=2, ensure_ascii=False) + "\n"


def _page(config: pytest.Config, summary: RunSummary) -> str:
    from stream_cassette.report.html import html_report

    unreadable: list[tuple[str, str]] = []
    cassettes = _cassettes(config.rootpath, summary, unreadable)
    title = f"Cassettes of {config.rootpath.name}"
    return html_report(cassettes, run=summary, title=title, unreadable=unreadable)


def _cassettes(
    root: Path, summary: RunSummary, unreadable: list[tuple[str, str]]
) -> Iterator[tuple[str, Cassette]]:
    """Those of the tests, and what was kept aside, by the names that the tests know them by."""
    from stream_cassette.api import load

    names = [name for test in summary.tests for name in (test.path, test.kept_in)]
    for name in dict.fromkeys(filter(None, names)):
        path = root / name
        try:
            if path.is_file():
                yield name, load(path)
        except StreamCassetteError as error:
            unreadable.append((name, str(error)))
