"""Rules on when something was recorded."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

from stream_cassette.cassette.model import Interaction, header
from stream_cassette.checks.finding import Finding
from stream_cassette.checks.subject import Subject
from stream_cassette.errors import UsageError

__all__ = ["age_of", "is_undated", "too_old", "unordered"]

_AGE: Final = re.compile(r"([0-9]{1,6})\s*([hdwmy])")
# a month and a year as people mean them when they say how long a recording is good for
_UNITS: Final = {
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
    "m": timedelta(days=30),
    "y": timedelta(days=365),
}


def age_of(text: str) -> timedelta:
    """`90d` and the like: hours, days, weeks, months of 30 days, years. Raises: UsageError."""
    found = _AGE.fullmatch(text.strip().lower())
    if found is None:
        raise UsageError(f"an age is a number with h, d, w, m or y, such as 90d, not {text!r}")
    return int(found[1]) * _UNITS[found[2]]


def too_old(subject: Subject, limit: timedelta, now: datetime) -> Iterator[Finding]:
    """`too-old`: interactions that were recorded longer ago than the limit.

    Where the file does not say when, the answer's own `date` counts; one without is passed over.
    """
    for number, one in enumerate(subject.cassette.interactions):
        when = _recorded(one)
        if when is not None and now - when > limit:
            days = (now - when).days
            message = f"recorded {days:,} days ago, on {when.date()}"
            yield subject.finding("too-old", message, interaction=number)


def is_undated(subject: Subject) -> bool:
    """Whether nothing in the cassette says when it was recorded."""
    interactions = subject.cassette.interactions
    return bool(interactions) and all(_recorded(one) is None for one in interactions)


def unordered(subject: Subject) -> Iterator[Finding]:
    """`unordered`: interactions sent before the one above them, in a file of our own."""
    if not subject.is_ours:
        return
    last: datetime | None = None
    for number, one in enumerate(subject.cassette.interactions):
        when = _stamp(one.recorded_at)
        if when is not None and last is not None and when < last:
            message = f"sent at {one.recorded_at}, before the interaction above it"
            yield subject.finding("unordered", message, interaction=number)
        last = when or last


def _recorded(one: Interaction) -> datetime | None:
    return _stamp(one.recorded_at) or _dated(header(one.response.headers, "date"))


def _stamp(text: str | None) -> datetime | None:
    try:
        found = datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
    return found if found is None or found.tzinfo else found.replace(tzinfo=UTC)


def _dated(text: str | None) -> datetime | None:
    try:
        found = parsedate_to_datetime(text) if text else None
    except ValueError:
        return None
    return found if found is None or found.tzinfo else found.replace(tzinfo=UTC)
