"""Steps and contents of either side to parts."""

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
from stream_cassette.dialects._interactions_parts import (
    content_part,
    kind_of,
    listed,
    step_part,
    step_parts,
)

CITED = {"type": "url_citation", "url": "https://a.example"}


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        ({"type": "text", "text": "Hi"}, Text(content="Hi")),
        ({"type": "text"}, Text()),
        (
            {"type": "text", "text": "Hi", "annotations": [CITED], "x": 1, "y": None},
            Text(content="Hi", citations=(CITED,), extra={"x": 1}),
        ),
        (
            {"type": "image", "mime_type": "image/png", "data": "AAE="},
            Blob(data=b"\0\1", modality="image", mime_type="image/png"),
        ),
        (
            {"type": "video", "uri": "gs://v", "resolution": "low"},
            Uri(uri="gs://v", modality="video", extra={"resolution": "low"}),
        ),
        (
            {"type": "audio", "data": "AA==", "uri": "gs://a"},
            Blob(data=b"\0", modality="audio", extra={"uri": "gs://a"}),
        ),
        ({"type": "document"}, Generic(kind="document", value={"type": "document"})),
        (
            {"type": "image", "data": "é", "uri": "u"},
            Generic(kind="image", value={"type": "image", "data": "é", "uri": "u"}),
        ),
        ({"type": "text", "text": 5}, Generic(kind="text", value={"type": "text", "text": 5})),
        ({"type": "new", "a": 1}, Generic(kind="new", value={"type": "new", "a": 1})),
        ("odd", Generic(kind="", value="odd")),
    ],
)
def test_contents(content: Any, wanted: Part) -> None:
    found = content_part(content, "here")
    assert (found, found.path) == (wanted, "here")


@pytest.mark.parametrize(
    ("step", "wanted"),
    [
        (
            {"type": "thought", "signature": "s", "x": 1},
            Reasoning(kind="encrypted", signature="s", extra={"x": 1}),
        ),
        (
            {"type": "thought", "summary": [{"type": "text", "text": "a"}, {"type": "text"}, 5]},
            Reasoning(kind="summary", content="a"),
        ),
        (
            {"type": "function_call", "id": "c", "name": "f", "arguments": {"a": 1}},
            ToolCall(id="c", name="f", arguments={"a": 1}),
        ),
        ({"type": "function_call", "signature": ""}, ToolCall(arguments={})),
        (
            {"type": "function_result", "call_id": "c", "name": "f", "result": 1, "is_error": True},
            ToolCallResponse(id="c", name="f", response=1, is_error=True),
        ),
        ({"type": "function_result", "is_error": "odd"}, ToolCallResponse()),
        (
            {"type": "google_maps_call", "id": "m", "arguments": {"a": 1}, "signature": "s"},
            ServerToolCall(id="m", name="google_maps", arguments={"a": 1}, signature="s"),
        ),
        ({"type": "processing_call"}, ServerToolCall(name="processing", arguments={})),
        (
            {"type": "mcp_server_tool_result", "call_id": "m", "name": "look", "result": []},
            ServerToolCallResponse(id="m", name="look", response=[]),
        ),
        ({"type": "text", "text": "Hi"}, Text(content="Hi")),
        ({"type": "new"}, Generic(kind="new", value={"type": "new"})),
    ],
)
def test_steps(step: Any, wanted: Part) -> None:
    found = step_part(step, "here")
    assert (found, found.path) == (wanted, "here")
    assert next(step_parts(step, "here")) == wanted


@pytest.mark.parametrize(
    ("given", "arguments", "text"),
    [({}, None, ""), (None, None, ""), ({"a": 1}, {"a": 1}, None)],
)
def test_arguments_that_are_still_to_come(given: Any, arguments: Any, text: str | None) -> None:
    step = {"type": "function_call", "name": "f", "arguments": given}
    wanted = ToolCall(name="f", arguments=arguments, arguments_text=text)
    assert step_part(step, "", streamed=True) == wanted


def test_steps_of_several_parts() -> None:
    output = {"type": "model_output", "content": [{"type": "text", "text": "a"}, {"type": "image"}]}
    assert [(one.type, one.path) for one in step_parts(output, "s")] == [
        ("text", "s.content[0]"),
        ("generic", "s.content[1]"),
    ]
    seen = {"type": "image", "data": "AA=="}
    thought = {"type": "thought", "summary": [{"type": "text", "text": "a"}, seen]}
    assert list(step_parts(thought, "s")) == [
        Reasoning(kind="summary", content="a"),
        Blob(data=b"\0", modality="image"),
    ]


def test_helpers() -> None:
    assert (kind_of({"type": "a"}), kind_of({"type": 5}), kind_of({})) == ("a", "", "")
    assert (listed([1]), listed({"a": 1}), listed(None)) == ([1], [], [])
