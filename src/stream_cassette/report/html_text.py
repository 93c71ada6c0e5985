"""Recorded text as a page shows it: every character is seen, and what is too long is cut.

Escaping for HTML is the template engine's; here is what HTML would let through: control and
bidirectional characters, line separators, lone surrogates. They are written out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from stream_cassette.cassette.visible import visible
from stream_cassette.conversation.parts import JSON

__all__ = [
    "EMPTY",
    "Clip",
    "Token",
    "byte_text",
    "clip",
    "json_clip",
    "number",
    "plural",
    "span_ms",
]

_TAB = "    "


class Token(NamedTuple):
    """A piece of JSON text; `kind` is `key`, `string`, `number`, `word`, or "" for the rest."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip:
    """A text to show, and how many `unit`s were `left` out of it at its end.

    `tokens` are the same text in pieces, where it is JSON.
    """

    text: str
    left: int = 0
    unit: str = "characters"
    tokens: tuple[Token, ...] = ()


EMPTY = Clip(text="")


def clip(text: str, limit: int) -> Clip:
    """The text, line by line, at most `limit` of its characters."""
    kept = text[:limit]
    shown = "\n".join(visible(line.replace("\t", _TAB)) for line in kept.split("\n"))
    return Clip(text=shown, left=len(text) - len(kept))


def byte_text(data: bytes, limit: int) -> Clip:
    """Bytes as UTF-8 text, what is none replaced; `left` counts the bytes that are left out."""
    shown = clip(data[:limit].decode("utf-8", "replace"), limit)
    return Clip(text=shown.text, left=max(0, len(data) - limit), unit="bytes")


def json_clip(value: JSON, limit: int) -> Clip:
    """A JSON value, indented; a text that stands alone is shown as it is."""
    if isinstance(value, str):
        return clip(value, limit)
    text = json.dumps(value, ensure_ascii=False, indent=2, default=str)
    shown = clip(text, limit)
    return Clip(text=shown.text, left=shown.left, tokens=tuple(_tokens(shown.text)))


_JSON = re.compile(
    r'(?P<key>"(?:[^"\\]|\\.)*"(?=\s*:))'
    r'|(?P<string>"(?:[^"\\]|\\.)*"?)'
    r"|(?P<number>-?\d[\d.eE+-]*)"
    r"|(?P<word>true|false|null)"
)


def _tokens(text: str) -> Iterator[Token]:
    at = 0
    for found in _JSON.finditer(text):
        if found.start() > at:
            yield Token("", text[at : found.start()])
        yield Token(found.lastgroup or "", found.group())
        at = found.end()
    if at < len(text):
        yield Token("", text[at:])


def number(value: float) -> str:
    """`12,056`, `31.2`: a count, or a measure with one decimal where it is small."""
    return f"{value:,.0f}" if value == int(value) or abs(value) >= 100 else f"{value:,.1f}"


def span_ms(ms: float | None) -> str:
    """`31.2 ms`, `1.25 s`, `2 min 5 s`; `unknown` for None."""
    if ms is None:
        return "unknown"
    if ms < 1000:
        return f"{number(round(ms, 1))} ms"
    if ms < 120_000:
        return f"{ms / 1000:.2f} s"
    minutes, seconds = divmod(round(ms / 1000), 60)
    return f"{minutes:,} min {seconds} s"


def plural(count: int, noun: str) -> str:
    """`1 chunk`, `24 chunks`."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
