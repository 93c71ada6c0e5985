"""Deltas: a frame's meaning in provider-neutral words. A dialect's reader makes them, the
accumulator folds them; nothing else passes between the two.

A part is addressed by its candidate (the choice's index, 0 where there is one) and a key that the
reader chooses from the provider's own identity (a block's index, an item's id), never from a list
position. Parts stand in the order in which they were started.

    MessageStart(role=..., model=..., response_id=...)     said once or often; the first value stays
    PartStart(key=0, part=Text())                          opens a part with what is known of it
    PartDelta(0, 0, "Hel")                                 appends: text, bytes, citations
    PartSet(key=0, values={"signature": "..."})            sets fields; the last value stays
    PartEnd(key=0, part=Text(content="Hello"))             the provider's own final word for a part
    Snapshot(parts=(...))                                  … and for all parts of a candidate
    UsageDelta(usage=...)   Finish(reason=...)   Failure(error=...)
    Extra(name=..., value=...)   Unfamiliar(kind=..., name=...)   End()
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from stream_cassette.conversation.model import FinishReason, StreamError, Usage
from stream_cassette.conversation.parts import JSON, Part

__all__ = [
    "Delta",
    "End",
    "Extra",
    "Failure",
    "Finish",
    "MessageStart",
    "PartDelta",
    "PartEnd",
    "PartSet",
    "PartStart",
    "Snapshot",
    "Unfamiliar",
    "UsageDelta",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageStart:
    """What is known of a candidate, or (`candidate` None) of the whole answer.

    Of each member the first value that is not empty stays. A candidate exists from its first
    delta on, whether or not this one came.
    """

    candidate: int | None = 0
    role: str | None = None
    name: str | None = None
    model: str | None = None
    response_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PartStart:
    """Opens the part `key` with what is known so far; a key that is open is started anew."""

    candidate: int = 0
    key: Hashable
    part: Part


class PartDelta(NamedTuple):
    """Appends to an open part: `text` to the field its class names in `grows`, `data` to a blob,
    `citations` to a text.

    A named tuple: most deltas are this one, and a frozen dataclass takes three times as long.
    """

    candidate: int
    key: Hashable
    text: str = ""
    data: bytes = b""
    citations: tuple[JSON, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PartSet:
    """Sets fields of an open part; the last value of each stays, `extra` is merged."""

    candidate: int = 0
    key: Hashable
    values: Mapping[str, JSON]


@dataclass(frozen=True, slots=True, kw_only=True)
class PartEnd:
    """The provider's own final form of a part; it replaces what was accumulated.

    A part that was never started is added.
    """

    candidate: int = 0
    key: Hashable
    part: Part


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The provider's own final form of all parts; it replaces what was accumulated."""

    candidate: int = 0
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageDelta:
    """The count so far; the last one stays, nothing is summed.

    A reader whose wire sends only the members that changed merges them before it says so.
    """

    usage: Usage


@dataclass(frozen=True, slots=True, kw_only=True)
class Finish:
    """Why a candidate ended; the last one stays.

    A reason `stop` beside a call that the client is to execute reads `tool_call` in the end, save
    where its result stands beside it: many providers say `stop` there. A reader has no need to
    look for that.
    """

    candidate: int = 0
    reason: FinishReason


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """The provider reported an error; the first one stays, and so does what came before it."""

    error: StreamError


@dataclass(frozen=True, slots=True, kw_only=True)
class Extra:
    """A member that is known but has no field of its own, kept under the provider's name.

    `candidate` None: of the whole answer. The last value stays; `extend` appends to a list.
    """

    candidate: int | None = None
    name: str
    value: JSON
    extend: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfamiliar:
    """Something that the dialect does not know; see `conversation.model.Unknown` for the words."""

    kind: str
    name: str
    value: JSON = None


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """All that was to come has come: the dialect's end marker, or its own sign of a whole answer.

    What follows on the wire is not read. `marker` is False where the dialect has no marker.
    `by_body`: the sign is that the body ends; one that broke off, or was left, is no answer's end.
    """

    marker: bool = True
    by_body: bool = False


Delta: TypeAlias = (
    MessageStart
    | PartStart
    | PartDelta
    | PartSet
    | PartEnd
    | Snapshot
    | UsageDelta
    | Finish
    | Failure
    | Extra
    | Unfamiliar
    | End
)
