"""The chunk list: bare, while recording, in the file and on replay, it is the same list.

The server sends a piece only after the caller holds the one before, so a recorder that waits for
more than it needs hangs, and the script says at which piece.
"""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest

from tests.support.hostile_stream import BODY, PIECES, gzipped
from tests.support.round_trip import round_trip
from tests.support.scripted_server import Lockstep, ScriptedServer
from tests.support.stream_clients import FLAVOURS, Ask, Flavour, client_options

ZIPPED = gzipped(PIECES)
SSE = ("content-type", "text/event-stream; charset=utf-8")
EARLY = 17


@pytest.mark.parametrize("leaves", [False, True], ids=["full", "early-close"])
@pytest.mark.parametrize("zipped", [False, True], ids=["plain", "gzip"])
@pytest.mark.parametrize("http2", [False, True], ids=["http1", "http2"])
@pytest.mark.parametrize("flavour", FLAVOURS, ids=str)
def test_chunks_are_equal(
    server: ScriptedServer,
    trusted: ssl.SSLContext,
    cassette_path: Path,
    flavour: Flavour,
    http2: bool,
    zipped: bool,
    leaves: bool,
) -> None:
    pieces = ZIPPED if zipped else PIECES
    headers = [SSE, ("content-encoding", "gzip")] if zipped else [SSE]
    wanted = tuple(pieces[:EARLY] if leaves else pieces)
    trip = round_trip(
        server,
        cassette_path,
        flavour,
        lambda: Lockstep(server, pieces, headers=headers),
        Ask(
            url="",
            leave=lambda number, _: leaves and number == EARLY,
            client=client_options(trusted, http2=http2),
        ),
        tls=http2,
    )
    assert trip.bare.error is None, trip.bare.message
    assert trip.bare.chunks == wanted
    assert trip.recorded == trip.bare
    assert trip.stored == wanted
    assert trip.replayed == trip.bare
    assert trip.only.response.ending.kind == ("client-closed" if leaves else "complete")
    assert trip.only.response.http_version == ("HTTP/2" if http2 else "HTTP/1.1")


@pytest.mark.parametrize("how", ["iter_raw", "iter_bytes", "iter_text", "iter_lines", "read"])
@pytest.mark.parametrize("zipped", [False, True], ids=["plain", "gzip"])
@pytest.mark.parametrize("flavour", FLAVOURS, ids=str)
def test_every_way_of_reading(
    server: ScriptedServer, cassette_path: Path, flavour: Flavour, zipped: bool, how: str
) -> None:
    pieces = ZIPPED if zipped else PIECES
    headers = [SSE, ("content-encoding", "gzip")] if zipped else [SSE]

    async def script(exchange: object) -> None:
        lockstep = Lockstep(server, pieces, headers=headers)
        for _ in pieces:  # nobody to wait for: some ways of reading hand up nothing till the end
            lockstep.delivered()
        await lockstep(exchange)  # type: ignore[arg-type]

    trip = round_trip(
        server,
        cassette_path,
        flavour,
        lambda: script,
        Ask(url="", how=how, client=client_options(None)),
    )
    assert trip.bare.error is None
    assert b"".join(trip.stored) == b"".join(pieces)
    if how in ("iter_text", "iter_lines", "iter_raw", "iter_bytes"):
        join = b"" if how in ("iter_raw", "iter_bytes") else ""
        assert join.join(trip.recorded.chunks) == join.join(trip.bare.chunks)  # type: ignore[arg-type]
    assert trip.replayed == trip.recorded
    if how == "read":
        assert trip.recorded.chunks == (BODY,)
