from __future__ import annotations

import pytest

from stream_cassette.errors import CorruptCassette
from stream_cassette.formats._dates import recorded_at_of
from stream_cassette.formats._nodes import Scalar


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Wed, 19 Aug 2026 14:35:44 GMT", "2026-08-19T14:35:44.000Z"),
        ("2015-06-21T19:22:54", "2015-06-21T19:22:54.000Z"),
        ("2026-01-30T21:46:18.741Z", "2026-01-30T21:46:18.741Z"),
        ("2025-10-14T19:38:55.843245Z", "2025-10-14T19:38:55.843Z"),
        ("2024-12-09 14:47:36.184 +02:00".replace(" +", "+"), "2024-12-09T12:47:36.184Z"),
    ],
)
def test_times(text: str, expected: str) -> None:
    assert recorded_at_of(Scalar(text, 3), "recorded_at") == expected


def test_no_time_at_all() -> None:
    assert recorded_at_of(None, "recorded_at") is None


@pytest.mark.parametrize("text", ["yesterday", "", "2015-13-45T00:00:00", "0001-01-01T00:00:00+14"])
def test_what_is_no_time(text: str) -> None:
    with pytest.raises(CorruptCassette, match=r"line 3: recorded_at is no time: .*; put it right"):
        recorded_at_of(Scalar(text, 3), "recorded_at")
