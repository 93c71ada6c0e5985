"""The client leaves: at the end marker, between reads, or cancelled while it waits."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import aclosing
from itertools import count
from pathlib import Path
from types import ModuleType

import pytest
import trio

from stream_cassette.cassette.model import Cassette, Cut, Ending, Interaction, Request, Response
from stream_cassette.store.files import publish, read
from stream_cassette.tape import use_cassette
from tests.support.hostile_stream import PIECES, gzipped
from tests.support.round_trip import round_trip
from tests.support.scripted_exchange import Exchange
from tests.support.scripted_server import Lockstep, ScriptedServer
from tests.support.stream_clients import FLAVOURS, Ask, Flavour, Seen, ask_async, client_options

ASYNC = tuple(flavour for flavour in FLAVOURS if flavour.mode != "sync")
FEW = PIECES[:3]


async def _silence(_exchange: Exchange) -> None:
    await asyncio.Event().wait()


DONE = b"data: [DONE]\n\n"
MARKERS = {
    "openai-chat": DONE,
    "anthropic": b'event: message_stop\ndata: {"type":"message_stop"}\n\n',
    "responses": b'event: response.completed\ndata: {"type":"response.completed"}\n\n',
}


@pytest.mark.parametrize("name", MARKERS)
@pytest.mark.parametrize("flavour", FLAVOURS, ids=str)
def test_close_at_the_end_marker_is_complete(
    server: ScriptedServer, cassette_path: Path, flavour: Flavour, name: str
) -> None:
    marker = MARKERS[name]
    trip = round_trip(
        server,
        cassette_path,
        flavour,
        lambda: Lockstep(server, [b'data: {"choices":[]}\n\n', marker], finish=_silence),
        Ask(url="", leave=lambda _, chunk: chunk == marker, client=client_options(None)),
    )
    assert trip.recorded == trip.bare == trip.replayed
    assert trip.only.response.ending.kind == "complete"


@pytest.mark.parametrize("flavour", FLAVOURS, ids=str)
def test_close_at_a_compressed_end_marker_is_complete(
    server: ScriptedServer, cassette_path: Path, flavour: Flavour
) -> None:
    headers = [("content-type", "text/event-stream"), ("content-encoding", "gzip")]
    pieces = gzipped([b'data: {"choices":[]}\n\n', DONE, b"never sent"])[:2]
    trip = round_trip(
        server,
        cassette_path,
        flavour,
        lambda: Lockstep(server, pieces, headers=headers, finish=_silence),
        Ask(
            url="",
            how="iter_bytes",
            leave=lambda _, chunk: chunk == DONE,
            client=client_options(None),
        ),
    )
    assert trip.recorded == trip.bare == trip.replayed
    assert trip.stored == tuple(pieces)
    assert trip.only.response.ending.kind == "complete"


@pytest.mark.parametrize("flavour", FLAVOURS, ids=str)
def test_close_after_content_length_is_complete(
    server: ScriptedServer, cassette_path: Path, flavour: Flavour
) -> None:
    size = str(sum(map(len, FEW)))
    trip = round_trip(
        server,
        cassette_path,
        flavour,
        lambda: Lockstep(server, FEW, headers=[("content-length", size)]),
        Ask(url="", leave=lambda number, _: number == len(FEW), client=client_options(None)),
    )
    assert trip.recorded == trip.bare == trip.replayed
    assert trip.only.response.ending.kind == "complete"


@pytest.mark.parametrize("flavour", FLAVOURS, ids=str)
def test_endless_stream_that_the_client_leaves(
    server: ScriptedServer, cassette_path: Path, flavour: Flavour
) -> None:
    trip = round_trip(
        server,
        cassette_path,
        flavour,
        lambda: Lockstep(server, (b"data: %d\n\n" % number for number in count())),
        Ask(url="", leave=lambda number, _: number == 100, client=client_options(None)),
    )
    assert len(trip.bare.chunks) == 100
    assert trip.recorded == trip.bare == trip.replayed
    assert trip.stored == trip.bare.chunks
    assert trip.only.response.ending.kind == "client-closed"


@pytest.mark.parametrize("flavour", FLAVOURS, ids=str)
def test_reading_past_where_the_client_left(
    server: ScriptedServer, cassette_path: Path, flavour: Flavour
) -> None:
    script = Lockstep(server, PIECES)
    url = server.serve(script)
    ask = Ask(url=url, client=client_options(None))
    with use_cassette(cassette_path, record="all"):
        flavour.ask(
            Ask(
                url=url,
                client=ask.client,
                leave=lambda number, _: number == 5,
                on_chunk=lambda _: script.delivered(),
            )
        )
    with use_cassette(cassette_path):
        replayed = flavour.ask(ask)
    assert list(replayed.chunks) == PIECES[:5]
    assert replayed.error == "ReadError"
    assert "closed the stream here" in str(replayed.message)


@pytest.mark.parametrize("flavour", FLAVOURS, ids=str)
def test_closed_before_the_first_read(
    server: ScriptedServer, cassette_path: Path, flavour: Flavour
) -> None:
    url = server.serve(Lockstep(server, PIECES), Lockstep(server, PIECES))

    def leave_at_once() -> int:
        client = flavour.module.Client(trust_env=False)
        with client, client.stream("GET", url) as response:
            return int(response.status_code)

    async def leave_at_once_async() -> int:
        client = flavour.module.AsyncClient(trust_env=False)
        async with client, client.stream("GET", url) as response:
            return int(response.status_code)

    def run() -> int:
        return leave_at_once() if flavour.mode == "sync" else flavour.run(leave_at_once_async)

    with use_cassette(cassette_path, record="all"):
        recorded = run()
    with use_cassette(cassette_path):
        replayed = run()
    assert recorded == replayed == 200
    (interaction,) = read(cassette_path).interactions
    assert interaction.response.ending.kind == "client-closed"
    assert interaction.response.body == b""


# A reader that was cancelled while it waited


async def _cancelled_asyncio(module: ModuleType, ask: Ask, waiting: Callable[[], bool]) -> bool:
    task = asyncio.ensure_future(ask_async(module, ask))
    while not waiting() and not task.done():
        await asyncio.sleep(0.005)
    await asyncio.sleep(0.05)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        return True
    return False


async def _cancelled_trio(module: ModuleType, ask: Ask, waiting: Callable[[], bool]) -> bool:
    async with trio.open_nursery() as nursery:
        nursery.start_soon(ask_async, module, ask)
        while not waiting():
            await trio.sleep(0.005)
        await trio.sleep(0.05)
        nursery.cancel_scope.cancel()
    return nursery.cancel_scope.cancelled_caught


@pytest.mark.parametrize("before_head", [False, True], ids=["mid-stream", "before-head"])
@pytest.mark.parametrize("flavour", ASYNC, ids=str)
def test_cancelled_while_waiting(
    server: ScriptedServer, cassette_path: Path, flavour: Flavour, before_head: bool
) -> None:
    lockstep = Lockstep(server, FEW, finish=_silence)
    chunks: list[bytes] = []

    def on_chunk(chunk: bytes) -> None:
        chunks.append(chunk)
        lockstep.delivered()

    def waiting() -> bool:
        return bool(server.received) if before_head else len(chunks) == len(FEW)

    url = server.serve(_silence if before_head else lockstep)
    cancelled = _cancelled_trio if flavour.mode == "trio" else _cancelled_asyncio
    ask = Ask(url=url, on_chunk=on_chunk, client=client_options(None))
    with use_cassette(cassette_path, record="all"):
        assert flavour.run(cancelled, flavour.module, ask, waiting)
    (interaction,) = read(cassette_path).interactions
    ending = interaction.response.ending
    assert ending.kind == "pending"
    assert ending.waited_ms is not None
    assert ending.waited_ms >= 40
    assert interaction.response.body == (b"" if before_head else b"".join(FEW))

    chunks.clear()
    with use_cassette(cassette_path):  # the replay waits as the recording did, so a cancel works
        with_chunks = (lambda: True) if before_head else (lambda: len(chunks) == len(FEW))
        assert flavour.run(cancelled, flavour.module, ask, with_chunks)
    assert chunks == ([] if before_head else FEW)


@pytest.mark.parametrize("before_head", [False, True], ids=["mid-stream", "before-head"])
@pytest.mark.parametrize("flavour", FLAVOURS[::2], ids=str)
def test_reading_past_where_the_reader_was_cancelled(
    cassette_path: Path, flavour: Flavour, before_head: bool
) -> None:
    url = "http://127.0.0.1:9/v1/chat/completions"
    ending = Ending(kind="pending", waited_ms=1.0)
    response = Response(status=0, ending=ending)
    if not before_head:
        cuts = (Cut(size_bytes=3, offset_ms=0.5),)
        response = Response(status=200, body=b"abc", cuts=cuts, ending=ending)
    request = Request(method="POST", url=url, body=b"{}")
    publish(
        cassette_path, Cassette(interactions=(Interaction(request=request, response=response),))
    )
    started = time.monotonic()
    with use_cassette(cassette_path):
        seen: Seen = flavour.ask(Ask(url=url, content=b"{}", client=client_options(None)))
    assert 1 <= time.monotonic() - started < 10
    assert seen.chunks == (() if before_head else (b"abc",))
    assert seen.error == "ReadError"
    assert "cancelled here after waiting" in str(seen.message)


@pytest.mark.parametrize("flavour", ASYNC, ids=str)
def test_abandoned_generator_is_closed_by_the_client(
    server: ScriptedServer, cassette_path: Path, flavour: Flavour
) -> None:
    script = Lockstep(server, PIECES)
    url = server.serve(script)

    async def leave() -> list[bytes]:
        got = []
        async with flavour.module.AsyncClient(trust_env=False) as client:
            response = await client.send(client.build_request("GET", url), stream=True)
            async with aclosing(response.aiter_raw()) as chunks:
                async for chunk in chunks:
                    got.append(chunk)
                    script.delivered()
                    if len(got) == 4:
                        break
            await response.aclose()
        return got

    with use_cassette(cassette_path, record="all"):
        recorded = flavour.run(leave)
    with use_cassette(cassette_path):
        assert flavour.run(leave) == recorded == PIECES[:4]
    assert read(cassette_path).interactions[0].response.ending.kind == "client-closed"
