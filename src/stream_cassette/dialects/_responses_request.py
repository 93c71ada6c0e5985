"""What a Responses request carries: input items as messages, tools, and what it builds on.

Items of an assistant's turn that follow each other are one message, as they were one answer.
`previous_response_id`, or a `conversation`, leaves the history at the server.
Source: OpenAI API reference, 'Create a model response'; dialects' fact sheet 5, 14, 15.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from stream_cassette.conversation.model import History, Message, Tool, Unknown
from stream_cassette.conversation.parts import JSON, Generic, Part, Text, ToolCallResponse
from stream_cassette.dialects._history import turns
from stream_cassette.dialects._json import mapping, text
from stream_cassette.dialects._protocol import Request
from stream_cassette.dialects._responses_content import content_part, members
from stream_cassette.dialects._responses_items import KNOWN_ITEMS, item_parts

__all__ = ["read_request"]

_ROLES = {"developer": "system", "critic": "system", "discriminator": "system"}


def read_request(request: Request) -> History:
    """The history that a request carries; one that only fetches a response builds on that."""
    body = mapping(request.value)
    messages = turns([*_instructions(body), *_merged(_input(body.get("input")))])
    return History(
        messages=messages,
        tools=tuple(_tools(body)),
        model=text(body.get("model")),
        previous_id=_previous(body) or _fetched(request),
        unknown=tuple(_unknown(messages)),
    )


def _previous(body: Mapping[str, Any]) -> str | None:
    conversation = body.get("conversation")
    held = text(mapping(conversation).get("id")) or text(conversation)
    return text(body.get("previous_response_id")) or held


def _fetched(request: Request) -> str | None:
    """The response that a request without a body is about: resumed, polled, cancelled."""
    _, found, rest = request.path.rstrip("/").partition("/responses/")
    return rest.removesuffix("/cancel") if found and request.value is None else None


def _instructions(body: Mapping[str, Any]) -> Iterator[Message]:
    said = body.get("instructions")
    if isinstance(said, str) and said:
        yield Message(role="system", parts=(Text(content=said, path="instructions"),))
    if body.get("prompt") is not None:  # a template that the server holds
        part = Generic(kind="prompt", value=body["prompt"], path="prompt")
        yield Message(role="system", parts=(part,), path="prompt")


def _input(given: JSON) -> Iterator[Message]:
    if isinstance(given, str):
        yield Message(role="user", parts=(Text(content=given, path="input"),), path="input")
        return
    items = given if isinstance(given, list) else []
    served = {
        str(mapping(item).get("call_id"))
        for item in items
        if mapping(mapping(item).get("environment")).get("type") == "container_reference"
    }
    for position, item in enumerate(items):
        path = f"input[{position}]"
        if isinstance(item, str):
            yield Message(role="user", parts=(Text(content=item, path=path),), path=path)
        else:
            yield _message(mapping(item), path, served)


def _message(item: Mapping[str, Any], path: str, served: set[str]) -> Message:
    """An item as a message of its own."""
    if _is_message(item):
        role = str(item.get("role") or "user")
        role = _ROLES.get(role, role)
        return Message(role=role, parts=tuple(_content(item, path)), path=path)
    if "type" not in item and "id" in item:
        item = {"type": "item_reference", **item}
    kind = item.get("type")
    parts = tuple(part for _, part in item_parts(item, path, answer=False, served=served))
    role = "system" if kind in ("additional_tools", "configuration_update") else "assistant"
    if kind in ("mcp_approval_response", "compaction_trigger"):
        role = "user"
    if any(isinstance(part, ToolCallResponse) for part in parts):
        role = "tool"
    return Message(role=role, parts=parts, path=path)


def _is_message(item: Mapping[str, Any]) -> bool:
    return item.get("type") == "message" or ("type" not in item and "role" in item)


def _content(item: Mapping[str, Any], path: str) -> Iterator[Part]:
    content, extra = item.get("content"), members(item, "content", "role")
    if isinstance(content, str):
        if content:
            yield Text(content=content, extra=extra, path=f"{path}.content")
        return
    for number, entry in enumerate(content if isinstance(content, list) else ()):
        yield content_part(entry, f"{path}.content[{number}]", extra)


def _merged(messages: Iterator[Message]) -> Iterator[Message]:
    """Assistant's items in a row as one message."""
    turn: list[Part] = []
    first: Message | None = None
    for message in messages:
        if message.role == "assistant":
            first = first or message
            turn += message.parts
            continue
        if first is not None:
            yield replace(first, parts=tuple(turn))
            first, turn = None, []
        yield message
    if first is not None:
        yield replace(first, parts=tuple(turn))


def _tools(body: Mapping[str, Any]) -> Iterator[Tool]:
    """The tools that the request offers, those that an input item adds included."""
    given = body.get("input")
    lists = [body.get("tools")]
    lists += [
        mapping(item).get("tools")
        for item in (given if isinstance(given, list) else ())
        if mapping(item).get("type") == "additional_tools"
    ]
    for listed in lists:
        for entry in listed if isinstance(listed, list) else ():
            yield _tool(mapping(entry))


def _tool(tool: Mapping[str, Any]) -> Tool:
    kind = str(tool.get("type") or "function")
    name = text(tool.get("name")) or text(tool.get("server_label")) or kind
    parameters = tool.get("parameters")
    return Tool(
        name=name,
        kind=kind,
        description=text(tool.get("description")),
        parameters=tool.get("tools") if parameters is None else parameters,
    )


def _unknown(messages: tuple[Message, ...]) -> Iterator[Unknown]:
    for message in messages:
        for part in message.parts:
            if isinstance(part, Generic) and part.kind not in KNOWN_ITEMS:
                yield Unknown(kind="part", name=part.kind, value=part.value)
