"""Turn by turn: what a request adds, what it echoes, who answered, what went wrong."""

from __future__ import annotations

from dataclasses import replace

import pytest

from stream_cassette.api import check_echo, load, steps_of
from stream_cassette.cassette.model import Cassette
from stream_cassette.conversation.chain import conversations_of
from stream_cassette.conversation.model import Conversation, Exchange, StreamError
from stream_cassette.report.html_conversation import (
    ConversationView,
    conversation_view,
    error_words,
)
from stream_cassette.report.html_echo import EchoLink, links_of
from tests.corpus import CASSETTES
from tests.support.html_pages import signed
from tests.support.talks import answer, asked, said, talk, weather


def views(cassette: Cassette) -> list[ConversationView]:
    steps = steps_of(cassette)
    links = links_of(steps, check_echo(cassette))
    found = conversations_of(steps)
    return [conversation_view(number, one, links, 1_000) for number, one in enumerate(found)]


def test_turns_of_a_round_trip() -> None:
    (view,) = views(signed())
    assert view.title == "2 turns · interactions 0, 1"
    first, second = view.turns
    assert [one.role for one in first.asked] == ["system", "user"]
    assert [one.role for one in second.asked] == ["tool"]
    assert first.answer is not None and first.answer.finish == "tool_call (tool_calls)"
    assert (first.who, first.usage, first.places) == (
        "openai-chat (vercel)",
        "424 in, 110 out",
        (0,),
    )
    assert first.echoes == () and first.faults == ()


def test_both_ends_of_every_echo_are_there() -> None:
    (view,) = views(signed())
    first, second = view.turns
    assert [(one.what, one.state) for one in second.echoes] == [
        ("signature", "kept"),
        ("call", "kept"),
        ("result", "kept"),
    ]
    assert first.answer is not None
    anchors = {part.anchor.id: part.anchor for part in first.answer.parts if part.anchor}
    for one in second.echoes:
        assert one.to is not None
        assert (one.id, one.what, one.state) in anchors[one.to].ends


@pytest.mark.parametrize("path", sorted(CASSETTES.glob("*/*.yaml")), ids=lambda path: path.stem)
def test_no_message_and_no_interaction_is_lost(path: object) -> None:
    if "invalid" in str(path):
        return
    cassette = load(str(path))
    for conversation, view in zip(
        conversations_of(steps_of(cassette)), views(cassette), strict=True
    ):
        shown = sum(len(turn.asked) + (turn.answer is not None) for turn in view.turns)
        assert shown == len(conversation.messages)
        places = [place for turn in view.turns for place in turn.places]
        assert places == list(conversation.interactions)


def test_a_try_that_failed_belongs_to_the_turn_of_the_next() -> None:
    failed = Exchange(dialect="x", termination="errored", error=StreamError(message="busy"))
    done = answer(said("Hello"))
    conversation = Conversation(
        messages=(asked(said("Hi")), done),
        exchanges=(failed, Exchange(dialect="x", candidates=(done,))),
        interactions=(3, 5),
    )
    (turn,) = conversation_view(0, conversation, (), 100).turns
    assert turn.places == (3, 5) and turn.faults == ("Interaction 3: Error: busy",)


def test_a_question_that_was_never_answered() -> None:
    failed = Exchange(dialect="x", termination="truncated")
    conversation = Conversation(
        messages=(asked(said("Hi")),), exchanges=(failed,), interactions=(0,)
    )
    (turn,) = conversation_view(0, conversation, (), 100).turns
    assert turn.answer is None and turn.faults == ("The answer was cut short.",)


def test_links_of_other_conversations_stay_out() -> None:
    link = EchoLink(kind="call", label="c", issued=7, part=0, echoed=8, path="p")
    conversation = replace(talk(*weather()), interactions=(0, 1))
    view = conversation_view(0, conversation, (link,), 100)
    assert all(turn.echoes == () for turn in view.turns)


def test_a_broken_link_says_why_and_a_held_one_who() -> None:
    broken = EchoLink(
        kind="signature",
        label="missing",
        issued=0,
        part=0,
        echoed=1,
        path="p",
        fault="turn 2 does not echo",
        severity="error",
    )
    held = EchoLink(kind="call", label="c", issued=0, part=0, echoed=1, path="", is_held=True)
    conversation = replace(talk(*weather()), interactions=(0, 1))
    _, turn = conversation_view(2, conversation, (broken, held), 100).turns
    assert [(one.state, one.label) for one in turn.echoes] == [
        ("error", "turn 2 does not echo"),
        ("held", "kept by the server"),
    ]
    assert turn.echoes[0].to == "k2i0p0"


def test_a_very_long_conversation_is_cut_and_says_so() -> None:
    messages = [one for _ in range(300) for one in (asked(said("a")), answer(said("b")))]
    conversation = replace(talk(*messages), interactions=tuple(range(300)))
    view = conversation_view(0, conversation, (), 100)
    assert len(view.turns) == 200 and view.left == 100 and view.title.startswith("300 turns")


@pytest.mark.parametrize(
    ("exchange", "words"),
    [
        (Exchange(dialect="x"), None),
        (Exchange(dialect="x", termination="aborted"), "The client left before the end."),
        (
            Exchange(dialect="x", error=StreamError(type="busy", message="later", status=529)),
            "Error (529): busy: later",
        ),
        (Exchange(dialect="x", error=StreamError()), "Error: without a word"),
    ],
)
def test_errors_in_words(exchange: Exchange, words: str | None) -> None:
    assert error_words(exchange) == words
