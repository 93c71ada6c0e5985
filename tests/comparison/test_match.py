"""Where two conversations differ: each deliberate change is one difference at its own place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from stream_cassette.comparison.ignore import MatchLevel
from stream_cassette.comparison.match import Divergence, compare
from stream_cassette.conversation.model import Conversation, Exchange, Message, StreamError
from stream_cassette.conversation.parts import Reasoning, Refusal
from tests.support.talks import answer, asked, call, result, said, talk, weather


def found(change: Callable[[list[Message]], None], level: MatchLevel = "structure") -> list[str]:
    messages = weather()
    change(messages)
    return [str(one) for one in compare(talk(*weather()), talk(*messages), level=level)]


def put(place: int, message: Message) -> Callable[[list[Message]], None]:
    def change(messages: list[Message]) -> None:
        messages[place] = message

    return change


def test_equal_at_every_level() -> None:
    for level in ("structure", "text", "exact"):
        assert compare(talk(*weather()), talk(*weather()), level=level) == ()


@pytest.mark.parametrize(
    ("change", "lines"),
    [
        (
            put(2, answer(call(arguments={"location": "Rome"}), why="tool_call")),
            ['messages[2].parts[0].arguments.location: "Florence, Italy" ≠ "Rome"'],
        ),
        (
            put(2, answer(call("time"), why="tool_call")),
            ['messages[2].parts[0].name: "weather" ≠ "time"'],
        ),
        (
            put(2, answer(call(), why="stop")),
            ['messages[2].finish_reason.unified: "tool_call" ≠ "stop"'],
        ),
        (
            put(4, answer(Refusal(content="No."))),
            [
                'messages[4].parts[0]: only on the left: {"type": "text"}',
                'messages[4].parts[0]: only on the right: {"type": "refusal"}',
            ],
        ),
        (
            put(3, asked(result(id="call_9"), role="tool")),
            ['messages[3].parts[0].answers: {"turns_back": 1, "call": 0} ≠ null'],
        ),
        (
            put(2, answer(said("Let me see."), call(), why="tool_call")),
            ['messages[2].parts[0]: only on the right: {"type": "text"}'],
        ),
        (
            lambda messages: messages.pop(3),
            ["messages[3]: only on the left: tool: tool_call_response"],
        ),
        (
            lambda messages: messages.append(asked(said("Thanks!"))),
            ["messages[5]: only on the right: user: text"],
        ),
        (
            lambda messages: messages.insert(2, asked(result(id="x"), role="tool")),
            ["messages[2]: only on the right: tool: tool_call_response"],
        ),
    ],
)
def test_a_change_is_named(change: Callable[[list[Message]], None], lines: list[str]) -> None:
    assert found(change) == lines


def test_an_extra_turn_is_one_turn_and_one_exchange() -> None:
    extra = [asked(said("So?")), answer(said("So."))]
    assert found(lambda messages: messages.extend(extra)) == [
        "messages[5]: only on the right: user: text",
        "messages[6]: only on the right: assistant: text",
        'exchanges[2]: only on the right: {"candidates": 1, "error": false}',
    ]


def test_levels() -> None:
    other = put(4, answer(said("It is  hot.")))
    assert found(other) == []
    assert found(other, "text") == ['messages[4].parts[0].content: "It is 40 °C." ≠ "It is hot."']
    blanks = put(4, answer(said("It  is 40 °C.")))
    assert found(blanks, "text") == [] != found(blanks, "exact")
    thought = put(4, answer(Reasoning(content="Hm."), said("It is 40 °C.")))
    assert found(thought, "text") == []
    (line,) = found(thought, "exact")
    assert line.startswith("messages[4].parts[0]: only on the right: {")


def test_errors_and_candidates() -> None:
    def with_exchange(**rest: object) -> Conversation:
        exchange = Exchange(dialect="x", candidates=(answer(said("a")),))
        return talk(answer(said("a")), exchanges=[replace(exchange, **rest)])  # type: ignore[arg-type]

    good, failed = with_exchange(), with_exchange(error=StreamError(type="x"))
    assert [str(one) for one in compare(good, failed)] == ["exchanges[0].error: false ≠ true"]
    two = with_exchange(candidates=(answer(said("a")), answer(said("b"))))
    assert [str(one) for one in compare(good, two)] == ["exchanges[0].candidates: 1 ≠ 2"]


def test_the_place_of_what_only_the_right_side_has() -> None:
    left, right = talk(answer(call(arguments={}))), talk(answer(call(arguments={"a b": [1]})))
    (one,) = compare(left, right)
    assert one == Divergence(
        steps=("messages", 0, "parts", 0, "arguments", "a b"),
        kind="right_only",
        left=None,
        right=[1],
    )
    assert one.path == 'messages[0].parts[0].arguments["a b"]'
    assert one.to_dict() == {
        "path": one.path,
        "kind": "right_only",
        "left": None,
        "right": [1],
        "text": str(one),
    }


def test_an_argument_that_looks_like_a_message() -> None:
    like = {"parts": [{"text": "a"}]}
    left, right = talk(answer(call(arguments={}))), talk(answer(call(arguments={"a": like})))
    assert [str(one) for one in compare(left, right)] == [
        'messages[0].parts[0].arguments.a: only on the right: {"parts": [{"text": "a"}]}'
    ]


def test_what_is_ignored() -> None:
    left, right = talk(answer(call(arguments={"a": 1}))), talk(answer(call(arguments={"a": 2})))
    asked_for: list[object] = []

    def ignores(steps: tuple[str | int, ...]) -> bool:
        asked_for.append(steps)
        return True

    assert compare(left, right, ignores=ignores) == ()
    assert asked_for == [("messages", 0, "parts", 0, "arguments", "a")]


def test_nothing_is_quadratic() -> None:
    """Ten times as long takes seconds, not minutes, where anything is searched again and again."""
    calls = [call(id=f"c{n}") for n in range(5_000)]
    results = [asked(result(id=f"c{n}"), role="tool") for n in range(5_000)]
    texts = [asked(said("x" * 100)) for _ in range(5_000)]
    one = talk(*texts, answer(*calls, why="tool_call"), *results)
    assert compare(one, one, level="text") == ()
    unnamed = [asked(result(id=None), role="tool") for _ in range(5_000)]
    assert compare(one, talk(*texts, answer(*calls, why="tool_call"), *unnamed)) == ()


def test_long_conversations() -> None:
    many = [m for n in range(1_000) for m in (asked(said(f"q{n}")), answer(said(f"a{n}")))]
    other = [*many[:501], *many[503:]]
    (first, *_) = compare(talk(*many), talk(*other), level="text")
    assert first.steps[0] == "messages"
