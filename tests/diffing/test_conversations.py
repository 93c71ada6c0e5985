"""Conversations compared: turns beside each other, and each change told once."""

from __future__ import annotations

from dataclasses import replace

from stream_cassette.cassette.model import Cassette
from stream_cassette.diffing.conversations import conversation_diffs
from stream_cassette.diffing.model import ConversationDiff
from stream_cassette.diffing.pairs import bindings_of
from stream_cassette.diffing.rules import Rules
from stream_cassette.diffing.talks import talks_of
from tests.support.weather_pair import session, without


def diffs(left: Cassette, right: Cassette) -> tuple[ConversationDiff, ...]:
    rules = Rules()
    bindings = bindings_of(left, right)
    return conversation_diffs(*talks_of(left, right, rules, bindings), rules)


def paths(one: ConversationDiff) -> list[str]:
    return [each.path for each in one.differences]


def test_turns() -> None:
    (one,) = diffs(session("a"), session("b", city="Genève", reply="Rain."))
    assert [turn.status for turn in one.turns] == ["same", "same", "changed", "same", "changed"]
    changed = one.turns[2]
    assert changed.place == 2 and len(changed.differences) == 1
    assert changed.left is not None and changed.right is not None
    assert changed.differences[0].path == "messages[2].parts[0].arguments.city"


def test_a_setting_that_every_request_has_is_told_once() -> None:
    (one,) = diffs(session("a"), session("b", temperature=1))
    assert paths(one) == ["requests[0].temperature"]


def test_true_is_not_1() -> None:
    (one,) = diffs(session("a", parallel=True), session("b", parallel=1))
    assert paths(one) == ["requests[0].parallel"]


def test_a_setting_of_the_second_request_alone() -> None:
    changed = session("b", temperature=1)
    mixed = replace(changed, interactions=(session("b").interactions[0], changed.interactions[1]))
    (one,) = diffs(session("a"), mixed)
    assert paths(one) == ["requests[1].temperature"]


def test_a_prompt_that_the_second_request_alone_has() -> None:
    changed = session("b", prompt="You are rude.")
    mixed = replace(changed, interactions=(session("b").interactions[0], changed.interactions[1]))
    (one,) = diffs(session("a"), mixed)
    assert paths(one) == ["requests[1].messages[0].parts[0].content"]


def test_what_branches_share_is_told_with_the_first() -> None:
    """Two second requests go on from one answer: the answer's change is the first one's."""

    def branched(city: str, run: str) -> Cassette:
        one, other = session(run, city=city), session(run, city=city, reply="Another answer.")
        return replace(one, interactions=(*one.interactions, other.interactions[1]))

    found = diffs(branched("Zürich", "a"), branched("Genève", "b"))
    assert [one.status for one in found] == ["changed", "same"]
    assert paths(found[0]) == ["messages[2].parts[0].arguments.city"]


def test_a_turn_that_is_gone() -> None:
    (one,) = diffs(session("a"), without(session("b"), 1))
    assert [turn.status for turn in one.turns][-2:] == ["removed", "removed"]
    assert one.turns[-1].right is None
    assert one.left_interactions == (0, 1) and one.right_interactions == (0,)


def test_pace_stands_beside() -> None:
    (one,) = diffs(session("a"), session("a", cut=200))
    assert one.status == "same" and one.pace.cuts_differ
