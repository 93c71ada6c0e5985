"""Gemini's generateContent and streamGenerateContent, at AI Studio and Vertex.

Streams are server-sent events with `alt=sse`, else one JSON array whose elements come over time;
both hold the same objects, and neither has an end marker: the body's end is the end. An error in
mid-stream is an object with `error`, as an event or bare between the events.
Source: Gemini API reference, 'Generating content'; dialects' fact sheet 1, 2.4, 7.1, 15.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar
from urllib.parse import unquote

from stream_cassette.conversation.delta import Delta, Unfamiliar
from stream_cassette.conversation.model import History, Message, Tool, Unknown
from stream_cassette.conversation.parts import JSON, Generic, Part, Text
from stream_cassette.dialects._gemini_candidate import ROLES
from stream_cassette.dialects._gemini_parts import camel_case, part_of
from stream_cassette.dialects._gemini_reader import EventReader
from stream_cassette.dialects._history import turns
from stream_cassette.dialects._json import loads, mapping, text
from stream_cassette.dialects._protocol import Opening, Request
from stream_cassette.dialects._vendors import by_host
from stream_cassette.wire.framing import Frame

__all__ = ["GeminiGenerate"]

_PATH = re.compile(r"([^/:]+):(stream)?generatecontent$", re.IGNORECASE)
# Google's canonical words for HTTP statuses.
_ERRORS = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
    499: "CANCELLED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}


class GeminiGenerate:
    """The dialect of `…/models/{model}:generateContent` and `:streamGenerateContent`."""

    name: ClassVar[str] = "gemini-generate"

    def claims(self, opening: Opening) -> int:
        """Sure by a candidate, prompt feedback, or usage with a model; else by the path."""
        value = opening.value
        first = mapping(value[0] if isinstance(value, list) and value else value)
        if _is_response(first):
            return 3
        if not _PATH.search(opening.request.path):
            return 0
        return 2 if isinstance(first.get("error"), dict) else 1

    def vendor(self, opening: Opening) -> str | None:
        """By the host; None for Google's own, which is not Vertex."""
        named = by_host(opening.request.host)
        return None if named == "gemini" else named

    def reader(self, opening: Opening) -> GenerateReader:
        """One reader for events, array elements and whole answers: the objects are the same."""
        found, media = _PATH.search(opening.request.path), opening.response.media
        streamed = media != "application/json" if found is None else bool(found[2])
        return GenerateReader(streamed=streamed or media == "text/event-stream")

    def ends(self, frame: Frame) -> bool:
        """Never: nothing marks the end."""
        return False

    def read_request(self, request: Request) -> History:
        """Contents as messages, the system instruction first, tools, and the URL's model."""
        body = camel_case(request.value)
        contents = enumerate(_listed(body.get("contents")))
        messages = [_message(one, f"contents[{place}]") for place, one in contents]
        system = tuple(_parts(body.get("systemInstruction"), "systemInstruction"))
        if system:
            messages.insert(0, Message(role="system", parts=system, path="systemInstruction"))
        found = _PATH.search(request.path)
        return History(
            messages=turns(messages),
            tools=tuple(_tools(body.get("tools"))),
            model=unquote(found[1]) if found else text(body.get("model")),
            unknown=tuple(_unknown(messages)),
        )

    def error_bytes(self, status: int, framing: str) -> bytes:
        """Google's error object; in mid-stream as an event."""
        error: dict[str, Any] = {"code": status, "message": f"HTTP {status}"}
        error["status"] = _ERRORS.get(status, "UNKNOWN")
        body = json.dumps({"error": error}).encode()
        return b"data: " + body + b"\r\n\r\n" if framing == "sse" else body


class GenerateReader:
    """Reads one answer."""

    def __init__(self, *, streamed: bool) -> None:
        self._events = EventReader(streamed=streamed)

    def feed(self, frame: Frame) -> list[Delta]:
        """The deltas of one event, of one element of the array, or of all of it at once."""
        try:
            value = loads(frame.data)
        except ValueError:
            return [Unfamiliar(kind="frame", name=frame.event or "not JSON", value=frame.data)]
        out: list[Delta] = []
        for event in value if isinstance(value, list) else [value]:
            if isinstance(event, dict):
                out.extend(self._events.read(event))
            else:
                out.append(Unfamiliar(kind="frame", name="no object", value=event))
        return out

    def close(self) -> list[Delta]:
        """The end, where all that was to come has come."""
        return list(self._events.close())


def _is_response(value: Mapping[str, Any]) -> bool:
    """Whether it can be nothing else: maps have `candidates` too, caches `usageMetadata`."""
    candidates = value.get("candidates")
    if isinstance(candidates, list) and candidates:
        return not mapping(candidates[0]).keys().isdisjoint({"content", "finishReason"})
    if isinstance(value.get("promptFeedback"), dict):
        return True
    named = "modelVersion" in value or "responseId" in value
    return named and isinstance(value.get("usageMetadata"), dict)


def _listed(value: JSON) -> list[JSON]:
    """The entries: a list's, or the value where clients write one without the list."""
    return value if isinstance(value, list) else [value] if value else []


def _message(entry: JSON, path: str) -> Message:
    if isinstance(entry, str):
        return Message(role="user", parts=(Text(content=entry, path=path),), path=path)
    role = text(mapping(entry).get("role")) or "user"
    return Message(role=ROLES.get(role, role), parts=tuple(_parts(entry, path)), path=path)


def _parts(content: JSON, path: str) -> Iterator[Part]:
    """The parts of a content: an object with `parts`, or text."""
    if isinstance(content, str) and content:
        yield Text(content=content, path=path)
    for place, one in enumerate(_listed(mapping(content).get("parts"))):
        where = f"{path}.parts[{place}]"
        found = Text(content=one, path=where) if isinstance(one, str) else part_of(one, where)
        if found is not None:
            yield found


def _tools(tools: JSON) -> Iterator[Tool]:
    """Declared functions, and the server's own tools under their member's name."""
    for tool in _listed(tools):
        for name, value in camel_case(tool).items():
            if name != "functionDeclarations":
                yield Tool(name=name, kind=name, parameters=value or None)
                continue
            for one in _listed(value):
                yield _function(camel_case(one))


def _function(declared: Mapping[str, Any]) -> Tool:
    schema = declared.get("parameters")
    return Tool(
        name=text(declared.get("name")) or "",
        description=text(declared.get("description")),
        parameters=declared.get("parametersJsonSchema") if schema is None else schema,
    )


def _unknown(messages: list[Message]) -> Iterator[Unknown]:
    for message in messages:
        for part in message.parts:
            if isinstance(part, Generic):
                yield Unknown(kind="part", name=part.kind, value=part.value)
