"""A chunk is a frozen pair of bytes and time."""

from __future__ import annotations

import dataclasses

import pytest

from stream_cassette.wire.chunk import Chunk


def test_a_chunk_is_frozen() -> None:
    chunk = Chunk(data=b"data: a\n\n", offset_ms=31.2)
    with pytest.raises(dataclasses.FrozenInstanceError):
        chunk.data = b""  # type: ignore[misc]
    assert chunk == Chunk(data=b"data: a\n\n", offset_ms=31.2)
