"""What requests to Bedrock's agents carry, and the calls that they answer."""

from __future__ import annotations

from typing import Any

import pytest

from stream_cassette.conversation.parts import Text, ToolCall, ToolCallResponse
from stream_cassette.dialects._agent_request import call_of, read_request, session_of


@pytest.mark.parametrize(
    ("path", "session"),
    [
        ("/agents/A/agentAliases/B/sessions/s%3A1/text", "agents/A/agentAliases/B/sessions/s:1"),
        ("/agents/s", "agents/s"),
        ("/agents/A/agentAliases/B", None),
        ("/model/m/invoke", None),
    ],
)
def test_session_of(path: str, session: str | None) -> None:
    assert session_of(path) == session


def test_a_function() -> None:
    entry = {
        "functionInvocationInput": {
            "actionGroup": "g",
            "function": "f",
            "parameters": [{"name": "a", "type": "string", "value": "1"}],
        }
    }
    assert call_of(entry, "i", "p") == ToolCall(
        name="f", arguments={"a": "1"}, extra={"invocationId": "i", "actionGroup": "g"}
    )
    assert call_of({"functionInvocationInput": {}}, None, "p") == ToolCall(name="", arguments={})


def test_an_api() -> None:
    body = {"content": {"application/json": {"properties": [{"name": "b", "value": "2"}]}}}
    entry = {"apiInvocationInput": {"apiPath": "/p", "httpMethod": "GET", "requestBody": body}}
    assert call_of(entry, None, "p") == ToolCall(
        name="GET /p", arguments={"b": "2"}, extra={"apiPath": "/p", "httpMethod": "GET"}
    )


def test_a_call_of_a_kind_that_is_unknown() -> None:
    assert call_of({"spellInvocationInput": {}}, None, "p") is None


def test_results_in_front_of_what_the_user_says() -> None:
    results = [
        {"functionResult": {"function": "f", "responseBody": {"TEXT": {"body": "24"}}}},
        {"apiResult": {"apiPath": "/p", "responseState": "FAILURE", "responseBody": {"x": {}}}},
        "odd",
    ]
    found = read_request(
        {"inputText": "And?", "sessionState": {"returnControlInvocationResults": results}}, "s"
    )
    assert [(one.role, one.parts) for one in found.messages] == [
        (
            "tool",
            (
                ToolCallResponse(name="f", response="24"),
                ToolCallResponse(name="/p", response={"x": {}}, is_error=True),
                ToolCallResponse(name="", response={}),
            ),
        ),
        ("user", (Text(content="And?"),)),
    ]
    first = found.messages[0].parts[0]
    assert first.path == "sessionState.returnControlInvocationResults[0]"
    assert found.previous_id == "s"


def test_an_inline_agent() -> None:
    earlier = {"messages": [{"role": "assistant", "content": [{"text": "Hi"}]}, "odd"]}
    found = read_request(
        {
            "instruction": "Be kind.",
            "foundationModel": "m",
            "inlineSessionState": {"conversationHistory": earlier},
            "inputText": "Hello",
        },
        "s",
    )
    assert [(one.role, one.text) for one in found.messages] == [
        ("system", "Be kind."),
        ("assistant", "Hi"),
        ("user", ""),
        ("user", "Hello"),
    ]
    assert found.model == "m"


@pytest.mark.parametrize("body", [{}, {"sessionState": 1}, {"sessionState": {"files": []}}])
def test_a_request_that_says_nothing(body: dict[str, Any]) -> None:
    assert read_request(body, None).messages == ()
