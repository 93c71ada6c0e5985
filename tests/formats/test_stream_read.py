from __future__ import annotations

import pytest

from stream_cassette.cassette.model import Cut, Ending
from stream_cassette.errors import CorruptCassette
from stream_cassette.formats._stream_read import stream_of
from stream_cassette.formats._yaml import parse


def test_every_key() -> None:
    node = parse(
        b"head_ms: 412.5\nchunks: >-\n  2@0 0@1.5\n  3@1e-05\nhttp_version: HTTP/2\n"
        b"reencoded: true\nending: client-closed\ndecoded: text\n"
    )
    assert stream_of(node, b"hello") == {
        "head_ms": 412.5,
        "cuts": (
            Cut(size_bytes=2, offset_ms=0.0),
            Cut(size_bytes=0, offset_ms=1.5),
            Cut(size_bytes=3, offset_ms=1e-05),
        ),
        "http_version": "HTTP/2",
        "reencoded": True,
        "ending": Ending(kind="client-closed"),
        "decoded": "text",
    }


def test_without_it_cuts_are_unknown() -> None:
    assert stream_of(None, b"hello") == {}
    assert stream_of(parse(b'chunks: ""'), b"") == {"cuts": ()}


@pytest.mark.parametrize(
    ("text", "ending"),
    [
        ("client-closed", Ending(kind="client-closed")),
        ("complete", Ending()),
        ("{client-closed: pending, waited_ms: 30}", Ending(kind="pending", waited_ms=30.0)),
        ("{client-closed: pending}", Ending(kind="pending")),
        ("{error: reset}", Ending(kind="error", error="reset")),
        ("{error: tls, message: no}", Ending(kind="error", error="tls", message="no")),
    ],
)
def test_endings(text: str, ending: Ending) -> None:
    assert stream_of(parse(f"ending: {text}".encode()), b"") == {"ending": ending}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("chunks: 2@0", "the chunks hold 2 bytes, the body 5; if the body was edited by hand"),
        ("chunks: 5@-1", "no chunk is spelled '5@-1'"),
        ("chunks: 5@0 x", "no chunk is spelled 'x'"),
        ("chunks: 5@0@1", "no chunk is spelled"),
        ("chunk: 5@0", "an unknown key in stream: 'chunk'"),
        ("ending: gone", "ending must be"),
        ("ending: {client-closed: soon}", "ending must be"),
        ("ending: {waited_ms: 3}", "ending must be"),
        ("ending: {error: gremlins}", "an unknown error 'gremlins'; known: connect"),
        ("head_ms: soon", "head_ms must be a number"),
        ("reencoded: maybe", "reencoded must be true or false"),
    ],
)
def test_refused(text: str, message: str) -> None:
    with pytest.raises(CorruptCassette) as caught:
        stream_of(parse(text.encode()), b"hello")
    assert message in str(caught.value)
    assert caught.value.line == 1
