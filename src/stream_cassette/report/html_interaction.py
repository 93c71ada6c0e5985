"""An interaction as a page shows it: the request, the response, its times and frames."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import islice

from stream_cassette.api import frames_of, headline
from stream_cassette.cassette.body import plain_bytes
from stream_cassette.cassette.model import Headers, Interaction, header
from stream_cassette.cassette.visible import visible
from stream_cassette.conversation.model import Exchange
from stream_cassette.report.html_conversation import error_words
from stream_cassette.report.html_parts import MessageView, message_view, usage_words
from stream_cassette.report.html_picture import Picture, picture_of
from stream_cassette.report.html_text import Clip, byte_text, clip, json_clip, span_ms
from stream_cassette.report.html_timing import Timing, timing_of
from stream_cassette.wire.framing import Frame

__all__ = ["Caps", "FrameView", "InteractionView", "ending_words", "interaction_view"]

_HEADER = 500  # characters of one header's value
_CHUNKS = 200  # rows of the table of chunks
_FRAMES_OF_ALL = 1_000  # of a cassette
_BODY_CHARS_OF_ALL = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Caps:
    """How much of a cassette a page holds: characters of a part and of a frame, and counts."""

    part_chars: int = 20_000
    frame_chars: int = 2_000
    frames: int = 200
    body_chars: int = 20_000
    interactions: int = 100

    def shared(self, count: int) -> Caps:
        """For each of so many interactions: of many, each has less."""
        frames, body_chars = _FRAMES_OF_ALL // max(1, count), _BODY_CHARS_OF_ALL // max(1, count)
        return replace(
            self,
            frames=min(self.frames, max(10, frames)),
            body_chars=min(self.body_chars, max(1_000, body_chars)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameView:
    """One frame: its number, where it starts, its size in bytes, its event or what ails it."""

    number: int
    start: int
    size_bytes: int
    kind: str
    is_bad: bool
    raw: Clip


@dataclass(frozen=True, slots=True, kw_only=True)
class InteractionView:
    """One request with its response. `frame_count` is the true count, whatever `frames` holds."""

    index: int
    headline: str
    method: str
    url: str
    facts: tuple[tuple[str, str], ...]
    fault: str | None
    unknown: tuple[str, ...]
    others: tuple[MessageView, ...]
    request_headers: tuple[tuple[str, str], ...]
    response_headers: tuple[tuple[str, str], ...]
    request_body: Clip | None
    request_bytes: int
    timing: Timing | None
    picture: Picture | None
    chunks: tuple[tuple[int, str, str], ...]
    frames: tuple[FrameView, ...]
    frame_count: int


def interaction_view(
    index: int, one: Interaction, exchange: Exchange | None, caps: Caps, *, is_bare: bool = False
) -> InteractionView:
    """The interaction, as far as `caps` go; `is_bare`: no conversation has its answer."""
    frames = frames_of(one.response)
    timing = timing_of(one, exchange)
    request = one.request
    candidates = () if exchange is None else exchange.candidates[0 if is_bare else 1 :]
    return InteractionView(
        index=index,
        headline=visible(headline(index, one).partition(" · ")[2]),
        method=visible(request.method or "no request"),
        url=clip(request.url, caps.frame_chars).text,
        facts=tuple(_facts(one, exchange)),
        fault=_fault(one, exchange),
        unknown=() if exchange is None else tuple(_unknown(exchange)),
        others=tuple(message_view(each, caps.part_chars) for each in candidates),
        request_headers=_headers(request.headers),
        response_headers=_headers(one.response.headers),
        request_body=_body(one, caps.body_chars) if request.body else None,
        request_bytes=len(request.body),
        timing=timing,
        picture=None if timing is None else picture_of(timing),
        chunks=_chunks(one),
        frames=tuple(_frames(islice(frames, caps.frames), caps.frame_chars)),
        frame_count=len(frames),
    )


def ending_words(one: Interaction) -> str:
    """How the exchange ended."""
    ending = one.response.ending
    if ending.kind == "error":
        return f"{ending.error or 'other'} error"
    return {"client-closed": "closed by the client", "pending": "left while waiting"}.get(
        ending.kind, "complete"
    )


def _facts(one: Interaction, exchange: Exchange | None) -> Iterable[tuple[str, str]]:
    response = one.response
    yield "Status", visible(f"{response.status or 'no response'} {response.reason}".strip())
    if exchange is not None:
        vendor = f" ({exchange.vendor})" if exchange.vendor else ""
        yield "Dialect", visible(exchange.dialect + vendor)
        yield "Answer", exchange.termination + ("" if exchange.end_marker else ", no end marker")
        if usage := usage_words(exchange.usage):
            yield "Tokens", usage
    yield "Ending", ending_words(one)
    yield "Body", f"{len(response.body):,} bytes"
    if coding := header(response.headers, "content-encoding"):
        yield "Coding", visible(coding)
    if response.http_version:
        yield "Protocol", visible(response.http_version)
    if one.recorded_at:
        yield "Recorded", visible(one.recorded_at)
    if one.masked:
        yield "Masked", clip(", ".join(one.masked), _HEADER).text


def _fault(one: Interaction, exchange: Exchange | None) -> str | None:
    said = None if exchange is None else error_words(exchange)
    if one.response.ending.kind == "error":
        message = visible(one.response.ending.message or "")
        said = " · ".join(filter(None, (said, f"{ending_words(one)}: {message}".rstrip(": "))))
    return said


def _unknown(exchange: Exchange) -> Iterable[str]:
    for each in exchange.unknown:
        times = f" ({each.count} times)" if each.count > 1 else ""
        yield f"unknown {visible(each.kind)} {visible(each.name)}{times}"


def _headers(headers: Headers) -> tuple[tuple[str, str], ...]:
    return tuple((visible(name), clip(value, _HEADER).text) for name, value in headers)


def _body(one: Interaction, limit: int) -> Clip:
    """The request's body, as indented JSON where it is JSON and not too long to be parsed."""
    body = plain_bytes(one.request)
    value = _json(body) if len(body) <= limit * 8 else None
    return byte_text(body, limit) if value is None else json_clip(value, limit)


def _json(body: bytes) -> object | None:
    import orjson

    if not body.lstrip().startswith((b"{", b"[")):
        return None
    try:
        return orjson.loads(body)  # type: ignore[no-any-return]
    except ValueError:
        return None


def _chunks(one: Interaction) -> tuple[tuple[int, str, str], ...]:
    """Number, bytes and time since the head, of the first chunks."""
    cuts = one.response.cuts or ()
    return tuple(
        (number, f"{cut.size_bytes:,}", span_ms(cut.offset_ms))
        for number, cut in enumerate(islice(cuts, _CHUNKS))
    )


def _frames(frames: Iterable[Frame], limit: int) -> Iterable[FrameView]:
    for number, frame in enumerate(frames):
        kind = visible(frame.event or "")
        if frame.fault is not None:
            kind = f"fault: {visible(frame.fault)}"
        elif frame.partial:
            kind = f"{kind} unfinished".strip()
        elif not frame.dispatch:
            kind = f"{kind} not handed on".strip()
        yield FrameView(
            number=number,
            start=frame.start,
            size_bytes=len(frame.raw),
            kind=kind,
            is_bad=frame.fault is not None or frame.partial,
            raw=byte_text(frame.raw.rstrip(b"\r\n"), limit),
        )
