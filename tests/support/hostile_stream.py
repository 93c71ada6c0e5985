"""An event stream in pieces that a careless reader gets wrong.

The body mixes CRLF and LF events, a comment, NFD text, a raw U+2028, a NEL, an emoji outside the
BMP and `[DONE]`; the cuts fall inside UTF-8 sequences, inside CRLF pairs, between the two line
ends of an event, inside field names and inside JSON strings.
"""

from __future__ import annotations

import gzip
import io
import json
from itertools import pairwise

NFD = "Cafe\u0301 Zu\u0308rich A\u030angstro\u0308m"
WORDS = ("Grüße", NFD, "a\u2028b", "c\u2029d", "naïve", "🌊🏛️", "\u0085x", "日本語", '"quoted\\n"')


def _event(text: str, end: str) -> bytes:
    delta = {"choices": [{"index": 0, "delta": {"content": text}}]}
    return f"data: {json.dumps(delta, ensure_ascii=False)}{end}{end}".encode()


LF_EVENTS = b"".join(_event(word, "\n") for word in WORDS)
CRLF_EVENTS = b"".join(_event(word, "\r\n") for word in WORDS)
BODY = b": keep-alive\n\n" + LF_EVENTS + b"event: delta\r\n" + CRLF_EVENTS + b"data: [DONE]\n\n"


def inside_characters(body: bytes = BODY) -> set[int]:
    """Cut points that fall before a UTF-8 continuation byte."""
    return {at for at in range(1, len(body)) if body[at] & 0xC0 == 0x80}


def inside_crlf(body: bytes = BODY) -> set[int]:
    """Cut points between a CR and its LF."""
    return {at for at in range(1, len(body)) if body[at - 1 : at + 1] == b"\r\n"}


def inside_events(body: bytes = BODY) -> set[int]:
    """Cut points inside a `data:` field name and halfway through each event's JSON."""
    starts = [at for at in range(len(body)) if body.startswith(b"data: {", at)]
    return {at + step for at in starts for step in (2, 30)}


def pieces_of(body: bytes = BODY) -> list[bytes]:
    """The body cut at a selection of all three: some of each, so that pieces differ in size."""
    every = (
        sorted(inside_characters(body))[::3],
        sorted(inside_crlf(body))[::2],
        inside_events(body),
    )
    cuts = sorted({0, len(body), *every[0], *every[1], *every[2]})
    return [body[start:end] for start, end in pairwise(cuts)]


PIECES = pieces_of()


def gzipped(pieces: list[bytes]) -> list[bytes]:
    """The pieces compressed as one gzip stream, flushed after each; the last has the trailer."""
    sink = io.BytesIO()
    out: list[bytes] = []
    with gzip.GzipFile(fileobj=sink, mode="wb", mtime=0) as zipped:
        for piece in pieces:
            zipped.write(piece)
            zipped.flush()
            out.append(sink.getvalue())
            sink.seek(0)
            sink.truncate()
    return [*out[:-1], out[-1] + sink.getvalue()]
