"""How exchanges end over real sockets: each is recorded as what it was and replays the same way,
with the same exception type and message after the same byte, sync and async, both families."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from stream_cassette.store.files import read
from stream_cassette.tape import use_cassette
from tests.support.hostile_stream import PIECES
from tests.support.round_trip import round_trip
from tests.support.scripted_exchange import Exchange, Script
from tests.support.scripted_server import Lockstep, ScriptedServer
from tests.support.stream_clients import FLAVOURS, Ask, Flavour, client_options

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
SHORT_WAIT = {"read": 0.3}
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
        flavours=FLAVOURS[::2],
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
        flavours=FLAVOURS[1::2],
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
