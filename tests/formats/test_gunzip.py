from __future__ import annotations

import gzip
import io
import zlib

import pytest

from stream_cassette.errors import CorruptCassette
from stream_cassette.formats import _gunzip
from stream_cassette.formats._gunzip import unzipped

TEXT = b"interactions: []\n" * 1000


def test_what_is_not_packed_is_handed_back() -> None:
    source = io.BytesIO(TEXT)
    assert unzipped(source) is source
    assert source.read() == TEXT


def test_it_unpacks_by_windows_and_starts_again() -> None:
    source = unzipped(io.BytesIO(gzip.compress(TEXT)))
    assert b"".join(iter(lambda: source.read(100), b"")) == TEXT
    assert source.seek(0) == 0
    assert source.read() == TEXT


def test_what_ends_early_is_refused() -> None:
    source = unzipped(io.BytesIO(gzip.compress(TEXT)[:-10]))
    with pytest.raises(CorruptCassette, match="no whole gzip"):
        source.read()


@pytest.mark.parametrize("size", [-1, 300])
def test_what_grows_without_end_is_refused(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    monkeypatch.setattr(_gunzip, "MAX_BYTES", 1000)
    source = unzipped(io.BytesIO(gzip.compress(b" " * 1001)))
    with pytest.raises(CorruptCassette, match="unpacks to more than"):
        while source.read(size):
            pass
    source.seek(0)
    assert source.read(300) == b" " * 300


@pytest.mark.parametrize("level", [0, 1, 6, 9])
def test_zlib(level: int) -> None:
    source = unzipped(io.BytesIO(zlib.compress(TEXT, level)))
    assert source.read(100) == TEXT[:100]
    assert source.seek(0) == 0
    assert source.read() == TEXT


@pytest.mark.parametrize("data", [b"\x78\x9cnot at all", zlib.compress(TEXT)[:-5]])
def test_what_is_no_whole_zlib(data: bytes) -> None:
    with pytest.raises(CorruptCassette, match=r"no whole zlib: .*; restore it"):
        unzipped(io.BytesIO(data))


def test_zlib_that_grows_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_gunzip, "MAX_BYTES", 1000)
    with pytest.raises(_gunzip.Oversized):
        unzipped(io.BytesIO(zlib.compress(b" " * 1001)))
