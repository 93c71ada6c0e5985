"""Equal JSON values, however they are spelled."""

from __future__ import annotations

from typing import Any

import pytest

from stream_cassette.comparison.json_value import first_difference

SAME = [
    ({"a": 1, "b": [2, {"c": None}]}, {"b": [2, {"c": None}], "a": 1}),
    (1, 1.0),
    (1.1, 1.10),
    (True, True),
    ("a", "a"),
    ([], []),
]
DIFFERENT = [
    (1, True, "$"),
    (0, False, "$"),
    (None, {}, "$"),
    ({"a": 1}, {"a": 1, "b": 2}, "$.b"),
    ({"a": 1, "b": 2}, {"a": 1}, "$.b"),
    ({"a": {"b": [1, 2]}}, {"a": {"b": [1, 3]}}, "$.a.b[1]"),
    ({"x": 1, "y": 2}, {"x": 2, "y": 1}, "$.x"),
    ([1, 2], [1], "$"),
    ("1", 1, "$"),
    (12345678901234567890, 12345678901234567891, "$"),
    ("a\u0301", "\u00e1", "$"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_the_same(one: Any, other: Any) -> None:
    assert first_difference(one, other) is None
    assert first_difference(other, one) is None


@pytest.mark.parametrize(("one", "other", "path"), DIFFERENT)
def test_different(one: Any, other: Any, path: str) -> None:
    assert first_difference(one, other) == path
    assert first_difference(other, one) == path


def test_nested_as_deep_as_you_like() -> None:
    one: Any = 1
    other: Any = 1
    for _ in range(50_000):
        one, other = [one], [other]
    assert first_difference(one, other) is None
