"""Amazon Bedrock's InvokeAgent: an agent that Amazon hosts, as an event stream.

A `chunk` has base64 of a piece of the answer's text, in the plain; `trace` events tell what the
agent did on the way, and are kept as the answer's extra `trace`; `returnControl` names calls that
the client is to execute; `files` are what a tool made. There is no end marker: the answer has come
where the body ends after one of the others than `trace`. The history is in a session on the server.
Source: botocore `bedrock-agent-runtime` service model, 'InvokeAgent', 'ResponseStream'; dialects'
fact sheet 2.5, 8.
"""

from __future__ import annotations

import re
from base64 import b64decode
from codecs import getincrementaldecoder
from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar

from stream_cassette.conversation.delta import (
    Delta,
    End,
    Extra,
    Finish,
    MessageStart,
    PartDelta,
    PartStart,
    Unfamiliar,
)
from stream_cassette.conversation.media import Blob
from stream_cassette.conversation.model import FinishReason, History
from stream_cassette.conversation.parts import JSON, Text
from stream_cassette.dialects._agent_request import call_of, read_request, session_of
from stream_cassette.dialects._bedrock_chunk import INTERVENED
from stream_cassette.dialects._bedrock_errors import error_bytes, failure_of
from stream_cassette.dialects._history import modality_of
from stream_cassette.dialects._json import mapping, object_of, text
from stream_cassette.dialects._protocol import Opening, Request
from stream_cassette.dialects._vendors import by_host
from stream_cassette.wire.framing import Frame

__all__ = ["BedrockAgent"]

_PATH = re.compile(r"/agents/[^/]+(?:/agentAliases/[^/]+/sessions/[^/]+/text)?$")
_TRACE = "trace"
# members of a trace event that say whose trace it is
_WHOSE = frozenset(
    {"agentAliasId", "agentId", "agentVersion", "callerChain", "collaboratorName", "eventTime"}
) | {"sessionId", _TRACE, "p"}


class BedrockAgent:
    """The dialect of `/agents/{id}/agentAliases/{alias}/sessions/{session}/text`, and of inline
    agents, `/agents/{session}`."""

    name: ClassVar[str] = "bedrock-agent"

    def claims(self, opening: Opening) -> int:
        """Sure by the path and an event, or by a trace; else by the path, or by a chunk of text."""
        path = _PATH.search(opening.request.path) is not None
        first = opening.first
        if first is None or first.event not in _EVENTS:
            return 1 if path else 0
        if path or (first.event == _TRACE and _TRACE in mapping(opening.value)):
            return 3
        said = _held(mapping(opening.value)) if first.event == "chunk" else None
        return 2 if said is not None and not said.lstrip().startswith(b"{") else 0

    def vendor(self, opening: Opening) -> str | None:
        """By the host; None for Bedrock itself."""
        named = by_host(opening.request.host)
        return None if named == "bedrock" else named

    def reader(self, opening: Opening) -> AgentReader:
        """A new reader."""
        return AgentReader()

    def ends(self, frame: Frame) -> bool:
        """Never: there is no end marker."""
        return False

    def read_request(self, request: Request) -> History:
        """What the user says, the results of calls, and the session that the rest is in."""
        return read_request(mapping(request.value), session_of(request.path))

    def error_bytes(self, status: int, framing: str) -> bytes:
        """Bedrock's error object; in mid-stream an exception message."""
        return error_bytes(status, framing)


