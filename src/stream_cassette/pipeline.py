"""What the record side asks of the meaning side: has all come, where to cut, what to comment.

Everything here is a pure function of recorded values.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from stream_cassette.cassette.model import (
    Cassette,
    Headers,
    Interaction,
    Request,
    Response,
    header,
)
from stream_cassette.dialects._registry import dialects
from stream_cassette.meaning import conversations_of, decoded_body, frames_of, label_of
from stream_cassette.wire.encoding import is_identity
from stream_cassette.wire.eventstream import from_message
from stream_cassette.wire.framing import Frame, decoder_for, frames, media_type

__all__ = [
    "conversations_of",
    "decoded_body",
    "error_bytes",
    "frame_cuts",
    "frames_of",
    "has_said_all",
    "is_finished",
    "readable",
    "with_decoded",
]

_NO_BODY = frozenset({204, 205, 304})
_STEP = 1 << 16


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
    if media_type(content_type) == "application/vnd.amazon.eventstream":
        tail = from_message(tail)
    found = frames(tail, content_type)
    try:
        known = dialects().values()
        return any(any(one.ends(frame) for one in known) for frame in reversed(found))
    except Exception:  # a third party's: nothing a client that closes its stream should get
        return False


def has_said_all(interaction: Interaction) -> bool:
    """`is_finished`, of an interaction as far as it was kept."""
    response = interaction.response
    body = decoded_body(response)
    size_bytes = len(response.body)
    return is_finished(interaction.request, response, size_bytes=size_bytes, tail=body)


def error_bytes(interaction: Interaction, status: int, framing: str) -> bytes | None:
    """An error as the interaction's provider would spell it; None where no dialect claims it.

    `framing` is `whole`, or `sse`, `ndjson`, `eventstream` for an error in mid-stream.
    Raises: DialectError.
    """
    label = label_of(interaction)
    if label is None:
        return None
    spelled = dialects()[label[0]].error_bytes(status, framing)
    ends_line = framing != "ndjson" or spelled.endswith(b"\n")
    return spelled if ends_line else spelled + b"\n"


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
    from stream_cassette.comments import comment_of  # only a writer needs it

    lines = tuple(comment_of(n, one) for n, one in enumerate(cassette.interactions))
    viewed = tuple(
        replace(one, response=with_decoded(one.response)) for one in cassette.interactions
    )
    return replace(cassette, interactions=viewed), lines
