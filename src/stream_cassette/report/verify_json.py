"""What a run in `verify` found, as JSON for another program: a nightly job that opens an issue.

    {"schema": 1, "status": "same" | "drifted" | "failed" | "skipped", "title", "text", "counts",
     "tests": [{"nodeid", "path", "status": "same" | "drifted" | "failed" | "skipped", "outcome",
                "interactions", "duration_s", "drifts": [...], "text"}]}

`status` is `drifted` where any test drifted, else `failed` where any did not come to its end, else
`same` where any was held to its cassette, else `skipped`. `title` and `text` are one line and all
of it, for a person. `drifts` are `Drift.to_dict()`. Tests that were not to verify are left out.
"""

from __future__ import annotations

from collections import Counter
from typing import Any, Final, Literal, TypeAlias

from stream_cassette.report.run_summary import RunSummary, TestRun

__all__ = ["SCHEMA", "verify_report"]

SCHEMA: Final = 1
Status: TypeAlias = Literal["same", "drifted", "failed", "skipped"]

_STATUSES: Final[tuple[Status, ...]] = ("same", "drifted", "failed", "skipped")
_WORST_FIRST: Final[tuple[Status, ...]] = ("drifted", "failed", "same")
_LONGEST: Final = 50_000  # characters of `text`: an issue takes some more


def verify_report(summary: RunSummary) -> dict[str, Any]:
    """The value, to be dumped as JSON."""
    tests = [test for test in summary.tests if test.mode == "verify"]
    counts: Counter[Status] = Counter(_status(test) for test in tests)
    status = next((name for name in _WORST_FIRST if counts[name]), "skipped")
    title = _title(tests, counts)
    texts = [f"{test.nodeid}\n{test.details}" for test in tests if test.details]
    return {
        "schema": SCHEMA,
        "status": status,
        "title": title,
        "text": _cut("\n\n".join([title, *texts])),
        "counts": {"tests": len(tests), **{name: counts[name] for name in _STATUSES}},
        "tests": [_test(test) for test in tests],
    }


def _status(test: TestRun) -> Status:
    if test.outcome == "skipped":
        return "skipped"
    if test.drifts:
        return "drifted"
    return "failed" if test.outcome in ("failed", "error") else "same"


def _title(tests: list[TestRun], counts: Counter[Status]) -> str:
    if not tests:
        return "no test was held to its cassette"
    drifted, failed = counts["drifted"], counts["failed"]
    if not drifted and not failed:
        return f"{counts['same']} of {len(tests)} tests are as they were recorded"
    parts = [f"{drifted} drifted"] if drifted else []
    parts += [f"{failed} failed"] if failed else []
    return f"{' and '.join(parts)} of {len(tests)} tests held to their cassettes"


def _test(test: TestRun) -> dict[str, Any]:
    return {
        "nodeid": test.nodeid,
        "path": test.path,
        "status": _status(test),
        "outcome": test.outcome,
        "interactions": test.total,
        "duration_s": round(test.duration_s, 3),
        "drifts": [dict(drift) for drift in test.drifts],
        "text": test.details,
    }


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "\n… (cut)"