class AgentReader:
    """Reads one answer."""

    def __init__(self) -> None:
        self._begun = self._text = False
        self._parts = 0
        # a character may begin in one chunk and end in the next
        self._decoder = getincrementaldecoder("utf-8")("replace")

    def feed(self, frame: Frame) -> list[Delta]:
        """The deltas of one event or exception."""
        failure = failure_of(frame)
        if failure is not None:
            return [failure]
        value = object_of(frame.data)
        if value is None:
            return [Unfamiliar(kind="frame", name=frame.event or "not JSON", value=frame.data)]
        make = _EVENTS.get(frame.event or "")
        if make is None:
            name = frame.event or str(next(iter(value), None))
            return [Unfamiliar(kind="event", name=name, value=value)]
        return list(make(self, value))

    def close(self) -> list[Delta]:
        """The end of the body is the answer's end, if there was an answer."""
        rest = self._decoder.decode(b"", final=True)
        out: list[Delta] = [PartDelta(0, "text", rest)] if rest else []
        return [*out, End(marker=False, by_body=True)] if self._begun else out

    def _chunk(self, event: Mapping[str, Any]) -> Iterator[Delta]:
        yield from self._start()
        said, cited = _held(event), mapping(event.get("attribution"))
        citations = cited.get("citations")
        if not self._text:
            self._text = True
            yield PartStart(key="text", part=Text(path="chunk.bytes"))
        if said is None:
            yield Unfamiliar(kind="fragment", name="chunk without bytes", value={**event})
        found = tuple(citations) if isinstance(citations, list) else ()
        yield PartDelta(0, "text", self._decoder.decode(said or b""), citations=found)
        yield from _strange(event, "chunk", {"bytes", "attribution", "p"})
        yield from _strange(cited, "chunk.attribution", {"citations"})

    def _trace(self, event: Mapping[str, Any]) -> Iterator[Delta]:
        told = mapping(event.get(_TRACE))
        yield Extra(name=_TRACE, value=[event.get(_TRACE)], extend=True)
        if mapping(told.get("guardrailTrace")).get("action") == INTERVENED:
            yield Finish(reason=FinishReason(unified="content_filter", raw=INTERVENED))
        yield from _strange(event, _TRACE, _WHOSE)

    def _control(self, event: Mapping[str, Any]) -> Iterator[Delta]:
        yield from self._start()
        invocation, inputs = text(event.get("invocationId")), event.get("invocationInputs")
        for place, one in enumerate(inputs if isinstance(inputs, list) else ()):
            call = call_of(mapping(one), invocation, f"returnControl.invocationInputs[{place}]")
            if call is None:
                yield Unfamiliar(kind="part", name="invocationInputs[]", value=one)
            else:
                yield PartStart(key=self._place(), part=call)
        yield Finish(reason=FinishReason(unified="tool_call", raw="returnControl"))
        yield from _strange(event, "returnControl", {"invocationId", "invocationInputs", "p"})

    def _files(self, event: Mapping[str, Any]) -> Iterator[Delta]:
        yield from self._start()
        files = event.get("files")
        for place, one in enumerate(files if isinstance(files, list) else ()):
            yield PartStart(key=self._place(), part=_blob(mapping(one), f"files.files[{place}]"))
        yield from _strange(event, "files", {"files", "p"})

    def _start(self) -> list[Delta]:
        if self._begun:
            return []
        self._begun = True
        return [MessageStart(role="assistant")]

    def _place(self) -> int:
        self._parts += 1
        return self._parts


_EVENTS: dict[str, Callable[[AgentReader, Mapping[str, Any]], Iterator[Delta]]] = {
    "chunk": AgentReader._chunk,
    _TRACE: AgentReader._trace,
    "returnControl": AgentReader._control,
    "files": AgentReader._files,
}


def _held(event: Mapping[str, Any]) -> bytes | None:
    """What a chunk holds, text in UTF-8, or a file; None if there is nothing."""
    data = event.get("bytes")
    try:
        return b64decode(data) if isinstance(data, str) else None
    except ValueError:
        return None


def _blob(file: Mapping[str, Any], path: str) -> Blob:
    """What a tool made, with its name as an extra."""
    kind, content = text(file.get("type")), _held(file) or b""
    extra: dict[str, JSON] = {
        name: value for name, value in file.items() if name not in ("bytes", "type")
    }
    return Blob(data=content, modality=modality_of(kind), mime_type=kind, extra=extra, path=path)


def _strange(
    event: Mapping[str, Any], where: str, known: set[str] | frozenset[str]
) -> Iterator[Delta]:
    for name, value in event.items():
        if name not in known and value is not None:
            yield Unfamiliar(kind="field", name=f"{where}.{name}", value=value)
