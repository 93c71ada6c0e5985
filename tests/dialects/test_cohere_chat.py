"""Cohere's chat: golden conversations, detection, requests, errors, the corpus."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from stream_cassette.conversation.model import Tool
from stream_cassette.conversation.parts import Reasoning, Text, ToolCall, ToolCallResponse
from stream_cassette.dialects._protocol import Opening, Request
from stream_cassette.dialects.cohere_chat import CohereChat
from stream_cassette.meaning import exchange_of
from tests.support.golden import golden_case, said
from tests.support.read_answers import frame, history, read
from tests.support.recorded_streams import recorded

DIALECT = CohereChat()
WHOLE = {"id": "x", "message": {"role": "assistant"}, "finish_reason": "COMPLETE"}


@pytest.mark.parametrize("case", ["text", "parallel_tool_calls"])
def test_streamed_and_whole_are_one(case: str) -> None:
    path = golden_case("cohere_chat", case)
    streamed, whole = (one["exchange"] for one in said(path))
    assert {**streamed, "end_marker": False} == whole


@pytest.mark.parametrize(
    ("path", "value", "claim"),
    [
        ("/x", {"type": "message-start"}, 3),
        ("/v2/chat", WHOLE, 3),
        ("/x", WHOLE, 2),
        ("/v2/chat", {"type": "content-delta"}, 2),
        ("/v2/chat", {"type": ["odd"]}, 1),
        ("/v2/chat", {"message": "no"}, 1),
        ("/v2/chat", None, 1),
        ("/x", {"type": "content-delta"}, 0),
        ("/v1/chat", {"text": "a", "finish_reason": "COMPLETE"}, 0),
    ],
)
def test_claims(path: str, value: Any, claim: int) -> None:
    assert DIALECT.claims(Opening(request=Request(path=path), value=value)) == claim


def test_vendor() -> None:
    assert DIALECT.vendor(Opening(request=Request(host="api.cohere.com"))) is None
    assert DIALECT.vendor(Opening(request=Request(host="services.ai.azure.com"))) == "azure"


@pytest.mark.parametrize(
    ("data", "ends"),
    [
        ({"type": "message-end", "delta": {}}, True),
        ({"type": "content-delta", "delta": {"text": "message-end"}}, False),
        ({"type": ["message-end"]}, False),
        ("message-end", False),
        ({"type": "message-start"}, False),
    ],
)
def test_ends(data: Any, ends: bool) -> None:
    assert DIALECT.ends(frame(data)) is ends


def test_frames() -> None:
    content = {"type": "text", "text": "Hi"}
    begin = {"type": "content-start", "index": 0, "delta": {"message": {"content": content}}}
    found = read(DIALECT, [begin, "nope", "[DONE]"])
    assert found.candidates[0].text == "Hi"
    assert [(one.kind, one.name) for one in found.unknown] == [("frame", "not JSON")]
    assert found.termination == "truncated"  # the end is an event


def test_error_bytes() -> None:
    assert DIALECT.error_bytes(500, "whole") == b'{"message": "HTTP 500"}'
    event = DIALECT.error_bytes(500, "sse")
    assert event.startswith(b"event: message-end\ndata: {") and event.endswith(b"}\n\n")
    found = read(DIALECT, [event.split(b"data: ")[1].decode()])
    assert found.error is not None and found.error.message == "HTTP 500"


def test_read_request() -> None:
    call = {"id": "t", "type": "function", "function": {"name": "w", "arguments": "{}"}}
    found = history(
        DIALECT,
        {
            "model": "c",
            "messages": [
                {"role": "developer", "content": "Be kind."},
                {"role": "user", "content": "a"},
                {"role": "assistant", "tool_plan": "p", "tool_calls": [call]},
                {"role": "tool", "tool_call_id": "t", "content": "40"},
                7,
            ],
            "tools": [{"type": "function", "function": {"name": "w", "description": "d"}}],
        },
    )
    assert [(one.role, one.parts) for one in found.messages] == [
        ("system", (Text(content="Be kind."),)),
        ("user", (Text(content="a"),)),
        (
            "assistant",
            (
                Reasoning(content="p", format="tool_plan"),
                ToolCall(id="t", name="w", arguments={}, arguments_text="{}"),
            ),
        ),
        ("tool", (ToolCallResponse(id="t", response="40"),)),
        ("user", ()),
    ]
    assert [part.path for part in found.messages[2].parts] == [
        "messages[2].tool_plan",
        "messages[2].tool_calls[0]",
    ]
    assert (found.model, found.tools) == ("c", (Tool(name="w", description="d"),))
    assert history(DIALECT, {"messages": 7, "tools": 7}).messages == ()


def test_the_corpus(corpus: Path) -> None:
    streamed = 0
    for one in recorded(corpus):
        exchange = exchange_of(one.interaction)
        if exchange is not None and exchange.dialect == DIALECT.name:
            streamed += exchange.end_marker
            assert (exchange.unknown, exchange.termination) == ((), "complete"), one.path
    print(f"\ncohere-chat: {streamed} streamed")
    assert streamed >= 5
