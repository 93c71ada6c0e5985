"""Secrets inside whole bodies, masked in place: the engine of `mask_stream`, in one go."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote_plus

from stream_cassette.cassette.mask_stream import BodyMasker
from stream_cassette.cassette.secret_names import Redaction

__all__ = ["Span", "mask_body"]

# a form field in a multipart body (RFC 7578); files have a `filename` and are left alone
_PART = re.compile(
    rb'(?i:content-disposition:[ ]*form-data;[ ]*name=)"(?P<name>[^"\r\n]*)"[ ]*\r\n'
    rb"(?:[^\r\n]+\r\n)*\r\n(?P<value>.*?)(?=\r\n--|\Z)",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Bytes to mask, `start` to `end`, and the place they are at: `form.NAME`."""

    start: int
    end: int
    place: str


def mask_body(data: bytes, media: str, redaction: Redaction) -> tuple[bytes, tuple[str, ...]]:
    """The body with its secrets masked, in the same length, and the places that were.

    `media` is the media type, lower case, or "" where unknown. Without a secret, `data` itself.
    """
    spans = list(_spans(data, media, redaction))
    named = bytearray(data)
    for span in spans:
        named[span.start : span.end] = b"*" * (span.end - span.start)
    masker = BodyMasker(media, redaction)
    out, patches = masker.feed(bytes(named))
    masked = bytearray(out)
    for start, piece in (*patches, *masker.close()):
        masked[start : start + len(piece)] = piece
    places = tuple(dict.fromkeys((*(span.place for span in spans), *masker.places)))
    return (bytes(masked), places) if places else (data, ())


def _spans(data: bytes, media: str, redaction: Redaction) -> Iterator[Span]:
    if media == "application/x-www-form-urlencoded":
        yield from _form_spans(data, redaction)
    elif media.startswith("multipart/"):
        yield from _part_spans(data, redaction)


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
