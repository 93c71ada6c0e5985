from __future__ import annotations

import gzip

import pytest

from stream_cassette.cassette.model import Interaction, Request, Response
from stream_cassette.errors import CorruptCassette, NotACassette
from stream_cassette.formats._registry import read, sniff
from stream_cassette.formats.httprr import Httprr

ASKED = b"POST http://localhost:11434/api/chat HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}"
STREAM = (
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    b'8\r\n{"a": 1}\r\n9\r\n\n{"b":\x00\xff}\r\n0\r\n\r\n'
)


def trace(*pairs: tuple[bytes, bytes]) -> bytes:
    written = (b"%d %d\n%b%b" % (len(sent), len(got), sent, got) for sent, got in pairs)
    return b"httprr trace v1\n" + b"".join(written)


def test_a_trace() -> None:
    data = trace((ASKED, STREAM), (ASKED, b"HTTP/2.0 404 Not Found\r\n\r\n404\n"))
    cassette = read(data)
    assert sniff(data).name == cassette.format == "httprr"
    request = Request(
        method="POST",
        url="http://localhost:11434/api/chat",
        headers=(("Content-Length", "2"),),
        body=b"{}",
    )
    assert cassette.interactions == (
        Interaction(
            request=request,
            response=Response(
                status=200,
                reason="OK",
                headers=(("Transfer-Encoding", "chunked"),),
                body=b'{"a": 1}\n{"b":\x00\xff}',
                http_version="HTTP/1.1",
            ),
        ),
        Interaction(
            request=request,
            response=Response(status=404, reason="Not Found", body=b"404\n", http_version="HTTP/2"),
        ),
    )
    assert read(gzip.compress(data)) == cassette


@pytest.mark.parametrize(
    ("sent", "got"),
    [
        (b"HEAD http://x/ HTTP/1.1\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"),
        (b"GET http://x/ HTTP/1.1\r\n\r\n", b"HTTP/1.1 204\r\n\r\n"),
        (b"GET http://x/ HTTP/1.1\r\n\r\n", b"HTTP/1.1 304 \r\nContent-Length: 9\r\n\r\n"),
    ],
)
def test_answers_without_a_body(sent: bytes, got: bytes) -> None:
    (one,) = read(trace((sent, got))).interactions
    assert one.response.body == b""


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (trace((ASKED, STREAM))[:-1], "interaction 0: the sizes are .* but the file ends; a trace"),
        (trace((ASKED, STREAM)) + b"\n", r"interaction 1: byte \d+: no sizes of a request"),
        (trace((ASKED, b"HTTP/1.1 2xx OK\r\n\r\n")), "interaction 0: no status line"),
        (trace((ASKED, STREAM[:-3])), "interaction 0: a chunked body that doesn't end"),
        (trace((b"GET / HTTP/1.1\r\n\r\n", STREAM)), "a request without a whole URL: '/'"),
    ],
)
def test_what_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(CorruptCassette, match=message):
        read(data)


def test_what_is_no_trace() -> None:
    with pytest.raises(NotACassette, match="a first line that says"):
        Httprr().read(b"httprr trace v2\n")
