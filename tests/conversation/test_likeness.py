"""What an answer is known by: runs, keys and tokens."""

from __future__ import annotations

from typing import Any

import pytest

from stream_cassette.conversation.likeness import (
    Run,
    keys_of,
    part_of_it,
    rare,
    runs_of,
    text_of,
    tokens_of,
)
from stream_cassette.conversation.media import Blob, File, Uri
from stream_cassette.conversation.model import Message
from stream_cassette.conversation.parts import (
    Compaction,
    Generic,
    Part,
    Reasoning,
    Refusal,
    ServerToolCall,
    Text,
    ToolCall,
    ToolCallResponse,
)

DEEP: list[Any] = []
for _ in range(100_000):
    DEEP = [DEEP]


def message(role: str, *parts: Part) -> Message:
    return Message(role=role, parts=parts)


def key(*messages: Message, loose: bool = False) -> bytes:
    return keys_of(runs_of(messages), loose=loose)[-1]


def test_runs() -> None:
    one, two, three = Text(content="1"), Text(content="2"), Text(content="3")
    messages = [message("system", one), message("user", one), message("user", two)]
    messages += [message("system", one), message("user", three), message("assistant", one)]
    assert runs_of(messages) == [
        Run(role="user", start=1, end=5, parts=(one, two, three)),
        Run(role="assistant", start=5, end=6, parts=(one,)),
    ]
    assert runs_of([]) == []


HELLO = message("user", Text(content="Hello there"))
CALL = ToolCall(id="a", name="w", arguments={"a": 1, "b": 2}, arguments_text='{"a":1,"b":2}')

SAME = [
    (HELLO, message("user", Text(content="Hello "), Text(content=""), Text(content="there"))),
    (HELLO, message("user", Text(content="Hello there", extra={"cache_control": {}}))),
    (
        message("assistant", Reasoning(content="Hm"), CALL),
        message("assistant", Text(content=""), ToolCall(name="w", arguments={"b": 2, "a": 1})),
    ),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_says_the_same(one: Message, other: Message) -> None:
    assert key(one) == key(other)


OTHER: list[tuple[Part, Part]] = [
    (Text(content="a"), Text(content="b")),
    (Text(content="a b"), Text(content="a  b")),
    (CALL, ToolCall(name="w", arguments={"a": 1})),
    (CALL, ToolCall(name="v", arguments={"a": 1, "b": 2})),
    (ToolCallResponse(response="1"), ToolCallResponse(response="2")),
    (Blob(data=b"1"), Blob(data=b"2")),
    (Uri(uri="1"), Uri(uri="2")),
    (File(file_id="1"), File(file_id="2")),
    (Generic(kind="x", value=1), Generic(kind="x", value=2)),
]


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_says_something_else(one: Part, other: Part) -> None:
    assert key(message("user", one)) != key(message("user", other))
    assert key(message("user", one)) != key(message("assistant", one))


def test_the_loose_key() -> None:
    said = message("user", Text(content="Hello  there\n"))
    assert key(HELLO, loose=True) == key(said, loose=True) != key(loose=True)
    one, other = (message("assistant", Text(content=text)) for text in ("1", "2"))
    assert key(one, loose=True) == key(other, loose=True)
    assert key(one) != key(other)


def test_a_key_stands_for_all_before() -> None:
    runs = runs_of([HELLO, message("assistant", CALL)])
    assert keys_of(runs, loose=False) == [b"", key(HELLO), key(HELLO, message("assistant", CALL))]


def test_what_is_nested_too_deep() -> None:
    assert key(message("assistant", ToolCall(name="w", arguments=DEEP))) == key(
        message("assistant", ToolCall(name="w", arguments=[DEEP]))
    )


def test_tokens_strongest_first() -> None:
    parts: list[Part] = [
        Reasoning(content="Hm  m", signature="sig", id="rs", issued=("v", "w")),
        Text(content="He "),
        Text(content="llo", signature="t"),
        ToolCall(id="made", id_synthesised=True, name="w"),
        CALL,
        ServerToolCall(id="s"),
        ToolCallResponse(id="r"),
        Compaction(issued=("c",)),
        Refusal(content="No"),
        Blob(data=b"1"),
    ]
    found = list(tokens_of(parts))
    kinds = [kind for kind, _ in found]
    assert found[:3] == [("call", "a"), ("call", "s"), ("call", "r")]
    assert [value for kind, value in found if kind == "value"] == ["sig", "v", "w", "t", "c"]
    assert kinds[8:10] == ["id", "text"]
    assert sorted(kinds[10:]) == sorted(
        ["thought", "does", "name", "does", "text", "blob"]
    )  # two calls of one name
    assert list(tokens_of([])) == []


def test_text_is_folded() -> None:
    assert text_of([Text(content=" He "), CALL, Text(content="llo\n")]) == "He llo"
    one = next(iter(tokens_of([Text(content="He  llo\n")])))
    assert one == next(iter(tokens_of([Text(content="He llo")])))


@pytest.mark.parametrize(
    ("one", "other", "is_part"),
    [
        ("a b", "<think> x </think> a b", True),
        ("a b c", "a b", True),
        ("a", "b a c", False),
        ("", "a", False),
    ],
)
def test_cut_off(one: str, other: str, is_part: bool) -> None:
    assert part_of_it(one, other) is is_part
    assert part_of_it(other, one) is is_part


def test_lone_surrogates_do_no_harm() -> None:
    assert key(message("\ud83d", Text(content="\ud83d"))) != key()
    assert len(list(tokens_of([Text(content="\ud83d")]))) == 1


@pytest.mark.parametrize(
    ("token", "is_rare"),
    [
        (("call", "call_0"), False),
        (("call", "toolu_01A09q90qw90lq917835lq9"), True),
        (("value", "sig"), False),
        (("value", "EqUDCkYIBRgCKkD3"), True),
        (("text", "0" * 32), False),
    ],
)
def test_rare(token: tuple[str, str], is_rare: bool) -> None:
    assert rare(token) is is_rare
