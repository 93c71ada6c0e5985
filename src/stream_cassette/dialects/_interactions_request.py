"""What a request of the Interactions API carries: input as messages, tools, what it builds on.

`input` is text, a content, or a list of contents, of steps, or (earlier) of turns with a role.
Contents in a row are one message, and so are the model's steps, as they were one answer.
`previous_interaction_id` leaves the history at the server.
Source: Gemini API reference, 'Interactions'; dialects' fact sheet 7.2, 14.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import groupby
from typing import Any

from stream_cassette.conversation.model import History, Message, Tool, Unknown
from stream_cassette.conversation.parts import JSON, Generic, Part, Text
from stream_cassette.dialects._history import turns
from stream_cassette.dialects._interactions_parts import (
    CONTENTS,
    content_part,
    listed,
    step_parts,
)
from stream_cassette.dialects._json import mapping, text
from stream_cassette.dialects._protocol import Request

__all__ = ["PATH", "read_request"]

PATH = re.compile(r"/interactions(?:/([^/]+?)(?:/cancel)?)?/?$")
_ROLES = {"model": "assistant"}


def read_request(request: Request) -> History:
    """The history that a request carries; one that only fetches an interaction builds on that."""
    body = mapping(request.value)
    messages = turns([*_system(body), *_messages(body.get("input"))])
    return History(
        messages=messages,
        tools=tuple(_tool(mapping(one)) for one in listed(body.get("tools"))),
        model=text(body.get("model")) or text(body.get("agent")),
        previous_id=text(body.get("previous_interaction_id")) or _fetched(request),
        unknown=tuple(_unknown(messages)),
    )


def _fetched(request: Request) -> str | None:
    """The interaction that a request without a body is about: resumed, polled, cancelled."""
    found = PATH.search(request.path)
    return found[1] if found and request.value is None else None


def _system(body: Mapping[str, Any]) -> Iterator[Message]:
    path = "system_instruction"
    if said := text(body.get(path)):
        yield Message(role="system", parts=(Text(content=said, path=path),), path=path)


def _messages(given: JSON) -> Iterator[Message]:
    if isinstance(given, str):
        yield Message(role="user", parts=(Text(content=given, path="input"),), path="input")
        return
    entries: Iterable[tuple[str, JSON]] = (
        (f"input[{n}]", one) for n, one in enumerate(listed(given))
    )
    if isinstance(given, dict):
        entries = [("input", given)]
    for joined, group in groupby(entries, key=lambda entry: _joins(entry[1])):
        messages = [_message(entry, path) for path, entry in group]
        if joined:
            parts = tuple(part for message in messages for part in message.parts)
            yield replace(messages[0], parts=parts)
        else:
            yield from messages


def _joins(entry: JSON) -> str | None:
    """Whose message an entry is a part of, None for one that is a message."""
    kind = mapping(entry).get("type")
    if isinstance(entry, str) or (isinstance(kind, str) and kind in CONTENTS):
        return "user"
    if kind in ("user_input", "function_result") or (kind is None and "role" in mapping(entry)):
        return None
    return "assistant"


def _message(entry: JSON, path: str) -> Message:
    if isinstance(entry, str):
        return Message(role="user", parts=(Text(content=entry, path=path),), path=path)
    said = mapping(entry)
    if "type" not in said and "role" in said:  # a turn
        role = text(said["role"]) or "user"
        parts = tuple(_turn(said.get("content"), f"{path}.content"))
        return Message(role=_ROLES.get(role, role), parts=parts, path=path)
    roles = {"user_input": "user", "function_result": "tool"}
    kind = said.get("type")
    role = _joins(entry) or (roles[kind] if isinstance(kind, str) else "user")
    return Message(role=role, parts=tuple(step_parts(entry, path)), path=path)


def _turn(content: JSON, path: str) -> Iterator[Part]:
    if isinstance(content, str) and content:
        yield Text(content=content, path=path)
    if isinstance(content, dict):
        yield content_part(content, path)
    for place, one in enumerate(listed(content)):
        yield from step_parts(one, f"{path}[{place}]")


def _tool(tool: Mapping[str, Any]) -> Tool:
    """A function, or the server's own tool with its options."""
    kind = text(tool.get("type")) or "function"
    options = {name: value for name, value in tool.items() if name not in ("type", "name")}
    return Tool(
        name=text(tool.get("name")) or kind,
        kind=kind,
        description=text(tool.get("description")),
        parameters=tool.get("parameters") if kind == "function" else options or None,
    )


def _unknown(messages: tuple[Message, ...]) -> Iterator[Unknown]:
    for message in messages:
        for part in message.parts:
            if isinstance(part, Generic):
                yield Unknown(kind="part", name=part.kind, value=part.value)
