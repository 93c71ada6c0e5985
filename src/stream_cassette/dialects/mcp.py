"""The Model Context Protocol over HTTP: JSON-RPC messages, one a body or one an event.

An answer's messages are parts by their method's name; the result of `tools/call` is a tool's
result. The stream that answers a POST ends after the response with the request's id. Other
protocols speak JSON-RPC too: a method or a header of MCP's must show.
Source: MCP specification, 'Transports', 'Tools'; dialects' fact sheet 11.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, ClassVar

from stream_cassette.conversation.delta import (
    Delta,
    End,
    Extra,
    Failure,
    MessageStart,
    PartStart,
    Unfamiliar,
)
from stream_cassette.conversation.model import History, Message
from stream_cassette.conversation.parts import JSON, Generic, Part, ToolCall, ToolCallResponse
from stream_cassette.dialects._errors import error_of
from stream_cassette.dialects._json import loads, mapping, text
from stream_cassette.dialects._protocol import Opening, Request
from stream_cassette.dialects._vendors import by_host
from stream_cassette.wire.framing import Frame

__all__ = ["MCP"]

_HEADERS = ("mcp-session-id", "mcp-protocol-version", "mcp-method")
_METHODS = frozenset({"initialize", "ping", "completion/complete", "server/discover"})
_ROOMS: tuple[str, ...] = (
    *("tools/", "resources/", "prompts/", "notifications/", "logging/", "roots/", "sampling/"),
    *("elicitation/", "subscriptions/"),
)
_MEMBERS = frozenset({"jsonrpc", "id", "method", "params", "result", "error"})


class MCP:
    """The dialect of MCP's streamable HTTP."""

    name: ClassVar[str] = "mcp"

    def claims(self, opening: Opening) -> int:
        """Sure by a JSON-RPC message and a sign of MCP; by the request where nothing came."""
        asked, said = _messages(opening.request.value), _messages(opening.value)
        headers = (*opening.request.headers, *opening.response.headers)
        ours = any(name in headers for name in _HEADERS)
        ours = ours or any(_is_method(one.get("method")) for one in (*asked, *said))
        if not ours:
            return 0
        if said:
            return 3
        return 2 if asked else 0

    def vendor(self, opening: Opening) -> str | None:
        """By the host; None for most."""
        return by_host(opening.request.host)

    def reader(self, opening: Opening) -> MCPReader:
        """One reader for events and whole bodies."""
        return MCPReader(opening)

    def ends(self, frame: Frame) -> bool:
        """A response: nothing follows it."""
        if '"jsonrpc"' not in frame.data:
            return False
        return any(_is_response(one) for one in _messages(_value(frame)))

    def read_request(self, request: Request) -> History:
        """The calls that it makes; other messages by their method."""
        found = [_asked(one, f"[{place}]") for place, one in enumerate(_messages(request.value))]
        return History(messages=tuple(found))

    def error_bytes(self, status: int, framing: str) -> bytes:
        """A JSON-RPC error; in mid-stream an event."""
        error = {"code": -32603, "message": f"HTTP {status}"}
        body = json.dumps({"jsonrpc": "2.0", "id": None, "error": error}).encode()
        return b"event: message\ndata: " + body + b"\n\n" if framing == "sse" else body


class MCPReader:
    """Reads one answer."""

    def __init__(self, opening: Opening) -> None:
        asked = _messages(opening.request.value)
        self._asked = {one["id"]: one for one in asked if _is_id(one.get("id"))}
        # no response is to come: of a notification, and of a stream that the client only listens to
        self._whole = not any("method" in one for one in self._asked.values())
        self._marker = opening.response.media == "text/event-stream"
        self._count = 0

    def feed(self, frame: Frame) -> list[Delta]:
        """The deltas of one message, or of a batch."""
        value = _value(frame)
        found = _messages(value)
        if not found:
            name = "not JSON" if value is None else "not JSON-RPC"
            return [Unfamiliar(kind="frame", name=name, value=frame.data)]
        out: list[Delta] = []
        for one in found:
            out += self._message(one)
        if not self._asked and not self._whole:
            out.append(End(marker=self._marker))
        return out

    def close(self) -> list[Delta]:
        """The end of a body in which no response was to come."""
        return [End(marker=False)] if self._whole else []

    def _message(self, message: Mapping[str, Any]) -> list[Delta]:
        out: list[Delta] = [
            Unfamiliar(kind="field", name=name, value=value)
            for name, value in message.items()
            if name not in _MEMBERS
        ]
        method, ident = text(message.get("method")), message.get("id")
        if method is not None:
            return [*out, self._part(Generic(kind=method, value=message.get("params")))]
        asked = self._asked.pop(ident, {}) if _is_id(ident) else {}
        if message.get("error") is not None:
            return [*out, Failure(error=error_of(message["error"]))]
        if "result" not in message:
            return [*out, Unfamiliar(kind="event", name="message", value=dict(message))]
        return [*out, *self._result(message["result"], asked)]

    def _result(self, result: JSON, asked: Mapping[str, Any]) -> list[Delta]:
        method, value = text(asked.get("method")), mapping(result)
        if method != "tools/call" or "content" not in value:
            return [self._part(Generic(kind=f"{method or 'unknown'} result", value=result))]
        is_error, kept = value.get("isError"), ("content", "isError", "_meta")
        part = ToolCallResponse(
            id=str(asked["id"]),
            name=text(mapping(asked.get("params")).get("name")),
            response=_plain(value["content"]),
            is_error=is_error if isinstance(is_error, bool) else None,
            extra={name: one for name, one in value.items() if name not in kept},
        )
        out: list[Delta] = [MessageStart(role="tool"), self._part(part)]
        return [*out, Extra(name="_meta", value=value["_meta"])] if "_meta" in value else out

    def _part(self, part: Part) -> Delta:
        self._count += 1
        return PartStart(key=self._count, part=part)


def _asked(message: Mapping[str, Any], path: str) -> Message:
    """A message of the client's: the call of a tool, else by its method."""
    method, params = text(message.get("method")), mapping(message.get("params"))
    if method == "tools/call":
        given = params.get("arguments")
        call = ToolCall(
            id=str(message.get("id")),
            name=text(params.get("name")) or "",
            arguments={} if given is None else given,
            path=f"{path}.params",
        )
        return Message(role="assistant", parts=(call,), path=path)
    value = message.get("params") if method else dict(message)
    said = Generic(kind=method or "response", value=value, path=path)
    return Message(role="user", parts=(said,), path=path)


def _messages(value: JSON) -> list[dict[str, Any]]:
    """The JSON-RPC messages that the value is: one, or a batch."""
    rows = value if isinstance(value, list) else [value]
    return [one for one in rows if isinstance(one, dict) and one.get("jsonrpc") == "2.0"]


def _value(frame: Frame) -> JSON:
    try:
        return loads(frame.data)
    except ValueError:
        return None


def _is_method(name: JSON) -> bool:
    return isinstance(name, str) and (name in _METHODS or name.startswith(_ROOMS))


def _is_id(value: JSON) -> bool:
    return isinstance(value, (int, str))


def _is_response(message: Mapping[str, Any]) -> bool:
    return "method" not in message and ("result" in message or "error" in message)


def _plain(content: JSON) -> JSON:
    """A list of one text says the same as the text."""
    if isinstance(content, list) and len(content) == 1:
        only = mapping(content[0])
        if only.get("type") == "text" and set(only) == {"type", "text"}:
            return only["text"]
    return content
