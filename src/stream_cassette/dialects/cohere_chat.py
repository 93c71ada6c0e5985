"""Cohere's Chat API, version 2: server-sent events or one JSON object.

The `type` in the JSON counts, not the event's name. Content blocks and tool calls have an index
each, counted apart. `message-end` is the last event and has the reason and the counts.
Source: Cohere API reference, 'Chat (v2)', 'Streaming'; dialects' fact sheet 9, 12, 13, 15.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from stream_cassette.conversation.delta import Delta, Unfamiliar
from stream_cassette.conversation.model import History, Message
from stream_cassette.conversation.parts import Part, Reasoning
from stream_cassette.dialects._cohere_blocks import PLAN, call_of, content_of, result_of
from stream_cassette.dialects._cohere_reader import EVENTS, CohereEvents
from stream_cassette.dialects._history import function_tools, turns
from stream_cassette.dialects._json import mapping, object_of, text
from stream_cassette.dialects._protocol import Opening, Request
from stream_cassette.dialects._vendors import by_host
from stream_cassette.wire.framing import Frame

__all__ = ["CohereChat"]


class CohereChat:
    """The dialect of `/v2/chat`."""

    name: ClassVar[str] = "cohere-chat"

    def claims(self, opening: Opening) -> int:
        """Sure by `message-start`, or a whole answer at its path; else by the path."""
        value = mapping(opening.value)
        kind, path = value.get("type"), opening.request.path.lower().endswith("/v2/chat")
        if kind == "message-start":
            return 3
        message = mapping(value.get("message"))
        if message.get("role") == "assistant" and "finish_reason" in value:
            return 3 if path else 2
        if not path:
            return 0
        return 2 if isinstance(kind, str) and kind in EVENTS else 1

    def vendor(self, opening: Opening) -> str | None:
        """By the host; None for Cohere itself."""
        return by_host(opening.request.host)

    def reader(self, opening: Opening) -> CohereReader:
        """One reader for events and whole answers: the payload tells them apart."""
        return CohereReader()

    def ends(self, frame: Frame) -> bool:
        """`message-end`."""
        if "message-end" not in frame.data:
            return False
        return mapping(object_of(frame.data)).get("type") == "message-end"

    def read_request(self, request: Request) -> History:
        """Messages, tools and model."""
        body = mapping(request.value)
        entries = body.get("messages")
        messages = [
            _message(mapping(entry), f"messages[{position}]")
            for position, entry in enumerate(entries if isinstance(entries, list) else ())
        ]
        return History(
            messages=turns(messages),
            tools=function_tools(body.get("tools")),
            model=text(body.get("model")),
        )

    def error_bytes(self, status: int, framing: str) -> bytes:
        """Cohere's error object; in mid-stream the event that ends it."""
        if framing != "sse":
            return json.dumps({"message": f"HTTP {status}"}).encode()
        delta = {"finish_reason": "ERROR", "error": f"HTTP {status}"}
        event = json.dumps({"type": "message-end", "delta": delta}).encode()
        return b"event: message-end\ndata: " + event + b"\n\n"


class CohereReader:
    """Reads one answer."""

    def __init__(self) -> None:
        self._events = CohereEvents()

    def feed(self, frame: Frame) -> list[Delta]:
        """The deltas of one event, or of a whole answer."""
        event = object_of(frame.data)
        if event is not None:
            return self._events.read(event)
        if frame.data.startswith("[DONE]"):  # it follows the last event
            return []
        return [Unfamiliar(kind="frame", name=frame.event or "not JSON", value=frame.data)]

    def close(self) -> list[Delta]:
        """Nothing: the end is an event."""
        return []


def _message(entry: Mapping[str, Any], path: str) -> Message:
    role = text(entry.get("role")) or "user"
    role = "system" if role == "developer" else role
    if role == "tool":
        return Message(role=role, parts=(result_of(entry, f"{path}.content"),), path=path)
    return Message(role=role, parts=tuple(_said(entry, path)), path=path)


def _said(entry: Mapping[str, Any], path: str) -> Iterator[Part]:
    if plan := text(entry.get("tool_plan")):
        yield Reasoning(content=plan, format=PLAN, path=f"{path}.tool_plan")
    yield from content_of(entry.get("content"), f"{path}.content")
    calls = entry.get("tool_calls")
    for position, one in enumerate(calls if isinstance(calls, list) else ()):
        yield call_of(mapping(one), f"{path}.tool_calls[{position}]")
