"""OpenAI Chat Completions, and everybody who speaks it: streamed chunks and whole answers.

One rule set serves all variants (the vendor is named, not asked, save where nothing on the wire
tells what a delta means: `_chat_cumulative`): a whole answer's `message` is
read as one delta. A choice is found by its `index`. Text appends; null, absent and "" say nothing;
role, id and model are the first non-empty, finish reason and usage the last. Content may be a list
of parts, and change between text and list within one stream (Mistral). Tool calls are told apart
by `_chat_calls`, reasoning by `_chat_reasoning`. The end is `[DONE]`; what follows is not read.
Source: OpenAI API reference, 'Chat'; dialects' fact sheet 3, 4, 12, 13.
"""

from __future__ import annotations

import json
from typing import Any, ClassVar

from stream_cassette.conversation.delta import (
    Delta,
    End,
    Extra,
    Failure,
    MessageStart,
    Unfamiliar,
    UsageDelta,
)
from stream_cassette.conversation.model import History
from stream_cassette.dialects._chat_choice import Choice
from stream_cassette.dialects._chat_request import read_request
from stream_cassette.dialects._chat_sdk import as_sent, finishes, shows_sdk, unwrapped
from stream_cassette.dialects._chat_usage import usage_of
from stream_cassette.dialects._chat_vendors import DROPPED, TOP, traits, vendor_of
from stream_cassette.dialects._errors import error_of
from stream_cassette.dialects._json import loads, mapping, text
from stream_cassette.dialects._protocol import Opening, Request
from stream_cassette.wire.framing import Frame

__all__ = ["OpenAIChat"]

# Members that the reader takes care of itself.
_FIRST = frozenset({"created", "system_fingerprint"})  # extras whose first value stays
_CORE = frozenset({"id", "model", "choices", "usage", "error"}) | DROPPED | _FIRST


class OpenAIChat:
    """The dialect of `/chat/completions`."""

    name: ClassVar[str] = "openai-chat"

    def claims(self, opening: Opening) -> int:
        """Sure by `object` or by choices with a delta or message; else by the path."""
        value = unwrapped(mapping(opening.value))
        if text(value.get("object")) in ("chat.completion.chunk", "chat.completion"):
            return 3
        choices = value.get("choices")
        if isinstance(choices, list):
            if any("delta" in mapping(one) or "message" in mapping(one) for one in choices):
                return 3
            if choices and any("text" in mapping(one) for one in choices):
                return 0  # legacy completions
        if not opening.request.path.lower().endswith("/chat/completions"):
            return 2 if isinstance(choices, list) and "prompt_filter_results" in value else 0
        return 2 if "choices" in value else 1

    def vendor(self, opening: Opening) -> str | None:
        """By host, headers, and what the first chunk shows; None for OpenAI itself."""
        return vendor_of(opening)

    def reader(self, opening: Opening) -> ChatReader:
        """One reader for chunks and whole answers: the payload tells them apart."""
        vendor = traits(opening)
        return ChatReader(may_repeat=vendor.cumulative, unmarked=vendor.unmarked)

    def ends(self, frame: Frame) -> bool:
        """`[DONE]`, whatever follows it (openai-python looks at the beginning only)."""
        return frame.data.startswith("[DONE]")

    def read_request(self, request: Request) -> History:
        """Messages, tools and model."""
        return read_request(mapping(request.value))

    def error_bytes(self, status: int, framing: str) -> bytes:
        """OpenAI's error object; in mid-stream a data event."""
        kind = "rate_limit_exceeded" if status == 429 else "server_error"
        error = {"message": f"HTTP {status}", "type": kind, "param": None, "code": kind}
        body = json.dumps({"error": error}).encode()
        return b"data: " + body + b"\n\n" if framing == "sse" else body


