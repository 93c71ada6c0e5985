"""Chunks of the AI SDK's UI message stream to deltas.

Source: AI SDK reference, 'Stream Protocols'; dialects' fact sheet 11, 12.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Any

from stream_cassette.conversation.delta import (
    Delta,
    End,
    Extra,
    Failure,
    Finish,
    MessageStart,
    PartDelta,
    PartEnd,
    PartSet,
    PartStart,
    Unfamiliar,
)
from stream_cassette.conversation.model import FinishReason, StreamError, Unified
from stream_cassette.conversation.parts import (
    Generic,
    Part,
    Reasoning,
    ServerToolCall,
    Text,
    ToolCall,
    ToolCallResponse,
)
from stream_cassette.dialects._json import object_of, text
from stream_cassette.dialects._ui_parts import KNOWN, call_of, file_of, opaque_of, result_of
from stream_cassette.wire.framing import Frame

__all__ = ["EVENTS", "FINISH", "UIReader"]

FINISH: dict[str, Unified] = {
    "stop": "stop",
    "length": "length",
    "content-filter": "content_filter",
    "tool-calls": "tool_call",
    "error": "error",
}
Chunk = Mapping[str, Any]


class UIReader:
    """Reads one answer."""

    def __init__(self) -> None:
        self._open: set[Hashable] = set()
        self._names: dict[Hashable, str] = {}  # a call's id → its tool
        self._loose = 0  # parts that nothing names

    def feed(self, frame: Frame) -> list[Delta]:
        """The deltas of one chunk."""
        if frame.data.startswith("[DONE]"):
            return [End()]
        chunk = object_of(frame.data)
        if chunk is None:
            return [Unfamiliar(kind="frame", name="not JSON", value=frame.data)]
        kind = chunk.get("type")
        make = EVENTS.get(kind) if isinstance(kind, str) else None
        if make is not None:
            return make(self, chunk)
        if isinstance(kind, str) and kind.startswith("data-"):
            return self._data(chunk, kind)
        if isinstance(kind, str) and kind in KNOWN:
            return self._kept(chunk, kind)
        return [Unfamiliar(kind="event", name=str(kind), value=chunk)]

    def close(self) -> list[Delta]:
        """Nothing: the end is a marker."""
        return []

    def _start(self, chunk: Chunk) -> list[Delta]:
        start = MessageStart(role="assistant", response_id=text(chunk.get("messageId")))
        return [start, *self._metadata(chunk)]

    def _metadata(self, chunk: Chunk) -> list[Delta]:
        value = chunk.get("messageMetadata")
        return [] if value is None else [Extra(candidate=0, name="messageMetadata", value=value)]

    def _said(self, chunk: Chunk) -> list[Delta]:
        """`text-start`, `reasoning-delta` and their siblings: block and step are in the name."""
        family, _, step = str(chunk["type"]).rpartition("-")
        key, out = (family, _id(chunk, "id")), list[Delta]()
        if key not in self._open:
            self._open.add(key)
            out.append(PartStart(key=key, part=Text() if family == "text" else Reasoning()))
            if step != "start":
                name = str(chunk["type"])
                out.append(Unfamiliar(kind="fragment", name=name, value=dict(chunk)))
        if isinstance(piece := chunk.get("delta"), str):
            out.append(PartDelta(0, key, piece))
        opaque = opaque_of(chunk)
        if family == "text":
            opaque.pop("issued", None)
        elif opaque.get("issued") and "signature" not in opaque:
            opaque["kind"] = "encrypted"
        return [*out, PartSet(key=key, values=opaque)] if opaque else out

    def _input(self, chunk: Chunk) -> list[Delta]:
        key = ("call", _id(chunk, "toolCallId"))
        self._open.add(key)
        ident, name = text(chunk.get("toolCallId")), text(chunk.get("toolName")) or ""
        self._names[ident] = name
        kind = ServerToolCall if chunk.get("providerExecuted") is True else ToolCall
        part: Part = kind(id=ident, name=name, arguments_text="")
        return [PartStart(key=key, part=part)]

    def _input_delta(self, chunk: Chunk) -> list[Delta]:
        key, out = ("call", _id(chunk, "toolCallId")), list[Delta]()
        if key not in self._open:
            out = self._input(chunk)
            name = "tool-input-delta"
            out.append(Unfamiliar(kind="fragment", name=name, value=dict(chunk)))
        piece = chunk.get("inputTextDelta")
        return [*out, PartDelta(0, key, piece)] if isinstance(piece, str) else out

    def _call(self, chunk: Chunk) -> list[Delta]:
        key = ("call", _id(chunk, "toolCallId"))
        self._open.add(key)
        self._names[key[1]] = text(chunk.get("toolName")) or ""
        return [PartEnd(key=key, part=call_of(chunk))]

    def _result(self, chunk: Chunk) -> list[Delta]:
        ident = _id(chunk, "toolCallId")
        part = result_of({"toolName": self._names.get(ident), **chunk})
        return [PartStart(key=("result", ident), part=part)]

    def _denied(self, chunk: Chunk) -> list[Delta]:
        ident = text(chunk.get("toolCallId"))
        part = ToolCallResponse(id=ident, is_error=True, extra={"denied": True})
        return [PartStart(key=("result", _id(chunk, "toolCallId")), part=part)]

    def _file(self, chunk: Chunk) -> list[Delta]:
        return [PartStart(key=self._key(), part=file_of(chunk, ""))]

    def _kept(self, chunk: Chunk, kind: str) -> list[Delta]:
        return [PartStart(key=self._key(), part=Generic(kind=kind, value=dict(chunk)))]

    def _data(self, chunk: Chunk, kind: str) -> list[Delta]:
        """The app's own data; what has the same id replaces it."""
        key = (kind, chunk["id"]) if isinstance(chunk.get("id"), str) else self._key()
        return [PartStart(key=key, part=Generic(kind=kind, value=dict(chunk)))]

    def _key(self) -> Hashable:
        self._loose += 1
        return ("loose", self._loose)

    def _finish(self, chunk: Chunk) -> list[Delta]:
        out = self._metadata(chunk)
        raw = text(chunk.get("finishReason"))
        if raw is None:
            return out
        return [*out, Finish(reason=FinishReason(unified=FINISH.get(raw, "other"), raw=raw))]

    def _abort(self, chunk: Chunk) -> list[Delta]:
        reason = FinishReason(unified="other", raw="abort", detail=chunk.get("reason"))
        return [Finish(reason=reason)]

    def _error(self, chunk: Chunk) -> list[Delta]:
        return [Failure(error=StreamError(message=text(chunk.get("errorText")), raw=dict(chunk)))]

    def _nothing(self, chunk: Chunk) -> list[Delta]:
        return []


EVENTS: dict[str, Callable[[UIReader, Chunk], list[Delta]]] = {
    "start": UIReader._start,
    "message-metadata": UIReader._metadata,
    "text-start": UIReader._said,
    "text-delta": UIReader._said,
    "text-end": UIReader._said,
    "reasoning-start": UIReader._said,
    "reasoning-delta": UIReader._said,
    "reasoning-end": UIReader._said,
    "tool-input-start": UIReader._input,
    "tool-input-delta": UIReader._input_delta,
    "tool-input-available": UIReader._call,
    "tool-input-error": UIReader._call,
    "tool-output-available": UIReader._result,
    "tool-output-error": UIReader._result,
    "tool-output-denied": UIReader._denied,
    "file": UIReader._file,
    "start-step": UIReader._nothing,
    "finish-step": UIReader._nothing,
    "finish": UIReader._finish,
    "abort": UIReader._abort,
    "error": UIReader._error,
}


def _id(chunk: Chunk, name: str) -> Hashable:
    """What names the block; what can be no name counts as none."""
    value = chunk.get(name)
    return value if isinstance(value, (str, int)) else None
