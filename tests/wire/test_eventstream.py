"""The decoder of AWS event streams: checksums, headers, any cut; botocore's as the oracle."""

from __future__ import annotations

import struct
import time
from binascii import crc32
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream_cassette.wire.eventstream import EventStreamDecoder, from_message, with_checksums
from stream_cassette.wire.framing import Frame, HeaderValue
from tests.corpus import corpus_files

# name → (type byte, what follows it on the wire, its value)
EVERY_TYPE: dict[str, tuple[int, bytes, HeaderValue]] = {
    "yes": (0, b"", True),
    "no": (1, b"", False),
    "int8": (2, b"\xff", -1),
    "int16": (3, b"\xff\xfe", -2),
    "int32": (4, b"\x00\x01\x00\x00", 65536),
    "int64": (5, b"\x80" + b"\x00" * 7, -(2**63)),
    "bytes": (6, b"\x00\x03\x00\x01\xff", b"\x00\x01\xff"),
    "text": (7, b"\x00\x05\xc3\xa9 \xe2\x82", "é \ufffd"),
    "time": (8, b"\x00\x00\x01\x9a\x00\x00\x00\x00", 0x19A00000000),
    "uuid": (9, bytes(range(16)), bytes(range(16))),
}


def header(name: str, kind: int, value: bytes) -> bytes:
    return bytes([len(name)]) + name.encode() + bytes([kind]) + value


def text_header(name: str, value: str) -> bytes:
    return header(name, 7, struct.pack(">H", len(value)) + value.encode())


def message(payload: bytes, headers: bytes) -> bytes:
    lengths = struct.pack(">II", len(headers) + len(payload) + 16, len(headers))
    whole = lengths + struct.pack(">I", crc32(lengths)) + headers + payload
    return whole + struct.pack(">I", crc32(whole))


def event(name: str, payload: bytes) -> bytes:
    return message(
        payload,
        text_header(":event-type", name)
        + text_header(":content-type", "application/json")
        + text_header(":message-type", "event"),
    )


START = event("messageStart", b'{"p":"abc","role":"assistant"}')
DELTA = event("contentBlockDelta", '{"delta":{"text":"40°C"}}'.encode())
EXCEPTION = message(
    b'{"message":"slow down"}',
    text_header(":exception-type", "throttlingException")
    + text_header(":message-type", "exception"),
)
ERROR = message(
    b"",
    text_header(":error-code", "InternalError")
    + text_header(":error-message", "oh")
    + text_header(":message-type", "error"),
)
BODY = START + DELTA + EXCEPTION + ERROR


def frames(*pieces: bytes) -> list[Frame]:
    decoder = EventStreamDecoder()
    found = [frame for piece in pieces for frame in decoder.feed(piece)]
    return found + decoder.close()


def test_events_exceptions_and_errors_are_frames() -> None:
    found = frames(BODY)
    assert [(one.event, one.data) for one in found] == [
        ("messageStart", '{"p":"abc","role":"assistant"}'),
        ("contentBlockDelta", '{"delta":{"text":"40°C"}}'),
        ("throttlingException", '{"message":"slow down"}'),
        ("InternalError", ""),
    ]
    assert all(one.dispatch and one.fault is None and not one.partial for one in found)
    assert dict(found[0].headers) == {
        ":event-type": "messageStart",
        ":content-type": "application/json",
        ":message-type": "event",
    }
    assert [dict(one.headers)[":message-type"] for one in found[2:]] == ["exception", "error"]


def test_every_type_of_header() -> None:
    block = b"".join(header(name, kind, wire) for name, (kind, wire, _) in EVERY_TYPE.items())
    (frame,) = frames(message(b"", block))
    assert frame.headers == tuple((name, value) for name, (_, _, value) in EVERY_TYPE.items())
    assert frame.event is None


def test_raw_is_the_body_and_start_its_place() -> None:
    found = frames(BODY + START[:20])
    assert b"".join(one.raw for one in found) == BODY + START[:20]
    assert all((BODY + START[:20])[one.start :].startswith(one.raw) for one in found)


CUT_BODIES = {
    "whole": BODY,
    "cut off": START + DELTA[:-7],
    "bad prelude": START + b"\x00" * 40 + DELTA,
    "bad message": START[:-1] + b"\x00" + DELTA,
    "empty": b"",
}


@pytest.mark.parametrize("body", CUT_BODIES.values(), ids=CUT_BODIES.keys())
def test_any_cut_gives_the_same_frames(body: bytes) -> None:
    whole = frames(body)
    assert b"".join(one.raw for one in whole) == body
    assert frames(*(body[n : n + 1] for n in range(len(body)))) == whole
    for cut in range(len(body) + 1):
        assert frames(body[:cut], b"", body[cut:]) == whole


def test_a_message_comes_with_its_last_byte() -> None:
    decoder = EventStreamDecoder()
    assert decoder.feed(START[:-1]) == []
    assert [one.event for one in decoder.feed(START[-1:])] == ["messageStart"]
    assert decoder.close() == []


@pytest.mark.parametrize(
    ("length", "text"),
    [
        (len(DELTA) - 1, '{"delta":{"text":"40°C"}}'),
        (len(DELTA) - 6, '{"delta":{"text":"40°C"'),
        (12, ""),
        (5, ""),
    ],
)
def test_a_message_cut_off_is_partial_with_what_it_said(length: int, text: str) -> None:
    first, left = frames(START + DELTA[:length])
    assert (first.dispatch, first.partial) == (True, False)
    assert (left.dispatch, left.partial, left.fault) == (False, True, None)
    assert (left.data, left.start) == (text, len(START))


