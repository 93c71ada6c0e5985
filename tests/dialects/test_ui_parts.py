"""Parts of the AI SDK's UI messages."""

from __future__ import annotations

from typing import Any

import pytest

from stream_cassette.conversation.media import Uri
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
from stream_cassette.dialects._ui_parts import call_of, file_of, opaque_of, parts_of, result_of

TOOL = {"type": "tool-w", "toolCallId": "t", "input": {"a": 1}}
CALL = ToolCall(id="t", name="w", arguments={"a": 1})
SIGNED = {"anthropic": {"signature": "s"}}


@pytest.mark.parametrize(
    ("metadata", "wanted"),
    [
        (None, {}),
        (SIGNED, {"signature": "s"}),
        ({"google": {"thoughtSignature": "t"}}, {"signature": "t"}),
        ({"anthropic": {"redactedData": "r"}}, {"issued": ("r",)}),
        ({"openai": {"reasoningEncryptedContent": "e"}, "odd": 7}, {"issued": ("e",)}),
        ("odd", {}),
    ],
)
def test_opaque_values(metadata: Any, wanted: dict[str, Any]) -> None:
    found = opaque_of({"providerMetadata": metadata})
    assert found == (wanted | {"extra": {"providerMetadata": metadata}} if metadata else {})


@pytest.mark.parametrize(
    ("part", "parts"),
    [
        ({"type": "text", "text": "a"}, [Text(content="a")]),
        ({"type": "reasoning", "text": "a"}, [Reasoning(content="a")]),
        (
            {"type": "text", "providerMetadata": {"x": {"redactedData": "r", "signature": "s"}}},
            [
                Text(
                    signature="s",
                    extra={"providerMetadata": {"x": {"redactedData": "r", "signature": "s"}}},
                )
            ],
        ),
        (
            {"type": "file", "url": "https://x.y", "mediaType": "image/png"},
            [Uri(uri="https://x.y", modality="image")],
        ),
        ({"type": "data-x"}, [Generic(kind="data-x", value={"type": "data-x"})]),
        ({**TOOL, "state": "input-available"}, [CALL]),
        (
            {**TOOL, "type": "dynamic-tool", "toolName": "w", "state": "output-available"},
            [CALL, ToolCallResponse(id="t", name="w", is_error=False)],
        ),
        (
            {**TOOL, "state": "output-error", "errorText": "no"},
            [CALL, ToolCallResponse(id="t", name="w", response="no", is_error=True)],
        ),
    ],
)
def test_parts(part: dict[str, Any], parts: list[Part]) -> None:
    assert [*parts_of({"parts": [part]}, "m")] == parts
    assert parts_of({"parts": [part]}, "m")[0].path == "m.parts[0]"


def test_no_parts() -> None:
    assert parts_of({}, "m") == ()
    assert parts_of({"parts": [7]}, "m") == (Generic(kind="None", value={}),)


def test_calls_and_results_of_the_provider() -> None:
    said = {"toolCallId": "t", "toolName": "w", "providerExecuted": True}
    assert call_of(said) == ServerToolCall(id="t", name="w")
    assert result_of({**said, "output": 1}) == ServerToolCallResponse(id="t", name="w", response=1)
    failed = ServerToolCallResponse(id="t", name="w", response="no", extra={"is_error": True})
    assert result_of({**said, "errorText": "no"}) == failed


def test_calls_are_signed_by_the_metadata_of_the_call() -> None:
    signed = call_of({"toolCallId": "t", "callProviderMetadata": SIGNED})
    assert signed.signature == "s"
    error = call_of({"toolCallId": "t", "errorText": "no"})
    assert error == ToolCall(id="t", extra={"errorText": "no"})


def test_a_file_without_address() -> None:
    assert file_of({}, "f") == Uri(uri="", modality="document")
