"""When a replay hands up what it has."""

from __future__ import annotations

import pytest

from stream_cassette.cassette.model import Cut, Response
from stream_cassette.errors import UsageError
from stream_cassette.session.pace import Pace, dues_ms, head_ms, milliseconds, spelled

CUTS = (Cut(2, 10.0), Cut(3, 30.0), Cut(1, 40.0))
ANSWER = Response(status=200, body=b"abcdef", cuts=CUTS, head_ms=200.0)


@pytest.mark.parametrize("text", ["none", "recorded", "2x", "0.5x", "20ms", "2s", "1500ms"])
def test_a_form_is_read_and_written(text: str) -> None:
    pace = Pace.parse(text)
    assert str(pace) == text
    assert Pace.parse(pace) is pace


@pytest.mark.parametrize("text", ["", "fast", "x", "0x", "-2x", "20", "20 ms", "1e3ms", "infx"])
def test_another_form_is_refused_with_those_there_are(text: str) -> None:
    with pytest.raises(
        UsageError, match=r"use none, recorded, a factor like 2x or 0.5x, or a fixed"
    ):
        Pace.parse(text)


ROWS = {
    "none": ("none", [2, 3, 1], [0, 0, 0, 0]),
    "recorded": ("recorded", [2, 3, 1], [10, 30, 40, 40]),
    "twice as fast": ("2x", [2, 3, 1], [5, 15, 20, 20]),
    "a gap": ("20ms", [2, 3, 1], [20, 40, 60, 60]),
    "cut anew: due when the last byte was there": ("recorded", [1, 1, 1, 3], [10, 10, 30, 40, 40]),
    "whole": ("recorded", [6], [40, 40]),
    "cut short": ("recorded", [2], [10, 40]),
    "nothing": ("20ms", [], [0]),
}


@pytest.mark.parametrize(("pace", "sizes", "wanted"), ROWS.values(), ids=ROWS.keys())
def test_dues(pace: str, sizes: list[int], wanted: list[float]) -> None:
    assert dues_ms(Pace.parse(pace), ANSWER, sizes) == wanted


def test_unknown_times_are_not_waited_for() -> None:
    answer = Response(status=200, body=b"abc")
    assert dues_ms(Pace.parse("recorded"), answer, [3]) == [0, 0]
    assert head_ms(Pace.parse("recorded"), answer) == 0


@pytest.mark.parametrize(("pace", "wanted"), [("recorded", 200), ("2x", 100), ("20ms", 0)])
def test_the_head(pace: str, wanted: float) -> None:
    assert head_ms(Pace.parse(pace), ANSWER) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"), [("20ms", 20), ("1.5s", 1500), ("5", None), ("", None)]
)
def test_milliseconds(text: str, wanted: float | None) -> None:
    assert milliseconds(text) == wanted


@pytest.mark.parametrize("text", ["20ms", "0.25ms", "1500ms", "40s"])
def test_spelled(text: str) -> None:
    assert spelled(milliseconds(text) or 0) == text
