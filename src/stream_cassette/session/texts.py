"""What a person is told of a session that is over, besides its misses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from stream_cassette.cassette.difference import printable
from stream_cassette.cassette.model import Cassette
from stream_cassette.session.verify import Drift

__all__ = [
    "bypass_text",
    "drift_text",
    "interrupted_text",
    "left_out_text",
    "left_text",
    "lines_of",
    "masks_text",
    "nothing_recorded_text",
    "unplayed_text",
]

INTERCEPTED = frozenset({"httpx", "httpx2"})


def bypass_text(path: str, family: str) -> str:
    """A client family connected that is not intercepted, or was not any more."""
    if family in INTERCEPTED:
        return (
            f"{path}: another library took the interception of {family} away while the cassette "
            "was open, so calls may have gone past it: open the cassette inside the other's "
            "block, or pass tape.transport(...)"
        )
    return (
        f"{path}: {family} connected past the cassette: "
        "stream-cassette intercepts httpx and httpx2 only, so none of that was recorded"
    )


def left_text(journal: str) -> str:
    """A recording was killed and left its journal."""
    return f"{journal}: left by a recording that was killed: stream-cassette recover brings it back"


def left_out_text(named: Mapping[str, str], *, verifies: bool) -> str:
    """A plan that nothing was replayed by; `named` has its options and their values."""
    options = " ".join(f"{name}={value}" for name, value in named.items())
    doing = "verifying" if verifies else "recording"
    return f"{options}: left out while {doing}: that replays nothing"


def interrupted_text(rejected: str) -> str:
    """The run ended within a test that recorded; `rejected` is the file that was kept."""
    return f"{rejected}: recorded by a test that was interrupted; its cassette is as it was"


def masks_text(names: Sequence[str]) -> str:
    """Which variables' values are masked in what is recorded."""
    return f"recording: masked wherever they appear: the values of {', '.join(names)}"


def nothing_recorded_text(path: str) -> str:
    """A recording in which no request came by."""
    return (
        f"{path}: recording ended with nothing recorded: no request went "
        "through httpx or httpx2 while the cassette was open; nothing was written"
    )


def unplayed_text(path: str, lines: Mapping[int, str], total: int) -> str:
    """Interactions that were never played; `lines` has one for each, by its place."""
    head = f"{path}: {len(lines)} of {total} interactions never played"
    hint = "re-record with --stream-record=all, or allow it with unplayed='ignore'"
    return "\n".join([head, *(f"  {lines[key]}" for key in sorted(lines)), hint])


def lines_of(indices: Iterable[int], cassette: Cassette) -> dict[int, str]:
    """A line for each of these interactions, by its place in the cassette."""
    requests = {n: cassette.interactions[n].request for n in indices}
    return {n: f"{n}: {request.method} {request.url}" for n, request in requests.items()}


def drift_text(path: str, drifts: Sequence[Drift], total: int) -> str:
    """What a live run did otherwise than the `total` recorded interactions."""
    counts = _counted(len(drifts), "drift"), _counted(total, "interaction")
    head = f"{path}: {counts[0]} from the recording of {counts[1]}; the file is unchanged"
    lines = [line for drift in drifts for line in _drift_lines(drift)]
    hint = "if that is as it should be, record it anew: --stream-record=all, or record='all'"
    return "\n".join([head, *lines, hint])


def _drift_lines(drift: Drift) -> Iterator[str]:
    line = printable(f"{drift.method} {drift.url}")
    if drift.kind == "unasked":
        yield f"interaction {drift.index}, {line}: was not asked for"
    elif drift.kind == "beyond":
        yield f"request {drift.live_index}, {line}: nothing is recorded for it, or no more"
    else:
        sides = [side for side in ("request", "answer") if getattr(drift, side)]
        what = " and ".join(sides)
        level = f" (level {drift.level})" if drift.answer else ""
        yield f"interaction {drift.index}, {line}: another {what}{level}"
        shown = (*drift.request, *drift.answer)
        yield from (f"  {difference}" for difference in shown)
        if drift.total > len(shown):
            yield f"  and {drift.total - len(shown)} more"


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
