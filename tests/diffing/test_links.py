"""A chain that is broken on one side goes on there as it does on the other."""

from __future__ import annotations

from stream_cassette.cassette.model import Cassette
from stream_cassette.conversation.chain import Step, chained
from stream_cassette.diffing.links import chained_alike
from stream_cassette.meaning import spoken_of
from tests.support.weather_pair import session


def steps_of(cassette: Cassette) -> tuple[Step, ...]:
    return chained(spoken_of(cassette.interactions))


def before(steps: tuple[Step, ...]) -> list[int | None]:
    return [None if one.previous is None else one.previous.place for one in steps]


def test_both_are_whole() -> None:
    left, right = session("a"), session("a")
    ours, theirs = chained_alike(steps_of(left), steps_of(right), left, right)
    assert before(ours) == before(theirs) == [None, 0]
    assert [one.turn for one in theirs] == [1, 2]


def test_one_is_broken() -> None:
    """The first answer said something else, and the second request carries what it said before."""
    left = session("a", reply="Hello there, how are you?")
    right = session("a", reply="Hello there, how are you?")
    broken = steps_of(right)
    loose = (broken[0], Step(spoken=broken[1].spoken, place=1))
    for ours, theirs in (
        chained_alike(steps_of(left), loose, left, right),
        chained_alike(loose, steps_of(left), right, left),
    ):
        assert before(ours) == before(theirs) == [None, 0]
        assert ours[1].link == theirs[1].link and theirs[1].turn == 2
        assert theirs[1].previous is theirs[0]


def test_other_requests_stay_as_they_are() -> None:
    left, right = session("a"), session("a", prompt="Another.")
    loose = tuple(Step(spoken=one.spoken, place=one.place) for one in steps_of(right))
    _, theirs = chained_alike(steps_of(left), loose, left, right)
    assert before(theirs) == [None, None]
