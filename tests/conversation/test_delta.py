"""Deltas are values: equal by what they say, frozen, short to write."""

from __future__ import annotations

import pytest

from stream_cassette.conversation.delta import End, MessageStart, PartDelta, PartStart
from stream_cassette.conversation.parts import Text


def test_what_is_left_out_says_nothing() -> None:
    assert PartDelta(0, "k") == PartDelta(0, "k", "", b"", ())
    assert MessageStart().candidate == 0
    assert End().marker


def test_frozen() -> None:
    start = PartStart(key="k", part=Text())
    with pytest.raises(AttributeError):
        start.key = "other"  # type: ignore[misc]
    with pytest.raises(AttributeError):
        PartDelta(0, "k").text = "x"  # type: ignore[misc]
