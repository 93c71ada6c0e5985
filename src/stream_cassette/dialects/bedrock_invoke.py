"""Amazon Bedrock's InvokeModel: an envelope around the model's own format.

Each event of the stream is a `chunk` whose `bytes` is base64 of one payload; a whole answer is the
payload itself. A payload that another dialect claims is read by that dialect; Nova's is Converse's;
the text models are rows in `_bedrock_texts`. The members that Bedrock adds begin with
`amazon-bedrock-`; `amazon-bedrock-invocationMetrics` comes with the last payload, save where a
guardrail stepped in.
Source: botocore `bedrock-runtime` service model, 'ResponseStream'; dialects' fact sheet 8.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, ClassVar

from stream_cassette.conversation.delta import Delta, End, Extra, Finish, Unfamiliar, UsageDelta
from stream_cassette.conversation.model import FinishReason, History, Message
from stream_cassette.conversation.parts import Text
from stream_cassette.dialects._bedrock_chunk import (
    GUARDRAIL,
    INTERVENED,
    METRICS,
    OURS,
    is_last,
    opened,
    payload_of,
    usage_of,
)
from stream_cassette.dialects._bedrock_errors import error_bytes, failure_of
from stream_cassette.dialects._bedrock_texts import TextReader, family_of
from stream_cassette.dialects._converse_reader import EVENTS, ConverseEvents
from stream_cassette.dialects._converse_request import model_of, read_request
from stream_cassette.dialects._json import mapping, object_of, text
from stream_cassette.dialects._protocol import Opening, Reader, Request
from stream_cassette.dialects._registry import detect, dialects
from stream_cassette.dialects._vendors import by_host
from stream_cassette.wire.framing import Frame

__all__ = ["BedrockInvoke"]

_PATH = re.compile(r"/model/.+/invoke(?:-with-response-stream)?$")


class BedrockInvoke:
    """The dialect of `/model/{id}/invoke` and `/model/{id}/invoke-with-response-stream`."""

    name: ClassVar[str] = "bedrock-invoke"

    def claims(self, opening: Opening) -> int:
        """Sure by a chunk that holds JSON, or by a payload of its own; else by the path.

        A whole payload in another dialect's format is left to that dialect.
        """
        path = _PATH.search(opening.request.path) is not None
        if opening.first is not None and opening.first.event == "chunk":
            return 3 if payload_of(opening.first) is not None else int(path)
        value = mapping(opening.value)
        if path and (family_of(value) or _is_nova(value)):
            return 3
        return 1 if path else 0

    def vendor(self, opening: Opening) -> str | None:
        """By the host; None for Bedrock itself."""
        named = by_host(opening.request.host)
        return None if named == "bedrock" else named

    def reader(self, opening: Opening) -> InvokeReader:
        """A reader that finds out with the first payload whose it is."""
        return InvokeReader(opening)

    def ends(self, frame: Frame) -> bool:
        """The payload that has Bedrock's metrics."""
        return frame.event == "chunk" and is_last(mapping(payload_of(frame)))

    def read_request(self, request: Request) -> History:
        """As the model's own format has it: by the shape of the body."""
        body = mapping(request.value)
        if text(body.get("inputText")) is not None or text(body.get("prompt")) is not None:
            name = "inputText" if "inputText" in body else "prompt"
            said = Text(content=body[name], path=name)
            asked = Message(role="user", parts=(said,), path=name)
            return History(messages=(asked,), model=model_of(request.path))
        if "anthropic_version" not in body and _is_converse(body):
            return read_request(body, request.path)
        name = "anthropic-messages" if "anthropic_version" in body else "openai-chat"
        found = dialects()[name].read_request(request)
        return found if found.model else _with_model(found, request)

    def error_bytes(self, status: int, framing: str) -> bytes:
        """Bedrock's error object; in mid-stream an exception message."""
        return error_bytes(status, framing)


