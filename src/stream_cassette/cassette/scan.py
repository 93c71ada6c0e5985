"""The last look at a finished interaction: is anything left in it that looks like a secret?

It looks where the masks look and leaves out what they leave out (`opaque_names`, data: URLs), but
goes its own way: bodies are decoded and parsed, and the strings of the values searched.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, unquote_plus, urlsplit

from stream_cassette.cassette.model import Headers, Interaction, Response, header
from stream_cassette.cassette.scan_strings import Strings
from stream_cassette.cassette.secret_names import REDACTED, Redaction
from stream_cassette.cassette.secret_search import search_of
from stream_cassette.errors import PublishError
from stream_cassette.wire.bounded import MAX_MASKED_BYTES, OversizedBody
from stream_cassette.wire.encoding import CorruptEncoding, UnknownEncoding, decode
from stream_cassette.wire.framing import DECODERS, decoder_for, media_type

__all__ = ["BY_NAME", "RECORDED", "Leak", "refuse_leaks", "scan"]

RECORDED = (
    "have it masked with redact={'values': [...]} or redact={'patterns': [...]}, or changed by "
    "before_record=, and record again; the journal is still beside the cassette"
)
"""What to do about a recording that still holds a secret."""

BY_NAME = "a value whose name says secret"
"""The kind of a leak that nothing but its name tells of."""

_MOST_NAMED = 3
_PIECE_BYTES = 1 << 20
_FORM = "application/x-www-form-urlencoded"
_SSE = "text/event-stream"
_SSE_LINE = re.compile(rb"(?:data|event|id|retry)?:")
_REDIRECTS = frozenset({"location", "content-location", "refresh", "referer", "link"})
_PARAMETER = re.compile(r"[?&;#]([^=&;#<>\s]+)=([^&;#<>\s\"]*)")
_COOKIES = frozenset({"cookie", "cookie2", "set-cookie", "set-cookie2"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Leak:
    """Something that looks like a secret: where, of what kind, never what.

    `place` is `request URL`, `response header x-trace`, `response body /error/message`, `ending
    message` and the like; `offset` counts the bytes from the start of that text, where known.
    """

    place: str
    kind: str
    offset: int | None = None


def scan(interaction: Interaction, redaction: Redaction) -> tuple[Leak, ...]:
    """What still looks like a secret in the interaction, each place and kind once."""
    request, response = interaction.request, interaction.response
    look = _Look(redaction)
    found = [
        *look.url("request URL", request.url),
        *look.headers("request", request.headers),
        *look.body("request body", request.body, request.headers),
        *look.texts("status line", response.reason),
        *look.headers("response", response.headers),
        *look.body("response body", response.body, response.headers),
        *_decoded(look, response),
        *look.texts("ending message", response.ending.message or ""),
    ]
    return tuple({(leak.place, leak.kind): leak for leak in reversed(found)}.values())[::-1]


def refuse_leaks(
    interactions: Iterable[Interaction],
    redaction: Redaction,
    *,
    path: str,
    first: int = 0,
    hint: str = RECORDED,
) -> None:
    """Look at what is about to be written to `path`; `first` is the first interaction's number.

    Raises:
        PublishError: something in it looks like a secret; the message says where, and not what.
    """
    for number, interaction in enumerate(interactions, first):
        leaks = scan(interaction, redaction)
        if leaks:
            places = "; ".join(f"{leak.kind} in the {leak.place}" for leak in leaks[:_MOST_NAMED])
            more = f" and {len(leaks) - _MOST_NAMED} more" if len(leaks) > _MOST_NAMED else ""
            raise PublishError(
                f"what looks like a secret is left, and was not written: {places}{more}",
                path=path,
                interaction=number,
                hint=hint,
            )


def _decoded(look: _Look, response: Response) -> Iterable[Leak]:
    text = (response.decoded or "").encode("utf-8", "surrogatepass")
    return look.body("decoded view", text, _plain_headers(response.headers)) if text else ()


def _plain_headers(headers: Headers) -> Headers:
    return tuple(pair for pair in headers if pair[0].lower() != "content-encoding")


class _Look:
    """One look, with one set of tables."""

    def __init__(self, redaction: Redaction) -> None:
        self._redaction = redaction
        self._search = search_of(redaction)

    def texts(self, place: str, *spellings: str) -> Iterator[Leak]:
        """One text, in every spelling given."""
        for text in dict.fromkeys(spellings):
            for kind, start in self._search.hits(text.encode("utf-8", "surrogatepass")):
                yield Leak(place=self._safe(place), kind=kind, offset=start)

    def url(self, place: str, url: str) -> Iterator[Leak]:
        """A URL: as it is, its escapes undone, and what its parts are called."""
        yield from self.texts(place, url, unquote(url), unquote_plus(url))
        try:
            split = urlsplit(url)
        except ValueError:
            return
        if split.netloc.rpartition("@")[0] not in ("", REDACTED):
            yield Leak(place=place, kind="a user's name or password")
        yield from self._parameters(place, url)

    def headers(self, whose: str, headers: Headers) -> Iterator[Leak]:
        """Names and values of header fields."""
        for name, value in headers:
            place = f"{whose} header {name}"
            yield from self.texts(f"{whose} headers", name)
            yield from self.texts(place, value, unquote(value))
            lower = name.lower()
            if self._redaction.hides_header(name) and not _is_masked(lower, value):
                yield Leak(place=self._safe(place), kind=BY_NAME)
            elif lower in _REDIRECTS:
                yield from self._parameters(place, value)

    def body(self, place: str, body: bytes, headers: Headers) -> Iterator[Leak]:
        """A body, its content coding undone."""
        try:
            coding = header(headers, "content-encoding")
            plain = decode(body, coding, limit_bytes=MAX_MASKED_BYTES)
        except OversizedBody:
            yield Leak(place=place, kind="a body too large to be looked through")
            return
        except (UnknownEncoding, CorruptEncoding):
            yield from self._bytes(place, body)
            return
        if not plain:
            return
        for kind, start in self._search.values(plain):
            yield Leak(place=place, kind=kind, offset=start)
        media = _media(plain, headers)
        if media == _FORM:
            yield from self._form(place, plain.decode("utf-8", "replace"))
        if media in DECODERS:
            yield from self._frames(place, plain, media)
        else:
            yield from self._bytes(place, plain)

    def _bytes(self, place: str, data: bytes) -> Iterator[Leak]:
        for kind, start in self._search.hits(data):
            yield Leak(place=place, kind=kind, offset=start)

    def _frames(self, place: str, body: bytes, media: str) -> Iterator[Leak]:
        strings, decoder = Strings(self._redaction), decoder_for(media)
        for start in range(0, len(body), _PIECE_BYTES):
            for frame in decoder.feed(body[start : start + _PIECE_BYTES]):
                for pointer, kind in strings.frame(frame):
                    yield Leak(place=self._safe(f"{place} {pointer}".rstrip()), kind=kind)
        for frame in decoder.close():
            for pointer, kind in strings.frame(frame):
                yield Leak(place=self._safe(f"{place} {pointer}".rstrip()), kind=kind)
        for pointer, kind in strings.close():
            yield Leak(place=self._safe(f"{place} {pointer}".rstrip()), kind=kind)

    def _parameters(self, place: str, url: str) -> Iterator[Leak]:
        """The parameters of a URL's query and fragment."""
        for name, value in _PARAMETER.findall(url):
            yield from self.texts(place, unquote_plus(value))
            if value not in ("", REDACTED) and self._redaction.hides_query(unquote_plus(name)):
                yield Leak(place=self._safe(f"{place} query.{name}"), kind=BY_NAME)

    def _form(self, place: str, text: str) -> Iterator[Leak]:
        for name, value in parse_qsl(text, keep_blank_values=True, errors="replace"):
            yield from self.texts(place, name, value)
            if value.strip("*") and self._redaction.hides_form(name):
                yield Leak(place=self._safe(f"{place} form.{name}"), kind=BY_NAME)

    def _safe(self, place: str) -> str:
        """The place, cut before the first part of it that is itself like a secret."""
        if any(True for _ in self._search.hits(place.encode("utf-8", "surrogatepass"))):
            words = place.split()
            return " ".join(words[:2])
        return place


def _is_masked(name: str, value: str) -> bool:
    """Whether the value of a secret header is a mask, or empty; of cookies, each."""
    if name not in _COOKIES:
        return value in ("", REDACTED)
    pairs = value.split(";")[:1] if name.startswith("set-") else value.split(";")
    return all(pair.partition("=")[2] in ("", REDACTED) or pair == REDACTED for pair in pairs)


def _media(body: bytes, headers: Headers) -> str:
    """The media type; by the body's look where it says something else than the header."""
    media = media_type(header(headers, "content-type"))
    head = body[:512].lstrip(b"\xef\xbb\xbf \t\r\n")
    if media in DECODERS and media != "application/json":
        return media
    if _SSE_LINE.match(head):
        return _SSE
    return "application/json" if head[:1] in (b"{", b"[") else media
