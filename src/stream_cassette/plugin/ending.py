"""What a run says at its end: one line where all is well, else a section."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from stream_cassette.report.run_summary import RunSummary
from stream_cassette.report.run_text import details, in_a_line, is_well

__all__ = ["write"]


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
