"""Which request goes on from which answer, and the conversations that come of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pytest

from stream_cassette.conversation.chain import Chain, Spoken, Step, chained, conversations_of
from stream_cassette.conversation.model import Exchange, History, Message, StreamError
from stream_cassette.conversation.parts import (
    Part,
    Reasoning,
    Text,
    ToolCall,
    ToolCallResponse,
)


def system(text: str) -> Message:
    return Message(role="system", parts=(Text(content=text),))


def user(*texts: str) -> Message:
    return Message(role="user", parts=tuple(Text(content=one) for one in texts))


def answer(*parts: Part | str, ident: str | None = None) -> Message:
    made = tuple(Text(content=one) if isinstance(one, str) else one for one in parts)
    return Message(role="assistant", parts=made, response_id=ident)


def call(ident: str | None = "call_1", name: str = "weather", **arguments: Any) -> ToolCall:
    return ToolCall(id=ident, name=name, arguments=arguments)


def result(ident: str | None = "call_1", response: str = "sunny") -> Message:
    return Message(role="tool", parts=(ToolCallResponse(id=ident, response=response),))


@dataclass(frozen=True)
class Asked:
    """A request's messages and its answers."""

    messages: tuple[Message, ...]
    answers: tuple[Message, ...] = ()
    previous_id: str | None = None
    termination: Any = "complete"


def asked(*messages: Message, to: Message | None = None, **rest: Any) -> Asked:
    return Asked(messages, () if to is None else (to,), **rest)


def steps(*all_asked: Asked) -> tuple[Step, ...]:
    return chained(
        [
            Spoken(
                index=index,
                history=History(messages=one.messages, previous_id=one.previous_id),
                exchange=Exchange(dialect="x", candidates=one.answers, termination=one.termination),
            )
            for index, one in enumerate(all_asked)
        ]
    )


def links(*all_asked: Asked) -> list[int | None]:
    """For each request, the one that it goes on from."""
    found = steps(*all_asked)
    return [None if one.previous is None else one.previous.spoken.index for one in found]


HI = asked(user("Hi"), to=answer("Hello"))
FURTHER = asked(user("Hi"), answer("Hello"), user("And?"), to=answer("So"))
ASK = asked(user("Weather?"), to=answer(Reasoning(content="Hm", signature="s"), call(city="F")))
TOLD = asked(user("Weather?"), answer(call(city="F")), result(), to=answer("Sunny"))

FOLLOWS = {
    "text": (HI, FURTHER),
    "a call": (ASK, TOLD),
    "other system text": (
        asked(system("It is noon"), user("Hi"), to=answer("Hello")),
        asked(system("It is one"), user("Hi"), answer("Hello"), user("And?")),
    ),
    "no system text": (asked(system("A"), user("Hi"), to=answer("Hello")), FURTHER),
    "users merged": (
        asked(user("Hi"), user("there"), to=answer("Hello")),
        asked(user("Hi", "there"), answer("Hello"), user("And?")),
    ),
    "answers in two messages": (
        asked(user("Weather?"), to=answer("I look", call(city="F"))),
        asked(user("Weather?"), answer("I look"), answer(call(city="F")), result()),
    ),
    "trailing empty text dropped": (asked(user("Hi"), to=answer("Hello", "")), FURTHER),
    "arguments in another order": (
        asked(user("W?"), to=answer(call(None, a=1, b=2))),
        asked(user("W?"), answer(call(None, b=2, a=1)), result(None)),
    ),
    "another id": (ASK, asked(user("Weather?"), answer(call("x", city="F")), result("x"))),
    "another id and argument": (
        ASK,
        asked(user("Weather?"), answer(call("x", city="G")), result("x")),
    ),
    "no call, only its result": (ASK, asked(user("Weather?"), result())),
    "another call with the same result": (
        ASK,
        asked(user("Weather?"), answer(call("x", "other")), result()),
    ),
    "signature dropped, text altered": (
        asked(user("Hi"), to=answer(Reasoning(content="Hm", signature="s"), "Hello")),
        asked(user("Hi"), answer(Reasoning(content="Hm"), "Hallo"), user("And?")),
    ),
    "thoughts cut off": (
        asked(user("Hi"), to=answer("<think>Hm</think>\n\nHello")),
        asked(user("Hi"), answer("\n\nHello"), user("And?")),
    ),
    "text broken off": (
        asked(user("Hi"), to=answer("Hel"), termination="aborted"),
        asked(user("Hi"), answer("Hel"), user("And?")),
    ),
    "another blank in the question": (
        asked(user("Hi  there"), to=answer("Hello")),
        asked(user("Hi there "), answer("Hello"), user("And?")),
    ),
    "an answer rewritten further back": (
        asked(user("a"), answer("1"), user("b"), to=answer("2")),
        asked(user("a"), answer("one"), user("b"), answer("2"), user("c")),
    ),
    "beginning compacted": (
        asked(user("a"), answer("1"), user("b"), to=answer(call("call_long_enough"))),
        asked(user("Summary"), answer(call("call_long_enough")), result("call_long_enough")),
    ),
    "goes on in its own words": (
        asked(user("Hi"), answer("He"), to=answer("llo")),
        asked(user("Hi"), answer("He", "llo"), user("And?")),
    ),
}


