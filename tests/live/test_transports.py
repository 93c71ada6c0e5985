"""Transports handed in by hand: recorded once, and by their own tape."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from stream_cassette.store.files import read
from stream_cassette.tape import use_cassette
from tests.support.hostile_stream import PIECES
from tests.support.scripted_server import Lockstep, ScriptedServer, reply
from tests.support.stream_clients import FLAVOURS, Ask, Flavour, client_options

PLAIN = client_options(None)


def _side(flavour: Flavour, tape: Any, inner: Any) -> Any:
    return (tape.transport if flavour.mode == "sync" else tape.async_transport)(inner)


def _inner(flavour: Flavour) -> Any:
    name = "HTTPTransport" if flavour.mode == "sync" else "AsyncHTTPTransport"
    return getattr(flavour.module, name)()


@pytest.mark.parametrize("given", ["module", "inner"])
@pytest.mark.parametrize("flavour", FLAVOURS, ids=str)
def test_explicit_transport(
    server: ScriptedServer, cassette_path: Path, flavour: Flavour, given: str
) -> None:
    url = server.serve(script := Lockstep(server, PIECES))
    ask = Ask(url=url, client=PLAIN, on_chunk=lambda _: script.delivered())

    def argument() -> Any:
        return flavour.module if given == "module" else _inner(flavour)

    with use_cassette(cassette_path, record="all") as tape:
        recorded = flavour.ask(replace(ask, transport=_side(flavour, tape, argument())))
    assert script.stalled is None
    assert recorded.error is None, recorded.message
    assert list(recorded.chunks) == PIECES
    assert len(read(cassette_path).interactions) == 1  # once, not by the patch below as well
    with use_cassette(cassette_path) as tape:
        replayed = flavour.ask(
            Ask(url=url, client=PLAIN, transport=_side(flavour, tape, argument()))
        )
    assert replayed == recorded
    assert len(server.received) == 1


@pytest.mark.parametrize("flavour", FLAVOURS, ids=str)
def test_explicit_transport_inside_another_session(
    server: ScriptedServer, tmp_path: Path, flavour: Flavour
) -> None:
    """The transport belongs to its tape, whatever session is the context's own."""
    url = server.serve(reply(b"{}"))
    outer, inner = tmp_path / "outer.yaml", tmp_path / "inner.yaml"
    with use_cassette(outer, record="all") as tape:
        transport = _side(flavour, tape, flavour.module)
        with pytest.warns(UserWarning, match="nothing recorded"), use_cassette(inner, record="all"):
            seen = flavour.ask(Ask(url=url, how="request", client=PLAIN, transport=transport))
    assert seen.chunks == (b"{}",)
    assert len(read(outer).interactions) == 1
    assert not inner.exists()


def test_asgi_style_inner_transport_is_recorded(cassette_path: Path) -> None:
    """An inner transport that never reaches a socket is recorded like any other."""
    import httpx2

    inner = httpx2.MockTransport(lambda request: httpx2.Response(201, content=request.content))
    ask = Ask(url="http://inside/echo", content=b"hello", how="request")
    flavour = Flavour("httpx2", "sync")
    with use_cassette(cassette_path, record="all") as tape:
        recorded = flavour.ask(replace(ask, transport=tape.transport(inner)))
    with use_cassette(cassette_path):
        replayed = flavour.ask(ask)
    assert recorded.chunks == (b"hello",)
    assert recorded.status == replayed.status == 201
    assert replayed.chunks == recorded.chunks
