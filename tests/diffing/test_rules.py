"""What a comparison is asked for."""

from __future__ import annotations

import pytest

from stream_cassette.cassette.difference import MISSING
from stream_cassette.diffing.rules import Rules, changes_at, divergence, rules_of
from stream_cassette.errors import UsageError


def test_none_asked_for() -> None:
    assert rules_of() == Rules(level="conversation")


@pytest.mark.parametrize(
    ("level", "ignore", "said"),
    [
        ("words", [], "level 'words' is none of conversation, frames, bytes"),
        ("bytes", ["["], "path"),
    ],
)
def test_what_can_not_be(level: str, ignore: list[str], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        rules_of(level, ignore=ignore)


@pytest.mark.parametrize(
    ("path", "left"),
    [
        ("a", ["b"]),
        ("a.x", ["b", "a"]),
        ("..x", ["b", "a"]),
        ("*", []),
    ],
)
def test_what_is_ignored(path: str, left: list[str]) -> None:
    found = [divergence(("a", "x"), 1, 2), divergence(("b",), 1, 2), divergence(("a",), 1, 2)]
    kept = rules_of(ignore=[path]).kept(found)
    assert {one.path.partition(".")[0] for one in kept} == set(left)


def test_sides_that_lack_it() -> None:
    assert divergence(("a",), MISSING, 1).kind == "right_only"
    assert divergence(("a",), 1, MISSING).kind == "left_only"
    assert divergence(("a",), None, 1).kind == "changed"


def test_places_are_those_of_the_left_side() -> None:
    found = changes_at(("x",), {"a": [1, 2], "b": True}, {"a": [1, 3, 4], "b": 1, "c": None})
    assert [(one.path, one.left, one.right) for one in found] == [
        ("x.a[1]", 2, 3),
        ("x.a[2]", None, 4),
        ("x.b", True, 1),
        ("x.c", None, None),
    ]
