"""Findings as annotations in GitHub's log."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from stream_cassette.cassette.visible import visible
from stream_cassette.checks.run import Outcome
from stream_cassette.report.findings_place import within
from stream_cassette.report.github import Level, annotation

__all__ = ["findings_github"]

_LEVELS: Final[dict[str, Level]] = {"error": "error", "warning": "warning", "info": "notice"}


def findings_github(outcome: Outcome, *, root: Path) -> Iterator[str]:
    """One workflow command for each finding, and for each file that can't be read.

    `root` is the repository's; GitHub shows ten annotations of a level for a step.
    """
    for path, error in outcome.failed:
        yield annotation("error", visible(error), file=within(path, root), title="stream-cassette")
    for one in outcome.findings:
        which = "" if one.interaction is None else f"interaction {one.interaction}: "
        yield annotation(
            _LEVELS[one.severity],
            f"{visible(which + one.message)}\n{visible(one.remedy)}",
            file=within(one.path, root),
            line=one.line,
            title=f"stream-cassette: {one.rule}",
        )
