"""AWS event streams: strings in payloads are masked, everything binary stays, in any cut."""

from __future__ import annotations

import json
import struct
from binascii import crc32

import pytest

from stream_cassette.cassette.body_mask import mask_body
from stream_cassette.cassette.mask_messages import MessagesMasker
from stream_cassette.cassette.mask_output import BodyOutput
from stream_cassette.cassette.secret_names import DEFAULT
from stream_cassette.wire.eventstream import EventStreamDecoder

MEDIA = "application/vnd.amazon.eventstream"
VALUE = "Zq9-deep-blue-sea"
RULES = DEFAULT.with_environment({"MY_SECRET": VALUE})


def message(payload: bytes, event: str = "contentBlockDelta") -> bytes:
    name, value = b":event-type", event.encode()
    headers = bytes([len(name)]) + name + b"\x07" + struct.pack(">H", len(value)) + value
    prelude = struct.pack(">II", 16 + len(headers) + len(payload), len(headers))
    body = prelude + struct.pack(">I", crc32(prelude)) + headers + payload
    return body + struct.pack(">I", crc32(body))


def delta(text: str) -> bytes:
    return message(json.dumps({"delta": {"text": text}, "p": "abc"}).encode())


def masked(body: bytes, size: int) -> bytes:
    output = BodyOutput()
    masker = MessagesMasker(RULES, output)
    whole = bytearray()
    for start in range(0, len(body), size):
        piece = body[start : start + size]
        output.begin(piece)
        masker.feed(piece, start)
        whole += output.data()
        for at, data in output.patches():
            whole[at : at + len(data)] = data
    output.begin(b"")
    masker.close(len(body))
    for at, data in output.patches():
        whole[at : at + len(data)] = data
    return bytes(whole)


@pytest.mark.parametrize("size", [1, 2, 7, 50, 10_000])
def test_a_secret_over_messages(size: int) -> None:
    texts = ["say ", VALUE[:5], VALUE[5:9], VALUE[9:], " bye"]
    body = b"".join(map(delta, texts))
    stars = ["say ", "*" * 5, "*" * 4, "*" * (len(VALUE) - 9), " bye"]
    whole = masked(body, size)
    frames = EventStreamDecoder().feed(whole)
    assert [json.loads(frame.data)["delta"]["text"] for frame in frames] == stars
    again, places = mask_body(body, MEDIA, RULES)
    assert again == b"".join(map(delta, stars))  # with true checksums
    assert places == ("/delta/text",)


def header(name: bytes, kind: int, value: bytes, *, sized: bool = True) -> bytes:
    size = struct.pack(">H", len(value)) if sized else b""
    return bytes([len(name)]) + name + bytes([kind]) + size + value


def with_headers(*headers: bytes) -> bytes:
    prelude = struct.pack(">II", 16 + sum(map(len, headers)), sum(map(len, headers)))
    body = b"".join((prelude, struct.pack(">I", crc32(prelude)), *headers))
    return body + struct.pack(">I", crc32(body))


KEYS = [b"sk-" + b"a1" * size for size in (22, 31, 47, 120)]  # 47, 65, 97, 243 bytes


@pytest.mark.parametrize("size", [1, 3, 10_000])
@pytest.mark.parametrize("key", KEYS, ids=len)
def test_headers_one_by_one(key: bytes, size: int) -> None:
    def made(key: bytes) -> bytes:
        return with_headers(
            header(b":a", 7, key),
            header(b"n", 4, b"sk-1", sized=False),
            header(b"yes", 0, b"", sized=False),
            header(b"", 6, b""),
            header(b"u", 9, b"0123456789abcdef", sized=False),
            header(b"b", 6, key),
            header(key[:200], 7, b"text"),
        ) + delta("a")

    whole, places = mask_body(made(key), MEDIA, RULES)
    assert whole == made(b"*" * len(key)) and places == ("body",)
    cut = masked(made(key), size)
    assert [f.headers for f in EventStreamDecoder().feed(whole)][1:] == [
        f.headers for f in EventStreamDecoder().feed(cut)
    ][1:]
    assert key[:4] not in cut


@pytest.mark.parametrize("size", [1, 10_000])
def test_headers_of_no_known_type_are_text(size: int) -> None:
    made = [with_headers(b"\1a\x63 " + text + b" ") for text in (KEYS[0], b"*" * len(KEYS[0]))]
    assert masked(made[0], size)[:-4] == made[1][:-4]


@pytest.mark.parametrize("size", [1, 10_000])
def test_what_is_no_message_is_left_alone(size: int) -> None:
    for body in (b"\0" * 40 + VALUE.encode(), delta("a") + b"\xff" * 12 + VALUE.encode()):
        assert masked(body, size) == body


def test_a_header_that_looks_like_text_is_no_text() -> None:
    body = message(b"", '{"api_key":"x"}') + message(b'{"api_key":"x"}')
    assert masked(body, 3) == body[: -len(b'"x"}') - 4] + b'"*"}' + body[-4:]
