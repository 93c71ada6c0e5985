"""An outcome with something of everything, for those who show it."""

from __future__ import annotations

from pathlib import Path

from stream_cassette.checks.finding import Finding
from stream_cassette.checks.run import Outcome

__all__ = ["EVIL", "OUTCOME", "outcome_in"]

EVIL = "a\u202e<b>\x1b[31m]]>&\n::error::x\ud800"

_FINDINGS = (
    Finding(
        rule="sizes",
        severity="error",
        path="cassettes/a.yaml",
        interaction=1,
        line=12,
        message="the chunks hold 4 bytes, the body 5",
        remedy="drop them",
    ),
    Finding(
        rule="spelling",
        severity="info",
        path="cassettes/a.yaml",
        line=3,
        message=EVIL,
        remedy="nothing has to be done",
    ),
    Finding(
        rule="orphan",
        severity="warning",
        path="cassettes/b ö.yaml",
        message="no test uses it (2 collected)",
        remedy="delete it",
    ),
)

OUTCOME = Outcome(
    checked=("cassettes/a.yaml", "cassettes/b ö.yaml", "cassettes/c.yaml"),
    findings=_FINDINGS,
    fixed=("cassettes/c.yaml",),
    skipped=("cassettes/d.json",),
    failed=(("cassettes/e.yaml", "cassettes/e.yaml: can't be read: Permission denied"),),
    notes=("something could not be told",),
)


def outcome_in(root: Path) -> Outcome:
    """OUTCOME, with its files there below `root`."""
    (root / "cassettes").mkdir(exist_ok=True)
    for path in (*OUTCOME.checked, OUTCOME.failed[0][0]):
        (root / path).write_text("")
    return OUTCOME
