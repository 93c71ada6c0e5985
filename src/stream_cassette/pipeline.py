"""What the record side asks of the meaning side: has all come, where to cut, what to comment.

Everything here is a pure function of recorded values.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

from stream_cassette.cassette.model import (
    Cassette,
    Headers,
    Interaction,
    Request,
    Response,
    header,
)
from stream_cassette.dialects._detect import dialect_of, vendor_of
from stream_cassette.dialects._end import is_end
from stream_cassette.dialects._registry import dialects
from stream_cassette.meaning import conversations_of, decoded_body, frames_of, label_of
from stream_cassette.wire.encoding import is_identity
from stream_cassette.wire.framing import Frame, decoder_for, frames, media_type

__all__ = [
    "conversations_of",
    "decoded_body",
    "first_line",
    "frame_cuts",
    "frames_of",
    "has_said_all",
    "is_finished",
    "readable",
    "with_decoded",
]

_NO_BODY = frozenset({204, 205, 304})
_STEP = 1 << 16

# How an ending that is not complete reads at the end of the comment's first line.
_ENDINGS = {"client-closed": "closed by the client", "pending": "left while waiting"}


def with_decoded(response: Response) -> Response:
    """The response with the readable view of a compressed text body; any other as it is."""
    if not response.body or is_identity(header(response.headers, "content-encoding")):
        return response
    try:
        return replace(response, decoded=decoded_body(response).decode("utf-8"))
    except UnicodeDecodeError:  # not text, or cut inside a character: nothing to read
        return response


def is_finished(request: Request, head: Response, *, size_bytes: int, tail: bytes) -> bool:
    """Whether all that was to come has come: asked when a client closes before the body's end.

    True after the dialect's end marker, which is looked for in `tail`, the last part of the
    decoded body; after `content-length` bytes; and where no body can come.
    """
    if request.method.upper() == "HEAD" or head.status in _NO_BODY:
        return True
    if header(head.headers, "transfer-encoding") is None:
        length = header(head.headers, "content-length") or ""
        if length.isascii() and length.isdigit() and size_bytes >= int(length):
            return True
    content_type = header(head.headers, "content-type")
    ndjson = media_type(content_type) != "text/event-stream"
    known = dialects().values()
    return any(
        is_end(frame.data, ndjson=ndjson) or any(one.ends(frame) for one in known)
        for frame in reversed(frames(tail, content_type))
    )


def has_said_all(interaction: Interaction) -> bool:
    """`is_finished`, of an interaction as far as it was kept."""
    response = interaction.response
    body = decoded_body(response)
    size_bytes = len(response.body)
    return is_finished(interaction.request, response, size_bytes=size_bytes, tail=body)


def frame_cuts(response: Response) -> Iterator[int]:
    """Sizes in bytes of the pieces to replay where the cut points are unknown, one at a time.

    One per wire frame; a compressed body, or one that is not streamed, is one whole piece. They
    sum to `len(response.body)`.
    """
    if not is_identity(header(response.headers, "content-encoding")):
        return iter((len(response.body),) if response.body else ())
    return (len(frame.raw) for frame in _frames(response.body, response.headers))


def _frames(body: bytes, headers: Headers) -> Iterator[Frame]:
    """The frames one after the other: a long body's are never all there at once."""
    decoder = decoder_for(header(headers, "content-type"), body)
    for start in range(0, len(body), _STEP):
        yield from decoder.feed(body[start : start + _STEP])
    yield from decoder.close()


def readable(cassette: Cassette) -> tuple[Cassette, tuple[str, ...]]:
    """The cassette with its derived views, and the comment of each interaction, for a writer."""
    lines = tuple(first_line(n, one) for n, one in enumerate(cassette.interactions))
    viewed = tuple(
        replace(one, response=with_decoded(one.response)) for one in cassette.interactions
    )
    return replace(cassette, interactions=viewed), lines


def first_line(index: int, interaction: Interaction) -> str:
    """What was asked, who answered and how much came, as one line of at most 120 characters.

    `0 · POST host/path · 200 · openai-chat (vercel) · 24 chunks, 1.25 s`. The query is left out.
    """
    request, response = interaction.request, interaction.response
    url = urlsplit(request.url)
    status = str(response.status) if response.status else "no response"
    host = url.netloc.rpartition("@")[2]
    rest = [status, *_dialect(interaction), *_extent(response)]
    tail = "".join(f" · {part}" for part in rest)
    head = f"{index} · {request.method} {host}{url.path}"
    room = 120 - len(tail)
    return (head if len(head) <= room else head[: room - 1] + "…") + tail


def _dialect(interaction: Interaction) -> list[str]:
    label = label_of(interaction) or _unread_label(interaction)
    if label is None:
        return []
    name, vendor = label
    return [f"{name} ({vendor})" if vendor else name]


def _unread_label(interaction: Interaction) -> tuple[str, str | None] | None:
    """Dialect and vendor of what no dialect here reads, by their looks."""
    url = urlsplit(interaction.request.url)
    response = interaction.response
    found = _frames(decoded_body(response), response.headers)
    first = next((one.data for one in found if one.dispatch), "")
    name = dialect_of(url.path, first)
    return None if name is None else (name, vendor_of(url.netloc.rpartition("@")[2], first))


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
