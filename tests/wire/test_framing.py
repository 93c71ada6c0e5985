"""The table of media types, and frames of a whole body."""

from __future__ import annotations

import pytest

from stream_cassette.wire.eventstream import EventStreamDecoder
from stream_cassette.wire.framing import decoder_for, frames, media_type
from stream_cassette.wire.json_array import JSONArrayDecoder
from stream_cassette.wire.ndjson import NDJSONDecoder
from stream_cassette.wire.sse import SSEDecoder
from stream_cassette.wire.whole import WholeDecoder


@pytest.mark.parametrize(
    ("content_type", "decoder"),
    [
        ("text/event-stream", SSEDecoder),
        ("text/event-stream;charset=UTF-8", SSEDecoder),
        ("Text/Event-Stream ; charset=utf-8", SSEDecoder),
        ("application/x-ndjson", NDJSONDecoder),
        ("application/ndjson", NDJSONDecoder),
        ("application/jsonl", NDJSONDecoder),
        ("application/x-jsonlines", NDJSONDecoder),
        ("application/stream+json", NDJSONDecoder),
        ("application/vnd.amazon.eventstream", EventStreamDecoder),
        ("application/json", JSONArrayDecoder),
        ("text/plain", WholeDecoder),
        ("", WholeDecoder),
        (None, WholeDecoder),
    ],
)
def test_a_decoder_by_media_type(content_type: str | None, decoder: type) -> None:
    assert type(decoder_for(content_type)) is decoder


@pytest.mark.parametrize(
    ("begins", "decoder"),
    [
        (b"data: x\n\n", SSEDecoder),
        (b"\xef\xbb\xbfevent: x\n", SSEDecoder),
        (b": OPENROUTER PROCESSING\n", SSEDecoder),
        (b"\n\ndata: x", SSEDecoder),
        (b'{"a":1}\n{"b":2}', NDJSONDecoder),
        (b'\xef\xbb\xbf{"a":1} \r\n\n{"b":2}', NDJSONDecoder),
        (b'{"a":\n1}\n', WholeDecoder),
        (b'{"a":1}\n', WholeDecoder),
        (b"\0\0\0\x10\0\0\0\0\x05\xc2\x48\xeb", EventStreamDecoder),
        (b"\0\0\0\x10\0\0\0\0\x05\xc2\x48\xec", WholeDecoder),
        (b"dataset", WholeDecoder),
        (b"", WholeDecoder),
    ],
)
def test_without_a_content_type_the_looks_decide(begins: bytes, decoder: type) -> None:
    assert type(decoder_for(None, begins)) is decoder
    assert type(decoder_for("**REDACTED**", begins)) is decoder
    assert type(decoder_for("text/plain", begins)) is WholeDecoder


def test_the_media_type_alone() -> None:
    assert media_type(" Application/JSON; charset=utf-8") == "application/json"
    assert media_type(None) == ""


def test_frames_of_a_body() -> None:
    assert [one.data for one in frames(b"data: a\n\ndata: b", "text/event-stream")] == ["a", "b"]
