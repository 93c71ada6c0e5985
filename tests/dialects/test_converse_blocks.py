"""Content blocks of Converse to parts."""

from __future__ import annotations

from typing import Any

import pytest

from stream_cassette.conversation.media import Blob, Uri
from stream_cassette.conversation.parts import (
    Generic,
    Part,
    Reasoning,
    ServerToolCall,
    ServerToolCallResponse,
    Text,
    ToolCall,
    ToolCallResponse,
)
from stream_cassette.dialects._converse_blocks import part_of, parts_of, result_of, tool_part

S3 = {"s3Location": {"uri": "s3://b/k", "bucketOwner": "1"}}


@pytest.mark.parametrize(
    ("block", "part"),
    [
        ({"text": "a"}, Text(content="a")),
        ({"text": 7}, Generic(kind="text", value={"text": 7})),
        (
            {"toolUse": {"toolUseId": "t", "name": "w", "input": {"a": 1}, "type": "tool_use"}},
            ToolCall(id="t", name="w", arguments={"a": 1}),
        ),
        (
            {"toolUse": {"toolUseId": "t", "name": "w", "input": {}, "type": "server_tool_use"}},
            ServerToolCall(id="t", name="w", arguments={}),
        ),
        (
            {"toolUse": {"toolUseId": "t", "name": "w", "input": {}, "type": "new"}},
            ToolCall(id="t", name="w", arguments={}, extra={"type": "new"}),
        ),
        (
            {"toolResult": {"toolUseId": "t", "content": [{"text": "a"}], "status": "error"}},
            ToolCallResponse(id="t", response="a", is_error=True),
        ),
        (
            {"toolResult": {"toolUseId": "t", "content": [{"json": {"a": 1}}]}},
            ToolCallResponse(id="t", response=[{"json": {"a": 1}}]),
        ),
        (
            {"toolResult": {"toolUseId": "t", "content": [], "type": "x_result"}},
            ServerToolCallResponse(id="t", name="x", response=[]),
        ),
        (
            {"reasoningContent": {"reasoningText": {"text": "a", "signature": "s"}}},
            Reasoning(content="a", signature="s"),
        ),
        (
            {"reasoningContent": {"redactedContent": "cg=="}},
            Reasoning(kind="redacted", issued=("cg==",)),
        ),
        (
            {"reasoningContent": {}},
            Generic(kind="reasoningContent", value={"reasoningContent": {}}),
        ),
        (
            {"citationsContent": {"content": [{"text": "a"}, {"text": "b"}], "citations": [1]}},
            Text(content="ab", citations=(1,)),
        ),
        ({"citationsContent": {"content": []}}, Text()),
        ({"citationsContent": 7}, Generic(kind="citationsContent", value={"citationsContent": 7})),
        (
            {"guardContent": {"text": {"text": "a", "qualifiers": ["query"]}}},
            Text(content="a", extra={"guardContent": {"qualifiers": ["query"]}}),
        ),
        (
            {"guardContent": {"image": {}}},
            Generic(kind="guardContent", value={"guardContent": {"image": {}}}),
        ),
        (
            {"image": {"format": "png", "source": {"bytes": "YQ=="}}},
            Blob(data=b"a", modality="image", mime_type="image/png"),
        ),
        (
            {"video": {"format": "mp4", "source": S3}},
            Uri(
                uri="s3://b/k",
                modality="video",
                mime_type="video/mp4",
                extra={"bucketOwner": "1"},
            ),
        ),
        (
            {"document": {"format": "txt", "name": "d", "source": {"text": "a"}}},
            Blob(data=b"a", mime_type="text/plain", extra={"name": "d"}),
        ),
        (
            {"audio": {"source": {"bytes": "a"}}},
            Generic(kind="audio", value={"audio": {"source": {"bytes": "a"}}}),
        ),
        ({"audio": {}}, Generic(kind="audio", value={"audio": {}})),
        ({"hologram": 1}, Generic(kind="hologram", value={"hologram": 1})),
        ({}, Generic(kind="empty", value={})),
        ({"text": "a", "beside": 1}, Text(content="a", extra={"beside": 1})),
    ],
)
def test_parts(block: dict[str, Any], part: Part) -> None:
    assert part_of(block, "x") == part
    assert part_of(block, "x").path == "x"


def test_a_cache_point_marks_the_part_before_it() -> None:
    point = {"cachePoint": {"type": "default"}}
    assert parts_of([{"text": "a"}, point, {"text": "b"}], "c") == (
        Text(content="a", extra=point),
        Text(content="b"),
    )
    assert parts_of([point], "c") == (Generic(kind="cachePoint", value=point),)


@pytest.mark.parametrize(
    ("content", "parts"),
    [("a", (Text(content="a"),)), ("", ()), (None, ()), ([7], (Generic(kind="empty", value={}),))],
)
def test_contents(content: Any, parts: tuple[Part, ...]) -> None:
    assert parts_of(content, "c") == parts


def test_starts_of_a_stream() -> None:
    call = tool_part({"toolUseId": "t", "name": "w"}, "x")
    assert call == ToolCall(id="t", name="w", arguments_text="")
    assert result_of({"toolUseId": "t"}, "x", server=True) == ServerToolCallResponse(id="t")
