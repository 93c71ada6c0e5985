"""Cassettes with known times, for tests of pace, faults and clocks."""

from __future__ import annotations

from pathlib import Path

from stream_cassette.api import dump
from stream_cassette.cassette.model import Cassette, Cut, Interaction, Request, Response

__all__ = ["FRAMES", "URL", "forty_seconds"]

URL = "https://api.example.com/v1/chat"
FRAMES = (b"data: one\n\n", b"data: two\n\n", b"data: [DONE]\n\n")


def forty_seconds(path: Path, *, count: int = 1) -> Path:
    """Write a cassette whose answers take 40 s: the head after 2, a chunk each after 8, 20 and 38.

    There are `count` equal interactions.
    """
    offsets_ms = (8_000.0, 20_000.0, 38_000.0)
    cuts = tuple(Cut(len(one), at) for one, at in zip(FRAMES, offsets_ms, strict=True))
    response = Response(
        status=200,
        reason="OK",
        headers=(("content-type", "text/event-stream"),),
        body=b"".join(FRAMES),
        cuts=cuts,
        head_ms=2_000.0,
    )
    one = Interaction(request=Request(method="GET", url=URL), response=response)
    dump(Cassette(interactions=(one,) * count), path)
    return path
