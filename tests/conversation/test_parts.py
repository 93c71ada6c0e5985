"""Parts as JSON and as text for a reader."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from typing import Any

import pytest

from stream_cassette.conversation.parts import (
    Compaction,
    Generic,
    Part,
    Reasoning,
    Refusal,
    ServerToolCall,
    ServerToolCallResponse,
    Text,
    ToolCall,
    ToolCallResponse,
    shortened,
)

ROWS: list[tuple[Part, dict[str, Any], str]] = [
    (Text(content="Hi"), {"type": "text", "content": "Hi"}, "<Text 'Hi'>"),
    (
        Text(content="Hi", citations=({"url": "u"},), signature="s", extra={"phase": "final"}),
        {
            "type": "text",
            "content": "Hi",
            "citations": [{"url": "u"}],
            "signature": "s",
            "extra": {"phase": "final"},
        },
        "<Text 'Hi'>",
    ),
    (
        Reasoning(content="Hm", signature="sig", format="f"),
        {"type": "reasoning", "content": "Hm", "kind": "text", "signature": "sig", "format": "f"},
        "<Reasoning reasoning 2 chars, signed>",
    ),
    (
        Reasoning(kind="encrypted", id="rs", issued=("a", "b"), provisional=("c",)),
        {
            "type": "reasoning",
            "content": "",
            "kind": "encrypted",
            "signature": None,
            "id": "rs",
            "issued": ["a", "b"],
            "provisional": ["c"],
        },
        "<Reasoning encrypted reasoning 0 chars>",
    ),
    (
        ToolCall(id="c", name="w", arguments={"a": 1}, arguments_text='{"a": 1}'),
        {
            "type": "tool_call",
            "id": "c",
            "name": "w",
            "arguments": {"a": 1},
            "arguments_text": '{"a": 1}',
        },
        '<ToolCall w({"a": 1})>',
    ),
    (
        ToolCall(id="s", name="w", arguments="x", id_synthesised=True, custom=True),
        {
            "type": "tool_call",
            "id": "s",
            "name": "w",
            "arguments": "x",
            "id_synthesised": True,
            "custom": True,
        },
        "<ToolCall w(x)>",
    ),
    (
        ToolCallResponse(id="c", name="w", response="40", is_error=False),
        {"type": "tool_call_response", "id": "c", "response": "40", "name": "w", "is_error": False},
        "<ToolCallResponse c: 40>",
    ),
    (
        ServerToolCall(id="s", name="web_search", arguments={"q": 1}, arguments_text="{}"),
        {
            "type": "server_tool_call",
            "id": "s",
            "name": "web_search",
            "server_tool_call": {"type": "web_search", "arguments": {"q": 1}},
            "arguments_text": "{}",
        },
        "<ServerToolCall web_search({'q': 1})>",
    ),
    (
        ServerToolCall(name="web_search"),
        {
            "type": "server_tool_call",
            "id": None,
            "name": "web_search",
            "server_tool_call": {"type": "web_search", "arguments": None},
        },
        "<ServerToolCall web_search(None)>",
    ),
    (
        ServerToolCallResponse(id="s", name="web_search", response=[1]),
        {
            "type": "server_tool_call_response",
            "id": "s",
            "name": "web_search",
            "server_tool_call_response": {"type": "web_search", "response": [1]},
        },
        "<ServerToolCallResponse web_search>",
    ),
    (Refusal(content="No"), {"type": "refusal", "content": "No"}, "<Refusal 'No'>"),
    (
        Compaction(content="so far", issued=("x",)),
        {"type": "compaction", "content": "so far", "issued": ["x"]},
        "<Compaction compaction>",
    ),
    (
        Generic(kind="new", value={"a": 1}),
        {"type": "generic", "kind": "new", "value": {"a": 1}},
        "<Generic new>",
    ),
]


@pytest.mark.parametrize(("part", "members", "shown"), ROWS, ids=[row[2] for row in ROWS])
def test_as_json_and_as_text(part: Part, members: dict[str, Any], shown: str) -> None:
    assert part.to_dict() == members
    assert repr(part) == shown


def test_frozen_and_equal_wherever_they_stood() -> None:
    part = Text(content="Hi", path="choices[0].delta.content")
    assert part == Text(content="Hi", path="messages[1].content")
    with pytest.raises(FrozenInstanceError):
        part.content = "Ho"  # type: ignore[misc]


def test_the_base_has_no_members() -> None:
    class Odd(Part):
        type = "odd"

    assert Odd().to_dict() == {"type": "odd"}
    assert repr(Odd()) == "<Odd odd>"


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("a\n b", "a b"),
        ("x" * 60, "x" * 60),
        ("x" * 61, "x" * 59 + "…"),
        (" " * 500 + "x", "…"),
    ],
)
def test_shortened(text: str, short: str) -> None:
    assert shortened(text) == short
