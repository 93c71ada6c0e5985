"""The UI message stream: golden conversations, detection, requests, errors."""

from __future__ import annotations

from typing import Any

import pytest

from stream_cassette.conversation.parts import Text, ToolCall, ToolCallResponse
from stream_cassette.dialects._protocol import Opening, Request, ResponseHead
from stream_cassette.dialects.ui_messages import UIMessages
from tests.support.read_answers import frame, history, read

DIALECT = UIMessages()
EVENTS = "text/event-stream"


@pytest.mark.parametrize(
    ("headers", "media", "value", "claim"),
    [
        ({"x-vercel-ai-ui-message-stream": "v1"}, EVENTS, None, 3),
        ({}, EVENTS, {"type": "start", "messageId": "m"}, 2),
        ({}, EVENTS, {"type": "error", "errorText": "no"}, 0),
        ({}, EVENTS, {"type": "message_start"}, 0),
        ({}, EVENTS, {"type": ["start"]}, 0),
        ({}, "application/json", {"type": "start"}, 0),
    ],
)
def test_claims(headers: dict[str, str], media: str, value: Any, claim: int) -> None:
    head = ResponseHead(media=media, headers=headers)
    opening = Opening(request=Request(path="/api/chat"), response=head, value=value)
    assert DIALECT.claims(opening) == claim
    assert DIALECT.vendor(opening) is None


def test_ends() -> None:
    assert DIALECT.ends(frame("[DONE]"))
    assert not DIALECT.ends(frame({"type": "finish"}))


def test_error_bytes() -> None:
    assert DIALECT.error_bytes(500, "whole") == b'{"error": "HTTP 500"}'
    event = DIALECT.error_bytes(500, "sse")
    found = read(DIALECT, [event.decode().removeprefix("data: ")])
    assert found.error is not None and found.error.message == "HTTP 500"


def test_steps_of_a_message_are_turns() -> None:
    def tool(ident: str) -> dict[str, Any]:
        named = {"type": "tool-w", "toolCallId": ident}
        return {**named, "state": "output-available", "input": {}, "output": 1}

    step = {"type": "step-start"}
    parts = [step, tool("a"), tool("b"), step, tool("c"), {"type": "text", "text": "d"}]
    found = history(DIALECT, {"messages": [{"role": "assistant", "parts": parts}], "model": "m"})
    assert [(one.role, [part.type for part in one.parts]) for one in found.messages] == [
        ("assistant", ["tool_call", "tool_call"]),
        ("tool", ["tool_call_response", "tool_call_response"]),
        ("assistant", ["tool_call"]),
        ("tool", ["tool_call_response"]),
        ("assistant", ["text"]),
    ]
    assert found.messages[0].parts[0] == ToolCall(id="a", name="w", arguments={})
    assert found.messages[1].parts[1] == ToolCallResponse(
        id="b", name="w", response=1, is_error=False
    )
    assert found.model == "m"


def test_requests() -> None:
    one = {"role": "user", "parts": [{"type": "text", "text": "a"}]}
    assert history(DIALECT, {"message": one}).messages[0].parts == (Text(content="a"),)
    old = history(DIALECT, {"messages": [{"content": "a"}, 7, {"role": "assistant"}]})
    assert [(one.role, one.text) for one in old.messages] == [("user", "a"), ("assistant", "")]
    assert history(DIALECT, None).messages == ()
