"""Messages over HTTP: golden conversations, detection, frames, requests, errors."""

from __future__ import annotations

import json
from typing import Any

import pytest

from stream_cassette.conversation.model import Tool
from stream_cassette.conversation.parts import Reasoning, Text, ToolCall, ToolCallResponse
from stream_cassette.dialects._protocol import Opening, Request
from stream_cassette.dialects.anthropic_messages import AnthropicMessages
from tests.support.golden import golden_case, said
from tests.support.read_answers import frame, history, read

DIALECT = AnthropicMessages()
START = {"type": "message_start", "message": {"id": "msg_1", "role": "assistant", "content": []}}


def test_streamed_and_whole_are_one() -> None:
    path = golden_case("anthropic_messages", "text")
    streamed, whole = (one["exchange"] for one in said(path))
    assert {**streamed, "end_marker": False} == whole


@pytest.mark.parametrize(
    ("path", "value", "claim"),
    [
        ("/x", START, 3),
        ("/x", {"type": "message", "role": "assistant", "content": []}, 3),
        ("/x", {"type": "message"}, 0),
        ("/v1/messages", {"type": "ping"}, 2),
        ("/v1/messages", {"type": "error", "error": {}}, 2),
        ("/v1/messages", {"error": {}}, 1),
        ("/v1/messages", None, 1),
        ("/publishers/anthropic/models/claude:streamRawPredict", None, 1),
        ("/v1/threads/t/messages", {"object": "list", "data": []}, 0),
        ("/v1/messages/count_tokens", {"input_tokens": 1}, 0),
        ("/x", {"type": ["odd"]}, 0),
    ],
)
def test_claims(path: str, value: Any, claim: int) -> None:
    assert DIALECT.claims(Opening(request=Request(path=path), value=value)) == claim


@pytest.mark.parametrize(
    ("host", "ident", "vendor"),
    [
        ("api.anthropic.com", "msg_01", None),
        ("us-east5-aiplatform.googleapis.com", "msg_vrtx_1", "vertex"),
        ("api.deepseek.com", "x", "deepseek"),
        ("127.0.0.1", "msg_vrtx_1", "vertex"),
        ("127.0.0.1", "msg_bdrk_1", "bedrock"),
        ("127.0.0.1", "gen-1", "openrouter"),
        ("127.0.0.1", "msg_1", None),
    ],
)
def test_vendor(host: str, ident: str, vendor: str | None) -> None:
    for value in ({"type": "message_start", "message": {"id": ident}}, {"id": ident}):
        assert DIALECT.vendor(Opening(request=Request(host=host), value=value)) == vendor


@pytest.mark.parametrize(
    ("data", "ends"),
    [
        ('{"type":"message_stop"}', True),
        ('{"type": "message_stop"          }', True),
        ('{"type":"content_block_delta","delta":{"text":"message_stop"}}', False),
        ('{"type":["message_stop"]}', False),
        ('["message_stop"]', False),
        ('{"type":"message_stop"', False),
        ("message_stop", False),
        ('{"type":"message_start"}', False),
    ],
)
def test_ends(data: str, ends: bool) -> None:
    assert DIALECT.ends(frame(data)) is ends


def test_frames() -> None:
    events = [
        START,
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Hi"}},
        "[DONE]",
        "nope",
        {"type": "message_stop"},
        {"type": "error"},
    ]
    exchange = read(DIALECT, events)
    assert exchange.candidates[0].text == "Hi"
    assert exchange.termination == "complete"
    assert [(one.kind, one.name, one.value) for one in exchange.unknown] == [
        ("frame", "not JSON", "nope")
    ]


@pytest.mark.parametrize(
    ("status", "word"),
    [(429, "rate_limit_error"), (529, "overloaded_error"), (500, "api_error")],
)
def test_error_bytes(status: int, word: str) -> None:
    body = DIALECT.error_bytes(status, "whole")
    assert json.loads(body)["error"]["type"] == word
    assert DIALECT.error_bytes(status, "sse") == b"event: error\ndata: " + body + b"\n\n"
    error = read(DIALECT, [body.decode()]).error
    assert error is not None and error.type == word


def test_read_request() -> None:
    found = history(
        DIALECT,
        {
            "model": "c",
            "system": [{"type": "text", "text": "Be kind."}],
            "messages": [
                {"role": "user", "content": "Weather?"},
                {
                    "role": "assistant",
                    "content": [
                        {"type": "thinking", "thinking": "Hm", "signature": "s"},
                        {"type": "tool_use", "id": "t", "name": "w", "input": {"a": 1}},
                    ],
                },
                {
                    "role": "user",
                    "content": [
                        {"type": "tool_result", "tool_use_id": "t", "content": "40"},
                        {"type": "text", "text": "And?"},
                    ],
                },
            ],
            "tools": [
                {"name": "w", "description": "d", "input_schema": {"type": "object"}},
                {"type": "web_search_20250305", "name": "web_search"},
            ],
        },
    )
    assert [(one.role, one.parts) for one in found.messages] == [
        ("system", (Text(content="Be kind."),)),
        ("user", (Text(content="Weather?"),)),
        (
            "assistant",
            (
                Reasoning(content="Hm", signature="s"),
                ToolCall(id="t", name="w", arguments={"a": 1}),
            ),
        ),
        ("tool", (ToolCallResponse(id="t", response="40"),)),
        ("user", (Text(content="And?"),)),
    ]
    assert [part.path for one in found.messages for part in one.parts] == [
        "system[0]",
        "messages[0].content",
        "messages[1].content[0]",
        "messages[1].content[1]",
        "messages[2].content[0]",
        "messages[2].content[1]",
    ]
    assert found.model == "c"
    assert found.tools == (
        Tool(name="w", description="d", parameters={"type": "object"}),
        Tool(name="web_search", kind="web_search_20250305"),
    )


@pytest.mark.parametrize("body", [None, {}, {"messages": "odd", "tools": 1, "system": 5}])
def test_a_request_without_messages(body: Any) -> None:
    assert history(DIALECT, body).messages == ()


def test_odd_messages_are_kept() -> None:
    found = history(DIALECT, {"messages": ["odd", {"content": ["text", {"type": "new"}]}]})
    assert [one.role for one in found.messages] == ["user", "user"]
    assert [part.type for part in found.messages[1].parts] == ["text", "generic"]
