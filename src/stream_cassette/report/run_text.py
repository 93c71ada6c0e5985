"""A run's summary in lines for the end of the terminal's output."""

from __future__ import annotations

from collections.abc import Iterator

from stream_cassette.cassette.visible import visible
from stream_cassette.report.run_summary import RunSummary, Tally, TestRun

__all__ = ["details", "in_a_line", "is_well"]

_WRONG: tuple[Tally, ...] = ("rejected", "unplayed", "missed", "drifted")
_MOST = 10  # cassettes under one heading


def is_well(summary: RunSummary) -> bool:
    """Whether nothing has to be looked at."""
    return not any(summary.counts[tally] for tally in _WRONG)


def in_a_line(summary: RunSummary) -> str:
    """How many cassettes were played, recorded and so on; the first that was recorded by name.

    Empty if no cassette answered, was written or is to be looked at.
    """
    return ", ".join(
        f"{count} {tally}{_named(summary) if tally == 'recorded' else ''}"
        for tally, count in summary.counts.items()
        if count
    )


def details(summary: RunSummary, *, verbose: bool = False) -> Iterator[str]:
    """A line for each cassette to be looked at; with `verbose` all of them, recorded ones too."""
    shown: tuple[Tally, ...] = ("recorded", *_WRONG) if verbose else _WRONG
    for tally in shown:
        lines = list(dict.fromkeys(_lines(summary, tally)))
        most = len(lines) if verbose else _MOST
        yield from lines[:most]
        if len(lines) > most:
            yield f"{tally}: and {len(lines) - most} more; -v shows them"


def _named(summary: RunSummary) -> str:
    first = summary.of("recorded")[0]
    more = len(summary.paths("recorded")) - 1
    return f" ({visible(f'{first.nodeid}: {first.path}')}{f' and {more} more' if more else ''})"


def _lines(summary: RunSummary, tally: Tally) -> Iterator[str]:
    for test in summary.of(tally):
        yield visible(f"{tally}: {_what(test, tally)} ({test.nodeid})")
    for left in summary.shared if tally == "unplayed" else ():
        places = _part(left.unplayed, left.total)
        yield visible(f"{tally}: {left.path}, {places} (all tests that share it)")


def _what(test: TestRun, tally: Tally) -> str:
    if tally in ("recorded", "rejected"):
        return f"{test.kept_in}, {_counted(test.recorded, 'interaction')}"
    if tally == "unplayed":
        return f"{test.path}, {_part(test.unplayed, test.total)}"
    if tally == "drifted":
        return f"{test.path}, {_counted(len(test.drifts), 'drift')}"
    first, *others = test.missed
    more = f" and {len(others)} more" if others else ""
    return f"{test.path} has no answer to {first}{more}"


def _part(places: tuple[int, ...], total: int) -> str:
    return f"{len(places)} of {_counted(total, 'interaction')}"


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