class ChatReader:
    """Reads one answer."""

    def __init__(self, *, may_repeat: bool = False, unmarked: bool = False) -> None:
        self._may_repeat = may_repeat
        self._unmarked = unmarked
        self._choices: dict[int, Choice] = {}
        self._named = False  # id and model are known
        self._shape: list[str] = []  # the members of the last chunk, and what they ask for
        self._kept: list[str] = []
        self._strange: list[str] = []
        self._first: dict[str, Any] = {}
        self._extra: dict[str, Any] = {}
        self._whole = False
        self._shown: bool | None = None  # an SDK's view of the chunks; None until one tells
        # a finish reason came, where no end marker is to follow: none is shown by SDKs
        self._finished = False

    def feed(self, frame: Frame) -> list[Delta]:
        """The deltas of one chunk, or of a whole answer."""
        if frame.data.startswith("[DONE]"):
            return [End()]
        try:
            value = loads(frame.data)
        except ValueError:
            return [Unfamiliar(kind="frame", name="not JSON", value=frame.data)]
        if not isinstance(value, dict):
            return [Unfamiliar(kind="frame", name=type(value).__name__, value=value)]
        if self._shown is not False:
            value = self._sent(value)
        if self._unmarked:
            self._finished = self._finished or finishes(value)
        return self._chunk(value)

    def close(self) -> list[Delta]:
        """The extras of the answer, and the end of one that came whole."""
        extras = {**self._first, **self._extra}
        out: list[Delta] = [Extra(name=name, value=value) for name, value in extras.items()]
        for choice in self._choices.values():
            out += choice.close()
        return [*out, End(marker=False)] if self._whole or self._finished else out

    def _sent(self, value: dict[str, Any]) -> dict[str, Any]:
        """The chunk as it was sent, where an SDK's view of it was kept."""
        chunk = unwrapped(value)
        if self._shown is None and (chunk.get("choices") or chunk is not value):
            self._shown = chunk is not value or shows_sdk(chunk)
        if not self._shown:
            return chunk
        sent = mapping(as_sent(chunk))
        self._finished = self._finished or finishes(sent)
        return sent

    def _chunk(self, chunk: dict[str, Any]) -> list[Delta]:
        out: list[Delta] = []
        if [*chunk] != self._shape:
            self._learn(chunk)
        for name in self._strange:
            if chunk[name] is not None:
                out.append(Unfamiliar(kind="field", name=name, value=chunk[name]))
        for name in self._kept:
            if chunk[name] is not None:
                self._extra[name] = chunk[name]
        if not self._named:
            self._start(chunk, out)
        if len(self._first) < len(_FIRST):
            for name in _FIRST - self._first.keys():
                if chunk.get(name):
                    self._first[name] = chunk[name]
        choices = chunk.get("choices")
        for entry in choices if isinstance(choices, list) else ():
            self._choice(entry, out)
        if chunk.get("usage") or chunk.get("error") or "x_groq" in chunk:
            self._count(chunk, out)
        return out

    def _learn(self, chunk: dict[str, Any]) -> None:
        """Sort a chunk's members out, once per set of them: the chunks of a stream look alike."""
        self._shape = [*chunk]
        self._kept = [name for name in chunk if name in TOP]
        self._strange = [name for name in chunk if name not in TOP and name not in _CORE]

    def _count(self, chunk: dict[str, Any], out: list[Delta]) -> None:
        """Usage and errors, at the top or in Groq's own member."""
        groq = mapping(chunk.get("x_groq"))
        usage = chunk.get("usage") or groq.get("usage")
        if usage and isinstance(usage, dict):
            out.append(UsageDelta(usage=usage_of(usage)))
        error = chunk.get("error") or groq.get("error")
        if error:
            value = {"error": error} if isinstance(error, dict) else error
            out.append(Failure(error=error_of(value)))

    def _choice(self, entry: Any, out: list[Delta]) -> None:
        if not isinstance(entry, dict):
            out.append(Unfamiliar(kind="field", name="choices[]", value=entry))
            return
        index = entry.get("index")
        index = index if isinstance(index, int) else 0
        choice = self._choices.get(index)
        if choice is None:
            whole = "delta" not in entry and "message" in entry
            self._whole = self._whole or whole
            choice = self._choices[index] = Choice(index, whole=whole, may_repeat=self._may_repeat)
        choice.feed(entry, out)

    def _start(self, chunk: dict[str, Any], out: list[Delta]) -> None:
        ident, model = text(chunk.get("id")), text(chunk.get("model"))
        self._named = bool(ident and model)
        if ident or model:
            out.append(MessageStart(candidate=None, response_id=ident, model=model))
