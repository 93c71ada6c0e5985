"""Gemini's Interactions API: streamed events and whole interactions.

The `event_type` in the JSON counts. The end is `interaction.completed`; `[DONE]`, which clients
look for, is one too. With `previous_interaction_id` the history is at the server.
Source: Gemini API reference, 'Interactions'; google-genai `types/interactions`; dialects' fact
sheet 1, 7.2, 15.
"""

from __future__ import annotations

import json
from typing import ClassVar

from stream_cassette.conversation.delta import Delta, End, Failure, Unfamiliar
from stream_cassette.conversation.model import History
from stream_cassette.dialects._errors import error_of
from stream_cassette.dialects._interactions_reader import COMPLETED, EventReader
from stream_cassette.dialects._interactions_request import PATH, read_request
from stream_cassette.dialects._json import mapping, object_of, text
from stream_cassette.dialects._protocol import Opening, Request
from stream_cassette.dialects._vendors import by_host
from stream_cassette.wire.framing import Frame

__all__ = ["GeminiInteractions"]

_EVENTS = ("interaction.", "step.", "content.")
_ERRORS = {400: "invalid_request", 401: "authentication", 403: "permission_denied"} | {
    404: "not_found",
    429: "too_many_requests",
    500: "internal_error",
    503: "service_unavailable",
    504: "gateway_timeout",
}


class GeminiInteractions:
    """The dialect of `/interactions`."""

    name: ClassVar[str] = "gemini-interactions"

    def claims(self, opening: Opening) -> int:
        """Sure by the interaction or an event about it; else by the path."""
        value = mapping(opening.value)
        kind = text(value.get("event_type")) or ""
        if kind.startswith(_EVENTS) or value.get("object") == "interaction":
            return 3
        if kind == "error":
            return 2
        if not PATH.search(opening.request.path):
            return 0
        stored = "status" in value and ("steps" in value or "outputs" in value)
        return 2 if stored else 1

    def vendor(self, opening: Opening) -> str | None:
        """By the host; None for Google's own, which is not Vertex."""
        named = by_host(opening.request.host)
        return None if named == "gemini" else named

    def reader(self, opening: Opening) -> InteractionsReader:
        """One reader for events and whole interactions: the payload tells them apart."""
        return InteractionsReader()

    def ends(self, frame: Frame) -> bool:
        """`interaction.completed`, or `[DONE]`."""
        data = frame.data
        if data.startswith("[DONE]"):
            return True
        if "interaction.complete" not in data:
            return False
        kind = mapping(object_of(data)).get("event_type")
        return isinstance(kind, str) and kind in COMPLETED

    def read_request(self, request: Request) -> History:
        """Input as messages, the system instruction first, tools, and what it builds on."""
        return read_request(request)

    def error_bytes(self, status: int, framing: str) -> bytes:
        """Google's error object; in mid-stream an `error` event."""
        code = _ERRORS.get(status, "unknown")
        error = {"error": {"message": f"HTTP {status}", "code": code}}
        if framing != "sse":
            return json.dumps(error).encode()
        event = json.dumps({"event_type": "error", **error}).encode()
        return b"event: error\ndata: " + event + b"\n\n"


class InteractionsReader:
    """Reads one answer."""

    def __init__(self) -> None:
        self._events = EventReader()

    def feed(self, frame: Frame) -> list[Delta]:
        """The deltas of one event, or of a whole interaction."""
        event = object_of(frame.data)
        if event is None:
            if frame.data.startswith("[DONE]"):
                return [End()]
            return [Unfamiliar(kind="frame", name=frame.event or "not JSON", value=frame.data)]
        if "event_type" in event:
            return list(self._events.read(event))
        if "status" in event or event.get("object") == "interaction":
            return list(self._events.whole(event))
        if event.get("error"):
            return [Failure(error=error_of(event))]
        return [Unfamiliar(kind="event", name="None", value=event)]

    def close(self) -> list[Delta]:
        """Nothing: the end is an event."""
        return []
