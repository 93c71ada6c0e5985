"""What a run says at its end: one line where all is well, else a section.

Where GitHub runs it, each drift is an annotation, too: `verify` is what a nightly job runs.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pytest

from stream_cassette.report.github import annotation
from stream_cassette.report.run_summary import RunSummary
from stream_cassette.report.run_text import details, in_a_line, is_well

__all__ = ["workflow_commands", "write"]


def write(reporter: pytest.TerminalReporter, summary: RunSummary, notes: Iterable[str]) -> None:
    """Say it. Nothing of a run that used no cassette; all is well and `-qq`: nothing, too."""
    line, noted = in_a_line(summary), list(dict.fromkeys(notes))
    verbose = reporter.verbosity > 0
    more = [*details(summary, verbose=verbose), *noted]
    if is_well(summary) and not noted and not (verbose and more):
        if line and reporter.verbosity > -2:
            reporter.line(f"stream-cassette: {line}")
        return
    reporter.section("stream-cassette", sep="-", yellow=not is_well(summary) or bool(noted))
    for text in (line, *more) if line else more:
        reporter.line(text)
    for text in workflow_commands(summary, reporter.config.rootpath, os.environ):
        reporter.line(text)


def workflow_commands(summary: RunSummary, root: Path, environ: Mapping[str, str]) -> Iterator[str]:
    """A workflow command for each test that drifted, on its cassette; nothing elsewhere."""
    if environ.get("GITHUB_ACTIONS") != "true":
        return
    repository = environ.get("GITHUB_WORKSPACE") or root
    for test in summary.of("drifted"):
        file = Path(os.path.relpath(root / test.path, repository)).as_posix()
        text = test.details or "another answer than the recorded one"
        yield annotation("error", text, file=file, title=f"Drift in {test.nodeid}")
