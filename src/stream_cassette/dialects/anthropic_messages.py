"""Anthropic Messages over HTTP: server-sent events or one JSON object, first-party and Vertex.

The `type` in the JSON counts, not the event's name. The end is `message_stop`.
Source: Anthropic API reference, 'Messages' and 'Streaming Messages'; dialects' fact sheet 6, 15.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from stream_cassette.conversation.delta import Delta, Unfamiliar
from stream_cassette.conversation.model import History, Message, Tool
from stream_cassette.conversation.parts import Part, Text
from stream_cassette.dialects._anthropic_blocks import part_of
from stream_cassette.dialects._anthropic_reader import EventReader
from stream_cassette.dialects._history import turns
from stream_cassette.dialects._json import mapping, object_of, text
from stream_cassette.dialects._protocol import Opening, Request
from stream_cassette.dialects._vendors import by_host
from stream_cassette.wire.framing import Frame

__all__ = ["AnthropicMessages"]

_PATHS = ("/messages", ":streamrawpredict", ":rawpredict")
_EVENTS = frozenset({"ping", "content_block_start", "content_block_delta", "error"})
_ERRORS = {400: "invalid_request_error", 401: "authentication_error", 403: "permission_error"} | {
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    529: "overloaded_error",
}
# Beginnings of a message's id, where the host says nothing.
_IDS = {"msg_vrtx_": "vertex", "msg_bdrk_": "bedrock", "gen-": "openrouter"}


class AnthropicMessages:
    """The dialect of `/v1/messages`."""

    name: ClassVar[str] = "anthropic-messages"

    def claims(self, opening: Opening) -> int:
        """Sure by `message_start` or a whole message; else by the path."""
        value = mapping(opening.value)
        kind = value.get("type")
        if kind == "message_start":
            return 3
        if kind == "message" and isinstance(value.get("content"), list) and "role" in value:
            return 3
        if value and kind is None and "error" not in value:
            return 0  # OpenAI's Assistants have `/messages` too
        if not opening.request.path.lower().endswith(_PATHS):
            return 0
        return 2 if isinstance(kind, str) and kind in _EVENTS else 1

    def vendor(self, opening: Opening) -> str | None:
        """By the host, else by the message's id; None for Anthropic itself."""
        named = by_host(opening.request.host)
        if named is not None:
            return named
        value = mapping(opening.value)
        ident = text(mapping(value.get("message", value)).get("id")) or ""
        return next((vendor for begin, vendor in _IDS.items() if ident.startswith(begin)), None)

    def reader(self, opening: Opening) -> MessagesReader:
        """One reader for events and whole messages: the payload tells them apart."""
        return MessagesReader()

    def ends(self, frame: Frame) -> bool:
        """`message_stop`."""
        if "message_stop" not in frame.data:
            return False
        return mapping(object_of(frame.data)).get("type") == "message_stop"

    def read_request(self, request: Request) -> History:
        """Messages, system text first, tools and model."""
        body = mapping(request.value)
        entries, tools = body.get("messages"), body.get("tools")
        messages = [
            _message(mapping(entry), f"messages[{position}]")
            for position, entry in enumerate(entries if isinstance(entries, list) else ())
        ]
        system = tuple(_content(body.get("system"), "system"))
        if system:
            messages.insert(0, Message(role="system", parts=system, path="system"))
        return History(
            messages=turns(messages),
            tools=tuple(_tool(mapping(one)) for one in (tools if isinstance(tools, list) else ())),
            model=text(body.get("model")),
        )

    def error_bytes(self, status: int, framing: str) -> bytes:
        """Anthropic's error object; in mid-stream an `error` event."""
        error = {"type": _ERRORS.get(status, "api_error"), "message": f"HTTP {status}"}
        body = json.dumps({"type": "error", "error": error}).encode()
        return b"event: error\ndata: " + body + b"\n\n" if framing == "sse" else body


class MessagesReader:
    """Reads one answer."""

    def __init__(self) -> None:
        self._events = EventReader()

    def feed(self, frame: Frame) -> list[Delta]:
        """The deltas of one event, or of a whole message."""
        event = object_of(frame.data)
        if event is not None:
            return self._events.read(event)
        if frame.data.startswith("[DONE]"):  # gateways add it
            return []
        return [Unfamiliar(kind="frame", name=frame.event or "not JSON", value=frame.data)]

    def close(self) -> list[Delta]:
        """Nothing: the end is an event."""
        return []


def _message(entry: Mapping[str, Any], path: str) -> Message:
    parts = tuple(_content(entry.get("content"), f"{path}.content"))
    return Message(role=str(entry.get("role") or "user"), parts=parts, path=path)


def _content(content: Any, path: str) -> Iterator[Part]:
    """The parts of a message's content: text, or a list of blocks."""
    if isinstance(content, str) and content:
        yield Text(content=content, path=path)
    for position, block in enumerate(content if isinstance(content, list) else ()):
        if isinstance(block, str):
            yield Text(content=block, path=f"{path}[{position}]")
        else:
            yield part_of(mapping(block), f"{path}[{position}]")


def _tool(tool: Mapping[str, Any]) -> Tool:
    return Tool(
        name=str(tool.get("name") or ""),
        kind=text(tool.get("type")) or "function",
        description=text(tool.get("description")),
        parameters=tool.get("input_schema"),
    )
