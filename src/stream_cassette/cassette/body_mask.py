"""Secrets inside bodies, masked in place: only the characters of a string change, to as many `*`.

Nothing is parsed and written again: a scanner finds where the strings under secret names begin
and end in the bytes as they are, so sizes, spacing and escapes elsewhere stay, and a body that
stops in the middle is masked as far as it goes. An escape counts as the bytes it was written in.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote_plus

from stream_cassette.cassette.jsonpath import pointer_text
from stream_cassette.cassette.secret_names import Redaction

__all__ = ["Span", "mask_body"]

# a JSON string (the closing quote is missing where the body stops or a line ends) or a mark
_TOKEN = re.compile(rb'"((?:[^"\\\r\n]++|\\[^\r\n])*+\\?)("?)|[{}\[\],:]')
_BLANK_LINE = re.compile(rb"(?:\r\n|\r|\n)(?:\r\n|\r|\n)+")
_LINE = re.compile(rb"[^\r\n]+")
_SSE_LINE = re.compile(rb"(?:data|event|id|retry)?:")
_ESCAPED_NAME = re.compile(rb"\\u00[2-7]")
# a form field in a multipart body (RFC 7578); files have a `filename` and are left alone
_PART = re.compile(
    rb'(?i:content-disposition:[ ]*form-data;[ ]*name=)"(?P<name>[^"\r\n]*)"[ ]*\r\n'
    rb"(?:[^\r\n]+\r\n)*\r\n(?P<value>.*?)(?=\r\n--|\Z)",
    re.DOTALL,
)
# inside the object under a secret's name, the member that holds it (OpenAI's `client_secret`)
_VALUE_MEMBERS = frozenset({"value"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Bytes to mask, `start` to `end`, and the place they are at: a JSON pointer or `form.NAME`."""

    start: int
    end: int
    place: str


def mask_body(data: bytes, media: str, redaction: Redaction) -> tuple[bytes, tuple[str, ...]]:
    """The body with its secrets masked, in the same length, and the places that were.

    `media` is the media type, lower case, or "" where unknown. Without a secret, `data` itself.
    """
    spans = list(_spans(data, media, redaction))
    if not spans:
        return data, ()
    masked = bytearray(data)
    for span in spans:
        masked[span.start : span.end] = b"*" * (span.end - span.start)
    return bytes(masked), tuple(dict.fromkeys(span.place for span in spans))


def _spans(data: bytes, media: str, redaction: Redaction) -> Iterator[Span]:
    if media == "application/x-www-form-urlencoded":
        yield from _form_spans(data, redaction)
        return
    if media.startswith("multipart/"):
        yield from _part_spans(data, redaction)
        return
    text_of: Callable[[re.Match[bytes]], bytes] | None = None
    head = data[:512].lstrip(b"\xef\xbb\xbf \t\r\n")
    if media == "text/event-stream" or (not media and _SSE_LINE.match(head)):
        segments, text_of = _events(data), _data_only
    elif "ndjson" in media or "jsonl" in media or "json-seq" in media or "json-lines" in media:
        segments = ((m.start(), m.group()) for m in _LINE.finditer(data))
    elif "json" in media or head[:1] in (b"{", b"["):
        segments = iter([(0, data)])
    else:
        return
    hint = _hint(redaction)
    if hint.search(data) is None and _ESCAPED_NAME.search(data) is None:
        return
    for offset, text in segments:
        if hint.search(text) is not None or _ESCAPED_NAME.search(text) is not None:
            if text_of is not None:
                text = _LINE.sub(text_of, text)
            yield from _json_spans(text, offset, redaction)


@lru_cache(maxsize=64)
def _hint(redaction: Redaction) -> re.Pattern[bytes]:
    """A quick look: does any secret's name stand in quotes before a colon?"""
    between = rb"[-_.\s]*"
    names = (
        between.join(re.escape(character.encode()) for character in name)
        for name in sorted(redaction.fields)
    )
    every = b"|".join(names)
    return re.compile(b'"' + between + b"(?i:" + every + b")" + between + rb'"\s*:')


def _events(data: bytes) -> Iterator[tuple[int, bytes]]:
    start = 0
    for match in _BLANK_LINE.finditer(data):
        yield start, data[start : match.start()]
        start = match.end()
    yield start, data[start:]


def _data_only(line: re.Match[bytes]) -> bytes:
    """What is not data blanked out, so that the lines of an event read as one text."""
    text = line.group()
    return b"     " + text[5:] if text.startswith(b"data:") else b" " * len(text)


def _part_spans(data: bytes, redaction: Redaction) -> Iterator[Span]:
    for part in _PART.finditer(data):
        name = part["name"].decode("utf-8", "replace")
        start, end = part.span("value")
        if start < end and redaction.hides_form(name):
            yield Span(start=start, end=end, place=f"form.{name}")


def _form_spans(data: bytes, redaction: Redaction) -> Iterator[Span]:
    start = 0
    for pair in data.split(b"&"):
        name, equals, value = pair.partition(b"=")
        text = unquote_plus(name.decode("latin-1"), encoding="latin-1")
        if value and redaction.hides_form(text):
            value_start = start + len(name) + len(equals)
            yield Span(start=value_start, end=value_start + len(value), place=f"form.{text}")
        start += len(pair) + 1


class _Scanner:
    """Where in a JSON text the scanner is: open objects and lists, and the key just read."""

    __slots__ = ("_keys", "_pending", "_redaction", "_stack")

    def __init__(self, redaction: Redaction) -> None:
        self._redaction = redaction
        self._stack: list[bool] = []  # True for an object
        self._keys: list[str | int] = []  # the key or index at each level
        self._pending: str | None = None  # a string that turns out to be a key at the colon

    def mark(self, character: bytes) -> None:
        """Take in one of `{}[],:`."""
        if character in b"{[":
            self._stack.append(character == b"{")
            self._keys.append("" if character == b"{" else 0)
        elif character in b"}]":
            if self._stack:
                self._stack.pop()
                self._keys.pop()
        elif character == b":":
            if self._pending is not None and self._stack and self._stack[-1]:
                self._keys[-1] = self._pending
        elif self._stack:
            key = self._keys[-1]
            self._keys[-1] = key + 1 if isinstance(key, int) else ""
        self._pending = None

    def string(self, content: bytes) -> str | None:
        """Take in a string's content; its place (a JSON pointer) if it is a secret's value."""
        if self._expects_key():
            self._pending = _text(content)
            return None
        return pointer_text(self._keys) if content and self._is_secret() else None

    def _expects_key(self) -> bool:
        return not self._stack or (self._stack[-1] and self._keys[-1] == "")

    def _is_secret(self) -> bool:
        key = self._keys[-1]
        if isinstance(key, str) and self._redaction.hides_field(key):
            return True
        above = self._keys[-2] if len(self._keys) > 1 else None
        if not isinstance(above, str) or not self._redaction.hides_field(above):
            return False
        return isinstance(key, int) or key in _VALUE_MEMBERS


def _json_spans(text: bytes, offset: int, redaction: Redaction) -> Iterator[Span]:
    scanner = _Scanner(redaction)
    for token in _TOKEN.finditer(text):
        if token.lastindex is None:
            scanner.mark(token.group())
            continue
        place = scanner.string(token[1])
        if place is not None:
            yield Span(start=offset + token.start(1), end=offset + token.end(1), place=place)


def _text(content: bytes) -> str:
    """A key's text, its escapes undone where they can be."""
    plain = content.decode("utf-8", "replace")
    if "\\" not in plain:
        return plain
    try:
        return str(json.loads(f'"{plain}"'))
    except ValueError:
        return plain
