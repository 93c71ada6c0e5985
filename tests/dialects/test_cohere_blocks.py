"""What Cohere's messages hold."""

from __future__ import annotations

from typing import Any

import pytest

from stream_cassette.conversation.media import Blob, Uri
from stream_cassette.conversation.parts import (
    Generic,
    Part,
    Reasoning,
    Text,
    ToolCall,
    ToolCallResponse,
)
from stream_cassette.dialects._cohere_blocks import block_of, call_of, content_of, result_of


@pytest.mark.parametrize(
    ("block", "part"),
    [
        ({"type": "text", "text": "a"}, Text(content="a")),
        ({"type": "text", "text": None, "odd": 1}, Text(extra={"odd": 1})),
        ({"type": "thinking", "thinking": "r"}, Reasoning(content="r")),
        (
            {"type": "image_url", "image_url": {"url": "data:image/png;base64,YQ=="}},
            Blob(data=b"a", modality="image", mime_type="image/png"),
        ),
        (
            {"type": "image_url", "image_url": {"url": "https://x.y/z"}},
            Uri(uri="https://x.y/z", modality="image"),
        ),
        (
            {"type": "image_url"},
            Generic(kind="image_url", value={"type": "image_url"}),
        ),
        ({"type": "smell"}, Generic(kind="smell", value={"type": "smell"})),
        ({}, Generic(kind="None", value={})),
    ],
)
def test_blocks(block: dict[str, Any], part: Part) -> None:
    assert block_of(block, "p") == part


def test_contents() -> None:
    assert [*content_of("a", "p")] == [Text(content="a")]
    assert [*content_of("", "p")] == [*content_of(None, "p")] == []
    (only,) = content_of([{"type": "text", "text": "a"}], "p")
    assert only.path == "p[0]"


@pytest.mark.parametrize(
    ("call", "streamed", "part"),
    [
        (
            {"id": "t", "type": "function", "function": {"name": "w", "arguments": '{"a":1}'}},
            False,
            ToolCall(id="t", name="w", arguments={"a": 1}, arguments_text='{"a":1}'),
        ),
        (
            {"id": "t", "function": {"name": "w", "arguments": ""}},
            True,
            ToolCall(id="t", name="w", arguments_text=""),
        ),
        (
            {"id": "t", "function": {"name": "w", "arguments": {"a": 1}, "odd": 1}},
            False,
            ToolCall(id="t", name="w", arguments={"a": 1}, arguments_text=None, extra={"odd": 1}),
        ),
        ({}, False, ToolCall(arguments={}, arguments_text="")),
    ],
)
def test_calls(call: dict[str, Any], streamed: bool, part: ToolCall) -> None:
    assert call_of(call, streamed=streamed) == part


@pytest.mark.parametrize(
    ("content", "response"),
    [
        ("a", "a"),
        ([{"type": "text", "text": "a"}], "a"),
        ([{"type": "text", "text": "a", "odd": 1}], [{"type": "text", "text": "a", "odd": 1}]),
        ([{"type": "document"}], [{"type": "document"}]),
        ([7, 8], [7, 8]),
    ],
)
def test_results(content: Any, response: Any) -> None:
    entry = {"tool_call_id": "t", "content": content}
    assert result_of(entry, "p") == ToolCallResponse(id="t", response=response)
