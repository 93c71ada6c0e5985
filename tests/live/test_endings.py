"""How exchanges end over real sockets: each is recorded as what it was and replays the same way,
with the same exception type and message after the same byte, sync and async, both families."""

from __future__ import annotations

import asyncio
import socket
import ssl
import time
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import trio

from stream_cassette.cassette.model import Cassette, Cut, Ending, Interaction, Request, Response
from stream_cassette.store.files import publish, read
from stream_cassette.tape import use_cassette
from tests.support.hostile_stream import PIECES
from tests.support.round_trip import round_trip
from tests.support.scripted_server import Exchange, Lockstep, Script, ScriptedServer
from tests.support.stream_clients import FLAVOURS, Ask, Flavour, Seen, ask_async, client_options

ASYNC = tuple(flavour for flavour in FLAVOURS if flavour.mode != "sync")
SSE = ("content-type", "text/event-stream")
FEW = PIECES[:3]


async def _reset(exchange: Exchange) -> None:
    exchange.reset()


async def _cut(exchange: Exchange) -> None:
    exchange.cut()


async def _silence(_exchange: Exchange) -> None:
    await asyncio.Event().wait()


async def _garbage(exchange: Any) -> None:
    await exchange.raw(b"SMTP/1.0 hello\r\n\r\n")
    exchange.cut()


async def _cut_in_a_chunk(exchange: Any) -> None:
    await exchange.raw(b"40\r\nnot the whole")
    exchange.cut()


