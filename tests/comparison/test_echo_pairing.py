"""Which part of a request is taken for which unit of an answer."""

from __future__ import annotations

import pytest

from stream_cassette.comparison.echo_calls import calls_paired
from stream_cassette.comparison.echo_pairing import paired
from stream_cassette.comparison.echo_parts import Turn
from stream_cassette.comparison.echo_rules import rule_of
from stream_cassette.conversation.parts import Part, Reasoning, Text, ToolCall

CALL = ToolCall(id="a", name="w", arguments={})


def pairs(dialect: str, recorded: list[Part], sent: list[Part]) -> dict[int, int]:
    rules = tuple(rule_of(dialect, None, None, part) for part in recorded)
    calls = calls_paired(recorded, sent)
    turn = Turn(recorded=tuple(recorded), sent=tuple(sent), base="", rules=rules, calls=calls)
    return paired(turn)


def thought(content: str = "", signature: str | None = None, **rest: object) -> Reasoning:
    return Reasoning(content=content, signature=signature, path="content[0]", **rest)  # type: ignore[arg-type]


ONE, TWO = thought("1", "s"), thought("2", "t")

CASES: dict[str, tuple[list[Part], list[Part], dict[int, int]]] = {
    "equal ones": ([ONE, TWO], [TWO, ONE], {0: 1, 1: 0}),
    "equal before one of equal value": (
        [thought("1", "s"), thought("2", "s")],
        [thought("2", "s"), thought("1", "s")],
        {0: 1, 1: 0},
    ),
    "by value": ([ONE, TWO], [thought("2", "x"), thought("?", "s")], {0: 1, 1: 0}),
    "by value, in the other alphabet": ([thought("1", "+/A=")], [thought("", "-_A")], {0: 0}),
    "by the provisional value": (
        [thought(issued=("v",), provisional=("p",))],
        [thought(issued=("x",)), thought(issued=("p",))],
        {0: 1},
    ),
    "one part is taken once": (
        [thought(issued=("v",)), thought(issued=("w",))],
        [thought(issued=("v", "w")), thought(issued=("x",))],
        {0: 0, 1: 1},
    ),
    "by text": ([ONE, TWO], [thought("2"), thought("1")], {0: 1, 1: 0}),
    "by id": ([thought("1", "s", id="r")], [thought("2"), thought("3", id="r")], {0: 1}),
    "by order": ([ONE, TWO], [thought("a"), thought("b")], {0: 0, 1: 1}),
    "calls as they are": ([ONE, CALL], [CALL, ONE], {0: 1, 1: 0}),
    "no unit": ([thought("1")], [thought("1")], {}),
    "not enough": ([ONE, TWO], [TWO], {1: 0}),
    "other types": ([ONE], [Text(content="1", signature="s")], {}),
}


@pytest.mark.parametrize(("recorded", "sent", "expected"), CASES.values(), ids=CASES.keys())
def test_paired(recorded: list[Part], sent: list[Part], expected: dict[int, int]) -> None:
    assert pairs("anthropic-messages", recorded, sent) == expected


def test_text_is_not_paired_by_order() -> None:
    signed = Text(content="a", signature="s", path="candidates[0].content.parts[0]")
    assert pairs("gemini-generate", [signed], [Text(content="b")]) == {}
    assert pairs("gemini-generate", [signed], [Text(content="b", signature="s")]) == {0: 0}


def test_blocks_keep_to_their_kind_and_member() -> None:
    path = "choices[0].delta.reasoning_details[0]"
    opaque = Reasoning(kind="encrypted", issued=("v",), path=path)
    other = Reasoning(content="x", path="messages[1].reasoning_details[0]")
    assert pairs("openai-chat", [opaque], [other]) == {}
    empty = Reasoning(kind="encrypted", path="messages[1].reasoning_details[0]")
    assert pairs("openai-chat", [opaque], [empty]) == {0: 0}
    flat = Reasoning(kind="encrypted", issued=("v",), path="messages[1].reasoning")
    assert pairs("openai-chat", [opaque], [flat]) == {}
