"""Amazon Bedrock's Converse: an event stream of typed messages, or one JSON object.

The message's own header names the event. The last event is `metadata`; an exception may take the
place of any. Some clients log the stream with each event's name as its one member: read as well.
Source: Amazon Bedrock API reference, 'Converse', 'ConverseStream'; dialects' fact sheet 2.5, 8.
"""

from __future__ import annotations

import re
from typing import Any, ClassVar

from stream_cassette.conversation.delta import Delta, Unfamiliar
from stream_cassette.conversation.model import History
from stream_cassette.dialects._bedrock_errors import error_bytes, failure_of
from stream_cassette.dialects._converse_reader import EVENTS, ConverseEvents
from stream_cassette.dialects._converse_request import read_request
from stream_cassette.dialects._json import mapping, object_of
from stream_cassette.dialects._protocol import Opening, Request
from stream_cassette.dialects._vendors import by_host
from stream_cassette.wire.framing import Frame

__all__ = ["BedrockConverse"]

_PATH = re.compile(r"/model/.+/converse(?:-stream)?$")


class BedrockConverse:
    """The dialect of `/model/{id}/converse` and `/model/{id}/converse-stream`."""

    name: ClassVar[str] = "bedrock-converse"

    def claims(self, opening: Opening) -> int:
        """Sure by the name of the first event, or by a whole answer; else by the path."""
        value = mapping(opening.value)
        path = _PATH.search(opening.request.path) is not None
        if opening.first is not None and opening.first.event in EVENTS:
            return 3
        if isinstance(mapping(mapping(value.get("output")).get("message")).get("content"), list):
            return 3 if path else 2
        if len(value) == 1 and next(iter(value)) in EVENTS and _event(value) is not None:
            return 2
        return 1 if path else 0

    def vendor(self, opening: Opening) -> str | None:
        """By the host; None for Bedrock itself."""
        named = by_host(opening.request.host)
        return None if named == "bedrock" else named

    def reader(self, opening: Opening) -> ConverseReader:
        """One reader for events and whole answers: the payload tells them apart."""
        return ConverseReader()

    def ends(self, frame: Frame) -> bool:
        """The event `metadata`."""
        return frame.event == "metadata" and bool(frame.headers)

    def read_request(self, request: Request) -> History:
        """Messages, system text first, tools; the model by the path."""
        return read_request(mapping(request.value), request.path)

    def error_bytes(self, status: int, framing: str) -> bytes:
        """Bedrock's error object; in mid-stream an exception message."""
        return error_bytes(status, framing)


class ConverseReader:
    """Reads one answer."""

    def __init__(self) -> None:
        self._events = ConverseEvents()

    def feed(self, frame: Frame) -> list[Delta]:
        """The deltas of one event, exception, or whole answer."""
        failure = failure_of(frame)
        if failure is not None:
            return [failure]
        value = object_of(frame.data)
        if value is None:
            return [Unfamiliar(kind="frame", name=frame.event or "not JSON", value=frame.data)]
        if frame.event in EVENTS:
            return self._events.read(frame.event, value)
        if frame.event is None and "output" in value:
            return self._events.whole(value)
        named = _event(value)
        if frame.event is None and named is not None:
            return self._events.read(*named)
        return [
            Unfamiliar(kind="event", name=frame.event or str(next(iter(value), None)), value=value)
        ]

    def close(self) -> list[Delta]:
        """What a stream cut short left open."""
        return self._events.close()


def _event(value: dict[str, Any]) -> tuple[str, dict[str, Any]] | None:
    """Name and content of an event that is named by its one member."""
    name = next(iter(value), None)
    if len(value) != 1 or name not in EVENTS or not isinstance(value[name], dict):
        return None
    return name, value[name]
