"""What is written of a body while it streams: no secret, at no moment, and nothing lost."""

from __future__ import annotations

import gzip
import zlib
from io import BytesIO

import pytest

from stream_cassette.cassette.model import COMPLETE, Response
from stream_cassette.cassette.redact import DEFAULT
from stream_cassette.store._journal_body import TAIL_BYTES, CodedBody, PlainBody, body_for
from stream_cassette.store._journal_read import contents
from stream_cassette.store._records import MAGIC, Kind, json_and_bytes, pack
from stream_cassette.wire.encoding import decode, recode

SECRET = "Wq7-zebra-Lantern-0451"
RULES = DEFAULT.with_environment({"THE_SECRET": SECRET})
SAID = {"method": "GET", "url": "http://a/", "headers": [], "masked": [], "recorded_at": "now"}
TEXT = f'data: {{"a": "one {SECRET} two"}}\n\ndata: {{"a": "three"}}\n\n'.encode()
MASKED = TEXT.replace(SECRET.encode(), b"*" * len(SECRET))


def _begin(coding: str | None) -> bytes:
    coded = f',["content-encoding","{coding}"]' if coding else ""
    head = (
        f'{{"status":200,"reason":"","headers":[["content-type","text/event-stream"]{coded}],'
        '"http_version":null,"head_ms":1.0}'
    )
    return (
        MAGIC + pack(Kind.REQUEST, 0, json_and_bytes(SAID, b"")) + pack(Kind.HEAD, 0, head.encode())
    )


def _read(data: bytes) -> Response:
    found = contents(BytesIO(data))
    assert found is not None
    return found.interactions[0].response


def test_a_body_is_written_by_its_coding() -> None:
    assert isinstance(body_for(0, "text/event-stream", None, RULES), PlainBody)
    assert isinstance(body_for(0, "text/event-stream", "rot13", RULES), PlainBody)
    assert isinstance(body_for(0, "text/event-stream", "gzip", RULES), CodedBody)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_a_plain_body_holds_no_secret_at_any_moment(size: int) -> None:
    body = body_for(0, "text/event-stream", None, RULES)
    data = _begin(None)
    for start in range(0, len(TEXT), size):
        data += body.chunk(TEXT[start : start + size], 1.0)
        seen = _read(data).body
        assert b"Wq7-z" not in seen
        assert len(seen) == len(TEXT[: start + size])
    response = _read(data + body.end(is_whole=True) + pack(Kind.END, 0, b'{"kind":"complete"}'))
    assert (response.body, response.ending) == (MASKED, COMPLETE)
    assert body.tail == TEXT


@pytest.mark.parametrize("size", [1, 7, 40, 1000])
def test_a_compressed_body_that_holds_a_secret_is_compressed_again(size: int) -> None:
    coded = gzip.compress(TEXT, mtime=0)
    body = body_for(0, "text/event-stream", "gzip", RULES)
    data = _begin("gzip")
    for start in range(0, len(coded), size):
        data += body.chunk(coded[start : start + size], 1.0)
        said = zlib.decompressobj(31).decompress(_read(data).body)
        assert b"Wq7-z" not in said
        assert MASKED.startswith(said[: max(0, len(said) - len(SECRET))])
    response = _read(data + body.end(is_whole=True))
    assert gzip.decompress(response.body) == MASKED
    assert response.reencoded
    assert len(response.cuts or ()) == len(range(0, len(coded), size))
    assert SECRET.encode() not in data


def test_bytes_that_lie_about_their_coding_are_masked_as_text() -> None:
    body = body_for(0, "text/event-stream", "gzip", RULES)
    data = _begin("gzip") + body.chunk(TEXT, 1.0) + body.end(is_whole=True)
    assert _read(data).body == MASKED


def test_only_the_last_part_of_a_long_body_is_kept_in_memory() -> None:
    body = body_for(0, "text/plain", None, RULES)
    for _ in range(40):
        body.chunk(b"x" * 10_000, 1.0)
    assert body.tail == b"x" * TAIL_BYTES


@pytest.mark.parametrize("coding", [None, "gzip"])
def test_of_a_body_broken_off_what_may_be_a_secret_stays_masked(coding: str | None) -> None:
    # cut off inside a key, of which too little is there to know it
    text = b"the key: sk-proj-Zq3vT9xL"
    sent = recode([text], coding)[0] if coding else text
    for is_whole in (True, False):
        body = body_for(0, "text/plain", coding, DEFAULT)
        data = _begin(coding) + body.chunk(sent, 1.0) + body.end(is_whole=is_whole)
        response = _read(data)
        wanted = text if is_whole else b"the key: sk-" + b"*" * 13
        assert decode(response.body, coding) == wanted
    body = body_for(0, "text/plain", coding, DEFAULT)
    whole = b"nothing is open here."
    sent = recode([whole], coding)[0] if coding else whole
    data = _begin(coding) + body.chunk(sent, 1.0) + body.end(is_whole=False)
    assert decode(_read(data).body, coding) == whole
