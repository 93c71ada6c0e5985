"""Ollama's own API, `/api/chat` and `/api/generate`: a JSON object a line, or one for all.

Every line has the same shape: content and thinking append, tool calls come whole, with arguments
as an object and often without an id. The line with `done: true` is the last and has the counts.
Source: Ollama API pages; ollama-python's types; dialects' fact sheet 10, 12, 13, 15.
"""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Mapping
from typing import Any, ClassVar

from stream_cassette.conversation.delta import (
    Delta,
    End,
    Extra,
    Failure,
    Finish,
    MessageStart,
    PartDelta,
    PartStart,
    Unfamiliar,
    UsageDelta,
)
from stream_cassette.conversation.media import Blob
from stream_cassette.conversation.model import FinishReason, History, Unified, Usage
from stream_cassette.conversation.parts import JSON, Part, Reasoning, Text
from stream_cassette.dialects._errors import error_of
from stream_cassette.dialects._json import mapping, object_of, text
from stream_cassette.dialects._ollama_request import call_of, read_request
from stream_cassette.dialects._protocol import Opening, Request
from stream_cassette.dialects._vendors import by_host
from stream_cassette.wire.framing import Frame

__all__ = ["OllamaChat"]

FINISH: dict[str, Unified] = {"stop": "stop", "length": "length"}  # load, unload: other

_PATHS = ("/api/chat", "/api/generate")
_COUNTS = ("prompt_eval_count", "eval_count")
_MESSAGE = frozenset({"role", "content", "thinking", "tool_calls", "images"})
_CORE = frozenset(
    {"model", "message", "response", "thinking", "image", "done", "done_reason", "logprobs"}
) | frozenset({"created_at", *_COUNTS})
_KEPT = frozenset(
    {"total_duration", "load_duration", "prompt_eval_duration", "eval_duration", "context"}
) | frozenset({"remote_model", "remote_host", "completed", "total"})


class OllamaChat:
    """The dialect of `/api/chat` and `/api/generate`."""

    name: ClassVar[str] = "ollama-chat"

    def claims(self, opening: Opening) -> int:
        """Sure by a line of an answer; else by the path, where no event stream came."""
        value = mapping(opening.value)
        if _is_line(value):
            return 3
        if not opening.request.path.lower().endswith(_PATHS):
            return 0
        if opening.response.media == "text/event-stream":
            return 0  # apps with the AI SDK have an `/api/chat` too
        return 2 if isinstance(value.get("error"), str) else 1

    def vendor(self, opening: Opening) -> str | None:
        """By the host; None for Ollama itself."""
        return by_host(opening.request.host)

    def reader(self, opening: Opening) -> OllamaReader:
        """One reader for lines and whole answers: they look alike."""
        return OllamaReader(marker=opening.response.media != "application/json")

    def ends(self, frame: Frame) -> bool:
        """The line with `done: true`."""
        if '"done"' not in frame.data:
            return False
        value = mapping(object_of(frame.data))
        return value.get("done") is True and _is_line(value)

    def read_request(self, request: Request) -> History:
        """Messages or a prompt, system text first, tools and model."""
        return read_request(mapping(request.value))

    def error_bytes(self, status: int, framing: str) -> bytes:
        """Ollama's error object; in mid-stream a line."""
        body = json.dumps({"error": f"HTTP {status}"}).encode()
        return body + b"\n" if framing == "ndjson" else body


class OllamaReader:
    """Reads one answer; `marker`: its last line is an end marker, not all there is."""

    def __init__(self, *, marker: bool = True) -> None:
        self._marker = marker
        self._open: set[str] = set()
        self._calls = 0
        self._started = False

    def feed(self, frame: Frame) -> list[Delta]:
        """The deltas of one line, or of a whole answer."""
        line = object_of(frame.data)
        if line is None:
            return [Unfamiliar(kind="frame", name="not JSON", value=frame.data)]
        if line.get("error"):
            return [Failure(error=error_of(line))]
        message = mapping(line.get("message"))
        out: list[Delta] = []
        if not self._started:
            self._started = True
            role, model = text(message.get("role")), text(line.get("model"))
            out.append(MessageStart(role=role, model=model))
            if line.get("created_at") is not None:
                out.append(Extra(name="created_at", value=line["created_at"]))
        if not line.keys() <= _CORE or not message.keys() <= _MESSAGE:
            self._odd(line, message, out)
        self._say("thinking", Reasoning, message.get("thinking") or line.get("thinking"), out)
        self._say("content", Text, message.get("content") or line.get("response"), out)
        self._media(message.get("images"), out)
        self._media([line["image"]] if line.get("image") else None, out)
        self._tools(message.get("tool_calls"), out)
        if isinstance(line.get("logprobs"), list):
            out.append(Extra(candidate=0, name="logprobs", value=line["logprobs"], extend=True))
        if line.get("done") is True:
            out += self._done(line)
        return out

    def close(self) -> list[Delta]:
        """Nothing: the end is a line."""
        return []

    def _say(self, key: str, kind: type[Part], said: JSON, out: list[Delta]) -> None:
        if not said:
            return
        if not isinstance(said, str):
            out.append(Unfamiliar(kind="field", name=key, value=said))
            return
        if key not in self._open:
            self._open.add(key)
            out.append(PartStart(key=key, part=kind()))
        out.append(PartDelta(0, key, said))

    def _media(self, images: JSON, out: list[Delta]) -> None:
        for one in images if isinstance(images, list) else ():
            try:
                data = b64decode(one)
            except (ValueError, TypeError):
                out.append(Unfamiliar(kind="field", name="images[]", value=one))
                continue
            out.append(PartStart(key=("image", self._next()), part=_image(data)))

    def _tools(self, calls: JSON, out: list[Delta]) -> None:
        for one in calls if isinstance(calls, list) else ():
            call = call_of(mapping(one))
            key = ("id", call.id) if call.id else ("call", self._next())
            out.append(PartStart(key=key, part=call))

    def _next(self) -> int:
        self._calls += 1
        return self._calls

    def _odd(self, line: Mapping[str, Any], message: Mapping[str, Any], out: list[Delta]) -> None:
        """Members beyond those of every line."""
        for name, value in line.items():
            if name in _KEPT:
                out.append(Extra(name=name, value=value))
            elif name not in _CORE and value is not None:
                out.append(Unfamiliar(kind="field", name=name, value=value))
        out += [
            Unfamiliar(kind="field", name=f"message.{name}", value=value)
            for name, value in message.items()
            if name not in _MESSAGE and value is not None
        ]

    def _done(self, line: Mapping[str, Any]) -> list[Delta]:
        out: list[Delta] = []
        if raw := text(line.get("done_reason")):
            out.append(Finish(reason=FinishReason(unified=FINISH.get(raw, "other"), raw=raw)))
        raw_counts = {name: line[name] for name in _COUNTS if line.get(name) is not None}
        if raw_counts:
            asked, said = (
                count if isinstance(count := raw_counts.get(name), int) else None
                for name in _COUNTS
            )
            out.append(
                UsageDelta(usage=Usage(input_tokens=asked, output_tokens=said, raw=raw_counts))
            )
        return [*out, End(marker=self._marker)]


def _is_line(value: Mapping[str, Any]) -> bool:
    said = isinstance(value.get("message"), dict) or isinstance(value.get("response"), str)
    return isinstance(value.get("done"), bool) and "created_at" in value and said


def _image(data: bytes) -> Blob:
    return Blob(data=data, modality="image")
