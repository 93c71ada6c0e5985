"""Requests of every kind: the server gets what a bare client sends, and the replay finds it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from stream_cassette.store.files import read
from stream_cassette.tape import use_cassette
from tests.support.scripted_server import ScriptedServer, reply
from tests.support.stream_clients import FLAVOURS, Flavour, client_options

PIECES = [b'{"a":', b"1", b"}"]


def _generated(mode: str) -> Any:
    def pieces() -> Iterator[bytes]:
        yield from PIECES

    async def async_pieces() -> AsyncIterator[bytes]:
        for piece in PIECES:
            yield piece

    return pieces() if mode == "sync" else async_pieces()


# A fresh set of arguments for each request; multipart boundaries are drawn anew each time.
BODIES: dict[str, Callable[[str], dict[str, Any]]] = {
    "none": lambda mode: {},
    "json": lambda mode: {"json": {"b": [1, 2.0, None], "text": "Zürich\u2028"}},
    "form": lambda mode: {"data": {"a": "1", "b": "x y"}},
    "multipart": lambda mode: {"files": {"file": ("a.bin", bytes(range(256)))}},
    "bytes": lambda mode: {"content": bytes(range(256))},
    "generator": lambda mode: {"content": _generated(mode)},
}


def _post(flavour: Flavour, url: str, arguments: dict[str, Any]) -> tuple[int, bytes]:
    async def ask() -> Any:
        async with flavour.module.AsyncClient(**client_options(None)) as client:
            return await client.post(url, **arguments)

    if flavour.mode == "sync":
        with flavour.module.Client(**client_options(None)) as client:
            response = client.post(url, **arguments)
    else:
        response = flavour.run(ask)
    return response.status_code, response.content


@pytest.mark.parametrize("kind", BODIES)
@pytest.mark.parametrize("flavour", FLAVOURS, ids=str)
def test_request_body(
    server: ScriptedServer, cassette_path: Path, flavour: Flavour, kind: str
) -> None:
    url = server.serve(reply(b"bare"), reply(b"taped"))
    _post(flavour, url, BODIES[kind](flavour.mode))
    with use_cassette(cassette_path, record="all"):
        assert _post(flavour, url, BODIES[kind](flavour.mode)) == (200, b"taped")
    bare, taped = server.received
    (interaction,) = read(cassette_path).interactions
    assert interaction.request.body == taped.body
    if kind == "multipart":
        assert len(taped.body) == len(bare.body)
    else:
        assert taped == bare
    with use_cassette(cassette_path):
        assert _post(flavour, url, BODIES[kind](flavour.mode)) == (200, b"taped")
    assert len(server.received) == 2
