"""The parts of a message: text, reasoning, tool calls, their results, and what is unknown.

Named after the OpenTelemetry GenAI message schema; what that schema lacks is added: signatures,
citations, values issued by the server, arguments as they were sent. A part keeps everything that
its block said: members that have no field of their own here are in `extra`, by the provider's name.
`path` says where in the request or response the part stood, as a JSON path of the provider's own
shape (`messages[2].reasoning_details[0]`); it is no part of the value.
Source: OpenTelemetry semantic conventions for GenAI, 'gen-ai-output-messages.json'.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, TypeAlias

__all__ = [
    "JSON",
    "Compaction",
    "Generic",
    "Part",
    "Reasoning",
    "ReasoningKind",
    "Refusal",
    "ServerToolCall",
    "ServerToolCallResponse",
    "Text",
    "ToolCall",
    "ToolCallResponse",
    "shortened",
]

JSON: TypeAlias = Any  # a value that JSON can hold
ReasoningKind: TypeAlias = Literal["text", "summary", "encrypted", "redacted"]


def shortened(text: str, limit: int = 60) -> str:
    """The text on one line, cut to `limit` characters with an ellipsis, for a `repr`."""
    line = " ".join(text[: limit * 2].split())
    return line if len(line) <= limit and len(text) <= limit * 2 else line[: limit - 1] + "…"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Part:
    """What all parts have: an opaque signature that belongs to this part only, extras, a path."""

    type: ClassVar[str]
    # the name of the field that deltas append text to
    grows: ClassVar[str | None] = None

    signature: str | None = None
    extra: Mapping[str, JSON] = field(default_factory=dict)
    path: str | None = field(default=None, compare=False)

    def to_dict(self) -> dict[str, Any]:
        """`type`, the part's own members, and `signature` and `extra` where there are any."""
        out = {"type": self.type, **self._members()}
        if self.signature is not None:
            out["signature"] = self.signature
        if self.extra:
            out["extra"] = dict(self.extra)
        return out

    def _members(self) -> dict[str, Any]:
        return {}

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.short()}>"

    def short(self) -> str:
        """What it says, in a few words."""
        return self.type


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Text(Part):
    """Text for the reader, with the citations that support it, in the provider's own shape."""

    type: ClassVar[str] = "text"
    grows: ClassVar[str | None] = "content"

    content: str = ""
    citations: tuple[JSON, ...] = ()

    def _members(self) -> dict[str, Any]:
        cited = {"citations": list(self.citations)} if self.citations else {}
        return {"content": self.content, **cited}

    def short(self) -> str:
        """The text, shortened."""
        return repr(shortened(self.content))


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Reasoning(Part):
    """What the model thought: its text or a summary, or an opaque value in their place.

    `kind` is `encrypted` or `redacted` where there is nothing to read. `issued` are the opaque
    values that the server gave for it, any of which the next request may carry back;
    `provisional` are values that it must not (OpenAI sends one with `output_item.added`).
    `format` is the gateway's word for how the value was made.
    """

    type: ClassVar[str] = "reasoning"
    grows: ClassVar[str | None] = "content"

    content: str = ""
    kind: ReasoningKind = "text"
    id: str | None = None
    format: str | None = None
    issued: tuple[str, ...] = ()
    provisional: tuple[str, ...] = ()

    def _members(self) -> dict[str, Any]:
        rest = {"id": self.id, "format": self.format, "issued": list(self.issued)}
        rest["provisional"] = list(self.provisional)
        out: dict[str, Any] = {"content": self.content, "kind": self.kind, "signature": None}
        return out | {name: value for name, value in rest.items() if value}

    def short(self) -> str:
        """How much there is of it: the text is seldom what one looks for."""
        kind = "reasoning" if self.kind == "text" else f"{self.kind} reasoning"
        return f"{kind} {len(self.content)} chars" + (", signed" if self.signature else "")


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class ToolCall(Part):
    """A call that the client is to execute.

    `arguments` is their JSON value: `{}` where nothing was sent, None where what was sent is no
    JSON (a call cut off). `arguments_text` is what was sent, None where the wire has them as an
    object. `id_synthesised` says that the wire had no id. A `custom` tool takes text, not JSON:
    its `arguments` are that text.
    """

    type: ClassVar[str] = "tool_call"
    grows: ClassVar[str | None] = "arguments_text"

    id: str | None = None
    name: str = ""
    arguments: JSON = None
    arguments_text: str | None = None
    id_synthesised: bool = False
    custom: bool = False

    def _members(self) -> dict[str, Any]:
        out = {"id": self.id, "name": self.name, "arguments": self.arguments}
        if self.arguments_text is not None:
            out["arguments_text"] = self.arguments_text
        flags = {"id_synthesised": self.id_synthesised, "custom": self.custom}
        return out | {name: value for name, value in flags.items() if value}

    def short(self) -> str:
        """The call as it would be written."""
        text = self.arguments_text if self.arguments_text is not None else self.arguments
        return f"{self.name}({shortened(str(text))})"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class ToolCallResponse(Part):
    """What the client's tool gave: text or content parts in the provider's shape.

    `is_error` is None where the dialect has no flag for it.
    """

    type: ClassVar[str] = "tool_call_response"

    id: str | None = None
    name: str | None = None
    response: JSON = None
    is_error: bool | None = None

    def _members(self) -> dict[str, Any]:
        out = {"id": self.id, "response": self.response}
        rest = {"name": self.name, "is_error": self.is_error}
        return out | {name: value for name, value in rest.items() if value is not None}

    def short(self) -> str:
        """The result, shortened."""
        return f"{self.id or self.name}: {shortened(str(self.response))}"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class ServerToolCall(Part):
    """A call that the provider executes itself: web search, code execution, a remote MCP tool."""

    type: ClassVar[str] = "server_tool_call"
    grows: ClassVar[str | None] = "arguments_text"

    id: str | None = None
    name: str = ""
    arguments: JSON = None
    arguments_text: str | None = None

    def _members(self) -> dict[str, Any]:
        call = {"type": self.name, "arguments": self.arguments}
        out: dict[str, Any] = {"id": self.id, "name": self.name, "server_tool_call": call}
        if self.arguments_text is not None:
            out["arguments_text"] = self.arguments_text
        return out

    def short(self) -> str:
        """The call as it would be written."""
        return f"{self.name}({shortened(str(self.arguments))})"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class ServerToolCallResponse(Part):
    """What a tool of the provider's gave, in the provider's shape."""

    type: ClassVar[str] = "server_tool_call_response"

    id: str | None = None
    name: str = ""
    response: JSON = None

    def _members(self) -> dict[str, Any]:
        response = {"type": self.name, "response": self.response}
        return {"id": self.id, "name": self.name, "server_tool_call_response": response}

    def short(self) -> str:
        """Whose result it is."""
        return self.name


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Refusal(Part):
    """Why the model would not answer, where the dialect has a place of its own for it."""

    type: ClassVar[str] = "refusal"
    grows: ClassVar[str | None] = "content"

    content: str = ""

    def _members(self) -> dict[str, Any]:
        return {"content": self.content}

    def short(self) -> str:
        """The text, shortened."""
        return repr(shortened(self.content))


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Compaction(Part):
    """What the provider made of earlier messages; `issued` are its opaque values."""

    type: ClassVar[str] = "compaction"
    grows: ClassVar[str | None] = "content"

    content: str = ""
    issued: tuple[str, ...] = ()

    def _members(self) -> dict[str, Any]:
        return {"content": self.content, "issued": list(self.issued)}


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Generic(Part):
    """A part of a kind that is unknown here, kept as it came: `kind` is the provider's word."""

    type: ClassVar[str] = "generic"

    kind: str
    value: JSON = None

    def _members(self) -> dict[str, Any]:
        return {"kind": self.kind, "value": self.value}

    def short(self) -> str:
        """The provider's word for it."""
        return self.kind
