"""From a recorded response to the pieces that a replay hands up. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import cast

from stream_cassette.cassette.cuts import Cuts
from stream_cassette.cassette.model import Response

__all__ = ["pieces"]


def pieces(response: Response, frame_sizes: Callable[[Response], Iterable[int]]) -> Iterator[bytes]:
    """The body in its recorded chunks, each copied out of it when its turn comes.

    Where the cut points are unknown, one piece per wire frame: `frame_sizes(response)` gives
    the frames' sizes in bytes, which sum to the body's length.
    """
    body = response.body
    cuts = response.cuts
    sizes: Iterable[int]
    if cuts is None:
        sizes = frame_sizes(response) if body else ()
    else:
        sizes = cast(Cuts, cuts).sizes_bytes  # whatever was given is kept as such
    start = 0
    for size in sizes:
        yield body[start : start + size]  # the body itself, where it is one piece
        start += size
