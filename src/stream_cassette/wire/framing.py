"""One message cut from a byte stream: the value, the decoder's protocol, the table of media types.

A decoder has two methods; an empty list means "not yet". Any cut of the bytes gives the same
frames, and the `raw` of all frames, joined, is the body.
"""

from __future__ import annotations

import re
from binascii import crc32
from collections.abc import Callable
from typing import NamedTuple, Protocol, TypeAlias

__all__ = [
    "DECODERS",
    "Decoder",
    "Frame",
    "HeaderValue",
    "decoder_for",
    "frames",
    "looks_like",
    "media_type",
    "text_of",
]

HeaderValue: TypeAlias = bool | int | bytes | str


class Frame(NamedTuple):
    """One message, with what it said and exactly how it was spelled.

    `raw` are its bytes (line ends and comments included), `start` their offset in the decoded
    body. `dispatch` is False where the rules of the framing hand nothing on (a comment, an event
    without data); `partial` marks what the end of the stream left unfinished. `event`, `id` and
    `retry` (milliseconds) are of server-sent events, None where not given; `id` is sticky.
    `headers` are those of an AWS event-stream message (its `event` is the name they give).
    `fault` says why bytes that can't be what they claim were not handed on.

    A named tuple: a body has thousands, and a frozen dataclass takes four times as long to make.
    """

    data: str
    raw: bytes
    start: int
    event: str | None = None
    id: str | None = None
    retry: int | None = None
    headers: tuple[tuple[str, HeaderValue], ...] = ()
    dispatch: bool = True
    partial: bool = False
    fault: str | None = None


class Decoder(Protocol):
    """Bytes to frames, incrementally; a decoder serves one body."""

    def feed(self, data: bytes) -> list[Frame]:
        """The frames that `data` completes."""
        ...

    def close(self) -> list[Frame]:
        """End of the body: a leftover comes back as a frame marked partial."""
        ...


def _sse() -> Decoder:
    from stream_cassette.wire.sse import SSEDecoder

    return SSEDecoder()


def _ndjson() -> Decoder:
    from stream_cassette.wire.ndjson import NDJSONDecoder

    return NDJSONDecoder()


def _eventstream() -> Decoder:
    from stream_cassette.wire.eventstream import EventStreamDecoder

    return EventStreamDecoder()


def _json() -> Decoder:
    from stream_cassette.wire.json_array import JSONArrayDecoder

    return JSONArrayDecoder()


def _whole() -> Decoder:
    from stream_cassette.wire.whole import WholeDecoder

    return WholeDecoder()


DECODERS: dict[str, Callable[[], Decoder]] = {
    "text/event-stream": _sse,
    "application/x-ndjson": _ndjson,
    "application/ndjson": _ndjson,
    "application/jsonl": _ndjson,
    "application/x-jsonlines": _ndjson,
    "application/stream+json": _ndjson,
    "application/vnd.amazon.eventstream": _eventstream,
    "application/json": _json,  # Gemini streams an array; anything else is one frame
}


def text_of(raw: bytes) -> str:
    """The bytes as text: UTF-8 with replacement characters, a byte-order mark dropped."""
    return raw.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")


def media_type(content_type: str | None) -> str:
    """The media type alone, lower case, without parameters; "" for None."""
    return (content_type or "").partition(";")[0].strip().lower()


# How a body begins that no header tells about: an event stream's field, or objects line by line.
_LOOKS = (
    (re.compile(rb"(?:\xef\xbb\xbf)?(?:(?:data|event|id|retry)?:|\r?\n)"), "text/event-stream"),
    (re.compile(rb"(?:\xef\xbb\xbf)?\{[^\r\n]*\}[ \t]*(?:\r?\n)+\{"), "application/x-ndjson"),
)


def decoder_for(content_type: str | None, begins: bytes = b"") -> Decoder:
    """A new decoder for a Content-Type value; a body that is not streamed is one frame.

    `begins` is the body's beginning: its looks decide where there is no content type, or one that
    can be none (a mask).
    """
    media = media_type(content_type)
    return DECODERS.get(media if "/" in media else looks_like(begins), _whole)()


def looks_like(begins: bytes) -> str:
    """The media type of a stream that begins so; "" where it does not look like one."""
    if _is_prelude(begins):
        return "application/vnd.amazon.eventstream"
    return next((name for looks, name in _LOOKS if looks.match(begins)), "")


def _is_prelude(begins: bytes) -> bool:
    """Whether the bytes begin with two numbers and their checksum, as event-stream messages do."""
    return len(begins) >= 12 and int.from_bytes(begins[8:12], "big") == crc32(begins[:8])


def frames(body: bytes, content_type: str | None) -> list[Frame]:
    """All frames of a content-decoded body."""
    decoder = decoder_for(content_type, body)
    return [*decoder.feed(body), *decoder.close()]
