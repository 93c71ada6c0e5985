"""The journal's records: whole ones come back, torn ones end the file, wherever they tear."""

from __future__ import annotations

from io import BytesIO

import pytest

from stream_cassette.store._records import (
    Kind,
    Record,
    json_and_bytes,
    pack,
    records,
    split_json,
)

WRITTEN = [
    Record(Kind.SESSION, 0, b"{}"),
    Record(Kind.REQUEST, 0, json_and_bytes({"method": "GET"}, b"\x00body")),
    Record(Kind.CHUNK, 0, b"x" * 300),
    Record(Kind.MASKED, 0, b""),
    Record(Kind.END, 7, b"{}"),
]
DATA = b"".join(pack(*record) for record in WRITTEN)


def test_what_was_packed_comes_back() -> None:
    assert list(records(BytesIO(DATA))) == WRITTEN


@pytest.mark.parametrize("size", range(len(DATA)))
def test_a_file_cut_anywhere_gives_the_whole_records_and_stands_at_the_rest(size: int) -> None:
    file = BytesIO(DATA[:size])
    found = list(records(file))
    assert found == WRITTEN[: len(found)]
    whole = sum(len(pack(*record)) for record in found)
    assert file.tell() == whole
    assert len(found) == len(WRITTEN) or size - whole < len(pack(*WRITTEN[len(found)]))


@pytest.mark.parametrize("place", range(0, len(DATA), 7))
def test_a_flipped_byte_ends_the_file_before_its_record(place: int) -> None:
    data = bytearray(DATA)
    data[place] ^= 0x40
    found = list(records(BytesIO(bytes(data))))
    assert found == WRITTEN[: len(found)]
    assert sum(len(pack(*record)) for record in found) <= place


def test_a_value_and_bytes_share_a_payload() -> None:
    assert split_json(json_and_bytes({"a": [1, "ü"]}, b"\xff\x00")) == (
        {"a": [1, "ü"]},
        b"\xff\x00",
    )
