from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from stream_cassette.checks.ages import age_of, is_undated, too_old, unordered
from stream_cassette.errors import UsageError
from tests.support.checked import get, held, subject, written

NOW = datetime(2026, 6, 1, tzinfo=UTC)
STAMP = "2026-05-01T00:00:00.000Z"


@pytest.mark.parametrize(
    ("text", "days"), [("90d", 90), (" 12 W ", 84), ("6m", 180), ("2y", 730), ("48h", 2), ("0d", 0)]
)
def test_ages(text: str, days: int) -> None:
    assert age_of(text) == timedelta(days=days)


@pytest.mark.parametrize("text", ["", "90", "d", "-1d", "1.5d", "90 days", "9999999d"])
def test_what_is_no_age(text: str) -> None:
    with pytest.raises(UsageError, match="such as 90d"):
        age_of(text)


@pytest.mark.parametrize(
    ("stamp", "date", "days"),
    [
        ("2026-05-01T00:00:00.000Z", None, 31),
        ("2026-05-01T02:00:00+02:00", None, 31),
        ("2026-05-01T00:00:00", None, 31),
        (None, "Fri, 01 May 2026 00:00:00 GMT", 31),
        ("yesterday", "Fri, 01 May 2026 00:00:00 -0000", 31),
        ("2026-05-30T00:00:00.000Z", "Fri, 01 May 2026 00:00:00 GMT", None),
        (None, "yesterday", None),
        (None, None, None),
    ],
)
def test_too_old(stamp: str | None, date: str | None, days: int | None) -> None:
    one = replace(get(b"", *([("Date", date)] if date else [])), recorded_at=stamp)
    found = [each.message for each in too_old(held(one), timedelta(days=30), NOW)]
    assert found == ([f"recorded {days} days ago, on 2026-05-01"] if days else [])
    assert list(too_old(held(one), timedelta(days=31), NOW)) == []


def test_unordered() -> None:
    stamps = [
        "2026-05-02T00:00:00.000Z",
        "2026-05-01T00:00:00.000Z",
        None,
        "2026-05-01T00:00:00.000Z",
    ]
    data = written(*(replace(get(), recorded_at=stamp) for stamp in stamps))
    (one,) = unordered(subject(data))
    assert (one.interaction, one.severity) == (1, "info")
    vcrpy = data.replace(b"stream_cassette: {format: 1, comments: 1}\n", b"")
    assert list(unordered(subject(vcrpy))) == []


def test_a_cassette_without_any_date() -> None:
    dated = get(b"x", ("date", "Fri, 01 May 2026 00:00:00 GMT"))
    assert is_undated(held(get(), get(b"x", ("date", "yesterday"))))
    assert not is_undated(held(get(), dated))
    assert not is_undated(held(get(), replace(get(), recorded_at=STAMP)))
    assert not is_undated(subject(b"stream_cassette: {format: 1}\ninteractions: []\n"))