@pytest.mark.parametrize("pair", FOLLOWS.values(), ids=FOLLOWS.keys())
def test_goes_on(pair: tuple[Asked, Asked]) -> None:
    assert links(*pair) == [None, 0]
    assert len(conversations_of(steps(*pair))) == 1


APART = {
    "two questions": (HI, asked(user("Ho"), to=answer("Hello"))),
    "one question twice": (HI, HI),
    "another answer than was given": (HI, asked(user("Hi"), answer("Nothing"), user("And?"))),
    "the answer to another question": (HI, asked(user("Ho"), answer("Hello"), user("And?"))),
    "a short id elsewhere": (
        asked(user("a"), to=answer(call("0"))),
        asked(user("b"), answer(call("0")), result("0")),
    ),
    "the answer comes later": (FURTHER, HI),
    "no history": (asked(to=answer("a"), termination="truncated"), asked(to=answer("a"))),
    "held by the server": (HI, asked(user("And?"), previous_id="resp_0")),
}


@pytest.mark.parametrize("pair", APART.values(), ids=APART.keys())
def test_apart(pair: tuple[Asked, Asked]) -> None:
    assert links(*pair) == [None, None]
    assert len(conversations_of(steps(*pair))) == 2


def test_the_messages_are_the_answers_as_they_came() -> None:
    talk = conversations_of(steps(ASK, TOLD))[0]
    assert talk.messages == (user("Weather?"), ASK.answers[0], result(), answer("Sunny"))
    assert [one.candidates for one in talk.exchanges] == [ASK.answers, TOLD.answers]
    assert talk.interactions == (0, 1)


def test_three_turns() -> None:
    third = asked(*TOLD.messages, answer("Sunny"), user("Thanks"), to=answer("Bye"))
    made = steps(ASK, TOLD, third)
    assert [one.turn for one in made] == [1, 2, 3]
    assert [one.spoken.index for one in made[2].back()] == [2, 1, 0]
    assert repr(made[2]) == "<Step turn 3: interaction 2, after 1>"
    assert repr(made[0]) == "<Step turn 1: interaction 0>"
    assert [one.role for one in conversations_of(made)[0].messages] == [
        *("user", "assistant", "tool"),
        *("assistant", "user", "assistant"),
    ]


def test_parallel_conversations_with_equal_questions() -> None:
    one, two = (asked(user("Hi"), to=answer(call(ident))) for ident in ("call_a", "call_b"))
    told = [
        asked(user("Hi"), answer(call(ident)), result(ident), to=answer("Sunny"))
        for ident in ("call_b", "call_a")
    ]
    assert links(one, two, *told) == [None, None, 1, 0]
    talks = conversations_of(steps(one, two, *told))
    assert [talk.interactions for talk in talks] == [(0, 3), (1, 2)]


def test_the_same_run_twice() -> None:
    assert links(HI, FURTHER, HI, FURTHER) == [None, 0, None, 2]
    assert links(HI, HI, FURTHER, FURTHER) == [None, None, 1, 0]


def test_two_go_on_from_one_answer() -> None:
    other = asked(user("Hi"), answer("Hello"), user("Or?"), to=answer("Else"))
    talks = conversations_of(steps(HI, FURTHER, other))
    assert [talk.interactions for talk in talks] == [(0, 1), (0, 2)]
    assert [talk.messages[-1].text for talk in talks] == ["So", "Else"]


@pytest.mark.parametrize("termination", ["errored", "truncated", "aborted"])
def test_tried_again(termination: str) -> None:
    failed = Asked((user("Hi"),), (answer("Hel"),), termination=termination)
    made = steps(failed, failed, HI, FURTHER)
    assert [one.turn for one in made] == [1, 1, 1, 2]
    talk = conversations_of(made)[0]
    assert talk.interactions == (0, 1, 2, 3)
    assert talk.messages == (user("Hi"), answer("Hello"), user("And?"), answer("So"))


