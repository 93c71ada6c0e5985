"""What chat requests carry."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest

from stream_cassette.conversation.media import Blob, File, Uri
from stream_cassette.conversation.model import Tool
from stream_cassette.conversation.parts import (
    Generic,
    Part,
    Reasoning,
    Refusal,
    Text,
    ToolCall,
    ToolCallResponse,
)
from stream_cassette.dialects._chat_request import read_request


def messages(*entries: Any) -> list[tuple[str, tuple[Part, ...]]]:
    found = read_request({"messages": list(entries)}).messages
    return [(one.role, one.parts) for one in found]


def parts(entry: dict[str, Any]) -> tuple[Part, ...]:
    ((_, found),) = messages({"role": "assistant", **entry})
    return found


AUDIO = b64encode(b"\x00\x01").decode()
ROWS: dict[str, tuple[dict[str, Any], tuple[Part, ...]]] = {
    "text": ({"content": "a"}, (Text(content="a"),)),
    "nothing": ({"content": ""}, ()),
    "null": ({"content": None}, ()),
    "parts": (
        {"content": [{"type": "text", "text": "a", "cache_control": {"type": "ephemeral"}}]},
        (Text(content="a", extra={"cache_control": {"type": "ephemeral"}}),),
    ),
    "refusals": (
        {"refusal": "no", "content": [{"type": "refusal", "refusal": "never"}]},
        (Refusal(content="never"), Refusal(content="no")),
    ),
    "image": (
        {"content": [{"type": "image_url", "image_url": {"url": "https://x/a.png"}}]},
        (Uri(uri="https://x/a.png", modality="image"),),
    ),
    "image, the address alone": (
        {"content": [{"type": "image_url", "image_url": "data:image/png;base64,AAE="}]},
        (Blob(data=b"\x00\x01", modality="image", mime_type="image/png"),),
    ),
    "sound": (
        {"content": [{"type": "input_audio", "input_audio": {"data": AUDIO, "format": "wav"}}]},
        (Blob(data=b"\x00\x01", modality="audio", mime_type="audio/wav"),),
    ),
    "sound that is none": (
        {"content": [{"type": "input_audio", "input_audio": {"data": "A"}}]},
        (Generic(kind="input_audio", value={"data": "A", "format": None}),),
    ),
    "files": (
        {
            "content": [
                {"type": "file", "file": {"file_id": "f"}},
                {"type": "file", "file": {"file_data": "data:application/pdf;base64,AAE="}},
                {"type": "file", "file": {}},
            ]
        },
        (
            File(file_id="f"),
            Blob(data=b"\x00\x01", mime_type="application/pdf"),
            Generic(kind="file", value={"type": "file", "file": {}}),
        ),
    ),
    "unknown": ({"content": [{"type": "new"}]}, (Generic(kind="new", value={"type": "new"}),)),
    "mistral's thinking": (
        {
            "content": [
                {"type": "thinking", "thinking": [{"text": "a"}, {"text": "b"}], "signature": "s"},
                {"type": "thinking", "thinking": "c"},
            ]
        },
        (Reasoning(content="ab", signature="s"), Reasoning(content="c")),
    ),
    "an answer's audio": ({"audio": {"id": "a"}}, (File(file_id="a", modality="audio"),)),
    "the first carrier of reasoning": (
        {
            "reasoning_details": [{"type": "reasoning.text", "text": "a", "signature": "s"}],
            "reasoning": "a",
            "content": "b",
        },
        (Reasoning(content="a", signature="s"), Text(content="b")),
    ),
    "flat reasoning": (
        {"reasoning_details": [], "reasoning_content": "a"},
        (Reasoning(content="a"),),
    ),
    "calls": (
        {
            "tool_calls": [
                {"id": "a", "type": "function", "function": {"name": "w", "arguments": "{}"}},
                {"id": "b", "function": {"name": "w", "arguments": {"x": 1}}},
                {"id": "c", "custom": {"name": "py", "input": "1"}},
                {"id": "d", "function": {"name": "w", "arguments": "{"}},
                {
                    "function": {"name": "v"},
                    "extra_content": {"google": {"thought_signature": "s"}},
                },
            ]
        },
        (
            ToolCall(id="a", name="w", arguments={}, arguments_text="{}"),
            ToolCall(id="b", name="w", arguments={"x": 1}),
            ToolCall(id="c", name="py", arguments="1", arguments_text="1", custom=True),
            ToolCall(id="d", name="w", arguments=None, arguments_text="{"),
            ToolCall(name="v", arguments={}, signature="s"),
        ),
    ),
    "the legacy call": (
        {"function_call": {"name": "w", "arguments": "{}"}},
        (ToolCall(name="w", arguments={}, arguments_text="{}"),),
    ),
}


@pytest.mark.parametrize(("entry", "expected"), ROWS.values(), ids=ROWS.keys())
def test_parts(entry: dict[str, Any], expected: tuple[Part, ...]) -> None:
    assert parts(entry) == expected


def test_roles_and_results() -> None:
    found = messages(
        {"role": "developer", "content": "d"},
        {"role": "user", "content": "u", "name": "ann"},
        {"content": "no role"},
        {"role": "tool", "tool_call_id": "a", "content": [{"type": "text", "text": "40"}]},
        {"role": "tool", "tool_call_id": "b", "content": ["x", "y"]},
        {"role": "function", "name": "w", "content": "41"},
        "odd",
    )
    assert found == [
        ("system", (Text(content="d"),)),
        ("user", (Text(content="u"),)),
        ("user", (Text(content="no role"),)),
        (
            "tool",
            (
                ToolCallResponse(id="a", response="40"),
                ToolCallResponse(id="b", response=["x", "y"]),
                ToolCallResponse(name="w", response="41"),
            ),
        ),
        ("user", ()),
    ]


def test_names_and_places() -> None:
    entries = [
        {"role": "user", "name": "ann", "content": [{"type": "text", "text": "a"}]},
        {"role": "assistant", "reasoning": "b", "tool_calls": [{"function": {"name": "w"}}]},
        {"role": "tool", "content": "c"},
    ]
    first, second, third = read_request({"messages": entries}).messages
    assert first.name == "ann"
    paths = [part.path for one in (first, second, third) for part in one.parts]
    assert paths == [
        "messages[0].content[0]",
        "messages[1].reasoning",
        "messages[1].tool_calls[0]",
        "messages[2]",
    ]


def test_tools_and_model() -> None:
    history = read_request(
        {
            "model": "m",
            "tools": [
                {
                    "type": "function",
                    "function": {"name": "w", "description": "d", "parameters": {"type": "object"}},
                },
                {"type": "custom", "custom": {"name": "py"}},
                {"type": "web_search"},
            ],
        }
    )
    assert history.model == "m"
    assert history.tools == (
        Tool(name="w", description="d", parameters={"type": "object"}),
        Tool(name="py", kind="custom"),
        Tool(name="web_search", kind="web_search"),
    )


def test_nothing() -> None:
    assert read_request({"messages": "odd", "tools": 1}).messages == ()
