"""Content codings: any cut, bodies cut short, stacks, and coding again chunk by chunk."""

from __future__ import annotations

import gzip
import importlib
import zlib

import pytest

from stream_cassette.wire import encoding
from stream_cassette.wire.encoding import (
    CorruptEncoding,
    UnknownEncoding,
    decode,
    decoder,
    is_identity,
    recode,
)

CHUNKS = [b"data: {}\n\n" * 20, "data: 40°C\n\n".encode(), b"", bytes(range(256)) * 9, b"end"]
PLAIN = b"".join(CHUNKS)


def coding(name: str, *modules: str) -> object:
    missing = modules and not any(importlib.util.find_spec(one) for one in modules)
    return pytest.param(name, marks=pytest.mark.skipif(bool(missing), reason=f"no {modules}"))


CODINGS = [
    coding("identity"),
    coding("gzip"),
    coding("x-gzip"),
    coding("deflate"),
    coding("br", "brotli", "brotlicffi"),
    coding("zstd", "zstandard"),
    coding("gzip, deflate"),
    coding("deflate, identity, GZIP"),
    coding("gzip, br", "brotli", "brotlicffi"),
]


@pytest.mark.parametrize("name", CODINGS)
def test_recoded_chunks_decode_one_by_one(name: str) -> None:
    one = decoder(name)
    coded = recode(CHUNKS, name)
    assert len(coded) == len(CHUNKS)
    assert [one.feed(chunk) for chunk in coded] == CHUNKS
    assert one.close() == b""


@pytest.mark.parametrize("name", CODINGS)
def test_any_cut_decodes_to_the_same(name: str) -> None:
    body = b"".join(recode(CHUNKS, name))
    assert decode(body, name) == PLAIN
    for size in (1, 2, 7, 64):
        one = decoder(name)
        out = b"".join(one.feed(body[n : n + size]) for n in range(0, len(body), size))
        assert out + one.close() == PLAIN


@pytest.mark.parametrize("name", CODINGS)
def test_a_body_cut_short_decodes_to_what_it_holds(name: str) -> None:
    coded = recode(CHUNKS, name)
    assert decode(b"".join(coded[:2]), name) == b"".join(CHUNKS[:2])
    body = b"".join(coded)
    for cut in range(0, len(body), 5):
        assert PLAIN.startswith(decode(body[:cut], name))


@pytest.mark.parametrize("name", CODINGS[1:])
def test_bytes_that_are_not_what_the_coding_says(name: str) -> None:
    with pytest.raises(CorruptEncoding):
        decode(b"this is no compressed body at all" * 3, name)


def test_the_library_s_own_output() -> None:
    assert decode(gzip.compress(PLAIN), "gzip") == PLAIN
    assert decode(zlib.compress(PLAIN), "deflate") == PLAIN


def test_raw_deflate_under_the_name_deflate() -> None:
    raw = zlib.compressobj(wbits=-15)
    assert decode(raw.compress(PLAIN) + raw.flush(), "deflate") == PLAIN


def test_several_gzip_members_and_what_follows_them() -> None:
    body = gzip.compress(b"one ") + gzip.compress(b"two")
    assert decode(body, "gzip") == b"one two"
    assert decode(body + b"\0\0\0garbage", "gzip") == b"one two"


def test_nothing_comes_before_there_is_enough() -> None:
    one = decoder("deflate")
    assert one.feed(b"") == b""
    assert one.feed(zlib.compress(b"a")[:1]) == b""
    assert one.feed(zlib.compress(b"a")[1:]) == b"a"


@pytest.mark.parametrize("value", [None, "", "identity", " Identity , identity"])
def test_no_coding(value: str | None) -> None:
    assert is_identity(value)
    assert decode(b"as it is", value) == b"as it is"
    assert recode([b"a", b"b"], value) == [b"a", b"b"]


def test_a_coding_is_not_identity() -> None:
    assert not is_identity("identity, br")


def test_an_unknown_coding_is_named() -> None:
    with pytest.raises(UnknownEncoding, match=r"'compress' \(known: br, deflate, gzip"):
        decoder("gzip, compress")
    with pytest.raises(UnknownEncoding, match="'compress'"):
        recode([b"a"], "compress")


def test_a_missing_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> object:
        raise ImportError(name)

    monkeypatch.setattr(encoding, "import_module", absent)
    with pytest.raises(UnknownEncoding, match="'br' needs one of the packages brotli, brotlicffi"):
        decoder("br")


def test_no_chunks_recode_to_none() -> None:
    assert recode([], "gzip") == []


class StandardZstd:
    """The interface of `compression.zstd` (Python 3.14), with zlib's format inside."""

    class ZstdError(Exception):
        pass

    class ZstdDecompressor:
        def __init__(self) -> None:
            self._zlib = zlib.decompressobj()
            self.decompress = self._zlib.decompress

        eof = property(lambda self: self._zlib.eof)
        unused_data = property(lambda self: self._zlib.unused_data)

    class ZstdCompressor:
        FLUSH_BLOCK = zlib.Z_SYNC_FLUSH

        def __init__(self) -> None:
            self._zlib = zlib.compressobj()
            self.compress, self.flush = self._zlib.compress, self._zlib.flush


def test_zstd_of_the_standard_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoding, "import_module", lambda name: StandardZstd)
    coded = recode(CHUNKS, "zstd")
    one = decoder("zstd")
    assert [one.feed(chunk) for chunk in coded] == CHUNKS
    assert decode(b"".join(coded) * 2, "zstd") == PLAIN * 2
