"""What becomes of a session that is over, outside pytest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from stream_cassette.errors import CassetteMiss, DriftError, SessionError
from stream_cassette.session.options import Unplayed
from stream_cassette.session.player import Miss
from stream_cassette.session.texts import drift_text, unplayed_text
from stream_cassette.session.verify import Drift

__all__ = ["judged", "raised"]


def judged(
    path: str,
    misses: Sequence[Miss],
    drifts: Sequence[Drift],
    unplayed: Mapping[int, str],
    total: int,
    choice: Unplayed,
) -> str | None:
    """What to warn of, None where all is well.

    `unplayed` has a line for each interaction that was never played, of `total`.

    Raises:
        CassetteMiss: a request had no answer, whoever swallowed the error.
        DriftError: the live run was not the recorded one.
        SessionError: something was never played, and `choice` is "fail".
    """
    if misses:
        raise raised(misses[0])
    if drifts:
        raise DriftError(drift_text(path, drifts, total), tuple(drifts))
    if not unplayed or choice == "ignore":
        return None
    text = unplayed_text(path, unplayed, total)
    if choice == "fail":
        raise SessionError(text)
    return text


def raised(miss: Miss) -> CassetteMiss:
    """The exception for a miss."""
    return CassetteMiss(miss.message, miss)
