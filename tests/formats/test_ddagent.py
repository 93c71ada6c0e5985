from __future__ import annotations

import json

import pytest

from stream_cassette.cassette.model import Interaction, Request, Response
from stream_cassette.errors import CorruptCassette
from stream_cassette.formats._registry import read, sniff


def exchange(body: str, code: int = 200) -> bytes:
    tree = {
        "request": {
            "method": "POST",
            "url": "https://x/",
            "headers": {"Content-Length": "2"},
            "body": "{}",
        },
        "response": {
            "status": {"code": code, "message": "OK"},
            "headers": {"content-encoding": "gzip", "Transfer-Encoding": "chunked"},
            "body": body,
        },
    }
    return json.dumps(tree, indent=2).encode()


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("data: é\n\n", "data: é\n\n".encode()),
        ("base64:/wA=", b"\xff\x00"),
        ("base64: a coding", b"base64: a coding"),
    ],
)
def test_an_exchange(text: str, body: bytes) -> None:
    data = exchange(text)
    cassette = read(data)
    assert sniff(data).name == cassette.format == "ddagent"
    assert cassette.interactions == (
        Interaction(
            request=Request(
                method="POST",
                url="https://x/",
                headers=(("Content-Length", "2"),),
                body=b"{}",
            ),
            response=Response(
                status=200,
                reason="OK",
                headers=(("Transfer-Encoding", "chunked"),),
                body=body,
            ),
        ),
    )


def test_no_body() -> None:
    (one,) = read(exchange("")).interactions
    assert one.response.body == b""
    assert one.response.headers[0] == ("content-encoding", "gzip")


def test_what_is_refused() -> None:
    with pytest.raises(CorruptCassette, match="interaction 0: status code must be 0 or from 100"):
        read(exchange("a", code=99))