def test_a_wrong_message_checksum_is_a_fault_of_that_message_alone() -> None:
    wrong = START.replace(b"assistant", b"assistanT")
    first, second = frames(wrong + DELTA)
    assert (first.dispatch, first.partial, first.event) == (False, False, "messageStart")
    assert first.fault is not None and first.fault.startswith("message checksum is ")
    assert (second.dispatch, second.fault) == (True, None)


@pytest.mark.parametrize(
    ("prelude", "fault"),
    [
        (b"\x00\x00\x00\x10\x00\x00\x00\x00\xff\xff\xff\xff", "prelude checksum"),
        (struct.pack(">II", 15, 0), "can't hold"),
        (struct.pack(">II", 20, 5), "can't hold"),
        (struct.pack(">II", 200_000, 131_073), "limits"),
        (struct.pack(">II", 25 << 20, 0), "limits"),
    ],
)
def test_after_an_impossible_prelude_the_rest_is_one_partial_frame(
    prelude: bytes, fault: str
) -> None:
    if len(prelude) == 8:
        prelude += struct.pack(">I", crc32(prelude))
    first, rest = frames(START + prelude + DELTA)
    assert first.dispatch
    assert (rest.dispatch, rest.partial, rest.raw) == (False, True, prelude + DELTA)
    assert rest.fault is not None and fault in rest.fault


@pytest.mark.parametrize(
    "block",
    [
        text_header("a", "x") + text_header("a", "y"),
        header("a", 10, b""),
        header("a", 7, b"\x00\x09short"),
        header("a", 5, b"\x00"),
        b"\x05ab",
        b"\x01a",
    ],
    ids=["twice", "unknown type", "too long", "number cut", "name cut", "no type"],
)
def test_headers_that_contradict_themselves_are_a_fault(block: bytes) -> None:
    bad, good = frames(message(b"{}", block) + DELTA)
    assert (bad.dispatch, bad.headers, bad.data) == (False, (), "{}")
    assert bad.fault is not None and bad.fault.startswith("headers: ")
    assert good.dispatch


def test_a_tail_is_read_from_where_a_message_begins() -> None:
    one, two = event("a", b"{}" * 40), event("b", b"{}")
    for cut in range(1, len(one) + 1):
        assert from_message((one + two)[cut:]) == two
    assert from_message(one + two) == one + two
    assert from_message(two[1:]) == from_message(b"") == b""


def test_checksums_are_made_true_again() -> None:
    masked = BODY.replace(b"slow down", b"*********").replace(b"40", b"**")
    assert [one.dispatch for one in frames(masked)] == [True, False, False, True]
    fixed = with_checksums(masked)
    assert len(fixed) == len(masked)
    assert [one.data for one in frames(fixed)][1:3] == [
        '{"delta":{"text":"**°C"}}',
        '{"message":"*********"}',
    ]
    assert all(one.dispatch for one in frames(fixed))


@pytest.mark.parametrize("body", [*CUT_BODIES.values(), b"plain text, no messages"])
def test_checksums_of_a_true_body_and_of_what_is_no_message_stay(body: bytes) -> None:
    expected = START + DELTA if body == CUT_BODIES["bad message"] else body
    assert with_checksums(body) == expected


@given(st.binary(max_size=200), st.lists(st.integers(0, 200), max_size=4))
def test_no_bytes_raise_and_all_are_kept(noise: bytes, cuts: list[int]) -> None:
    body = START + noise + DELTA
    places = [0, *sorted(cuts), len(body)]
    found = frames(*(body[a:b] for a, b in pairwise(places)))
    assert b"".join(one.raw for one in found) == body
    assert found == frames(body)


def test_linear_however_it_is_cut() -> None:
    """Four times the bytes, one at a time in one message: about four times the work."""

    def seconds(size: int) -> float:
        body = event("big", b"x" * size)
        best = float("inf")
        for _ in range(3):
            began = time.process_time()
            assert len(frames(*(body[n : n + 1] for n in range(len(body))))) == 1
            best = min(best, time.process_time() - began)
        return best

    assert seconds(160_000) < 10 * seconds(40_000)


def oracle(body: bytes) -> list[tuple[dict[str, Any], bytes]]:
    eventstream = pytest.importorskip("botocore.eventstream")
    buffer = eventstream.EventStreamBuffer()
    buffer.add_data(body)
    return [(one.headers, one.payload) for one in buffer]


def test_equals_botocore_on_every_type_of_header() -> None:
    rows = {name: row for name, row in EVERY_TYPE.items() if name != "text"}
    block = b"".join(header(name, kind, wire) for name, (kind, wire, _) in rows.items())
    body = message(b"\x00\xff", block + text_header("text", "plain"))
    (found,) = frames(body)
    ((headers, payload),) = oracle(body)
    assert dict(found.headers) == headers
    assert found.raw[-6:-4] == payload


@pytest.mark.parametrize("path", corpus_files(".eventstream"), ids=lambda path: path.name)
def test_equals_botocore_on_recorded_bodies(path: Path) -> None:
    body = path.read_bytes()
    found, expected = frames(body), oracle(body)
    assert [(dict(one.headers), one.data) for one in found] == [
        (headers, payload.decode()) for headers, payload in expected
    ]
    assert expected
    assert with_checksums(body) == body
