"""What a person is told of a session that is over, besides its misses."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["bypass_text", "nothing_recorded_text", "unplayed_text"]


def bypass_text(path: str, family: str) -> str:
    """A client family connected that is not intercepted."""
    return (
        f"{path}: {family} connected past the cassette: "
        "stream-cassette intercepts httpx and httpx2 only, so none of that was recorded"
    )


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
