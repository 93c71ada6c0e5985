from __future__ import annotations

import gzip

import pytest

from stream_cassette.formats._true_headers import true_headers

PACKED = gzip.compress(b"hello", mtime=0)


@pytest.mark.parametrize(
    ("headers", "body", "expected"),
    [
        ((), b"hello", ()),
        ((("Content-Length", "999"),), b"hello", (("Content-Length", "5"),)),
        ((("content-encoding", "gzip"), ("a", "b")), b"hello", (("a", "b"),)),
        ((("content-encoding", "gzip"),), PACKED, (("content-encoding", "gzip"),)),
        ((("content-encoding", "unheard-of"),), b"hello", ()),
        ((("content-encoding", "identity"),), b"hello", (("content-encoding", "identity"),)),
        (
            (("content-encoding", "gzip"), ("content-length", "9")),
            b"",
            (("content-encoding", "gzip"), ("content-length", "9")),
        ),
    ],
)
def test_headers_speak_of_the_body(
    headers: tuple[tuple[str, str], ...], body: bytes, expected: tuple[tuple[str, str], ...]
) -> None:
    assert true_headers(headers, body) == expected


def test_a_body_that_is_text_can_not_be_coded() -> None:
    assert true_headers((("content-encoding", "gzip"),), PACKED, may_be_coded=False) == ()
