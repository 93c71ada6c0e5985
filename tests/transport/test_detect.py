"""Clients that connect past the cassette are noticed, with the family's name."""

from __future__ import annotations

import asyncio
import http.client
import socket
import threading
import urllib.request
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from stream_cassette.tape import use_cassette


class _Hello(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def port() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Hello)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


def _http_client(port: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", "/")
    connection.getresponse().read()
    connection.close()


def _urllib(port: int) -> None:
    urllib.request.urlopen(f"http://127.0.0.1:{port}/").close()


def _requests(port: int) -> None:
    import requests

    requests.get(f"http://127.0.0.1:{port}/")


def _aiohttp(port: int) -> None:
    import aiohttp

    async def get() -> None:
        async with aiohttp.ClientSession() as session:
            async with session.get(f"http://127.0.0.1:{port}/") as response:
                await response.read()

    asyncio.run(get())


@pytest.mark.parametrize(
    ("call", "family"),
    [
        (_http_client, "http.client"),
        (_urllib, "http.client"),
        (_requests, "requests"),
        (_aiohttp, "aiohttp"),
    ],
    ids=["http.client", "urllib", "requests", "aiohttp"],
)
def test_a_family_that_is_not_intercepted(
    call: Callable[[int], None], family: str, port: int, tmp_path: Path
) -> None:
    pytest.importorskip(family)
    tape = use_cassette(tmp_path / "a.yaml", record="once").open()
    try:
        call(port)
    finally:
        tape.close()
    assert tape.unintercepted == {family}
    passed, nothing = tape.warnings()
    assert f"{family} connected past the cassette" in passed
    assert "ended with nothing recorded" in nothing
    assert not (tmp_path / "a.yaml").exists()


def test_an_intercepted_client_and_a_bare_socket_are_not_named(port: int, tmp_path: Path) -> None:
    with use_cassette(tmp_path / "a.yaml", record="once") as tape:
        httpx.get(f"http://127.0.0.1:{port}/")
        socket.create_connection(("127.0.0.1", port)).close()
    assert tape.unintercepted == frozenset()
    assert len(tape.recorded) == 1


def test_nothing_is_noted_once_the_tape_is_closed(port: int, tmp_path: Path) -> None:
    tape = use_cassette(tmp_path / "a.yaml").open()
    tape.close()
    _http_client(port)
    assert tape.unintercepted == frozenset()
