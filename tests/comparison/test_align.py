"""Lists by labels: what was put in or taken out is one place, and not all that follows."""

from __future__ import annotations

import pytest

from stream_cassette.comparison.align import Pair, aligned


def pairs(left: str, right: str) -> list[Pair]:
    """Each letter is a label; capitals have another second member."""
    return list(aligned(*([(c.lower(), c) for c in side] for side in (left, right))))


@pytest.mark.parametrize(
    ("left", "right", "found"),
    [
        ("", "", []),
        ("abc", "abc", [(0, 0), (1, 1), (2, 2)]),
        ("abc", "aBc", [(0, 0), (1, 1), (2, 2)]),
        ("abc", "axbc", [(0, 0), (None, 1), (1, 2), (2, 3)]),
        ("axbc", "abc", [(0, 0), (1, None), (2, 1), (3, 2)]),
        ("a", "b", [(0, None), (None, 0)]),
        ("ab", "", [(0, None), (1, None)]),
    ],
)
def test_pairs(left: str, right: str, found: list[Pair]) -> None:
    assert pairs(left, right) == found


@pytest.mark.parametrize(("left", "right"), [("aub", "auAub"), ("xyzab", "aXbzy"), ("aaa", "aa")])
def test_every_item_once_and_in_order(left: str, right: str) -> None:
    made = pairs(left, right)
    assert [one for one, _ in made if one is not None] == list(range(len(left)))
    assert [other for _, other in made if other is not None] == list(range(len(right)))
    same = [(one, other) for one, other in made if one is not None and other is not None]
    assert same and all(left[one] == right[other].lower() for one, other in same)


def test_long_lists_that_differ_throughout_are_paired_by_index() -> None:
    made = pairs("a" + "bc" * 500, "A" + "Bd" * 501)
    assert made[:3] == [(0, 0), (1, 1), (2, None)]
    assert len(made) == 1001 + 500 + 2
