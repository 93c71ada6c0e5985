"""Reading journals back, also such as no writer leaves."""

from __future__ import annotations

import struct
from binascii import crc32
from io import BytesIO

import pytest

from stream_cassette.errors import JournalError
from stream_cassette.store._journal_read import contents
from stream_cassette.store._records import MAGIC, Kind, json_and_bytes, pack
from stream_cassette.wire.eventstream import with_checksums

SAID = {"method": "GET", "url": "http://a/", "headers": [], "masked": [], "recorded_at": "now"}
BEGIN = MAGIC + pack(Kind.SESSION, 0, b'{"cassette":"a.yaml"}')
REQUEST = pack(Kind.REQUEST, 0, json_and_bytes(SAID, b""))
HEAD = pack(
    Kind.HEAD,
    0,
    b'{"status":200,"reason":"","headers":[["content-type","application/vnd.amazon.eventstream"]],'
    b'"http_version":null,"head_ms":1.0}',
)
CHUNK = pack(Kind.CHUNK, 0, bytes(8) + b"abcdef")


def test_another_file_is_no_journal() -> None:
    assert contents(BytesIO(b"interactions: []\n")) is None


def test_the_torn_rest_is_counted() -> None:
    found = contents(BytesIO(BEGIN + REQUEST + HEAD[:-3]))
    assert found is not None
    assert found.session == {"cassette": "a.yaml"}
    assert (len(found.interactions), found.unended, found.torn_bytes) == (1, (0,), len(HEAD) - 3)
    assert found.interactions[0].response.status == 0


def test_a_journal_torn_in_its_first_record_has_no_session() -> None:
    found = contents(BytesIO(BEGIN[:-1]))
    assert found is not None
    assert (found.session, found.interactions) == (None, ())


def test_patches_stand_in_place_of_what_was_written() -> None:
    patch = pack(Kind.PATCH, 0, (2).to_bytes(8, "little") + b"**")
    found = contents(BytesIO(BEGIN + REQUEST + HEAD + CHUNK + patch + CHUNK))
    assert found is not None
    response = found.interactions[0].response
    assert response.body == b"ab**efabcdef"
    assert [cut.size_bytes for cut in response.cuts or ()] == [6, 6]


def test_checksums_of_an_event_stream_are_made_again_only_after_masking() -> None:
    sizes = struct.pack(">II", 20, 0)
    prelude = sizes + struct.pack(">I", crc32(sizes))
    message = with_checksums(prelude + b"data" + bytes(4))
    altered = message.replace(b"data", b"****")
    written = pack(Kind.CHUNK, 0, bytes(8) + altered)
    kept = contents(BytesIO(BEGIN + REQUEST + HEAD + written))
    masked = contents(BytesIO(BEGIN + REQUEST + HEAD + pack(Kind.MASKED, 0) + written))
    assert kept is not None and masked is not None
    assert kept.interactions[0].response.body == altered
    assert masked.interactions[0].response.body == with_checksums(altered) != altered


@pytest.mark.parametrize(
    "record",
    [
        pack(Kind.CHUNK, 7, bytes(8)),
        pack(Kind.CHUNK, 0, b"short"),
        pack(Kind.CHUNK, 0, struct.pack("<d", float("nan"))),
        pack(Kind.PLAIN, 0, struct.pack("<d", -1.0) + b"of no read"),
        pack(Kind.PATCH, 0, (2**62).to_bytes(8, "little") + b"far away"),
        pack(Kind.PATCH, 0, (6).to_bytes(8, "little") + b"behind"),
        pack(Kind.HEAD, 0, b"[" * 100_000),
        pack(Kind.REQUEST, 1, b"\xff\xff\xff\xff"),
        pack(Kind.SESSION, 0, b'{"cassette":"../../a.yaml"}'),
        pack(99, 0),  # type: ignore[arg-type]
    ],
)
def test_records_that_no_writer_leaves(record: bytes) -> None:
    with pytest.raises(JournalError, match=r"holds what no recording writes .*; it is left as it"):
        contents(BytesIO(BEGIN + REQUEST + HEAD + record))


def test_a_size_that_the_file_does_not_have() -> None:
    found = contents(BytesIO(BEGIN + struct.pack("<BII", 2, 0, 0xFFFFFFFF) + b"x"))
    assert found is not None
    assert found.torn_bytes == 10
