"""A cassette in the middle of a merge, as git shows it."""

from __future__ import annotations

from stream_cassette.report.conflict_text import conflict_text, regions_text
from stream_cassette.report.stable_text import stable_text
from tests.support.weather_pair import session

NAMES = ("HEAD", "other\x1b")


def test_what_one_side_says_stands_between_markers() -> None:
    left, right = session("a"), session("bb", city="Genève", cut=64)
    head, *lines = conflict_text(left, right, NAMES)
    assert head == "conflict: what both sides say"
    start, middle, end = (
        lines.index(each) for each in ("<<<<<<< HEAD", "=======", ">>>>>>> other\\u{1B}")
    )
    assert lines[start + 1 : middle] == ['      arguments.city: "Zürich"']
    assert lines[middle + 1 : end] == ['      arguments.city: "Genève"']
    assert [*lines[:start], *lines[start + 1 : middle], *lines[end + 1 :]] == list(
        stable_text(left)
    )


def test_sides_that_say_the_same() -> None:
    head, *lines = conflict_text(session("a"), session("bb", cut=111), NAMES)
    assert head.startswith("conflict: both sides say the same")
    assert lines == list(stable_text(session("a")))


def test_regions() -> None:
    found = list(regions_text(["<<<<<<< a\n\tx\x07\n=======\n>>>>>>> b\n"]))
    assert found[0].startswith("conflict: ")
    assert found[1:] == ["<<<<<<< a", "    x\\u{7}", "=======", ">>>>>>> b"]
