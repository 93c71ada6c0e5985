"""Content parts of either side, in either spelling; what says nothing, and what is unknown."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

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
from stream_cassette.dialects._gemini_parts import bytes_of, camel_case, part_of

CALL = {"name": "f", "args": {"a_b": 1}, "id": "i"}


@pytest.mark.parametrize(
    ("part", "wanted"),
    [
        ({"text": "Hi"}, Text(content="Hi")),
        ({"text": "Hi", "thought": True}, Reasoning(content="Hi")),
        ({"text": "Hi", "thought": False}, Text(content="Hi")),
        ({"text": "", "thoughtSignature": "s"}, Text(signature="s")),
        ({"thoughtSignature": "s"}, Text(signature="s")),
        ({"text": "", "partMetadata": {"a": 1}}, Text(extra={"partMetadata": {"a": 1}})),
        ({"functionCall": CALL}, ToolCall(id="i", name="f", arguments={"a_b": 1})),
        ({"function_call": {"name": "f"}}, ToolCall(name="f", arguments={})),
        (
            {"functionCall": CALL, "thought_signature": "s", "thought": True},
            ToolCall(
                id="i", name="f", arguments={"a_b": 1}, signature="s", extra={"thought": True}
            ),
        ),
        (
            {"functionResponse": {"name": "f", "response": {"output": 1}, "willContinue": True}},
            ToolCallResponse(name="f", response={"output": 1}, extra={"willContinue": True}),
        ),
        (
            {"inlineData": {"mimeType": "audio/wav", "data": "AAE="}, "thoughtSignature": "s"},
            Blob(data=b"\0\1", modality="audio", mime_type="audio/wav", signature="s"),
        ),
        (
            {"inline_data": {"mime_type": "image/png", "data": "", "display_name": "d"}},
            Blob(modality="image", mime_type="image/png", extra={"displayName": "d"}),
        ),
        (
            {"file_data": {"file_uri": "gs://x", "mime_type": "application/pdf"}},
            Uri(uri="gs://x", modality="document", mime_type="application/pdf"),
        ),
        (
            {"executable_code": {"code": "1", "language": "PYTHON", "id": "c"}},
            ServerToolCall(
                id="c", name="code_execution", arguments={"code": "1", "language": "PYTHON"}
            ),
        ),
        (
            {"codeExecutionResult": {"outcome": "OUTCOME_OK"}},
            ServerToolCallResponse(name="code_execution", response={"outcome": "OUTCOME_OK"}),
        ),
        (
            {"toolCall": {"toolType": "URL_CONTEXT", "args": {"a": 1}, "x": 2}},
            ServerToolCall(name="URL_CONTEXT", arguments={"a": 1}, extra={"x": 2}),
        ),
        (
            {"tool_response": {"tool_type": "URL_CONTEXT", "id": "t", "response": {}}},
            ServerToolCallResponse(id="t", name="URL_CONTEXT", response={}),
        ),
        ({"audioTranscription": {}}, Generic(kind="audioTranscription", value=...)),
        ({"text": 5, "thoughtSignature": "s"}, Generic(kind="text", value=..., signature="s")),
        ({"functionCall": {}}, Generic(kind="functionCall", value=...)),
        ({"functionResponse": "odd"}, Generic(kind="functionResponse", value=...)),
        ({"inlineData": {"data": "é"}}, Generic(kind="inlineData", value=...)),
        ({"fileData": {}}, Generic(kind="fileData", value=...)),
        ({"executableCode": 5}, Generic(kind="executableCode", value=...)),
        ({"codeExecutionResult": 5}, Generic(kind="codeExecutionResult", value=...)),
        ({"toolCall": 5}, Generic(kind="toolCall", value=...)),
        ({"toolResponse": {}}, Generic(kind="toolResponse", value=...)),
        (5, Generic(kind="int", value=5)),
    ],
)
def test_parts(part: Any, wanted: Part) -> None:
    found = part_of(part, "here")
    assert found is not None and found.path == "here"
    if isinstance(wanted, Generic) and wanted.value is ...:
        wanted = Generic(kind=wanted.kind, value=part, signature=wanted.signature)
    assert found == wanted


@pytest.mark.parametrize(
    "part",
    [{}, {"text": ""}, {"text": "", "thought": True}, {"text": None, "thoughtSignature": ""}],
)
def test_what_says_nothing(part: Any) -> None:
    assert part_of(part, "here") is None


@pytest.mark.parametrize(
    ("data", "read"),
    [
        ("+/8=", b"\xfb\xff"),
        ("-_8=", b"\xfb\xff"),
        ("-_8", b"\xfb\xff"),
        ("", b""),
        ("A", None),
        ("a b=", None),
        (None, None),
        (5, None),
    ],
)
def test_either_alphabet(data: Any, read: bytes | None) -> None:
    assert bytes_of(data) == read


@given(st.binary())
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_bytes(data: bytes) -> None:
    from base64 import b64encode, urlsafe_b64encode

    assert bytes_of(b64encode(data).decode()) == data
    assert bytes_of(urlsafe_b64encode(data).decode().rstrip("=")) == data


def test_camel_case_is_of_the_own_keys_only() -> None:
    assert camel_case({"a_b": {"c_d": 1}, "e": 2}) == {"aB": {"c_d": 1}, "e": 2}
    assert camel_case("odd") == {}
