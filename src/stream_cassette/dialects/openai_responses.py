"""OpenAI Responses, and everybody who speaks it: streamed events and whole answers.

The `type` in the JSON counts, not the event's name: OpenRouter sends none, Bedrock after the
data. The end is the event that brings the finished response; `[DONE]`, which gateways add, is one
too. A stream in the background is fetched again with `starting_after`: it begins in the middle.
Source: OpenAI API reference, 'Responses'; dialects' fact sheet 1, 2.2, 5.
"""

from __future__ import annotations

import json
import re
from itertools import chain
from typing import ClassVar

from stream_cassette.conversation.delta import Delta, End, Extra, Unfamiliar
from stream_cassette.conversation.model import History
from stream_cassette.dialects._json import mapping, object_of, text
from stream_cassette.dialects._protocol import Opening, Request
from stream_cassette.dialects._responses_reader import TERMINAL, EventReader
from stream_cassette.dialects._responses_request import read_request
from stream_cassette.dialects._vendors import by_host
from stream_cassette.wire.framing import Frame

__all__ = ["OpenAIResponses"]

_PATH = re.compile(r"/responses(?:/compact|/[^/]+(?:/cancel)?)?/?$", re.IGNORECASE)
_OBJECTS = frozenset({"response", "response.compaction"})
# Where the host says nothing: members of the response, beginnings of its id or model.
_MARKS = {"content_filters": "azure"}
_IDS = {"gen-": "openrouter"}
_MODELS = {"deepseek-": "deepseek", "grok-": "xai"}


class OpenAIResponses:
    """The dialect of `/responses`."""

    name: ClassVar[str] = "openai-responses"

    def claims(self, opening: Opening) -> int:
        """Sure by the response object or an event about it; else by the path."""
        value = mapping(opening.value)
        kind = text(value.get("type")) or ""
        if text(value.get("object")) in _OBJECTS:
            return 3
        if kind.startswith("response."):
            return 3
        if not _PATH.search(opening.request.path) or "object" in value:
            return 0  # input items, token counts
        return 2 if kind == "error" else 1

    def vendor(self, opening: Opening) -> str | None:
        """By the host, else by what the first response shows; None for OpenAI itself."""
        host = opening.request.host
        if (named := by_host(host)) is not None or host.endswith("openai.com"):
            return named
        value = mapping(opening.value)
        response = mapping(value.get("response")) or value
        begun = (
            who
            for name, begins in (("id", _IDS), ("model", _MODELS))
            for start, who in begins.items()
            if (text(response.get(name)) or "").startswith(start)
        )
        marked = (who for name, who in _MARKS.items() if name in response)
        return next(chain(begun, marked), None)

    def reader(self, opening: Opening) -> ResponsesReader:
        """One reader for events and whole answers: the payload tells them apart."""
        return ResponsesReader(starting_after=opening.request.query.get("starting_after"))

    def ends(self, frame: Frame) -> bool:
        """The event that brings the finished response, or `[DONE]`."""
        data = frame.data
        if data.startswith("[DONE]"):
            return True
        if not any(name in data for name in TERMINAL):
            return False
        kind = mapping(object_of(data)).get("type")
        return isinstance(kind, str) and kind in TERMINAL

    def read_request(self, request: Request) -> History:
        """Input items as messages, instructions first, tools, model, and what it builds on."""
        return read_request(request)

    def error_bytes(self, status: int, framing: str) -> bytes:
        """OpenAI's error object; in mid-stream an `error` event, nested as recorded ones are."""
        code = "rate_limit_exceeded" if status == 429 else "server_error"
        error = {"type": code, "code": code, "message": f"HTTP {status}", "param": None}
        if framing != "sse":
            return json.dumps({"error": error}).encode()
        event = {"type": "error", "sequence_number": 0, "error": error}
        return b"event: error\ndata: " + json.dumps(event).encode() + b"\n\n"


class ResponsesReader:
    """Reads one answer; `starting_after` is the event after which a resumed stream goes on."""

    def __init__(self, *, starting_after: str | None = None) -> None:
        self._starting_after = starting_after
        self._events = EventReader(resumed=starting_after is not None)

    def feed(self, frame: Frame) -> list[Delta]:
        """The deltas of one event, or of a whole answer."""
        event = object_of(frame.data)
        if event is None:
            if frame.data.startswith("[DONE]"):
                return [End()]
            return [Unfamiliar(kind="frame", name=frame.event or "not JSON", value=frame.data)]
        if "type" not in event and text(event.get("object")) in _OBJECTS:
            return self._events.whole(event)
        return self._events.read(event)

    def close(self) -> list[Delta]:
        """What a stream without its end has left to say, and where a resumed one began."""
        out = self._events.close()
        if self._starting_after is not None:
            out.append(Extra(name="starting_after", value=self._starting_after))
        return out
