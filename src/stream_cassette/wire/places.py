"""Where a cut hurts: the places in a body at which a careless client breaks if a chunk ends there.

A place is an offset in the decoded body; the chunk ends before the byte at it. Its kind is one of
KINDS. A place that is of two kinds has the one that comes first there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from stream_cassette.wire.framing import Frame

__all__ = ["KINDS", "places"]

KINDS = (
    "character",  # inside the UTF-8 sequence of one character
    "surrogate",  # between or inside the two escapes of one character: \ud83d \ude00
    "escape",  # inside a JSON escape
    "crlf",  # between CR and LF
    "field",  # inside or right after `data: `, `event: ` and the like
    "marker",  # inside `[DONE]`
    "prelude",  # inside the lengths and checksums of an event-stream message
    "terminator",  # before, inside or after what ends an event, a line or a message
)

_CHARACTER = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
# a pair of surrogates, an escape, or an escaped character: in this order, so that `\\u00e9` is none
_ESCAPE = re.compile(
    rb"(\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})"
    rb"|\\u[0-9a-fA-F]{4}|\\[^u\r\n]"
)
_CRLF = re.compile(rb"\r\n")
_FIELD = re.compile(rb"(?:\A(?:\xef\xbb\xbf)?|(?<=[\r\n]))((?:data|event|id|retry): ?)")
_MARKER = re.compile(rb"\[DONE\]")
_BLANK = re.compile(rb"(?:\r\n|\r|\n){2}")
_LINE = re.compile(rb"\r\n|\r|\n")
_PRELUDE = (4, 8, 12)  # two lengths and their checksum
_CHECKSUM = 4

_SSE = "text/event-stream"
_EVENTSTREAM = "application/vnd.amazon.eventstream"


def places(body: bytes, media: str, frames: Iterable[Frame] = ()) -> list[tuple[int, str]]:
    """All places of a decoded body as (offset, kind), by offset; none at 0 or at the end.

    `media` is the media type of its framing; `frames` are needed for an event stream of AWS.
    """
    found: dict[int, str] = {}
    for kind, offsets in _kinds(body, media, frames):
        for at in offsets:
            if 0 < at < len(body):
                found.setdefault(at, kind)
    return sorted(found.items())


def _kinds(body: bytes, media: str, frames: Iterable[Frame]) -> Iterator[tuple[str, Iterable[int]]]:
    """The offsets of each kind, in the order of KINDS."""
    yield "character", _inside(body, _CHARACTER)
    escapes = list(_ESCAPE.finditer(body))
    yield "surrogate", (at for m in escapes if m[1] for at in range(m.start() + 1, m.end()))
    yield "escape", (at for m in escapes for at in range(m.start() + 1, m.end()))
    yield "crlf", (m.start() + 1 for m in _CRLF.finditer(body))
    if media == _SSE:
        yield (
            "field",
            (at for m in _FIELD.finditer(body) for at in range(m.start(1) + 1, m.end() + 1)),
        )
        yield "marker", _inside(body, _MARKER)
        yield "terminator", _around(body, _BLANK)
    elif media == _EVENTSTREAM:
        yield "prelude", (at for frame in frames for at in _of_message(frame))
        yield "terminator", (frame.start for frame in frames)
    else:
        yield "terminator", _around(body, _LINE)


def _inside(body: bytes, pattern: re.Pattern[bytes]) -> Iterator[int]:
    for match in pattern.finditer(body):
        yield from range(match.start() + 1, match.end())


def _around(body: bytes, pattern: re.Pattern[bytes]) -> Iterator[int]:
    """Before, inside and after each match."""
    for match in pattern.finditer(body):
        yield from range(match.start(), match.end() + 1)


def _of_message(frame: Frame) -> Iterator[int]:
    yield from (frame.start + size for size in _PRELUDE)
    yield frame.start + len(frame.raw) - _CHECKSUM
