"""Which earlier answers a request has to carry, and where it does."""

from __future__ import annotations

from typing import Any

from stream_cassette.comparison.echo_turns import Echo, Places, before
from stream_cassette.conversation.chain import Spoken, Step, chained
from stream_cassette.conversation.media import Blob
from stream_cassette.conversation.model import Exchange, History, Message
from stream_cassette.conversation.parts import (
    Compaction,
    Generic,
    Part,
    Reasoning,
    Text,
    ToolCall,
    ToolCallResponse,
)


def user(text: str = "Hi", path: str | None = None) -> Message:
    return Message(role="user", parts=(Text(content=text),), path=path)


def answer(number: int, *parts: Part) -> Message:
    thought = Reasoning(content=f"{number}", signature=f"s{number}")
    call = ToolCall(id=f"call_{number}", name="w", arguments={})
    return Message(role="assistant", parts=(thought, *(parts or (call,))), path=f"m[{number}]")


def result(number: int, path: str | None = None) -> Message:
    part = ToolCallResponse(id=f"call_{number}", response=f"{number}")
    return Message(role="tool", parts=(part,), path=path)


def steps(*exchanges: tuple[list[Message], Message], **rest: Any) -> tuple[Step, ...]:
    return chained(
        [
            Spoken(
                index=index,
                history=History(messages=tuple(asked), **rest),
                exchange=Exchange(dialect="x", candidates=(said,)),
            )
            for index, (asked, said) in enumerate(exchanges)
        ]
    )


def echoes(*exchanges: tuple[list[Message], Message]) -> list[Echo]:
    """The echoes that the last request has to hold."""
    return Places().echoes(steps(*exchanges)[-1])


def whose(found: list[Echo]) -> list[tuple[list[int], str, bool]]:
    """The interactions, the place and whether it has to be."""
    return [
        ([answer.step.spoken.index for answer in one.answers], one.base, one.mandatory)
        for one in found
    ]


LOOP = [
    ([user()], answer(0)),
    ([user(), answer(0), result(0)], answer(1)),
    ([user(), answer(0), result(0), answer(1), result(1)], answer(2)),
]
THREE = LOOP[2][0]


def test_the_first_request() -> None:
    assert echoes(LOOP[0]) == []
    assert before(steps(LOOP[0])[0]) is None


def test_a_tool_loop() -> None:
    assert whose(echoes(*LOOP)) == [([0], "m[0]", True), ([1], "m[1]", True)]


def test_a_loop_after_an_earlier_one() -> None:
    further = [*THREE, answer(2), user("And?")]
    assert whose(echoes(*LOOP, (further, answer(3)))) == [([2], "m[2]", False)]
    more = [*further, answer(3), result(3)]
    assert whose(echoes(*LOOP, (further, answer(3)), (more, answer(4)))) == [([3], "m[3]", True)]


def test_a_reminder_beside_a_result_is_no_word_of_the_users() -> None:
    asked = [user(), answer(0), result(0, "m[2]"), user("Be brief", "m[2]")]
    assert whose(echoes(LOOP[0], (asked, answer(1)))) == [([0], "m[0]", True)]
    asked[-1] = user("Be brief", "m[3]")
    assert whose(echoes(LOOP[0], (asked, answer(1)))) == [([0], "m[0]", False)]
    asked[-1] = Message(role="user", parts=(Blob(data=b"1"),))
    assert whose(echoes(LOOP[0], (asked, answer(1)))) == [([0], "m[0]", False)]
    asked[-1] = Message(role="user", parts=(Generic(kind="approval"), Text()))
    assert whose(echoes(LOOP[0], (asked, answer(1)))) == [([0], "m[0]", True)]


def test_a_pause_is_one_turn_with_what_follows() -> None:
    asked = [user(), answer(0, Text(content="He"))]
    paused = ([user()], asked[1])
    resumed = (asked, answer(1))
    after = ([*asked, answer(1), result(1)], answer(2))
    assert whose(echoes(paused, resumed)) == [([0], "m[0]", True)]
    found = echoes(paused, resumed, after)
    assert whose(found) == [([0, 1], "m[0]", True)]
    assert found[0].sent == (*asked[1].parts, *answer(1).parts)


def test_an_echo_that_is_not_there() -> None:
    asked = [user(), result(0, "m[1]")]
    found = echoes(LOOP[0], (asked, answer(1)))
    assert whose(found) == [([0], "m[1]", True)]
    assert found[0].sent == ()


def test_a_compaction_in_between() -> None:
    compacted = Message(role="assistant", parts=(Compaction(content="all"),))
    asked = [user(), answer(0), result(0), compacted]
    assert whose(echoes(LOOP[0], (asked, answer(1)))) == [([], "m[0]", True)]
    asked = [user(), answer(0, Compaction(), *answer(0).parts[1:]), result(0)]
    assert whose(echoes(([user()], asked[1]), (asked, answer(1)))) == [([0], "m[0]", True)]


def test_held_by_the_server() -> None:
    made = steps(([user()], Message(role="assistant", response_id="r")))
    held = Spoken(
        index=1,
        history=History(messages=(user(),), previous_id="r"),
        exchange=Exchange(dialect="x"),
    )
    step = chained([made[0].spoken, held])[-1]
    assert Places().echoes(step) == []
    assert before(step) is not None


def test_tried_again() -> None:
    failed = Spoken(
        index=1,
        history=History(messages=tuple(LOOP[1][0])),
        exchange=Exchange(dialect="x", termination="errored"),
    )
    first = steps(LOOP[0])[0].spoken
    made = chained(
        [first, failed, Spoken(index=2, history=failed.history, exchange=first.exchange)]
    )
    assert made[2].link.again
    assert whose(Places().echoes(made[2])) == [([0], "m[0]", True)]
    previous = before(made[2])
    assert previous is not None and previous[0] is made[0]


def test_rewritten_in_between() -> None:
    """An answer further back that the request no longer carries is not looked for."""
    long = ToolCall(id="call_that_is_long", name="w", arguments={})
    back = ToolCallResponse(id="call_that_is_long", response="1")
    second = answer(1, long)
    tail = [second, Message(role="tool", parts=(back,))]
    rewritten = ([user("Summary"), *tail], answer(2))
    assert whose(echoes(LOOP[0], (LOOP[1][0], second), rewritten)) == [([1], "m[1]", True)]


def test_no_candidates() -> None:
    nothing = Spoken(
        index=0,
        history=History(messages=(user(),), previous_id=None),
        exchange=Exchange(dialect="x", termination="errored"),
    )
    again = Spoken(index=1, history=nothing.history, exchange=nothing.exchange)
    assert Places().echoes(chained([nothing, again])[1]) == []
