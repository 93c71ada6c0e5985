"""Decoded offsets on the wire."""

from __future__ import annotations

import zlib

import pytest

from stream_cassette.wire.encoding import decode, recode
from stream_cassette.wire.yields import plain, wire_offsets

TEXT = b"".join(b"data: %d and some more words\n\n" % n for n in range(200))


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
def test_an_offset_lands_on_the_first_byte_that_yields_it(coding: str) -> None:
    (body,) = recode([TEXT], coding)
    offsets = [0, 1, 100, 1000, len(TEXT) - 1, len(TEXT)]
    ends = wire_offsets(body, coding, offsets)
    assert sorted(ends) == list(ends)
    for offset, end in zip(offsets, ends, strict=True):
        assert len(decode(body[:end], coding)) >= offset
        assert not end or len(decode(body[: end - 1], coding)) < offset


def test_plain_bodies_are_counted_as_they_are() -> None:
    offsets = [1, 5]
    assert wire_offsets(TEXT, None, offsets) is offsets
    assert wire_offsets(TEXT, "identity", offsets) is offsets


@pytest.mark.parametrize("coding", ["gzip", "unheard-of"])
def test_a_body_that_can_not_be_decoded_is_counted_as_it_is(coding: str) -> None:
    assert plain(b"no such thing", coding) == b"no such thing"
    assert wire_offsets(b"no such thing", coding, [3]) == [3]


def test_a_body_cut_short_yields_what_it_holds() -> None:
    body = zlib.compress(TEXT)[:-8]
    (end,) = wire_offsets(body, "deflate", [len(TEXT) * 2])
    assert end == len(body)