class InvokeReader:
    """Reads one answer."""

    def __init__(self, opening: Opening) -> None:
        self._opening = opening
        self._inner: Reader | None = None
        self._last = False
        self._metrics: dict[str, Any] = {}
        self._counted = False  # the payload has its own counts

    def feed(self, frame: Frame) -> list[Delta]:
        """The deltas of one chunk's payload, exception, or whole answer."""
        failure = failure_of(frame)
        if failure is not None:
            return [failure]
        said, out = opened(frame) if frame.event == "chunk" else (frame.data, list[Delta]())
        if said is not None and self._inner is not None and OURS not in said:
            out += self._read(frame._replace(data=said, event=None, headers=()))
            return out  # nearly all payloads
        payload = None if said is None else object_of(said)
        if said is None or payload is None:
            return [Unfamiliar(kind="frame", name=frame.event or "not JSON", value=frame.data)]
        ours = {name: payload.pop(name) for name in [*payload] if name.startswith(OURS)}
        self._last = self._last or is_last(ours) or frame.event != "chunk"
        self._metrics.update(mapping(ours.get(METRICS)))
        if payload:
            said = json.dumps(payload) if ours else said
            inner = frame._replace(data=said, event=None, headers=())
            if self._inner is None:
                self._inner = self._find(inner, payload)
            if self._inner is None:
                out.append(Unfamiliar(kind="event", name=_name(payload), value=payload))
            else:
                out += self._read(inner)
        return [*out, *_added(ours)]

    def close(self) -> list[Delta]:
        """What the payload's own reader knows, or Bedrock counted; the end where all came."""
        out = [] if self._inner is None else self._inner.close()
        marker = self._opening.first is not None and self._opening.first.event == "chunk"
        if self._metrics and not self._counted:
            out.append(UsageDelta(usage=usage_of(self._metrics)))
        return [*out, End(marker=marker)] if self._last and self._inner is not None else out

    def _read(self, inner: Frame) -> list[Delta]:
        out = [] if self._inner is None else self._inner.feed(inner)
        self._counted = self._counted or any(isinstance(one, UsageDelta) for one in out)
        return out

    def _find(self, inner: Frame, payload: Mapping[str, Any]) -> Reader | None:
        if _is_nova(payload):
            return _NovaReader()
        family = family_of(payload)
        if family is not None:
            return _FamilyReader(TextReader(family))
        opening = Opening(
            request=self._opening.request,
            response=self._opening.response,
            first=inner,
            value=dict(payload),
        )
        others = {name: one for name, one in dialects().items() if name != BedrockInvoke.name}
        found = detect(opening, others)
        return None if found is None else found.reader(opening)


class _NovaReader:
    """Nova's own format: Converse's events, each under its name."""

    def __init__(self) -> None:
        self._events = ConverseEvents(joins=True)

    def feed(self, frame: Frame) -> list[Delta]:
        value = mapping(object_of(frame.data))
        if "output" in value:
            return self._events.whole(value)
        out: list[Delta] = []
        for name, event in value.items():
            if name in EVENTS and isinstance(event, dict):
                out += self._events.read(name, event)
            else:
                out.append(Unfamiliar(kind="event", name=name, value=event))
        return out

    def close(self) -> list[Delta]:
        return self._events.close()


class _FamilyReader:
    """A text model's payloads."""

    def __init__(self, texts: TextReader) -> None:
        self._texts = texts

    def feed(self, frame: Frame) -> list[Delta]:
        return self._texts.read(mapping(object_of(frame.data)))

    def close(self) -> list[Delta]:
        return []


def _added(ours: Mapping[str, Any]) -> list[Delta]:
    """What Bedrock adds: extras, and the word of a guardrail that took the model's place."""
    out: list[Delta] = [Extra(name=name, value=one) for name, one in ours.items()]
    if ours.get(GUARDRAIL) == INTERVENED:
        out.append(Finish(reason=FinishReason(unified="content_filter", raw=INTERVENED)))
    return out


def _is_nova(payload: Mapping[str, Any]) -> bool:
    message = mapping(mapping(payload.get("output")).get("message"))
    return isinstance(message.get("content"), list) or any(
        name in EVENTS and isinstance(event, dict) for name, event in payload.items()
    )


def _is_converse(body: Mapping[str, Any]) -> bool:
    """Whether a request has Nova's shape: blocks without a `type`."""
    entries = body.get("messages")
    contents = [
        mapping(entry).get("content") for entry in (entries if isinstance(entries, list) else ())
    ]
    blocks = [
        mapping(block) for content in contents if isinstance(content, list) for block in content
    ]
    return bool(blocks) and not any("type" in block for block in blocks)


def _name(payload: Mapping[str, Any]) -> str:
    return text(payload.get("type")) or str(next(iter(payload)))


def _with_model(history: History, request: Request) -> History:
    return History(
        messages=history.messages,
        tools=history.tools,
        model=model_of(request.path),
        previous_id=history.previous_id,
        unknown=history.unknown,
    )
