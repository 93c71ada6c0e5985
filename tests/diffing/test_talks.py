"""Conversations with their steps, and which of two cassettes' are which."""

from __future__ import annotations

from dataclasses import replace

from stream_cassette.cassette.bindings import Bindings
from stream_cassette.cassette.model import Cassette
from stream_cassette.diffing.rules import Rules
from stream_cassette.diffing.talks import Talk, paired, step_pairs, talks_in, talks_of
from tests.support.weather_pair import session, without


def joined(*cassettes: Cassette) -> Cassette:
    every = tuple(one for each in cassettes for one in each.interactions)
    return replace(cassettes[0], interactions=every)


def both(left: Cassette, right: Cassette) -> tuple[tuple[Talk, ...], tuple[Talk, ...]]:
    return talks_of(left, right, Rules(), Bindings())


def numbers(left: Cassette, right: Cassette) -> list[tuple[int | None, ...]]:
    pairs = paired(*both(left, right))
    return [tuple(None if one is None else one.number for one in pair) for pair in pairs]


def test_a_talk() -> None:
    (one,) = talks_in(session("a"), Rules(), Bindings())
    assert one.title == "openai-chat · What is the weather in Zürich?"
    assert one.conversation.interactions == (0, 1) and len(one.steps) == 2
    assert [value["role"] for value in one.view.values] == [
        "system",
        "user",
        "assistant",
        "tool",
        "assistant",
    ]


def test_pairs() -> None:
    brief, rude = session("b", prompt="Be brief."), session("c", prompt="Be rude.")
    left = joined(session("a"), brief, rude)
    assert numbers(left, joined(rude, session("a"), brief)) == [(0, 1), (1, 2), (2, 0)]
    assert numbers(left, joined(rude, brief)) == [(0, None), (1, 1), (2, 0)]
    assert numbers(brief, left) == [(0, 1), (None, 0), (None, 2)]


def test_settings_tell_conversations_apart_that_say_the_same() -> None:
    hot, cold = session("b", temperature=1), session("c", temperature=0)
    assert numbers(joined(hot, cold), joined(session("d", temperature=1, reply="No."), cold)) == [
        (0, 0),
        (1, 1),
    ]


def test_steps() -> None:
    whole, half = session("a"), session("a")
    (left,), (right,) = both(whole, half)
    assert list(step_pairs(left, right)) == [(0, 0), (1, 1)]
    (left,), (right,) = both(whole, without(half, 1))
    assert list(step_pairs(left, right)) == [(0, 0), (1, None)]
    (left,), (right,) = both(without(whole, 0), half)
    assert list(step_pairs(left, right)) == [(None, 0), (0, 1)]
