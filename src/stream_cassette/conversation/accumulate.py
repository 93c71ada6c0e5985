"""Deltas to an Exchange: the one accumulator that all dialects share.

Only the builder here is mutable. Appended pieces are kept in lists and joined once, at the end: a
copy per delta would be quadratic. Parts are found by the key that the reader gave them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal, TypeAlias

from stream_cassette.conversation import delta as d
from stream_cassette.conversation.model import (
    Exchange,
    FinishReason,
    Message,
    StreamError,
    Termination,
    Unknown,
    Usage,
)
from stream_cassette.conversation.parts import (
    JSON,
    Part,
    ServerToolCall,
    ToolCall,
    ToolCallResponse,
)
from stream_cassette.errors import DialectError

__all__ = ["Accumulator", "Body"]

# how the body that the frames came from ended: all of it came, the client left, the network broke
Body: TypeAlias = Literal["whole", "left", "broken"]

_UNKNOWN = FinishReason(unified="unknown")


@dataclass(slots=True)
class _OpenPart:
    """A part under construction: what is known, what was set, the pieces appended so far."""

    part: Part
    frame: int  # that started it
    pieces: list[str] = field(default_factory=list)
    data: list[bytes] = field(default_factory=list)
    citations: list[JSON] = field(default_factory=list)
    values: dict[str, JSON] = field(default_factory=dict)
    extra: dict[str, JSON] = field(default_factory=dict)

    def build(self) -> Part:
        part, values = self.part, dict(self.values)
        if self.extra:
            values["extra"] = {**part.extra, **self.extra}
        if self.pieces:
            grows = self._grown()
            values[grows] = _joined([getattr(part, grows) or "", *self.pieces])
        if self.data:
            values["data"] = b"".join([getattr(part, "data", b""), *self.data])
        if self.citations:
            values["citations"] = (*getattr(part, "citations", ()), *self.citations)
        known = {one.name for one in fields(part)}
        if not known.issuperset(values):
            strange = ", ".join(sorted(values.keys() - known))
            raise DialectError(f"{self._named()} has no {strange}")
        part = replace(part, **values) if values else part
        return _with_arguments(part) if isinstance(part, (ToolCall, ServerToolCall)) else part

    def _grown(self) -> str:
        if self.part.grows is None:
            raise DialectError(f"text was appended to {self._named()}")
        return self.part.grows

    def _named(self) -> str:
        return f"a part of type {self.part.type!r} (frame {self.frame})"


@dataclass(slots=True)
class _Candidate:
    """A message under construction."""

    parts: dict[Hashable, _OpenPart] = field(default_factory=dict)
    start: dict[str, str] = field(default_factory=dict)
    finish: FinishReason | None = None
    extra: dict[str, JSON] = field(default_factory=dict)


class Accumulator:
    """Folds one answer's deltas; linear in what they hold.

    `frame` is the number of the frame that the deltas come from: its caller counts.
    """

    def __init__(self) -> None:
        self.frame = 0
        self.ended: bool = False
        self._marker = self._by_body = False
        self._candidates: dict[int, _Candidate] = {}
        self._start: dict[str, str] = {}
        self._usage: Usage | None = None
        self._error: StreamError | None = None
        self._extra: dict[str, JSON] = {}
        self._unknown: dict[tuple[str, str], list[Any]] = {}
        # by type: a look-up instead of a dozen comparisons for each delta
        self._by_type: dict[type, Callable[[Any], None]] = {
            d.PartDelta: self._append,
            d.MessageStart: self._message,
            d.PartStart: self._open,
            d.PartSet: self._set,
            d.PartEnd: self._open,
            d.Snapshot: self._snapshot,
            d.UsageDelta: self._count,
            d.Finish: self._finish,
            d.Failure: self._fail,
            d.Extra: self._keep,
            d.Unfamiliar: self._report,
            d.End: self._end,
        }

    def add(self, deltas: Iterable[d.Delta]) -> None:
        """Fold deltas in, in order. Raises: DialectError for what no reader may say."""
        by_type = self._by_type
        for delta in deltas:
            by_type[type(delta)](delta)

    def exchange(
        self, *, dialect: str, vendor: str | None = None, body: Body = "whole"
    ) -> Exchange:
        """The answer so far, as a value. Raises: DialectError."""
        candidates = tuple(self._built(index) for index in sorted(self._candidates))
        return Exchange(
            dialect=dialect,
            vendor=vendor,
            candidates=candidates,
            usage=self._usage,
            error=self._error,
            termination=self._termination(body),
            end_marker=self._marker,
            unknown=tuple(
                Unknown(kind=kind, name=name, value=value, frame=frame, count=count)
                for (kind, name), (value, frame, count) in self._unknown.items()
            ),
            extra=dict(self._extra),
        )

    def _termination(self, body: Body) -> Termination:
        if self._error is not None:
            return "errored"
        if self.ended and (body == "whole" or not self._by_body):
            return "complete"
        return "aborted" if body == "left" else "truncated"

    def _built(self, index: int) -> Message:
        one = self._candidates[index]
        start = {**self._start, **one.start}
        parts = [part.build() for part in one.parts.values()]
        return Message(
            role=start.get("role", "assistant"),
            parts=_with_ids(parts),
            name=start.get("name"),
            model=start.get("model"),
            response_id=start.get("response_id"),
            finish_reason=self._reason(one.finish, parts),
            candidate_index=index,
            extra=dict(one.extra),
        )

    def _reason(self, reason: FinishReason | None, parts: list[Part]) -> FinishReason:
        if reason is None:
            return _UNKNOWN if self._error is None else FinishReason(unified="error")
        answered = {part.id for part in parts if isinstance(part, ToolCallResponse)}
        calls = [part for part in parts if isinstance(part, ToolCall)]
        if reason.unified == "stop" and any(one.id not in answered for one in calls):
            return replace(reason, unified="tool_call")
        return reason

    def _candidate(self, index: int) -> _Candidate:
        found = self._candidates.get(index)
        if found is None:
            found = self._candidates[index] = _Candidate()
        return found

    def _part(self, candidate: int, key: Hashable) -> _OpenPart:
        try:
            return self._candidates[candidate].parts[key]
        except KeyError:
            where = f"part {key!r} of candidate {candidate}"
            raise DialectError(f"{where} was never started (frame {self.frame})") from None

    def _append(self, delta: d.PartDelta) -> None:
        part = self._part(delta.candidate, delta.key)
        if delta.text:
            part.pieces.append(delta.text)
        if delta.data:
            part.data.append(delta.data)
        if delta.citations:
            part.citations.extend(delta.citations)

    def _message(self, delta: d.MessageStart) -> None:
        one = None if delta.candidate is None else self._candidate(delta.candidate)
        start = self._start if one is None else one.start
        for name in ("role", "name", "model", "response_id"):
            value = getattr(delta, name)
            if value:
                start.setdefault(name, value)

    def _open(self, delta: d.PartStart | d.PartEnd) -> None:
        self._candidate(delta.candidate).parts[delta.key] = _OpenPart(
            part=delta.part, frame=self.frame
        )

    def _set(self, delta: d.PartSet) -> None:
        part = self._part(delta.candidate, delta.key)
        for name, value in delta.values.items():
            if name == "extra":
                part.extra.update(value)
            else:
                part.values[name] = value

    def _snapshot(self, delta: d.Snapshot) -> None:
        self._candidate(delta.candidate).parts = {
            ("snapshot", position): _OpenPart(part=part, frame=self.frame)
            for position, part in enumerate(delta.parts)
        }

    def _count(self, delta: d.UsageDelta) -> None:
        self._usage = delta.usage

    def _finish(self, delta: d.Finish) -> None:
        self._candidate(delta.candidate).finish = delta.reason

    def _fail(self, delta: d.Failure) -> None:
        if self._error is None:
            self._error = replace(delta.error, after_frame=self.frame)

    def _keep(self, delta: d.Extra) -> None:
        known = delta.candidate is not None
        extra = self._candidate(delta.candidate or 0).extra if known else self._extra
        if delta.extend and delta.name in extra:
            extra[delta.name].extend(delta.value)
        else:
            extra[delta.name] = list(delta.value) if delta.extend else delta.value

    def _report(self, delta: d.Unfamiliar) -> None:
        found = self._unknown.setdefault((delta.kind, delta.name), [delta.value, self.frame, 0])
        found[2] += 1

    def _end(self, delta: d.End) -> None:
        self.ended = True
        self._marker, self._by_body = delta.marker, delta.by_body


def _joined(pieces: list[str]) -> str:
    """The pieces as one text; a surrogate pair that was cut between two of them is one again."""
    text = "".join(pieces)
    try:
        text.encode()
    except UnicodeEncodeError:  # a lone half: JSON may hold one
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
    return text


def _with_arguments(part: ToolCall | ServerToolCall) -> Part:
    """The call with the JSON value of what was sent as text."""
    text = part.arguments_text
    if text is None or part.arguments is not None:
        return part
    if isinstance(part, ToolCall) and part.custom:
        return replace(part, arguments=text)
    try:
        return replace(part, arguments=json.loads(text) if text.strip() else {})
    except (ValueError, RecursionError):
        return part


def _with_ids(parts: list[Part]) -> tuple[Part, ...]:
    """Calls without an id get one that can't be mistaken for the provider's."""
    return tuple(
        replace(part, id=f"synthesised-{position}", id_synthesised=True)
        if isinstance(part, ToolCall) and not part.id
        else part
        for position, part in enumerate(parts)
    )