async def _stream_reset(exchange: Any) -> None:
    exchange._connection.h2.reset_stream(exchange._stream, error_code=2)
    await exchange._connection.flush()


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A way to end: `finish` comes after `pieces`, or instead of the head where there are none."""

    id: str
    finish: Callable[[Exchange], Awaitable[None]]
    kind: str
    raised: str
    pieces: tuple[bytes, ...] = tuple(FEW)
    headers: tuple[tuple[str, str], ...] = (SSE,)
    http2: bool = False
    timeouts: dict[str, float] = field(default_factory=dict)
    flavours: tuple[Flavour, ...] = FLAVOURS


LONG = (SSE, ("content-length", "1000000"))
SHORT_WAIT = {"read": 0.15}
CASES = [
    Case(id="reset", finish=_reset, kind="reset", raised="ReadError"),
    Case(id="reset-sized", finish=_reset, kind="reset", raised="ReadError", headers=LONG),
    Case(
        id="timeout",
        finish=_silence,
        kind="read-timeout",
        raised="ReadTimeout",
        timeouts=SHORT_WAIT,
    ),
    Case(
        id="length-short",
        finish=_cut,
        kind="incomplete",
        raised="RemoteProtocolError",
        headers=LONG,
    ),
    Case(id="no-last-chunk", finish=_cut, kind="incomplete", raised="RemoteProtocolError"),
    Case(
        id="inside-a-chunk", finish=_cut_in_a_chunk, kind="incomplete", raised="RemoteProtocolError"
    ),
    Case(
        id="no-head-closed", finish=_cut, kind="protocol", raised="RemoteProtocolError", pieces=()
    ),
    Case(id="no-head-reset", finish=_reset, kind="reset", raised="ReadError", pieces=()),
    Case(
        id="no-head-garbage",
        finish=_garbage,
        kind="protocol",
        raised="RemoteProtocolError",
        pieces=(),
    ),
    Case(
        id="no-head-timeout",
        finish=_silence,
        kind="read-timeout",
        raised="ReadTimeout",
        pieces=(),
        timeouts=SHORT_WAIT,
    ),
    Case(  # the synchronous client sees a reset below TLS as an end
        id="http2-reset",
        finish=_reset,
        kind="reset",
        raised="ReadError",
        http2=True,
        flavours=ASYNC,
    ),
    Case(
        id="http2-closed", finish=_cut, kind="incomplete", raised="RemoteProtocolError", http2=True
    ),
    Case(
        id="http2-rst-stream",
        finish=_stream_reset,
        kind="protocol",
        raised="RemoteProtocolError",
        http2=True,
    ),
    Case(
        id="http2-timeout",
        finish=_silence,
        kind="read-timeout",
        raised="ReadTimeout",
        http2=True,
        timeouts=SHORT_WAIT,
    ),
]


def _script(server: ScriptedServer, case: Case) -> Script:
    if not case.pieces:
        return case.finish
    return Lockstep(server, case.pieces, headers=case.headers, finish=case.finish)


@pytest.mark.parametrize(
    ("case", "flavour"),
    [pytest.param(case, f, id=f"{case.id}-{f}") for case in CASES for f in case.flavours],
)
def test_failure_replays_at_the_same_byte(
    server: ScriptedServer,
    trusted: ssl.SSLContext,
    cassette_path: Path,
    flavour: Flavour,
    case: Case,
) -> None:
    options = client_options(trusted, http2=case.http2)
    if case.timeouts:
        options["timeout"] = flavour.module.Timeout(20, **case.timeouts)
    trip = round_trip(
        server,
        cassette_path,
        flavour,
        lambda: _script(server, case),
        Ask(url="", client=options),
        tls=case.http2,
    )
    assert trip.bare.error == case.raised, trip.bare.message
    assert trip.bare.chunks[: len(case.pieces)] == case.pieces
    assert trip.recorded == trip.bare
    assert trip.replayed == trip.bare
    ending = trip.only.response.ending
    assert (ending.kind, ending.error) == ("error", case.kind)
    assert ending.message == trip.bare.message
    assert trip.only.response.status == (200 if case.pieces else 0)
    assert trip.stored == trip.bare.chunks if case.pieces else trip.only.response.body == b""


def _refused() -> str:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{closed.getsockname()[1]}/v1/chat/completions"


@pytest.mark.parametrize("flavour", FLAVOURS, ids=str)
def test_refused_connection(cassette_path: Path, flavour: Flavour) -> None:
    ask = Ask(url=_refused(), client=client_options(None))
    bare = flavour.ask(ask)
    with use_cassette(cassette_path, record="all"):
        recorded = flavour.ask(ask)
    with use_cassette(cassette_path):
        replayed = flavour.ask(ask)
    assert bare.error == "ConnectError"
    assert recorded == bare == replayed
    (interaction,) = read(cassette_path).interactions
    assert interaction.response.status == 0
    assert interaction.response.ending.error == "connect"
    assert interaction.response.headers == ()


@pytest.mark.parametrize("flavour", FLAVOURS, ids=str)
def test_untrusted_certificate(
    server: ScriptedServer, cassette_path: Path, flavour: Flavour
) -> None:
    ask = Ask(url=server.serve(tls=True), client={"trust_env": False})
    bare = flavour.ask(ask)
    with use_cassette(cassette_path, record="all"):
        recorded = flavour.ask(ask)
    with use_cassette(cassette_path):
        replayed = flavour.ask(ask)
    assert bare.error == "ConnectError"
    assert recorded == bare == replayed
    assert read(cassette_path).interactions[0].response.ending.error == "tls"


# What a socket on loopback can't be made to do at will comes from an inner transport.
INNER = {
    "ConnectTimeout": "connect-timeout",
    "ProxyError": "proxy",
    "WriteError": "write",
    "WriteTimeout": "other",
    "PoolTimeout": "pool-timeout",
    "CloseError": "other",
    "LocalProtocolError": "other",
    "UnsupportedProtocol": "other",
}


def _raising(module: ModuleType, name: str) -> Any:
    def refuse(_request: Any) -> Any:
        raise getattr(module, name)("the words of the client")

    return module.MockTransport(refuse)


@pytest.mark.parametrize("name", INNER)
@pytest.mark.parametrize("flavour", FLAVOURS, ids=str)
def test_every_exception_of_the_family(cassette_path: Path, flavour: Flavour, name: str) -> None:
    url = "http://127.0.0.1:9/v1/chat/completions"
    inner = _raising(flavour.module, name)
    side = "transport" if flavour.mode == "sync" else "async_transport"
    with use_cassette(cassette_path, record="all") as tape:
        recorded = flavour.ask(Ask(url=url, transport=getattr(tape, side)(inner)))
    with use_cassette(cassette_path):
        replayed = flavour.ask(Ask(url=url))
    assert recorded.error == name
    assert replayed == recorded
    assert read(cassette_path).interactions[0].response.ending.error == INNER[name]


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
        started = time.monotonic()
        with_chunks = (lambda: True) if before_head else (lambda: len(chunks) == len(FEW))
        assert flavour.run(cancelled, flavour.module, ask, with_chunks)
        assert time.monotonic() - started < 1
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
    assert 1 <= time.monotonic() - started < 3
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
