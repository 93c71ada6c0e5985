"""The demo's provider over a real socket."""

from __future__ import annotations

import http.client
import json

import pytest

from stream_cassette.server.demo_provider import SERVER_NAME, DemoProvider, pieces


def post(url: str, path: str, request: object) -> tuple[http.client.HTTPResponse, bytes]:
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=10)
    try:
        connection.request("POST", path, json.dumps(request))
        response = connection.getresponse()
        return response, response.read()
    finally:
        connection.close()


REQUEST = {"model": "m", "stream": True, "messages": [{"role": "user", "content": "weather?"}]}


def test_it_streams_chunked_and_stops() -> None:
    with DemoProvider() as provider:
        response, body = post(provider.url, "/v1/chat/completions?a=b", REQUEST)
        host = provider.url.removeprefix("http://")
    assert response.status == 200
    assert response.headers["transfer-encoding"] == "chunked"
    assert response.headers["content-type"] == "text/event-stream"
    assert response.headers["server"] == SERVER_NAME
    assert body.endswith(b"data: [DONE]\n\n")
    with pytest.raises(ConnectionRefusedError):
        http.client.HTTPConnection(host, timeout=2).connect()


def test_an_error_is_plain_json() -> None:
    with DemoProvider() as provider:
        response, body = post(provider.url, "/v1/messages", {"stream": True})
    assert response.status == 400
    assert response.headers["content-length"] == str(len(body))
    assert json.loads(body)["error"]["message"] == "messages: Field required"


def test_signatures_are_those_of_one_run() -> None:
    bodies = []
    for _ in range(2):
        with DemoProvider() as provider:
            bodies.append(post(provider.url, "/v1/messages", REQUEST)[1])
            assert post(provider.url, "/v1/messages", REQUEST)[1] == bodies[-1]
    assert bodies[0] != bodies[1]


def test_pieces_join_and_cut_a_character_in_two() -> None:
    body = ("data: " + "x" * 2000 + " città 🌤\n\n").encode() * 3
    cut = list(pieces(body))
    assert b"".join(cut) == body
    assert len(cut) > 15
    with pytest.raises(UnicodeDecodeError):
        [one.decode() for one in cut]
    assert list(pieces(b"")) == []
