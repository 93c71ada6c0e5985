from __future__ import annotations

import gzip
from dataclasses import replace

import pytest

from stream_cassette.cassette.model import Ending, Interaction
from stream_cassette.checks.bodies import broken_encoding, content_length, re_rendered
from tests.support.checked import get, held

SIX = ("content-length", "6")


def test_a_wrong_length_is_found() -> None:
    (one,) = content_length(held(get(), get(b"hello", SIX)))
    assert (one.interaction, one.message) == (1, "content-length is 6, the body has 5 bytes")


@pytest.mark.parametrize(
    "one",
    [
        get(b"hello!", SIX),
        get(b"", ("content-length", "6"), status=304),
        get(b"hello", ("content-length", "six")),
        get(b"hello", SIX, ("transfer-encoding", "chunked")),
        get(b"hello", SIX, ending=Ending(kind="client-closed")),
        get(b"hello", SIX, reencoded=True),
        get(b"hello", SIX, ("content-encoding", "gzip")),
        replace(get(b"hello", SIX), re_rendered=True),
        replace(get(b"", SIX), request=replace(get().request, method="HEAD")),
    ],
)
def test_lengths_that_need_not_be_the_bodys(one: Interaction) -> None:
    assert list(content_length(held(one))) == []


def test_a_body_that_is_not_in_its_coding() -> None:
    (one,) = broken_encoding(held(get(b"hello", ("content-encoding", "gzip"))))
    assert one.message == "content-encoding is 'gzip', and the body is not"


@pytest.mark.parametrize(
    "one",
    [
        get(gzip.compress(b"hello"), ("content-encoding", "gzip")),
        get(gzip.compress(b"hello")[:-9], ("content-encoding", "gzip")),
        get(b"", ("content-encoding", "gzip")),
        get(b"hello", ("content-encoding", "identity")),
        get(b"hello", ("content-encoding", "aes128gcm")),
    ],
)
def test_codings_that_are_fine_or_unknown(one: Interaction) -> None:
    assert list(broken_encoding(held(one))) == []


def test_re_rendered_bodies_are_told_of_once_a_file() -> None:
    made = replace(get(b"{}"), re_rendered=True)
    (one,) = re_rendered(held(get(), made, made))
    assert (one.interaction, one.severity) == (1, "info")
    assert "2 of 3 interactions" in one.message
    assert list(re_rendered(held(get()))) == []
