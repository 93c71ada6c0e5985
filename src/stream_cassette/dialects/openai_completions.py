"""OpenAI's legacy completions, and everybody who still has them: chunks and whole answers.

A choice is found by its `index`; its text appends, the arrays of its log probabilities extend.
Usage and errors are those of Chat Completions. The end is `[DONE]`.
Source: OpenAI API reference, 'Completions (legacy)'; dialects' fact sheet 11.
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
    Finish,
    MessageStart,
    PartDelta,
    PartStart,
    Unfamiliar,
    UsageDelta,
)
from stream_cassette.conversation.model import History, Message
from stream_cassette.conversation.parts import JSON, Generic, Part, Text
from stream_cassette.dialects._chat_usage import finish_reason, usage_of
from stream_cassette.dialects._chat_vendors import CHOICE, TOP, vendor_of
from stream_cassette.dialects._errors import error_of
from stream_cassette.dialects._json import mapping, object_of, text
from stream_cassette.dialects._protocol import Opening, Request
from stream_cassette.wire.framing import Frame

__all__ = ["OpenAICompletions"]

_CORE = frozenset({"id", "object", "model", "choices", "usage", "error", "obfuscation"})
_READ = frozenset({"index", "text", "finish_reason", "logprobs"})
_FIRST = frozenset({"created", "system_fingerprint"})  # the first value stays, not the last


class OpenAICompletions:
    """The dialect of `/completions`."""

    name: ClassVar[str] = "openai-completions"

    def claims(self, opening: Opening) -> int:
        """Sure by `object` or by choices with a text and no delta; else by the path."""
        value = mapping(opening.value)
        choices = value.get("choices")
        first = mapping(choices[0]) if isinstance(choices, list) and choices else {}
        if "delta" in first or "message" in first:
            return 0
        if text(value.get("object")) == "text_completion" or "text" in first:
            return 3
        path = opening.request.path.lower().rstrip("/")
        if not path.endswith("/completions") or path.endswith("/chat/completions"):
            return 0
        return 2 if isinstance(choices, list) else 1

    def vendor(self, opening: Opening) -> str | None:
        """By host, headers, and what the first chunk shows; None for OpenAI itself."""
        return vendor_of(opening)

    def reader(self, opening: Opening) -> CompletionsReader:
        """One reader for chunks and whole answers, which differ only in how many there are."""
        streamed = opening.response.media == "text/event-stream" or (
            mapping(opening.request.value).get("stream") is True
        )
        return CompletionsReader(whole=not streamed)

    def ends(self, frame: Frame) -> bool:
        """`[DONE]`."""
        return frame.data.startswith("[DONE]")

    def read_request(self, request: Request) -> History:
        """The prompts, each a message of the user; `suffix` follows what is to be written."""
        body = mapping(request.value)
        prompt = body.get("prompt")
        prompts = prompt if isinstance(prompt, list) and not _is_tokens(prompt) else [prompt]
        messages = [
            Message(role="user", parts=(_prompt(one, path),), path=path)
            for number, one in enumerate(prompts)
            if one is not None
            for path in ["prompt" if prompts != prompt else f"prompt[{number}]"]
        ]
        if suffix := text(body.get("suffix")):
            part = Text(content=suffix, extra={"suffix": True}, path="suffix")
            messages.append(Message(role="user", parts=(part,), path="suffix"))
        return History(messages=tuple(messages), model=text(body.get("model")))

    def error_bytes(self, status: int, framing: str) -> bytes:
        """OpenAI's error object; in mid-stream a data event."""
        kind = "rate_limit_exceeded" if status == 429 else "server_error"
        error = {"message": f"HTTP {status}", "type": kind, "param": None, "code": kind}
        body = json.dumps({"error": error}).encode()
        return b"data: " + body + b"\n\n" if framing == "sse" else body


class CompletionsReader:
    """Reads one answer."""

    def __init__(self, *, whole: bool) -> None:
        self._whole = whole
        self._answered = False
        self._open: set[int] = set()
        self._extra: dict[str, JSON] = {}

    def feed(self, frame: Frame) -> list[Delta]:
        """The deltas of one chunk, or of a whole answer."""
        if frame.data.startswith("[DONE]"):
            self._whole = False
            return [End()]
        chunk = object_of(frame.data)
        if chunk is None:
            return [Unfamiliar(kind="frame", name="not JSON", value=frame.data)]
        out: list[Delta] = [
            MessageStart(
                candidate=None, response_id=text(chunk.get("id")), model=text(chunk.get("model"))
            )
        ]
        choices = chunk.get("choices")
        for entry in choices if isinstance(choices, list) else ():
            self._choice(entry, out)
        self._answered = self._answered or isinstance(choices, list)
        self._beside(chunk, out)
        return out

    def close(self) -> list[Delta]:
        """The extras of the answer, and the end of one that came whole."""
        out: list[Delta] = [Extra(name=name, value=value) for name, value in self._extra.items()]
        return [*out, End(marker=False)] if self._whole and self._answered else out

    def _beside(self, chunk: Mapping[str, Any], out: list[Delta]) -> None:
        if isinstance(usage := chunk.get("usage"), dict) and usage:
            out.append(UsageDelta(usage=usage_of(usage)))
        if error := chunk.get("error"):
            out.append(Failure(error=error_of({"error": error})))
        for name, value in chunk.items():
            if value is None or name in _CORE:
                continue
            if name in _FIRST:
                self._extra[name] = self._extra.get(name) or value
            elif name in TOP:
                self._extra[name] = value
            else:
                out.append(Unfamiliar(kind="field", name=name, value=value))

    def _choice(self, entry: JSON, out: list[Delta]) -> None:
        if not isinstance(entry, dict):
            out.append(Unfamiliar(kind="field", name="choices[]", value=entry))
            return
        place = entry.get("index")
        index = place if isinstance(place, int) else 0
        if index not in self._open:
            self._open.add(index)
            out.append(MessageStart(candidate=index, role="assistant"))
            part = Text(path=f"choices[{index}].text")
            out.append(PartStart(candidate=index, key="text", part=part))
        if said := text(entry.get("text")):
            out.append(PartDelta(index, "text", said))
        for name, values in mapping(entry.get("logprobs")).items():
            if isinstance(values, list) and values:
                extra = Extra(candidate=index, name=f"logprobs.{name}", value=values, extend=True)
                out.append(extra)
        if raw := text(entry.get("finish_reason")):
            out.append(Finish(candidate=index, reason=finish_reason(raw)))
        for name, value in entry.items():
            if value is None or name in _READ:
                continue
            if name in CHOICE:
                out.append(Extra(candidate=index, name=name, value=value))
            else:
                out.append(Unfamiliar(kind="field", name=f"choices[].{name}", value=value))


def _is_tokens(prompt: list[Any]) -> bool:
    """Whether a prompt is given as the numbers of its tokens."""
    return bool(prompt) and all(isinstance(one, int) for one in prompt)


def _prompt(prompt: JSON, path: str) -> Part:
    if isinstance(prompt, str):
        return Text(content=prompt, path=path)
    return Generic(kind="tokens", value=prompt, path=path)