def test_tried_again_in_a_later_turn() -> None:
    failed = replace(FURTHER, answers=(), termination="errored")
    made = steps(HI, failed, FURTHER)
    assert [one.turn for one in made] == [1, 2, 2]
    assert made[2].link.again and (made[2].link.start, made[2].link.end) == (1, 2)
    assert [one.text for one in conversations_of(made)[0].messages] == ["Hi", "Hello", "And?", "So"]


def test_an_error_stays_in_its_conversation() -> None:
    error = StreamError(message="overloaded")
    failed = Spoken(
        index=4,
        history=History(messages=(user("Hi"),)),
        exchange=Exchange(dialect="x", error=error, termination="errored"),
    )
    talk = conversations_of(chained([failed]))[0]
    assert (talk.messages, talk.interactions) == ((user("Hi"),), (4,))
    assert talk.exchanges[0].error == error


def test_what_was_gone_on_from_is_not_tried_again() -> None:
    failed = replace(HI, termination="truncated")
    assert links(failed, FURTHER, HI) == [None, 0, None]


def test_candidates() -> None:
    two = Asked((user("Hi"),), (answer("Hello"), answer("Hallo")))
    other = asked(user("Hi"), answer("Hallo"), user("And?"), to=answer("So"))
    made = steps(two, other)
    assert made[1].link.candidate == 1
    assert [one.text for one in conversations_of(made)[0].messages] == ["Hi", "Hallo", "And?", "So"]
    assert conversations_of(steps(two))[0].messages[-1].text == "Hello"


def test_a_pause_and_what_came_after_it() -> None:
    paused = asked(user("Hi"), to=answer("He"))
    resumed = asked(user("Hi"), answer("He"), to=answer("llo"))
    merged = asked(user("Hi"), answer("He", "llo"), user("And?"), to=answer("So"))
    made = steps(paused, resumed, merged)
    assert [one.previous and one.previous.spoken.index for one in made] == [None, 0, 1]
    assert [one.text for one in conversations_of(made)[0].messages] == [
        *("Hi", "He", "llo", "And?", "So")
    ]


def test_held_by_the_server() -> None:
    first = asked(system("Be brief"), user("Hi"), to=answer("Hello", ident="resp_1"))
    second = asked(
        system("Be brief"), user("And?"), to=answer("So", ident="resp_2"), previous_id="resp_1"
    )
    third = asked(user("Or?"), to=answer("Else"), previous_id="resp_1")
    assert links(first, second, third) == [None, 0, 0]
    talk = conversations_of(steps(first, second))[0]
    assert [one.text for one in talk.messages] == ["Be brief", "Hi", "Hello", "And?", "So"]


def test_fetched_again() -> None:
    first = asked(user("Hi"), to=answer("Hel", ident="resp_1"), termination="aborted")
    rest = asked(to=answer("Hello", ident="resp_1"), previous_id="resp_1")
    made = steps(first, rest)
    assert (made[1].turn, made[1].link.again) == (1, True)
    assert [one.text for one in conversations_of(made)[0].messages] == ["Hi", "Hello"]


def test_a_conversation_that_the_server_keeps() -> None:
    kept = [asked(user(one), to=answer(one), previous_id="conv_1") for one in "abc"]
    assert links(*kept) == [None, 0, 1]
    kept = [asked(user(one), to=answer(one), previous_id="resp_x") for one in "abc"]
    assert links(*kept) == [None, None, None]


def test_what_a_step_would_be() -> None:
    """Looking is not taking in: what was asked stays to be asked."""
    first, second = (one.spoken for one in steps(HI, FURTHER))
    chain = Chain()
    chain.add(first)
    for _ in range(2):
        step = chain.after(second)
        assert step.previous is chain.steps[0] and step.turn == 2
    assert [one.spoken.index for one in chain.steps] == [0]
    assert chain.add(second).previous is chain.steps[0]
    assert [one.place for one in chain.steps] == [0, 1]


def test_nothing() -> None:
    assert conversations_of(()) == ()


def test_a_thousand_equal_questions() -> None:
    """Each is looked up, not compared with all others."""
    many = [HI] * 1_000 + [FURTHER] * 1_000
    found = links(*many)
    assert sorted(one for one in found if one is not None) == list(range(1_000))
