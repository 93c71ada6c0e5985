"""Interaction → encoding → frames → deltas → Exchange, and request → History: what was said.

Everything here is a pure function of recorded values. An interaction that no dialect claims has
no meaning here: None.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from stream_cassette.cassette.body import plain_bytes
from stream_cassette.cassette.model import (
    Cassette,
    Headers,
    Interaction,
    Request,
    Response,
    header,
)
from stream_cassette.conversation.accumulate import Accumulator, Body
from stream_cassette.conversation.delta import Failure, Unfamiliar
from stream_cassette.conversation.model import Conversation, Exchange, History
from stream_cassette.dialects import _protocol as protocol
from stream_cassette.dialects._errors import http_error
from stream_cassette.dialects._json import loads
from stream_cassette.dialects._registry import blamed, detect
from stream_cassette.wire.encoding import CorruptEncoding, UnknownEncoding, decode
from stream_cassette.wire.framing import Frame, decoder_for, frames, media_type

if TYPE_CHECKING:
    from stream_cassette.conversation.chain import Spoken

__all__ = [
    "conversations_of",
    "decoded_body",
    "exchange_of",
    "frames_of",
    "heard",
    "history_of",
    "label_of",
    "spoken_in",
    "spoken_of",
    "told_of",
]

_FIRST_ERROR = 400
_ASIDE = frozenset({"mcp"})  # a tool's own protocol: the model's conversation has its calls too
_STEP = 1 << 16
_COMMENT = b":"  # how keep-alives between server-sent events begin: they may well be the last

# How the body ended → what the accumulator makes of an answer without its end.
_BODIES: dict[str, Body] = {
    "complete": "whole",
    "client-closed": "left",
    "pending": "left",
    "error": "broken",
}


def decoded_body(response: Response) -> bytes:
    """The body after content decoding; of a body cut short, as much as its bytes hold.

    A coding that is unknown here, or bytes that are not what it says, give the body as it is.
    """
    try:
        return decode(response.body, header(response.headers, "content-encoding"))
    except (UnknownEncoding, CorruptEncoding):
        return response.body


def frames_of(response: Response) -> list[Frame]:
    """The frames of the decoded body, by the response's content type."""
    return frames(decoded_body(response), header(response.headers, "content-type"))


def exchange_of(interaction: Interaction) -> Exchange | None:
    """The answer, accumulated; None if no dialect claims the interaction.

    Raises: DialectError, where a third party's dialect contradicts itself or raises.
    """
    begun = _begun(interaction)
    return None if begun is None else _answer(interaction.response, begun)


def told_of(interaction: Interaction) -> tuple[History, Exchange] | None:
    """`history_of` and `exchange_of`: what is looked at for both is looked at once."""
    begun = _begun(interaction)
    if begun is None:
        return None
    dialect, opening = begun.dialect, begun.opening
    with blamed(dialect):
        history = dialect.read_request(opening.request)
    return history, _answer(interaction.response, begun)


class _Begun(NamedTuple):
    """Who speaks, what is known at the first frame, the body's frames, and those to be read."""

    dialect: protocol.Dialect
    opening: protocol.Opening
    body: _Frames
    spoken: Iterable[Frame]


def _begun(interaction: Interaction) -> _Begun | None:
    body = _Frames(interaction.response)
    spoken = heard(body)
    first = next(spoken, None)
    opening = _opening(interaction, first)
    dialect = detect(opening)
    if dialect is None:
        return None
    return _Begun(dialect, opening, body, chain(filter(None, [first]), spoken))


def _answer(response: Response, begun: _Begun) -> Exchange:
    dialect, opening = begun.dialect, begun.opening
    accumulator = Accumulator()
    if response.status >= _FIRST_ERROR:
        accumulator.add(
            [Failure(error=http_error(_error_text(response, opening), response.status))]
        )
    else:
        with blamed(dialect):
            _read(accumulator, begun)
    with blamed(dialect):
        return accumulator.exchange(
            dialect=dialect.name,
            vendor=dialect.vendor(opening),
            body=_body(response, begun),
        )


def _body(response: Response, begun: _Begun) -> Body:
    """How the body ended; one that came to its end inside a frame is broken all the same."""
    ended = _BODIES[response.ending.kind]
    return ended if begun.body.whole or ended != "whole" else "broken"


def _error_text(response: Response, opening: protocol.Opening) -> str:
    """What came instead of an answer: the first frame, or a body that holds none."""
    if opening.first is not None:
        return opening.first.data
    return decoded_body(response).decode("utf-8", "replace")


def history_of(interaction: Interaction) -> History | None:
    """What the request carried; None if no dialect claims the interaction. Raises: DialectError."""
    begun = _begun(interaction)
    if begun is None:
        return None
    with blamed(begun.dialect):
        return begun.dialect.read_request(begun.opening.request)


