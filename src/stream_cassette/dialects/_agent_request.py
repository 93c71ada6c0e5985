"""What a request to a Bedrock agent carries, and the calls that it answers.

Calls have no id of their own: a result is its call's by action group and function, or by API path
and method; one `invocationId` stands for all calls of a turn.
Source: botocore `bedrock-agent-runtime` service model, 'SessionState', 'InvocationInputMember',
'InvocationResultMember'.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from stream_cassette.conversation.model import History, Message
from stream_cassette.conversation.parts import JSON, Text, ToolCall, ToolCallResponse
from stream_cassette.dialects._json import mapping, text

__all__ = ["call_of", "read_request", "session_of"]

_SESSION = re.compile(r"/(agents/[^/]+(?:/agentAliases/[^/]+/sessions/[^/]+)?)(?:/text)?$")
_RESULTS = "returnControlInvocationResults"


def session_of(path: str) -> str | None:
    """The session's name in the request's path, decoded: `agents/{id}/…/sessions/{session}`."""
    found = _SESSION.search(path)
    return None if found is None else unquote(found[1])


def call_of(entry: Mapping[str, Any], invocation: str | None, path: str) -> ToolCall | None:
    """The call that control was returned for; None for a kind that is unknown here."""
    function, api = entry.get("functionInvocationInput"), entry.get("apiInvocationInput")
    if isinstance(function, dict):
        named, arguments = function, _values(function.get("parameters"))
    elif isinstance(api, dict):
        named, arguments = api, _values(api.get("parameters"))
        content = mapping(mapping(api.get("requestBody")).get("content"))
        for one in content.values():
            arguments |= _values(mapping(one).get("properties"))
    else:
        return None
    extra: dict[str, JSON] = {} if invocation is None else {"invocationId": invocation}
    read = ("parameters", "requestBody", "function")
    extra |= {name: value for name, value in named.items() if name not in read}
    return ToolCall(name=_name(named), arguments=arguments, extra=extra, path=path)


def read_request(body: Mapping[str, Any], session: str | None) -> History:
    """Instructions, an earlier conversation that is handed over, results, what the user says."""
    messages: list[Message] = []
    if instruction := text(body.get("instruction")):  # inline agents have theirs in the request
        messages.append(_message("system", instruction, "instruction"))
    state_name = "sessionState" if "sessionState" in body else "inlineSessionState"
    state = mapping(body.get(state_name))
    messages += _handed_over(state.get("conversationHistory"), f"{state_name}.conversationHistory")
    results = state.get(_RESULTS)
    if isinstance(results, list) and results:
        path = f"{state_name}.{_RESULTS}"
        parts = tuple(
            _result(mapping(one), f"{path}[{place}]") for place, one in enumerate(results)
        )
        messages.append(Message(role="tool", parts=parts, path=path))
    if said := text(body.get("inputText")):
        messages.append(_message("user", said, "inputText"))
    model = text(body.get("foundationModel"))
    return History(messages=tuple(messages), model=model, previous_id=session)


def _message(role: str, said: str, path: str) -> Message:
    return Message(role=role, parts=(Text(content=said, path=path),), path=path)


def _handed_over(history: JSON, path: str) -> Iterator[Message]:
    entries = mapping(history).get("messages")
    for place, entry in enumerate(entries if isinstance(entries, list) else ()):
        content, where = mapping(entry).get("content"), f"{path}.messages[{place}]"
        parts = tuple(
            Text(content=text(mapping(block).get("text")) or "", path=f"{where}.content[{number}]")
            for number, block in enumerate(content if isinstance(content, list) else ())
        )
        yield Message(role=text(mapping(entry).get("role")) or "user", parts=parts, path=where)


def _result(entry: Mapping[str, Any], path: str) -> ToolCallResponse:
    """A result, of a function or of an API; its text where it has no more than that."""
    one = mapping(entry.get("functionResult")) or mapping(entry.get("apiResult"))
    body = mapping(one.get("responseBody"))
    plain = mapping(body.get("TEXT")).get("body") if set(body) == {"TEXT"} else None
    return ToolCallResponse(
        name=_name(one),
        response=body if plain is None else plain,
        is_error=text(one.get("responseState")) == "FAILURE" or None,
        path=path,
    )


def _name(one: Mapping[str, Any]) -> str:
    """The function's name, or method and path of the API's operation."""
    asked = (text(one.get("httpMethod")), text(one.get("apiPath")))
    return text(one.get("function")) or " ".join(word for word in asked if word)


def _values(parameters: JSON) -> dict[str, JSON]:
    """Parameters as an object; their values are text on the wire, whatever their type."""
    rows = [mapping(one) for one in (parameters if isinstance(parameters, list) else ())]
    return {str(row.get("name")): row.get("value") for row in rows}
