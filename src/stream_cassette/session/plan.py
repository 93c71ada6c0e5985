"""From a recorded response to the pieces that a replay hands up. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from stream_cassette.cassette.model import Response

__all__ = ["pieces"]


def pieces(
    response: Response, frame_sizes: Callable[[Response], Iterable[int]]
) -> tuple[bytes, ...]:
    """The body in its recorded chunks.

    Where the cut points are unknown, one piece per wire frame: `frame_sizes(response)` gives
    the frames' sizes in bytes, which sum to the body's length.
    """
    body = response.body
    if response.cuts is None:
        sizes = list(frame_sizes(response)) if body else []
    else:
        sizes = [cut.size_bytes for cut in response.cuts]
    if len(sizes) == 1:
        return (body,)
    cut, start = [], 0
    for size in sizes:
        cut.append(body[start : start + size])
        start += size
    return tuple(cut)
