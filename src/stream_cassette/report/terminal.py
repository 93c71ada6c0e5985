"""A cassette for a person: its interactions, frames, chunks, and what was said.

Nothing of what was recorded reaches the terminal as anything but visible characters.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Literal, NamedTuple, TypeAlias

from stream_cassette.api import exchange_of, frames_of, headline
from stream_cassette.cassette.model import Cassette, Interaction
from stream_cassette.cassette.visible import visible
from stream_cassette.conversation.model import Conversation, Exchange, Message
from stream_cassette.conversation.parts import Part, Reasoning, Refusal, Text, ToolCallResponse
from stream_cassette.conversation.words import (
    error_in_words,
    in_words,
    result_of,
    usage_in_words,
)

__all__ = ["Line", "Style", "shown"]

Style: TypeAlias = Literal["heading", "bad", "dim"]

_WIDTH = 100
_PREVIEW = 56  # characters of a frame or a chunk
_INDENT = 13  # columns of a role
_ROWS = 12  # lines of one part


class Line(NamedTuple):
    """One line without its end, and how it may be styled; `style` is None for plain text."""

    text: str
    style: Style | None = None


def shown(cassette: Cassette, *, frames: bool = False, chunks: bool = False) -> Iterator[Line]:
    """The file's own line, then each interaction, then each conversation."""
    count = len(cassette.interactions)
    plural = "" if count == 1 else "s"
    yield Line(
        visible(f"{cassette.path or 'cassette'} · {cassette.format} · {count} interaction{plural}"),
        "heading",
    )
    for index, one in enumerate(cassette.interactions):
        yield from _interaction(index, one)
        if chunks:
            yield from _chunks(one)
        if frames:
            yield from _frames(one)
    conversations = cassette.conversations
    for number, conversation in enumerate(conversations):
        yield Line("")
        yield from _conversation(number, len(conversations), conversation)


def _interaction(index: int, one: Interaction) -> Iterator[Line]:
    yield Line(visible(headline(index, one)))
    exchange = exchange_of(one)
    if exchange is None:
        return
    yield Line(f"    {_outcome(exchange)}", None if exchange.termination == "complete" else "bad")
    if exchange.error is not None:
        yield Line(f"    error {visible(error_in_words(exchange.error))}", "bad")
    for each in exchange.unknown:
        times = f" ({each.count} times)" if each.count > 1 else ""
        yield Line(f"    unknown {each.kind} {visible(each.name)}{times}", "bad")


def _outcome(exchange: Exchange) -> str:
    words: list[str] = [exchange.termination]
    if exchange.termination == "complete" and not exchange.end_marker:
        words.append("no end marker")
    if len(exchange.candidates) != 1:
        words.append(f"{len(exchange.candidates)} candidates")
    if usage := usage_in_words(exchange.usage):
        words.append(usage)
    return " · ".join(words)


def _chunks(one: Interaction) -> Iterator[Line]:
    if one.response.chunks is None:
        yield Line("    cut points unknown", "dim")
        return
    yield Line("    chunk    bytes         ms", "dim")
    for number, chunk in enumerate(one.response.chunks):
        size, at = len(chunk.data), f"{chunk.offset_ms:,.1f}"
        yield Line(f"    {number:>5} {size:>8,} {at:>10}  {_preview(chunk.data)}")


def _frames(one: Interaction) -> Iterator[Line]:
    yield Line("    frame     byte    bytes", "dim")
    for number, frame in enumerate(frames_of(one.response)):
        kind = frame.event or ""
        if frame.fault is not None:
            kind = f"(fault: {frame.fault})"
        elif frame.partial:
            kind = f"{kind} (unfinished)".strip()
        elif not frame.dispatch:
            kind = f"{kind} (not handed on)".strip()
        said = frame.data if frame.dispatch else frame.raw.decode("utf-8", "replace")
        place = f"{number:>5} {frame.start:>8,} {len(frame.raw):>8,}"
        text = f"    {place}  {visible(kind)}{'  ' if kind else ''}{_short(said)}"
        yield Line(text, "bad" if frame.fault is not None or frame.partial else None)


def _preview(data: bytes) -> str:
    return _short(data[: _PREVIEW * 4].decode("utf-8", "replace"))


def _short(text: str) -> str:
    cut = visible(text[:_PREVIEW])
    return cut if len(text) <= _PREVIEW and len(cut) <= _PREVIEW else cut[: _PREVIEW - 1] + "…"


def _conversation(number: int, total: int, conversation: Conversation) -> Iterator[Line]:
    places = ", ".join(map(str, conversation.interactions))
    plural = "s" if len(conversation.interactions) > 1 else ""
    yield Line(f"conversation {number} of {total} · interaction{plural} {places}", "heading")
    for message in conversation.messages:
        yield from _message(message)


def _message(message: Message) -> Iterator[Line]:
    rows: list[tuple[str, Style | None]] = [
        (row, _style(part)) for part in message.parts for row in _rows(part)
    ]
    if message.finish_reason is not None:
        reason = message.finish_reason
        raw = "" if reason.raw in (None, reason.unified) else f" ({visible(str(reason.raw))})"
        rows.append((f"→ {reason.unified}{raw}", "dim"))
    if not rows:
        rows.append(("nothing", "dim"))
    role = visible(message.role)
    for row, style in rows:
        yield Line(f"  {role:<9}  {row}".rstrip(), style)
        role = ""


def _style(part: Part) -> Style | None:
    """Thoughts stand back, what was said and done does not."""
    return "dim" if isinstance(part, Reasoning) else None


def _rows(part: Part) -> list[str]:
    """The part in lines; a long one is cut, and says by how much."""
    rows: list[str] = []
    for line in _said(part).split("\n"):
        rows += textwrap.wrap(visible(line.expandtabs(4)), _WIDTH - _INDENT) or [""]
    if len(rows) > _ROWS:
        left = len(rows) - _ROWS + 1
        return [*rows[: _ROWS - 1], f"… {left} more lines"]
    return rows


def _said(part: Part) -> str:
    if isinstance(part, (Text, Refusal)):
        return part.content
    if isinstance(part, Reasoning) and part.content:
        return f"[{part.short()}]\n{part.content}"
    if isinstance(part, ToolCallResponse) and isinstance(result_of(part.response), str):
        return str(result_of(part.response))
    return in_words(part, 2_000)
