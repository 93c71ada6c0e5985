"""JSON values as JSON sees them: paths, kinds, and the traps of comparing Python's values."""

from __future__ import annotations

from typing import Any

import pytest

from stream_cassette.comparison.json_diff import Changed, changes


def nested(depth: int, leaf: Any) -> Any:
    value = leaf
    for place in range(depth):
        value = {"a": value} if place % 2 else [value]
    return value


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ({"a": 1, "b": [1, {"c": None}]}, {"b": [1, {"c": None}], "a": 1}),
        (1, 1.0),
        ({"a": 100}, {"a": 1e2}),
        ([], []),
        ("\ud83d", "\ud83d"),
        (nested(900, 1), nested(900, 1)),
        ((1, 2), [1, 2]),
    ],
    ids=str,
)
def test_equal(left: Any, right: Any) -> None:
    assert changes(left, right) == []


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (1, True),
        (0, False),
        ([1, True], [True, 1]),
        (12345678901234567890, 12345678901234567891),
        ("1", 1),
        ([], {}),
        ("[]", []),
        (None, ""),
        ({"__a": 1}, {"__a": 2}),
        ("a\ud83d", "a"),
        ("a\nb", "a\nc"),
        ("Ä", "A\u0308"),
        (nested(900, 1), nested(900, 2)),
    ],
    ids=ascii,
)
def test_not_equal(left: Any, right: Any) -> None:
    (found,) = changes({"value": left}, {"value": right})[:1]
    assert found.steps[0] == "value"


@pytest.mark.parametrize(
    ("left", "right", "found"),
    [
        ({"a": {"b": [1, 2]}}, {"a": {"b": [1, 3]}}, (("a", "b", 1), "changed", 2, 3)),
        ({"a": [1, 2, 3]}, {"a": [1, 3]}, (("a", 1), "left_only", 2, None)),
        ({"a": [1]}, {"a": [1, {"b": True}]}, (("a", 1), "right_only", None, {"b": True})),
        ({"a": 1}, {}, (("a",), "left_only", 1, None)),
        ({}, {"a.b": [None]}, (("a.b",), "right_only", None, [None])),
        ({"a": None}, {"a": [1, {}]}, (("a",), "changed", None, [1, {}])),
        ({"root['x']": 1}, {"root['x']": 2}, (("root['x']",), "changed", 1, 2)),
        ("one", "two", ((), "changed", "one", "two")),
    ],
    ids=str,
)
def test_where(left: Any, right: Any, found: Any) -> None:
    assert changes(left, right) == [Changed(*found)]


def test_every_place_in_order_of_the_paths() -> None:
    left, right = {"b": 1, "a": {"x": 1, "y": 2}, "c": 3}, {"a": {"x": 2}, "c": 3, "d": 4}
    found = changes(left, right)
    assert [(".".join(map(str, one.steps)), one.kind) for one in found] == [
        ("a.x", "changed"),
        ("a.y", "left_only"),
        ("b", "left_only"),
        ("d", "right_only"),
    ]
