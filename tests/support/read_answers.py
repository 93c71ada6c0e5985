"""Answers written as values, read through a dialect: for tests of dialects."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from stream_cassette.cassette.model import Interaction, Request, Response
from stream_cassette.conversation.accumulate import Accumulator
from stream_cassette.conversation.model import Exchange, History
from stream_cassette.dialects._protocol import Dialect, Opening, Reader
from stream_cassette.dialects._protocol import Request as Asked
from stream_cassette.wire.framing import Frame

__all__ = ["event_stream", "fold", "frame", "history", "interaction", "read"]


def frame(value: Any, event: str | None = None) -> Frame:
    """A frame with the value as JSON; text as it is."""
    data = value if isinstance(value, str) else json.dumps(value)
    return Frame(data, data.encode("utf-8", "surrogatepass"), 0, event)


def read(dialect: Dialect, values: Iterable[Any]) -> Exchange:
    """What the dialect makes of frames with these values."""
    return fold(dialect.reader(Opening()), map(frame, values), dialect.name)


def fold(reader: Reader, frames: Iterable[Frame], name: str = "test") -> Exchange:
    """What the reader makes of the frames."""
    accumulator = Accumulator()
    for number, one in enumerate(frames):
        accumulator.frame = number
        accumulator.add(reader.feed(one))
        if accumulator.ended:
            break
    accumulator.add(reader.close())
    return accumulator.exchange(dialect=name)


def history(dialect: Dialect, body: Any) -> History:
    """What the dialect reads in a request with this body."""
    return dialect.read_request(Asked(value=body))


def event_stream(values: Iterable[Any]) -> bytes:
    """The values as server-sent events."""
    return b"".join(b"data: " + frame(value).raw + b"\n\n" for value in values)


def interaction(
    path: str, body: bytes, *, media: str = "text/event-stream", asked: Any = None, **rest: Any
) -> Interaction:
    """An interaction with the given response body."""
    sent = b"" if asked is None else json.dumps(asked).encode()
    request = Request(method="POST", url=f"https://api.example.com{path}", body=sent)
    headers = (("content-type", media),) if media else ()
    response = Response(status=rest.pop("status", 200), headers=headers, body=body, **rest)
    return Interaction(request=request, response=response)
