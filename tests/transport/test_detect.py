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


def _urllib3(port: int) -> None:
    import urllib3

    with urllib3.PoolManager() as pool:
        pool.request("GET", f"http://127.0.0.1:{port}/")


def _botocore(port: int) -> None:
    from botocore.awsrequest import AWSRequest
    from botocore.httpsession import URLLib3Session

    session = URLLib3Session()
    session.send(AWSRequest("GET", f"http://127.0.0.1:{port}/").prepare())
    session.close()


def _in_a_thread(port: int) -> None:
    thread = threading.Thread(target=_http_client, args=(port,))
    thread.start()
    thread.join()


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
        (_in_a_thread, "http.client"),
        (_requests, "requests"),
        (_urllib3, "urllib3"),
        (_botocore, "botocore"),
        (_aiohttp, "aiohttp"),
    ],
    ids=["http.client", "urllib", "thread", "requests", "urllib3", "botocore", "aiohttp"],
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


def test_on_replay_loopback_is_a_server_of_the_tests_own(port: int, tmp_path: Path) -> None:
    tape = use_cassette(tmp_path / "a.yaml").open()
    try:
        _http_client(port)
        assert tape.unintercepted == frozenset()
        with pytest.raises(OSError):
            http.client.HTTPConnection("192.0.2.1", timeout=0.01).connect()
    finally:
        tape.close()
    assert tape.unintercepted == {"http.client"}


def test_nothing_is_noted_once_the_tape_is_closed(port: int, tmp_path: Path) -> None:
    tape = use_cassette(tmp_path / "a.yaml").open()
    tape.close()
    _http_client(port)
    assert tape.unintercepted == frozenset()
