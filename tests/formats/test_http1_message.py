from __future__ import annotations

import pytest

from stream_cassette.formats._http1_message import Http1Message

HEAD = b"HTTP/1.1 200 OK\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


def test_a_message() -> None:
    data = b"POST http://x/ HTTP/1.1\r\nA: b \r\nContent-Length: 2\r\nA:\r\n\r\nhi"
    assert Http1Message.of(data) == Http1Message(
        start=("POST", "http://x/", "HTTP/1.1"),
        headers=(("A", "b"), ("Content-Length", "2"), ("A", "")),
        body=b"hi",
    )


@pytest.mark.parametrize(
    ("rest", "body"),
    [
        (b"\r\nall the rest", b"all the rest"),
        (b"Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\nA;x=1\r\n\r\n34567890\r\n0\r\n\r\n", None),
        (b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\nTrailer: 1\r\n\r\n", b""),
        (b"Content-Length: 0\r\n\r\n", b""),
    ],
)
def test_bodies(rest: bytes, body: bytes | None) -> None:
    expected = b"hi\r\n34567890" if body is None else body
    assert Http1Message.of(HEAD + rest).body == expected


def test_a_message_that_has_no_body() -> None:
    data = HEAD + b"Content-Length: 99\r\n\r\n"
    assert Http1Message.of(data, has_body=False).body == b""


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (HEAD + b"A: b\r\n", "a message whose head doesn't end"),
        (b"HTTP/1.1\r\n\r\n", "no start line"),
        (HEAD + b"A\r\n\r\n", "no header: 'A'"),
        (HEAD + b" A: folded\r\n\r\n", "no header"),
        (HEAD + b"Content-Length: 3\r\n\r\nhi", "is '3', but the body has 2 bytes"),
        (HEAD + b"Content-Length: x\r\n\r\nhi", "is 'x'"),
        (
            CHUNKED + b"2\r\nhi\r\n",
            "a chunked body that doesn't end",
        ),
        (CHUNKED + b"5\r\nhi\r\n", "a chunk that is cut off"),
        (CHUNKED + b"-2\r\nhi\r\n", "a chunk that is cut off"),
        (CHUNKED + b"zz\r\nhi\r\n", "invalid literal"),
    ],
)
def test_what_is_no_message(data: bytes, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Http1Message.of(data)
