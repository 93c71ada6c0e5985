"""The comment that opens an interaction in a file: what was asked and said, for a reviewer.

    0 · POST ai-gateway.vercel.sh/v1/chat/completions · 200 · openai-chat (vercel) · 12,056 bytes
      user       What's the weather in Florence, Italy?
      assistant  weather({"location": "Florence, Italy"}) · tool_call · 424 in, 110 out

It is made from what is written, where secrets are masked. The writer escapes what could end a
comment or hide in it. Another text for the same file needs another number: see `_vcr_write`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias
from urllib.parse import urlsplit

from stream_cassette.cassette.model import Interaction, Response
from stream_cassette.conversation.model import Exchange, History, Message
from stream_cassette.conversation.parts import Part, Reasoning, Text, ToolCall, shortened
from stream_cassette.conversation.words import error_in_words, in_words, usage_in_words
from stream_cassette.errors import DialectError
from stream_cassette.meaning import label_of, told_of

__all__ = ["comment_of", "first_line", "said_lines"]

Told: TypeAlias = tuple[History, Exchange]

_WIDTH = 120
_INDENT = 2  # what the writer puts before each line
_ROLE = 13  # columns of the indented role
_ROOM = _WIDTH - _INDENT - _ROLE
_LARGEST = 1 << 24  # bytes; a larger body is told by its first line only, and not held twice
_LINES = 6  # messages of a request, and candidates of an answer, that are told
_ONE_OF_MANY = 32  # characters of a text that is not all of a message
_CALL = 64

# How an ending that is not complete reads at the end of the first line.
_ENDINGS = {"client-closed": "closed by the client", "pending": "left while waiting"}


def comment_of(index: int, interaction: Interaction, told: Told | None = None) -> str:
    """The comment's lines, joined by LF, without what makes them comments.

    `told` is what `meaning.told_of` gave, where that is known already.
    """
    lines = said_lines(interaction, told)
    return "\n".join((first_line(index, interaction, told), *lines))


def first_line(index: int, interaction: Interaction, told: Told | None = None) -> str:
    """What was asked, who answered and how much came, as one line of at most 118 characters.

    `0 · POST host/path · 200 · openai-chat (vercel) · 24 chunks, 1.25 s`. The query is left out; of
    an answer alone it says `no request line`.
    """
    request, response = interaction.request, interaction.response
    url = urlsplit(request.url)
    status = str(response.status) if response.status else "no response"
    host = url.netloc.rpartition("@")[2]
    rest = [status, *_dialect(interaction, told), *_extent(response)]
    tail = "".join(f" · {part}" for part in rest)
    asked = f"{request.method} {host}{url.path}" if request.method else "no request line"
    head = f"{index} · {asked}"
    room = _WIDTH - _INDENT - len(tail)
    return (head if len(head) <= room else head[: room - 1] + "…") + tail


def said_lines(interaction: Interaction, told: Told | None = None) -> tuple[str, ...]:
    """What the request adds to what was said before, and the answer; none where nobody reads it."""
    if max(len(interaction.request.body), len(interaction.response.body)) > _LARGEST:
        return ()
    try:
        told = told or told_of(interaction)
    except DialectError:  # a third party's dialect is no reason to lose a recording
        return ()
    return () if told is None else (*_asked(told[0]), *_answered(told[1]))


def _asked(history: History) -> Iterator[str]:
    new = _new(history.messages)
    if len(new) > _LINES:
        yield _line("…", f"{len(new) - _LINES} messages")
    for message in new[-_LINES:]:
        yield _line(message.role, _words(message, _ROOM))


def _new(messages: Sequence[Message]) -> list[Message]:
    """What no earlier answer comes after; a system's words stand in every request."""
    new: list[Message] = []
    for message in reversed(messages):
        if message.role == "assistant" and new:
            break
        if message.role not in ("assistant", "system"):
            new.append(message)
    return new[::-1]


def _answered(exchange: Exchange) -> Iterator[str]:
    usage = usage_in_words(exchange.usage)
    ended = exchange.termination if exchange.termination in ("truncated", "aborted") else ""
    for place, message in enumerate(exchange.candidates[:_LINES]):
        why = message.finish_reason.unified if message.finish_reason is not None else ""
        tail: list[str] = [word for word in ("" if why == "unknown" else why, ended) if word]
        tail += [usage] if usage and not place else []
        yield _line(message.role, _words(message, _ROOM, tail))
    if exchange.error is not None:
        yield _line("error", shortened(error_in_words(exchange.error), _ROOM))


def _words(message: Message, room: int, tail: Sequence[str] = ()) -> str:
    """The parts and the tail, joined; the parts are cut where there is no room for both."""
    end = "".join(f" · {word}" for word in tail)
    parts = [part for part in message.parts if not _is_blank(part)]
    loud = sum(not isinstance(part, Reasoning) for part in parts)
    said = " · ".join(in_words(part, _limit(part, loud)) for part in parts)
    return shortened(said, room - len(end)) + end if said else end.removeprefix(" · ")


def _is_blank(part: Part) -> bool:
    return isinstance(part, Text) and not part.content.strip()


def _limit(part: Part, loud: int) -> int:
    if loud == 1:
        return _ROOM
    return _CALL if isinstance(part, ToolCall) else _ONE_OF_MANY


def _line(role: str, text: str) -> str:
    return f"  {role:<9}  {text}".rstrip()


def _dialect(interaction: Interaction, told: Told | None) -> list[str]:
    try:
        label = label_of(interaction) if told is None else (told[1].dialect, told[1].vendor)
    except DialectError:  # as in `said_lines`
        return []
    if label is None:
        return []
    name, vendor = label
    return [f"{name} ({vendor})" if vendor else name]


def _extent(response: Response) -> list[str]:
    out = []
    cuts = response.cuts or ()
    if len(cuts) > 0:
        plural = "s" if len(cuts) > 1 else ""
        out.append(f"{len(cuts):,} chunk{plural}, {cuts[-1].offset_ms / 1000:.2f} s")
    elif response.body:
        out.append(f"{len(response.body):,} bytes")
    ending = response.ending
    if ending.kind != "complete":
        out.append(_ENDINGS.get(ending.kind, f"{ending.error or 'other'} error"))
    return out
