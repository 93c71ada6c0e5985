"""The book in memory keeps everything, as it was."""

from __future__ import annotations

import gzip

import pytest

from stream_cassette.cassette.model import COMPLETE, Cut, Ending, Request, Response
from stream_cassette.session.memory import MemoryBook

GET = Request(method="GET", url="http://a/?key=SECRET")


def test_exchanges_come_back_in_order_unmasked() -> None:
    book = MemoryBook()
    first, second = book.start(GET, "1"), book.start(GET, "2")
    second.head(Response(status=200))
    second.chunk(b"ab", 1.0)
    second.end(COMPLETE)
    one, two = book.interactions()
    assert (one.request, one.response.status, one.recorded_at) == (GET, 0, "1")
    assert one.response.ending == Ending(kind="client-closed")
    assert two.response == Response(
        status=200, body=b"ab", cuts=(Cut(size_bytes=2, offset_ms=1.0),)
    )
    assert first.tail == b""


@pytest.mark.parametrize(
    ("coding", "tail"), [("gzip", b"data: x"), ("rot13", gzip.compress(b"data: x", mtime=0))]
)
def test_the_tail_is_decoded_where_it_can_be(coding: str, tail: bytes) -> None:
    log = MemoryBook().start(GET, "1")
    log.head(Response(status=200, headers=(("content-encoding", coding),)))
    log.chunk(gzip.compress(b"data: x", mtime=0), 1.0)
    assert log.tail == tail
