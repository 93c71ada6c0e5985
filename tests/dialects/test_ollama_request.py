"""What a request to Ollama carries."""

from __future__ import annotations

from typing import Any

import pytest

from stream_cassette.conversation.media import Blob
from stream_cassette.conversation.model import History, Message, Tool
from stream_cassette.conversation.parts import (
    Generic,
    Reasoning,
    Text,
    ToolCall,
    ToolCallResponse,
)
from stream_cassette.dialects._ollama_request import call_of, read_request


def test_messages() -> None:
    call = {"function": {"name": "w", "arguments": {"a": 1}}}
    found = read_request(
        {
            "model": "m",
            "messages": [
                {"role": "system", "content": "Be kind."},
                {"role": "user", "content": "a", "images": ["YQ==", 7, "a"]},
                {"role": "assistant", "thinking": "r", "content": "", "tool_calls": [call]},
                {"role": "tool", "tool_name": "w", "content": "40"},
                {"role": "tool", "tool_call_id": "t", "name": "v", "content": "41"},
            ],
            "tools": [{"type": "function", "function": {"name": "w", "parameters": {}}}, 7],
        }
    )
    assert [(one.role, one.parts) for one in found.messages] == [
        ("system", (Text(content="Be kind."),)),
        (
            "user",
            (
                Text(content="a"),
                Blob(data=b"a", modality="image"),
                Generic(kind="image", value=7),
                Generic(kind="image", value="a"),
            ),
        ),
        ("assistant", (Reasoning(content="r"), ToolCall(name="w", arguments={"a": 1}))),
        (
            "tool",
            (
                ToolCallResponse(name="w", response="40"),
                ToolCallResponse(id="t", name="v", response="41"),
            ),
        ),
    ]
    assert found.messages[2].parts[1].path == "messages[2].tool_calls[0]"
    assert (found.model, found.tools) == ("m", (Tool(name="w", parameters={}), Tool(name="")))


def test_a_prompt() -> None:
    found = read_request({"system": "s", "prompt": "a", "suffix": "b", "context": [1]})
    assert found.messages == (
        Message(role="system", parts=(Text(content="s"),)),
        Message(
            role="user",
            parts=(Generic(kind="context", value=[1]), Text(content="a"), Text(content="b")),
        ),
    )
    assert read_request({"system": "s"}).messages == found.messages[:1]


@pytest.mark.parametrize(
    ("call", "part"),
    [
        (
            {"id": "t", "function": {"index": 0, "name": "w"}},
            ToolCall(id="t", name="w", arguments={}),
        ),
        ({"function": {"name": "w", "arguments": "{}"}}, ToolCall(name="w", arguments_text="{}")),
        (
            {"function": {"name": "w", "strict": 1}},
            ToolCall(name="w", arguments={}, extra={"strict": 1}),
        ),
        ({}, ToolCall(arguments={})),
    ],
)
def test_calls(call: dict[str, Any], part: ToolCall) -> None:
    assert call_of(call) == part


@pytest.mark.parametrize("body", [{}, {"messages": 7, "tools": 7}])
def test_nothing(body: dict[str, Any]) -> None:
    assert read_request(body) == History()


def test_odd_content_is_kept() -> None:
    found = read_request({"messages": [{"content": [1]}, 7]})
    assert [one.parts for one in found.messages] == [(Generic(kind="content", value=[1]),), ()]
