"""A run of tests as a page shows it: what each did with its cassette."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from stream_cassette.cassette.visible import visible
from stream_cassette.report.html_text import clip, number, plural, span_ms
from stream_cassette.report.run_summary import RunSummary, Tally, TestRun

__all__ = ["RunRow", "RunView", "run_view", "states_of"]

_ROWS = 5_000
_LISTED = 20  # requests or places of one test
_WORDS = 300  # characters of a message
_GOOD = frozenset({"passed", "xfailed"})
_TALLIES: tuple[Tally, ...] = (
    "played",
    "recorded",
    "verified",
    "rejected",
    "unplayed",
    "missed",
    "drifted",
)
_BAD = frozenset({"rejected", "unplayed", "missed", "drifted"})


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRow:
    """One test: `place` is its cassette's place in the report, None where that is not in it."""

    nodeid: str
    outcome: str
    is_good: bool
    path: str
    place: int | None
    mode: str
    counts: tuple[tuple[str, bool], ...]
    took: str
    message: str
    details: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunView:
    """Counts of tests and of cassettes, the tests that failed first, and what is left over."""

    summary: str
    tallies: tuple[tuple[str, int, bool], ...]
    rows: tuple[RunRow, ...]
    shared: tuple[str, ...]
    left: int = 0


def run_view(run: RunSummary, places: Mapping[str, int]) -> RunView:
    """The run; `places` are the names of the report's cassettes."""
    ordered = sorted(run.tests, key=lambda one: one.outcome in _GOOD)
    outcomes: dict[str, int] = {}
    for one in run.tests:
        outcomes[one.outcome] = outcomes.get(one.outcome, 0) + 1
    words = ", ".join(f"{count:,} {outcome}" for outcome, count in sorted(outcomes.items()))
    return RunView(
        summary=f"{plural(len(run.tests), 'test')} with a cassette{': ' if words else ''}{words}",
        tallies=tuple((name, run.counts[name], name in _BAD) for name in _TALLIES),
        rows=tuple(_row(one, places) for one in ordered[:_ROWS]),
        shared=tuple(
            f"{visible(one.path)}: {_places(one.unplayed)} of {one.total} played by no test"
            for one in run.shared
        ),
        left=max(0, len(ordered) - _ROWS),
    )


def states_of(run: RunSummary) -> dict[str, tuple[str, ...]]:
    """The run's words for each cassette, by its path."""
    found: dict[str, tuple[str, ...]] = {}
    for name in _TALLIES:
        for path in run.paths(name):
            found[path] = (*found.get(path, ()), name)
    return found


def _row(one: TestRun, places: Mapping[str, int]) -> RunRow:
    return RunRow(
        nodeid=visible(one.nodeid),
        outcome=one.outcome,
        is_good=one.outcome in _GOOD,
        path=visible(one.path),
        place=places.get(one.path),
        mode=visible(one.mode),
        counts=tuple(_counts(one)),
        took=span_ms(one.duration_s * 1000),
        message=clip(one.message or "", _WORDS).text,
        details=tuple(_details(one)),
    )


def _counts(one: TestRun) -> list[tuple[str, bool]]:
    """Short facts, and whether each is a bad one."""
    found: list[tuple[str, bool]] = []
    if one.played:
        found.append((f"{number(len(set(one.played)))} of {one.total} played", False))
    if one.recorded:
        word = "rejected" if one.rejected else "recorded"
        found.append((f"{one.recorded:,} {word}", one.rejected))
    if one.missed:
        found.append((f"{len(one.missed):,} missed", True))
    if one.unplayed:
        found.append((f"{len(one.unplayed):,} unplayed", True))
    if one.drifts:
        found.append((plural(len(one.drifts), "drift"), True))
    elif one.verified:
        found.append(("verified", False))
    return found


def _details(one: TestRun) -> list[str]:
    lines = [f"missed: {clip(request, _WORDS).text}" for request in one.missed[:_LISTED]]
    if one.unplayed:
        lines.append(f"unplayed: {_places(one.unplayed)}")
    lines += [f"drift: {_drift(drift)}" for drift in one.drifts[:_LISTED]]
    hidden = max(0, len(one.missed) - _LISTED) + max(0, len(one.drifts) - _LISTED)
    if hidden:
        lines.append(f"and {hidden:,} more")
    if one.kept_in and one.kept_in != one.path:
        lines.append(f"kept in {visible(one.kept_in)}")
    return lines


def _drift(drift: Mapping[str, Any]) -> str:
    """What `Drift.to_dict()` gave, on one line: the request, and the first differences."""
    found = [*drift.get("request", ()), *drift.get("answer", ())]
    said = "; ".join(str(one.get("text", one.get("path", ""))) for one in found)
    asked = f"{drift.get('method', '')} {drift.get('url', '')}".strip()
    return clip(f"{drift.get('kind', '')} {asked}{': ' if said else ''}{said}", _WORDS).text


def _places(places: tuple[int, ...]) -> str:
    noun = "interaction" if len(places) == 1 else "interactions"
    more = f" and {len(places) - _LISTED} more" if len(places) > _LISTED else ""
    return f"{noun} {', '.join(map(str, places[:_LISTED]))}{more}"
