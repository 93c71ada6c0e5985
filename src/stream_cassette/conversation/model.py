"""What was said, whoever the provider: Conversation, Exchange, Message, and their small values.

All are frozen; JSON values inside them are as they were parsed and are not to be changed.
`to_dict()` is the OpenTelemetry GenAI message JSON with members of ours added.
A tool's result stands in a message of role `tool`, in every dialect; results that came in a row
stand in one such message. System text stands in messages of role `system`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from stream_cassette.conversation.parts import JSON, Part, Text, shortened

__all__ = [
    "Conversation",
    "Exchange",
    "FinishReason",
    "History",
    "Message",
    "StreamError",
    "Termination",
    "Tool",
    "Unified",
    "Unknown",
    "Usage",
]

Unified: TypeAlias = Literal[
    "stop", "length", "tool_call", "content_filter", "error", "other", "unknown"
]
Termination: TypeAlias = Literal["complete", "truncated", "errored", "aborted"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishReason:
    """Why a message ended: the common word, the provider's own, and what it said beside it.

    `unified` is `unknown` where no reason ever came, `raw` is None then.
    """

    unified: Unified
    raw: str | None = None
    detail: JSON = None

    def to_dict(self) -> dict[str, Any]:
        """`unified` and `raw`, and `detail` where there is one."""
        out: dict[str, Any] = {"unified": self.unified, "raw": self.raw}
        return out if self.detail is None else out | {"detail": self.detail}


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Tokens counted, never summed over events; None where the provider did not say.

    `input_tokens` includes those read from and written to a cache, `output_tokens` includes
    reasoning, whichever way the provider counts; `raw` is its own object.
    """

    input_tokens: int | None = None
    cache_read_tokens: int | None = None
    cache_creation_tokens: int | None = None
    output_tokens: int | None = None
    reasoning_tokens: int | None = None
    raw: JSON = None

    def to_dict(self) -> dict[str, Any]:
        """All counts, known or not, and the provider's own object."""
        return {
            "input_tokens": self.input_tokens,
            "cache_read_tokens": self.cache_read_tokens,
            "cache_creation_tokens": self.cache_creation_tokens,
            "output_tokens": self.output_tokens,
            "reasoning_tokens": self.reasoning_tokens,
            "raw": self.raw,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamError:
    """An error that the provider reported, instead of an answer or in the middle of one.

    `status` is the HTTP status that it stands for, `after_frame` the number of frames that were
    handed on before it; `code` is text also where the wire has a number.
    """

    type: str | None = None
    code: str | None = None
    message: str | None = None
    status: int | None = None
    after_frame: int | None = None
    raw: JSON = None

    def to_dict(self) -> dict[str, Any]:
        """All members, known or not."""
        return {
            "type": self.type,
            "code": self.code,
            "message": self.message,
            "status": self.status,
            "after_frame": self.after_frame,
            "raw": self.raw,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """Something on the wire that the dialect does not know: kept, reported, never dropped.

    `kind` is `event`, `field`, `part`, `fragment` or `frame`; `name` the provider's word or the
    path of the field; `value` what it held when first seen, in frame `frame` (from 0); `count`
    how often it was seen.
    """

    kind: str
    name: str
    value: JSON = None
    frame: int | None = None
    count: int = 1

    def to_dict(self) -> dict[str, Any]:
        """All members."""
        return {
            "kind": self.kind,
            "name": self.name,
            "value": self.value,
            "frame": self.frame,
            "count": self.count,
        }


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Message:
    """One turn: a role and parts in order.

    `finish_reason`, `model` and `response_id` are of answers, None in a history. `extra` has what
    the provider said about this candidate beside its parts (log probabilities, for example).
    """

    role: str
    parts: tuple[Part, ...] = ()
    name: str | None = None
    finish_reason: FinishReason | None = None
    model: str | None = None
    response_id: str | None = None
    candidate_index: int = 0
    extra: Mapping[str, JSON] = field(default_factory=dict)
    path: str | None = field(default=None, compare=False)

    @property
    def text(self) -> str:
        """The text parts, joined."""
        return "".join(part.content for part in self.parts if isinstance(part, Text))

    def to_dict(self) -> dict[str, Any]:
        """`role` and `parts`; every other member where it is known."""
        out: dict[str, Any] = {"role": self.role}
        out["parts"] = [part.to_dict() for part in self.parts]
        if self.name is not None:
            out["name"] = self.name
        if self.finish_reason is not None:
            out["finish_reason"] = self.finish_reason.to_dict()
            out["model"] = self.model
            out["response_id"] = self.response_id
            out["candidate_index"] = self.candidate_index
        return out | {"extra": dict(self.extra)} if self.extra else out

    def __repr__(self) -> str:
        said = " · ".join(part.short() for part in self.parts) or "nothing"
        ended = f" · {self.finish_reason.unified}" if self.finish_reason else ""
        return f"<Message {self.role}: {shortened(said, 200)}{ended}>"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Exchange:
    """One interaction's answer: who spoke which dialect, what came, and how it ended.

    `candidates` are in the order of their index. `termination` is `complete` after the dialect's
    end, `errored` where the provider reported an error, `aborted` where the client left early,
    else `truncated`. `end_marker` says whether the dialect's own end was seen. `extra` has what
    the provider said about the whole answer.
    """

    dialect: str
    vendor: str | None = None
    candidates: tuple[Message, ...] = ()
    usage: Usage | None = None
    error: StreamError | None = None
    termination: Termination = "complete"
    end_marker: bool = False
    unknown: tuple[Unknown, ...] = ()
    extra: Mapping[str, JSON] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Dialect, vendor, candidates, usage, error, termination, what is unknown, and extras."""
        return {
            "dialect": self.dialect,
            "vendor": self.vendor,
            "candidates": [message.to_dict() for message in self.candidates],
            "usage": None if self.usage is None else self.usage.to_dict(),
            "error": None if self.error is None else self.error.to_dict(),
            "termination": self.termination,
            "end_marker": self.end_marker,
            "unknown": [one.to_dict() for one in self.unknown],
            "extra": dict(self.extra),
        }

    def __repr__(self) -> str:
        who = f"{self.dialect} ({self.vendor})" if self.vendor else self.dialect
        what = "; ".join(repr(message) for message in self.candidates) or "nothing"
        return f"<Exchange {who}, {self.termination}: {what}>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """A tool that a request offers; `kind` is the provider's word, `parameters` a JSON schema."""

    name: str
    kind: str = "function"
    description: str | None = None
    parameters: JSON = None

    def to_dict(self) -> dict[str, Any]:
        """All members."""
        return {
            "name": self.name,
            "kind": self.kind,
            "description": self.description,
            "parameters": self.parameters,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What a request carries: the messages so far, the tools it offers, and what it builds on.

    `previous_id` names the answer or conversation whose history the server holds: the messages
    are then only what is new.
    """

    messages: tuple[Message, ...] = ()
    tools: tuple[Tool, ...] = ()
    model: str | None = None
    previous_id: str | None = None
    unknown: tuple[Unknown, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Messages, tools, model, what it builds on, and what is unknown."""
        return {
            "messages": [message.to_dict() for message in self.messages],
            "tools": [tool.to_dict() for tool in self.tools],
            "model": self.model,
            "previous_id": self.previous_id,
            "unknown": [one.to_dict() for one in self.unknown],
        }


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Conversation:
    """Messages of both sides in order, and the exchanges in which the answers came.

    `interactions` are the exchanges' places in the cassette; they are no part of the value.
    """

    messages: tuple[Message, ...] = ()
    exchanges: tuple[Exchange, ...] = ()
    interactions: tuple[int, ...] = field(default=(), compare=False)

    def to_dict(self) -> dict[str, Any]:
        """Places in the cassette, messages and exchanges."""
        return {
            "interactions": list(self.interactions),
            "messages": [message.to_dict() for message in self.messages],
            "exchanges": [exchange.to_dict() for exchange in self.exchanges],
        }

    def __repr__(self) -> str:
        roles = ", ".join(message.role for message in self.messages)
        return f"<Conversation {len(self.messages)} messages: {shortened(roles)}>"
