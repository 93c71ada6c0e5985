from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable

import pytest

from stream_cassette.wire.bounded import Bounded, OversizedBody
from stream_cassette.wire.encoding import UnknownEncoding, decode, decoder


def brotli(data: bytes) -> bytes:
    module = pytest.importorskip("brotli")
    return bytes(module.compress(data))


def zstd(data: bytes) -> bytes:
    module = pytest.importorskip("zstandard")
    return bytes(module.ZstdCompressor(level=19).compress(data))


CODERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli,
    "zstd": zstd,
    "gzip, gzip": lambda data: gzip.compress(gzip.compress(data)),
}


@pytest.mark.parametrize("coding", CODERS)
def test_as_much_as_is_allowed_and_not_a_byte_more(coding: str) -> None:
    coded = CODERS[coding](b"x" * 100_000)
    assert decode(coded, coding, limit_bytes=100_000) == b"x" * 100_000
    with pytest.raises(OversizedBody, match="decodes to more than 99,999 bytes"):
        decode(coded, coding, limit_bytes=99_999)


@pytest.mark.parametrize("coding", CODERS)
def test_it_stops_long_before_all_of_it_is_there(coding: str) -> None:
    coded = CODERS[coding](bytes(20_000_000))
    assert len(coded) < 21_000
    one = decoder(coding, limit_bytes=1000)
    with pytest.raises(OversizedBody):
        one.feed(coded)


def test_what_comes_at_the_end_counts() -> None:
    class Late:
        def feed(self, data: bytes) -> bytes:
            return b""

        def close(self) -> bytes:
            return b"late"

    one = Bounded(Late(), "gzip", 3)
    assert one.feed(b"x" * 100_000) == b""
    with pytest.raises(OversizedBody):
        one.close()


def test_codings_without_end() -> None:
    assert decode(b"", ", ".join(["gzip"] * 5)) == b""
    with pytest.raises(UnknownEncoding, match="100000 content codings, one on the other"):
        decoder(", ".join(["gzip"] * 100_000))