def spoken_of(interactions: Iterable[Interaction]) -> tuple[Spoken, ...]:
    """Both sides of each interaction that is part of a conversation, with its place."""
    return spoken_in(map(told_of, interactions))


def spoken_in(told: Iterable[tuple[History, Exchange] | None]) -> tuple[Spoken, ...]:
    """The same, of what was `told_of` each interaction."""
    from stream_cassette.conversation.chain import Spoken  # a replay needs none of it

    return tuple(
        Spoken(index=index, history=one[0], exchange=one[1])
        for index, one in enumerate(told)
        if one is not None and one[1].dialect not in _ASIDE
    )


def conversations_of(cassette: Cassette) -> tuple[Conversation, ...]:
    """The conversations that the cassette's interactions make: see `conversation.chain`."""
    from stream_cassette.conversation.chain import chained, conversations_of

    return conversations_of(chained(spoken_of(cassette.interactions)))


def label_of(interaction: Interaction) -> tuple[str, str | None] | None:
    """The names of dialect and vendor; None if no dialect claims it. Raises: DialectError."""
    begun = _begun(interaction)
    if begun is None:
        return None
    with blamed(begun.dialect):
        return begun.dialect.name, begun.dialect.vendor(begun.opening)


def heard(found: Iterable[Frame]) -> Iterator[Frame]:
    """The frames that a dialect is to read, what can't be what it claims, and what is cut off.

    Read are those that the framing hands on, and JSON that stands bare between server-sent events
    or in their place, which the framing passes over: gateways report errors so.
    """
    for frame in found:
        if frame.dispatch or frame.fault is not None or (frame.partial and frame.data):
            yield frame
        elif (bare := _bare(frame.raw)) is not None:
            yield frame._replace(data=bare, dispatch=True)


class _Frames:
    """`frames_of`, a piece of the body at a time: all frames at once are several times its size.

    `whole` says, when all have come, whether the body did not break off inside a frame.
    """

    def __init__(self, response: Response) -> None:
        self.whole = True
        self._response = response

    def __iter__(self) -> Iterator[Frame]:
        body = decoded_body(self._response)
        decoder = decoder_for(header(self._response.headers, "content-type"), body)
        for start in range(0, len(body), _STEP):
            yield from decoder.feed(body[start : start + _STEP])
        for frame in decoder.close():
            self.whole = not frame.partial or frame.raw.startswith(_COMMENT)
            yield frame


def _bare(raw: bytes) -> str | None:
    stripped = raw.strip()
    if not stripped.startswith(b"{") or not stripped.endswith(b"}"):
        return None
    text = stripped.decode("utf-8", "replace")
    try:
        loads(text)
    except ValueError:
        return None
    return text


def _read(accumulator: Accumulator, begun: _Begun) -> None:
    dialect, reader = begun.dialect, begun.dialect.reader(begun.opening)
    for number, frame in enumerate(begun.spoken):
        accumulator.frame = number
        if frame.fault is not None:
            accumulator.add([Unfamiliar(kind="frame", name=frame.fault)])
            continue
        # an event that the end cut off is not handed on, but an end marker is one all the same
        if not frame.dispatch and not dialect.ends(frame):
            continue
        accumulator.add(reader.feed(frame))
        if accumulator.ended:
            break
    accumulator.add(reader.close())


def _opening(interaction: Interaction, first: Frame | None) -> protocol.Opening:
    value = None
    if first is not None:
        try:
            value = loads(first.data)
        except ValueError:
            value = None
    return protocol.Opening(
        request=_request(interaction.request),
        response=_head(interaction.response),
        first=first,
        value=value,
    )


def _request(request: Request) -> protocol.Request:
    url = urlsplit(request.url)
    try:
        value = loads(plain_bytes(request).decode("utf-8", "replace"))
    except ValueError:
        value = None
    return protocol.Request(
        method=request.method.upper(),
        host=(url.hostname or "").lower(),
        path=url.path,
        query=dict(reversed(parse_qsl(url.query, keep_blank_values=True))),
        headers=_lower(request.headers),
        value=value,
    )


def _head(response: Response) -> protocol.ResponseHead:
    media = media_type(header(response.headers, "content-type"))
    return protocol.ResponseHead(
        status=response.status, media=media, headers=_lower(response.headers)
    )


def _lower(headers: Headers) -> dict[str, str]:
    """By name in lower case; repeats joined with ", "."""
    out: dict[str, str] = {}
    for name, value in headers:
        key = name.lower()
        out[key] = f"{out[key]}, {value}" if key in out else value
    return out
