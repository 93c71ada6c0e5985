"""Content blocks of answers and requests."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest

from stream_cassette.conversation.media import Blob, File, Uri
from stream_cassette.conversation.parts import (
    Compaction,
    Generic,
    Part,
    Reasoning,
    ServerToolCall,
    ServerToolCallResponse,
    Text,
    ToolCall,
    ToolCallResponse,
)
from stream_cassette.dialects._anthropic_blocks import part_of

PNG = {"type": "base64", "media_type": "image/png", "data": b64encode(b"\x00\x01").decode()}

ROWS: list[tuple[dict[str, Any], Part]] = [
    ({"type": "text", "text": "a", "citations": None}, Text(content="a")),
    (
        {"type": "text", "text": "a", "citations": [1], "cache_control": {"type": "ephemeral"}},
        Text(content="a", citations=(1,), extra={"cache_control": {"type": "ephemeral"}}),
    ),
    (
        {"type": "thinking", "thinking": "", "signature": "s"},
        Reasoning(signature="s"),
    ),
    (
        {"type": "redacted_thinking", "data": "x"},
        Reasoning(kind="redacted", issued=("x",)),
    ),
    ({"type": "redacted_thinking"}, Reasoning(kind="redacted")),
    (
        {"type": "tool_use", "id": "t", "name": "w", "input": {"a": 1}, "caller": {"type": "d"}},
        ToolCall(id="t", name="w", arguments={"a": 1}, extra={"caller": {"type": "d"}}),
    ),
    (
        {"type": "server_tool_use", "id": "t", "name": "web_search", "input": {"q": "x"}},
        ServerToolCall(id="t", name="web_search", arguments={"q": "x"}),
    ),
    (
        {"type": "mcp_tool_use", "id": "t", "name": "w", "input": {}, "server_name": "s"},
        ServerToolCall(id="t", name="w", arguments={}, extra={"server_name": "s"}),
    ),
    (
        {"type": "web_search_tool_result", "tool_use_id": "t", "content": [1]},
        ServerToolCallResponse(id="t", name="web_search", response=[1]),
    ),
    (
        {"type": "mcp_tool_result", "tool_use_id": "t", "content": [], "is_error": True},
        ServerToolCallResponse(id="t", name="mcp", response=[], extra={"is_error": True}),
    ),
    (
        {"type": "tool_result", "tool_use_id": "t", "content": "40", "is_error": True},
        ToolCallResponse(id="t", response="40", is_error=True),
    ),
    (
        {"type": "tool_result", "tool_use_id": "t", "content": [{"type": "text", "text": "40"}]},
        ToolCallResponse(id="t", response="40"),
    ),
    (
        {"type": "tool_result", "tool_use_id": "t", "content": [{"type": "image"}]},
        ToolCallResponse(id="t", response=[{"type": "image"}]),
    ),
    ({"type": "tool_result", "tool_use_id": "t"}, ToolCallResponse(id="t")),
    (
        {"type": "compaction", "content": "a", "encrypted_content": "x", "signature": "s"},
        Compaction(content="a", issued=("x",), signature="s"),
    ),
    ({"type": "compaction", "content": None}, Compaction()),
    (
        {"type": "image", "source": PNG},
        Blob(data=b"\x00\x01", modality="image", mime_type="image/png"),
    ),
    (
        {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "é"}},
        Blob(data="é".encode(), mime_type="text/plain"),
    ),
    (
        {"type": "image", "source": {"type": "url", "url": "https://x/a.png"}},
        Uri(uri="https://x/a.png", modality="image"),
    ),
    (
        {"type": "document", "source": {"type": "file", "file_id": "f"}, "title": "t"},
        File(file_id="f", extra={"title": "t"}),
    ),
    (
        {"type": "image", "source": {**PNG, "data": "A"}},
        Generic(kind="image", value={"type": "image", "source": {**PNG, "data": "A"}}),
    ),
    (
        {"type": "document", "source": {"type": "content", "content": []}},
        Generic(
            kind="document",
            value={"type": "document", "source": {"type": "content", "content": []}},
        ),
    ),
    ({"type": "container_upload", "file_id": "f"}, File(file_id="f")),
    ({"type": "new", "a": 1}, Generic(kind="new", value={"type": "new", "a": 1})),
]


@pytest.mark.parametrize(("block", "part"), ROWS, ids=[str(row[0]["type"]) for row in ROWS])
def test_part_of(block: dict[str, Any], part: Part) -> None:
    found = part_of(block, "content[0]")
    assert (found, found.path) == (part, "content[0]")


@pytest.mark.parametrize("kind", ["tool_use", "server_tool_use"])
def test_the_input_of_a_streamed_block_is_a_placeholder(kind: str) -> None:
    found = part_of({"type": kind, "id": "t", "name": "w", "input": {}}, "p", streamed=True)
    assert isinstance(found, (ToolCall, ServerToolCall))
    assert (found.arguments, found.arguments_text) == (None, "")
    given = part_of({"type": kind, "id": "t", "input": {"a": 1}}, "p", streamed=True)
    assert isinstance(given, (ToolCall, ServerToolCall))
    assert (given.arguments, given.arguments_text) == ({"a": 1}, None)
