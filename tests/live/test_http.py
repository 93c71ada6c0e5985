"""HTTP around the stream: bodiless answers, hops, codings, 1xx and trailers, repeats, retries."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import brotli
import pytest

from stream_cassette.cassette.model import grouped
from stream_cassette.store.files import read
from stream_cassette.tape import use_cassette
from tests.support.hostile_stream import BODY, PIECES
from tests.support.round_trip import round_trip
from tests.support.scripted_exchange import Exchange, Script
from tests.support.scripted_server import Lockstep, ScriptedServer, reply
from tests.support.stream_clients import FLAVOURS, Ask, Flavour, Seen, client_options

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

PLAIN = client_options(None)


# Answers without a body, and odd ones


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One request and its answer; `body` is what the caller gets."""

    id: str
    script: Script
    method: str = "GET"
    how: str = "request"
    body: bytes = b""
    status: int = 200


async def _early_hints(exchange: Exchange) -> None:
    await exchange.inform(103, [("link", "</style.css>; rel=preload")])
    await reply(b"{}")(exchange)


async def _trailers(exchange: Exchange) -> None:
    await exchange.head(200, [("trailer", "x-checksum")])
    await exchange.send(b"abc")
    await exchange.end([("x-checksum", "900150983cd24fb0")])


async def _until_closed(exchange: Any) -> None:
    await exchange.raw(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nuntil the end")
    exchange.cut()


async def _repeated_headers(exchange: Exchange) -> None:
    await exchange.head(200, [("x-a", "1"), ("x-b", "2"), ("x-a", "3"), ("content-length", "0")])
    await exchange.end()


CASES = [
    Case(id="204", script=reply(status=204, sized=False), status=204),
    Case(id="304", script=reply(status=304, sized=False), status=304),
    Case(id="head", script=reply(headers=[("content-length", "512")], sized=False), method="HEAD"),
    Case(id="empty", script=reply()),
    Case(id="empty-chunked", script=reply(sized=False), how="iter_raw"),
    Case(id="early-hints", script=_early_hints, body=b"{}"),
    Case(id="trailers", script=_trailers, body=b"abc"),
    Case(id="until-closed", script=_until_closed, body=b"until the end"),
    Case(id="repeated-headers", script=_repeated_headers),
    Case(id="500", script=reply(b'{"error":{}}', status=500), body=b'{"error":{}}', status=500),
    Case(id="not-utf8", script=reply(bytes(range(256))), body=bytes(range(256))),
    Case(id="crlf-text", script=reply(b"a\r\nb\r\rc\n \n"), body=b"a\r\nb\r\rc\n \n"),
]


@pytest.mark.parametrize("flavour", FLAVOURS, ids=str)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_answer(server: ScriptedServer, cassette_path: Path, flavour: Flavour, case: Case) -> None:
    ask = Ask(url="", method=case.method, how=case.how, content=None, client=PLAIN)
    trip = round_trip(server, cassette_path, flavour, lambda: case.script, ask)
    assert trip.bare.error is None, trip.bare.message
    assert (trip.bare.status, b"".join(trip.bare.chunks)) == (case.status, case.body)
    assert trip.recorded == trip.bare
    # the file has one list of values per name: order is kept within a name
    assert trip.replayed == replace(trip.bare, headers=grouped(trip.bare.headers))
    assert trip.only.response.body == case.body
    assert trip.only.response.ending.kind == "complete"


# Hops


@pytest.mark.parametrize("flavour", FLAVOURS, ids=str)
def test_each_redirect_is_an_interaction(
    server: ScriptedServer, cassette_path: Path, flavour: Flavour
) -> None:
    end = server.serve(reply(b"arrived"), reply(b"arrived"), path="/end")
    target = end.partition("127.0.0.1")[2].partition("/")[2]
    moved = reply(status=307, headers=[("location", f"/{target}")])
    ask = Ask(url="", how="request", client=PLAIN | {"follow_redirects": True})
    trip = round_trip(server, cassette_path, flavour, lambda: moved, ask)
    assert trip.bare.chunks == (b"arrived",)
    assert trip.bare.hops == 1
    assert trip.recorded == trip.bare == trip.replayed
    assert [i.response.status for i in trip.cassette.interactions] == [307, 200]
    assert trip.cassette.interactions[1].request.url == end
    assert trip.cassette.interactions[1].request.body == ask.content


async def _challenge(exchange: Exchange) -> None:
    offer = 'Digest realm="here", nonce="dcd98b7102dd2f0e", qop="auth", algorithm=MD5'
    await exchange.head(401, [("www-authenticate", offer), ("content-length", "0")])
    await exchange.end()


@pytest.mark.parametrize("flavour", FLAVOURS, ids=str)
def test_each_auth_hop_is_an_interaction(
    server: ScriptedServer, cassette_path: Path, flavour: Flavour
) -> None:
    url = server.serve(_challenge, reply(b"{}"))

    def ask() -> Seen:
        digest = flavour.module.DigestAuth("user", "correct horse")
        return flavour.ask(Ask(url=url, how="request", client=PLAIN | {"auth": digest}))

    with use_cassette(cassette_path, record="all"):
        recorded = ask()
    assert server.received[1].header("authorization") is not None
    with use_cassette(cassette_path):
        assert ask() == recorded
    assert (recorded.status, recorded.hops) == (200, 1)
    assert [i.response.status for i in read(cassette_path).interactions] == [401, 200]
    assert b"correct horse" not in cassette_path.read_bytes()
    assert b'username="user"' not in cassette_path.read_bytes()


# Content codings


def _brotli(pieces: list[bytes]) -> list[bytes]:
    squeeze = brotli.Compressor()
    out = [squeeze.process(piece) + squeeze.flush() for piece in pieces]
    return [*out[:-1], out[-1] + squeeze.finish()]


def _zstd(pieces: list[bytes]) -> list[bytes]:
    squeeze = zstd.ZstdCompressor()
    out = [squeeze.compress(piece, squeeze.FLUSH_BLOCK) for piece in pieces]
    return [*out[:-1], out[-1] + squeeze.flush()]


@pytest.mark.parametrize("how", ["iter_raw", "iter_bytes"])
@pytest.mark.parametrize(
    ("coding", "squeeze"), [("br", _brotli), ("zstd", _zstd)], ids=["br", "zstd"]
)
@pytest.mark.parametrize("flavour", FLAVOURS, ids=str)
def test_compressed_bodies_are_exact(
    server: ScriptedServer,
    cassette_path: Path,
    flavour: Flavour,
    coding: str,
    squeeze: Callable[[list[bytes]], list[bytes]],
    how: str,
) -> None:
    pieces = squeeze(PIECES)
    headers = [("content-type", "text/event-stream"), ("content-encoding", coding)]

    async def script(exchange: Exchange) -> None:
        lockstep = Lockstep(server, pieces, headers=headers)
        for _ in pieces:  # decoders may hold a flushed piece back, so nothing is waited for
            lockstep.delivered()
        await lockstep(exchange)

    trip = round_trip(
        server, cassette_path, flavour, lambda: script, Ask(url="", how=how, client=PLAIN)
    )
    whole = b"".join(pieces) if how == "iter_raw" else BODY
    assert b"".join(trip.bare.chunks) == b"".join(trip.recorded.chunks) == whole
    assert trip.replayed == trip.recorded
    assert trip.only.response.body == b"".join(pieces)


# Repeats and retries


@pytest.mark.parametrize("flavour", FLAVOURS, ids=str)
def test_same_request_with_different_answers(
    server: ScriptedServer, cassette_path: Path, flavour: Flavour
) -> None:
    url = server.serve(reply(b"one"), reply(b"two"), reply(b"three"))
    ask = Ask(url=url, how="request", client=PLAIN)
    with use_cassette(cassette_path, record="all"):
        recorded = [flavour.ask(ask) for _ in range(3)]
    with use_cassette(cassette_path):
        replayed = [flavour.ask(ask) for _ in range(3)]
    assert [seen.chunks for seen in recorded] == [(b"one",), (b"two",), (b"three",)]
    assert replayed == recorded


@pytest.mark.parametrize("flavour", FLAVOURS, ids=str)
def test_retry_after_a_failure(
    server: ScriptedServer, cassette_path: Path, flavour: Flavour
) -> None:
    async def broken(exchange: Exchange) -> None:
        await exchange.head(200, [("content-length", "100")])
        await exchange.send(b"half")
        exchange.cut()

    url = server.serve(broken, reply(b"whole"))
    ask = Ask(url=url, client=PLAIN)
    with use_cassette(cassette_path, record="all"):
        recorded = [flavour.ask(ask), flavour.ask(ask)]
    with use_cassette(cassette_path):
        replayed = [flavour.ask(ask), flavour.ask(ask)]
    assert [seen.error for seen in recorded] == ["RemoteProtocolError", None]
    assert [seen.chunks for seen in recorded] == [(b"half",), (b"whole",)]
    assert replayed == recorded


@pytest.mark.parametrize("flavour", FLAVOURS, ids=str)
def test_connection_is_reused_after_a_recorded_stream(
    server: ScriptedServer, cassette_path: Path, flavour: Flavour
) -> None:
    """The tee closes what it wraps: a pool of one connection would starve otherwise."""
    limits = flavour.module.Limits(max_connections=1)
    timeout = flavour.module.Timeout(5, pool=2)
    urls = [server.serve(Lockstep(server, PIECES[:1]), path=f"/{n}") for n in range(3)]

    def go() -> list[int]:
        with flavour.module.Client(limits=limits, timeout=timeout, trust_env=False) as client:
            return [_left_after_one(client, url) for url in urls]

    async def go_async() -> list[int]:
        client = flavour.module.AsyncClient(limits=limits, timeout=timeout, trust_env=False)
        async with client:
            return [await _left_after_one_async(client, url) for url in urls]

    with use_cassette(cassette_path, record="all"):
        recorded = go() if flavour.mode == "sync" else flavour.run(go_async)
    assert recorded == [200, 200, 200]
    assert len(read(cassette_path).interactions) == 3


def _left_after_one(client: Any, url: str) -> int:
    with client.stream("GET", url) as response:
        next(response.iter_raw())
        return int(response.status_code)


async def _left_after_one_async(client: Any, url: str) -> int:
    async with client.stream("GET", url) as response:
        await anext(response.aiter_raw())
        return int(response.status_code)
