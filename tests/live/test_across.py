"""A recording belongs to no client: whichever made it, every other replays it; and the modes."""

from __future__ import annotations

from pathlib import Path

import pytest

from stream_cassette.errors import CassetteMiss
from stream_cassette.store.files import read
from stream_cassette.tape import use_cassette
from tests.support.hostile_stream import PIECES
from tests.support.scripted_exchange import Exchange
from tests.support.scripted_server import Lockstep, ScriptedServer, reply
from tests.support.stream_clients import FLAVOURS, Ask, Flavour, client_options

PLAIN = client_options(None)
HTTPX = Flavour("httpx", "sync")


@pytest.mark.parametrize("fails", [False, True], ids=["complete", "dropped"])
@pytest.mark.parametrize("recorder", FLAVOURS, ids=str)
def test_every_client_replays_what_one_recorded(
    server: ScriptedServer, cassette_path: Path, recorder: Flavour, fails: bool
) -> None:
    async def drop(exchange: Exchange) -> None:
        exchange.reset()

    script = Lockstep(server, PIECES[:12], finish=drop if fails else None)
    url = server.serve(script)
    with use_cassette(cassette_path, record="all"):
        recorder.ask(Ask(url=url, client=PLAIN, on_chunk=lambda _: script.delivered()))
    for player in FLAVOURS:
        with use_cassette(cassette_path):
            seen = player.ask(Ask(url=url, client=PLAIN))
        assert seen.chunks == tuple(PIECES[:12])
        assert seen.error == ("ReadError" if fails else None)


def _get(*urls: str) -> list[tuple[bytes, ...]]:
    return [HTTPX.ask(Ask(url=url, how="request", client=PLAIN)).chunks for url in urls]


@pytest.mark.parametrize("mode", ["new", "new_episodes"])
def test_new_plays_what_is_there_and_records_the_rest(
    server: ScriptedServer, cassette_path: Path, mode: str
) -> None:
    known, unknown = server.serve(reply(b"known")), server.serve(reply(b"unknown"))
    with use_cassette(cassette_path, record=mode):
        _get(known)
    with use_cassette(cassette_path, record=mode):
        assert _get(unknown, known) == [(b"unknown",), (b"known",)]
    assert len(server.received) == 2
    assert [i.response.body for i in read(cassette_path).interactions] == [b"known", b"unknown"]


def test_once_records_and_then_only_plays(server: ScriptedServer, cassette_path: Path) -> None:
    url, other = server.serve(reply(b"1"), reply(b"2")), server.serve(reply(b"3"))
    with use_cassette(cassette_path, record="once"):
        assert _get(url) == [(b"1",)]
    with use_cassette(cassette_path, record="once"):
        assert _get(url) == [(b"1",)]
    tape = use_cassette(cassette_path, record="once").open()
    assert HTTPX.ask(Ask(url=other, client=PLAIN)).error == "CassetteMiss"
    tape.close()
    assert len(server.received) == 1


@pytest.mark.parametrize("mode", ["all", "rewrite"])
def test_all_replaces_the_file(server: ScriptedServer, cassette_path: Path, mode: str) -> None:
    url = server.serve(reply(b"1"), reply(b"2"), reply(b"3"))
    with use_cassette(cassette_path, record=mode):
        _get(url, url)
    with use_cassette(cassette_path, record=mode):
        _get(url)
    assert [i.response.body for i in read(cassette_path).interactions] == [b"3"]


def test_a_failed_block_leaves_the_old_cassette(
    server: ScriptedServer, cassette_path: Path
) -> None:
    url = server.serve(reply(b"old"), reply(b"new"))
    with use_cassette(cassette_path, record="all"):
        _get(url)
    old = cassette_path.read_bytes()

    def fail() -> None:
        with use_cassette(cassette_path, record="all"):
            _get(url)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert cassette_path.read_bytes() == old
    rejected = cassette_path.with_name("live.rejected.yaml")
    assert [i.response.body for i in read(rejected).interactions] == [b"new"]


def test_none_without_a_file_reaches_no_network(
    server: ScriptedServer, cassette_path: Path
) -> None:
    url = server.serve(reply(b"1"))

    def ask() -> None:
        with use_cassette(cassette_path):
            _get(url)

    with pytest.raises(CassetteMiss, match="no such file"):
        ask()
    assert server.received == []


@pytest.mark.parametrize("flavour", FLAVOURS, ids=str)
def test_ignored_hosts_pass_untouched(
    server: ScriptedServer, cassette_path: Path, flavour: Flavour
) -> None:
    url = server.serve(script := Lockstep(server, PIECES), path="/ignored")
    kept = server.serve(reply(b"{}")).replace("127.0.0.1", "localhost")
    with use_cassette(cassette_path, record="all", ignore_hosts=["127.0.0.1"]):
        seen = flavour.ask(Ask(url=url, client=PLAIN, on_chunk=lambda _: script.delivered()))
        flavour.ask(Ask(url=kept, client=PLAIN))
    assert list(seen.chunks) == PIECES
    assert [i.request.url for i in read(cassette_path).interactions] == [kept]
