"""Messages and their parts as a page shows them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from stream_cassette.cassette.visible import visible
from stream_cassette.conversation.media import Blob, File, Uri
from stream_cassette.conversation.model import Message, Usage
from stream_cassette.conversation.parts import (
    JSON,
    Compaction,
    Generic,
    Part,
    Reasoning,
    Refusal,
    ServerToolCall,
    ServerToolCallResponse,
    Text,
    ToolCall,
    ToolCallResponse,
)
from stream_cassette.conversation.words import result_of
from stream_cassette.report.html_text import EMPTY, Clip, clip, json_clip, plural

__all__ = ["Anchor", "MessageView", "PartView", "message_view", "part_view", "usage_words"]

_ROLES = frozenset({"system", "user", "assistant", "tool"})  # those that have a colour
_FINE = frozenset({"stop", "tool_call"})
_LONG = 1_500  # characters of a message's text that are shown without being asked for
_WORDS = 60  # characters of the opening of something folded


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """Where links lead to: an id, and the other ends (their ids, words and state)."""

    id: str
    ends: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PartView:
    """One part: `kind` chooses its looks, `title` heads it, `body` is what it says.

    `is_folded` parts open on demand; `opening` is their first words. `is_code` says that the body
    is set in a fixed width. `tags` are short facts.
    """

    kind: str
    title: str = ""
    body: Clip = EMPTY
    is_folded: bool = False
    is_code: bool = False
    is_bad: bool = False
    opening: str = ""
    tags: tuple[str, ...] = ()
    anchor: Anchor | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageView:
    """One bubble. `role` is one that has a colour, or `other`; `who` is the role as recorded."""

    role: str
    who: str
    parts: tuple[PartView, ...]
    model: str = ""
    finish: str = ""
    is_finish_bad: bool = False


def message_view(
    message: Message, limit: int, anchors: Mapping[int, Anchor] | None = None
) -> MessageView:
    """The message; `limit` is the number of characters of a part, `anchors` are by its place."""
    ids = anchors or {}
    reason = message.finish_reason
    finish: str = "" if reason is None else reason.unified
    if reason is not None and reason.raw not in (None, reason.unified):
        finish += f" ({visible(str(reason.raw))})"
    return MessageView(
        role=message.role if message.role in _ROLES else "other",
        who=visible(" ".join(filter(None, (message.role, message.name)))),
        parts=tuple(part_view(one, limit, ids.get(n)) for n, one in enumerate(message.parts)),
        model=visible(message.model or ""),
        finish=finish,
        is_finish_bad=reason is not None and reason.unified not in _FINE,
    )


def part_view(part: Part, limit: int, anchor: Anchor | None = None) -> PartView:
    """The part; what is unknown is shown as the JSON that it was."""
    tags = ("signed",) if part.signature else ()
    if isinstance(part, Text):
        body = clip(part.content, limit)
        cited = (plural(len(part.citations), "citation"),) if part.citations else ()
        is_long = len(body.text) > _LONG
        opening = _opening(body.text) if is_long else ""
        return PartView(
            kind="text",
            title=plural(len(part.content), "character") if is_long else "",
            body=body,
            is_folded=is_long,
            opening=opening,
            tags=tags + cited,
            anchor=anchor,
        )
    if isinstance(part, Reasoning):
        return _reasoning(part, limit, tags, anchor)
    if isinstance(part, (ToolCall, ServerToolCall)):
        return _call(part, limit, tags, anchor)
    if isinstance(part, (ToolCallResponse, ServerToolCallResponse)):
        return _result(part, limit, tags, anchor)
    return _other(part, limit, tags, anchor)


def _reasoning(
    part: Reasoning, limit: int, tags: tuple[str, ...], anchor: Anchor | None
) -> PartView:
    kind = "Reasoning" if part.kind == "text" else f"Reasoning, {part.kind}"
    opaque = sum(map(len, part.issued))
    more = (f"{opaque:,} opaque characters",) if opaque else ()
    size = f", {plural(len(part.content), 'character')}" if part.content else ""
    body = clip(part.content, limit)
    return PartView(
        kind="reasoning",
        title=kind + size,
        body=body,
        is_folded=True,
        opening=_opening(body.text),
        tags=tags + more,
        anchor=anchor,
    )


def _call(
    part: ToolCall | ServerToolCall, limit: int, tags: tuple[str, ...], anchor: Anchor | None
) -> PartView:
    broken = part.arguments is None and bool(part.arguments_text)
    value: JSON = part.arguments_text if broken else part.arguments
    notes: tuple[str, ...] = ("arguments are no JSON",) if broken else ()
    if isinstance(part, ServerToolCall):
        notes += ("run by the provider",)
    elif part.id_synthesised:
        notes += ("no id on the wire",)
    return PartView(
        kind="call",
        title=visible(part.name),
        body=json_clip({} if value is None else value, limit),
        is_code=True,
        is_bad=broken,
        tags=tags + notes + ((visible(part.id),) if part.id else ()),
        anchor=anchor,
    )


def _result(
    part: ToolCallResponse | ServerToolCallResponse,
    limit: int,
    tags: tuple[str, ...],
    anchor: Anchor | None,
) -> PartView:
    body = json_clip(result_of(part.response), limit)
    is_bad = isinstance(part, ToolCallResponse) and bool(part.is_error)
    is_long = len(body.text) > _LONG
    title = "Result" if not part.name else f"Result of {visible(part.name)}"
    return PartView(
        kind="result",
        title=title + (", an error" if is_bad else ""),
        body=body,
        is_folded=is_long,
        is_code=True,
        is_bad=is_bad,
        opening=_opening(body.text) if is_long else "",
        tags=tags + ((visible(part.id),) if part.id else ()),
        anchor=anchor,
    )


def _other(part: Part, limit: int, tags: tuple[str, ...], anchor: Anchor | None) -> PartView:
    if isinstance(part, Refusal):
        body = clip(part.content, limit)
        return PartView(
            kind="refusal", title="Refusal", body=body, is_bad=True, tags=tags, anchor=anchor
        )
    if isinstance(part, (Blob, Uri, File)):
        said = clip(part.transcript, limit) if isinstance(part, Blob) else EMPTY
        return PartView(
            kind="media", title=visible(part.short()), body=said, tags=tags, anchor=anchor
        )
    if isinstance(part, Compaction):
        body = clip(part.content, limit)
        return PartView(
            kind="reasoning",
            title="Compaction of what was said before",
            body=body,
            is_folded=True,
            opening=_opening(body.text),
            tags=tags,
            anchor=anchor,
        )
    is_generic = isinstance(part, Generic)
    return PartView(
        kind="generic",
        title=f"Unknown part: {visible(part.short())}" if is_generic else part.type,
        body=json_clip(part.value if isinstance(part, Generic) else part.to_dict(), limit),
        is_folded=True,
        is_code=True,
        tags=tags,
        anchor=anchor,
    )


def _opening(text: str) -> str:
    line = " ".join(text[: _WORDS * 2].split())
    return line if len(line) <= _WORDS else line[: _WORDS - 1] + "…"


def usage_words(usage: Usage | None) -> str:
    """`424 in (12 cached), 110 out (80 reasoning)`; as much of it as is known."""
    if usage is None:
        return ""
    sides = []
    if usage.input_tokens is not None:
        cached = f" ({usage.cache_read_tokens:,} cached)" if usage.cache_read_tokens else ""
        sides.append(f"{usage.input_tokens:,} in{cached}")
    if usage.output_tokens is not None:
        thought = f" ({usage.reasoning_tokens:,} reasoning)" if usage.reasoning_tokens else ""
        sides.append(f"{usage.output_tokens:,} out{thought}")
    return ", ".join(sides)
