"""Two streams at once: never swapped, and kept in the order in which they were asked for."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import trio

from stream_cassette.store.files import read
from stream_cassette.tape import use_cassette
from tests.support.scripted_exchange import Exchange, Script
from tests.support.scripted_server import ScriptedServer
from tests.support.stream_clients import FLAVOURS, Ask, Flavour, Seen, ask_async, client_options

PLAIN = client_options(None)
ASYNC = tuple(flavour for flavour in FLAVOURS if flavour.mode != "sync")


class _Alternating:
    """Two streams whose pieces alternate; the second request's answer starts first."""

    def __init__(self, server: ScriptedServer, count: int = 6) -> None:
        self.turns = [server.loop.create_future() for _ in range(2 * count + 2)]
        self.count = count

    def script(self, number: int) -> Script:
        async def answer(exchange: Exchange) -> None:
            name = exchange.request.body
            for step in range(self.count + 1):
                turn = 2 * step + (1 - number)  # number 1 goes first
                if turn:
                    await self.turns[turn - 1]
                if step == 0:
                    await exchange.head(200, [("content-type", "text/event-stream")])
                else:
                    await exchange.send(b"data: %s %d\n\n" % (name, step))
                await asyncio.sleep(0)
                self.turns[turn].set_result(None)
            await exchange.end()

        return answer


def _two_at_once(flavour: Flavour, asks: list[Ask], arrived: Callable[[int], bool]) -> list[Seen]:
    """Both questions at once; the second is sent when the first has arrived."""
    seen: list[Any] = [None, None]
    if flavour.mode == "sync":
        _in_threads(flavour, asks, arrived, seen)
        return seen

    async def one(number: int) -> None:
        seen[number] = await ask_async(flavour.module, asks[number])

    async def both_asyncio() -> None:
        first = asyncio.ensure_future(one(0))
        while not arrived(1):
            await asyncio.sleep(0.002)
        await asyncio.gather(first, one(1))

    async def both_trio() -> None:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(one, 0)
            while not arrived(1):
                await trio.sleep(0.002)
            nursery.start_soon(one, 1)

    flavour.run(both_trio if flavour.mode == "trio" else both_asyncio)
    return seen


def _in_threads(
    flavour: Flavour, asks: list[Ask], arrived: Callable[[int], bool], seen: list[Any]
) -> None:
    def one(number: int) -> None:
        seen[number] = flavour.ask(asks[number])

    threads = [threading.Thread(target=one, args=(number,)) for number in (0, 1)]
    threads[0].start()
    pause = threading.Event()
    while not arrived(1):
        pause.wait(0.002)
    threads[1].start()
    for thread in threads:
        thread.join(20)


@pytest.mark.parametrize("same_body", [False, True], ids=["distinct", "equal"])
@pytest.mark.parametrize("flavour", FLAVOURS, ids=str)
def test_two_concurrent_streams_are_never_swapped(
    server: ScriptedServer, cassette_path: Path, flavour: Flavour, same_body: bool
) -> None:
    turns = _Alternating(server)
    url = server.serve(turns.script(0), turns.script(1))
    bodies = [b"same", b"same"] if same_body else [b"first", b"second"]
    asks = [Ask(url=url, content=body, client=PLAIN) for body in bodies]
    with use_cassette(cassette_path, record="all"):
        recorded = _two_at_once(flavour, asks, lambda n: len(server.received) >= n)
    assert [seen.error for seen in recorded] == [None, None]
    for seen, body in zip(recorded, bodies, strict=True):
        assert seen.chunks == tuple(b"data: %s %d\n\n" % (body, n) for n in range(1, 7))
    interactions = read(cassette_path).interactions
    assert [i.request.body for i in interactions] == bodies  # order of sending, not of answering
    if same_body:
        return
    with use_cassette(cassette_path):  # asked the other way round, each still gets its own
        replayed = _two_at_once(flavour, asks[::-1], lambda n: True)
    assert replayed == recorded[::-1]


@pytest.mark.parametrize("flavour", ASYNC, ids=str)
def test_two_streams_on_one_http2_connection(
    server: ScriptedServer, trusted: ssl.SSLContext, cassette_path: Path, flavour: Flavour
) -> None:
    turns = _Alternating(server)
    url = server.serve(turns.script(0), turns.script(1), tls=True)

    async def one(client: Any, body: bytes, into: dict[bytes, list[bytes]]) -> None:
        async with client.stream("POST", url, content=body) as response:
            into[body] = [chunk async for chunk in response.aiter_raw()]

    async def both() -> dict[bytes, list[bytes]]:
        got: dict[bytes, list[bytes]] = {}
        client = flavour.module.AsyncClient(**client_options(trusted, http2=True))
        async with client, trio.open_nursery() as nursery:
            nursery.start_soon(one, client, b"first", got)
            nursery.start_soon(one, client, b"second", got)
        return got

    async def both_asyncio() -> dict[bytes, list[bytes]]:
        got: dict[bytes, list[bytes]] = {}
        async with flavour.module.AsyncClient(**client_options(trusted, http2=True)) as client:
            await asyncio.gather(one(client, b"first", got), one(client, b"second", got))
        return got

    run = both if flavour.mode == "trio" else both_asyncio
    with use_cassette(cassette_path, record="all"):
        recorded = flavour.run(run)
    with use_cassette(cassette_path):
        replayed = flavour.run(run)
    wanted = {
        body: [b"data: %s %d\n\n" % (body, n) for n in range(1, 7)]
        for body in (b"first", b"second")
    }
    assert recorded == replayed == wanted
