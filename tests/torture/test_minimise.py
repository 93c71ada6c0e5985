"""Delta debugging."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from stream_cassette.torture.minimise import minimal

ALL = tuple(range(1000))


def _needs(*wanted: int) -> Callable[[Sequence[int]], bool]:
    return lambda part: set(wanted) <= set(part)


@pytest.mark.parametrize("wanted", [(0,), (999,), (500, 501), (3, 700), (1, 400, 998)])
def test_what_it_takes_is_found(wanted: tuple[int, ...]) -> None:
    found = minimal(ALL, _needs(*wanted), limit=1000)
    assert found.kept == wanted
    assert found.is_smallest
    assert found.runs < 300


def test_either_of_two_is_enough() -> None:
    found = minimal(ALL, lambda part: 3 in part or 700 in part, limit=1000)
    assert found.kept in ((3,), (700,))


def test_one_that_is_left_out_by_many() -> None:
    found = minimal(ALL, lambda part: len(part) >= 3, limit=1000)
    assert len(found.kept) == 3


def test_the_limit_holds() -> None:
    asked: list[int] = []

    def fails(part: Sequence[int]) -> bool:
        asked.append(len(part))
        return {3, 700} <= set(part)

    found = minimal(ALL, fails, limit=7)
    assert (found.runs, len(asked), found.is_smallest) == (7, 7, False)
    assert {3, 700} <= set(found.kept)


@pytest.mark.parametrize("given", [(), (5,)])
def test_nothing_to_leave_out(given: tuple[int, ...]) -> None:
    found = minimal(given, lambda part: pytest.fail("asked"), limit=10)
    assert (found.kept, found.runs, found.is_smallest) == (given, 0, True)
