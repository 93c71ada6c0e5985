"""From a recorded response to the pieces that a replay hands up. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from stream_cassette.cassette.model import Response

__all__ = ["pieces"]


def pieces(response: Response, frame_sizes: Callable[[Response], Iterable[int]]) -> Iterator[bytes]:
    """The body in its recorded chunks, each copied out of it when its turn comes.

    Where the cut points are unknown, one piece per wire frame: `frame_sizes(response)` gives
    the frames' sizes in bytes, which sum to the body's length.
    """
    body = response.body
    if response.cuts is not None:
        sizes: Iterable[int] = (cut.size_bytes for cut in response.cuts)
    else:
        sizes = frame_sizes(response) if body else ()
    start = 0
    for size in sizes:
        yield body[start : start + size]  # the body itself, where it is one piece
        start += size
