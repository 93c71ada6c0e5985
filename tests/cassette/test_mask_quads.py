"""Changes to a text as changes to its base64 digits."""

from __future__ import annotations

import random
from base64 import b64decode, b64encode
from collections.abc import Iterator

import pytest

from stream_cassette.cassette.mask_output import BodyOutput
from stream_cassette.cassette.mask_piece import json_piece
from stream_cassette.cassette.mask_quads import CodedOutput

TEXT = bytes(range(32, 120)) + "né😀".encode()


def put(raw: bytes, size: int, start: int, data: bytes) -> bytes:
    """The digits with `data` put at `start` of what they say; they come as one piece."""
    output = BodyOutput()
    output.begin(raw)
    coded = CodedOutput(output)
    coded.add(json_piece(raw, 0), size)
    coded.write(start, data)
    return output.data()


@pytest.mark.parametrize("size", range(1, 9))
@pytest.mark.parametrize("start", range(9))
def test_any_change(start: int, size: int) -> None:
    changed = bytearray(TEXT)
    changed[start : start + size] = b"*" * size
    for text, new in ((TEXT, bytes(changed)), (TEXT[: start + size], changed[: start + size])):
        raw = b64encode(text)
        assert put(raw, len(raw), start, b"*" * size) == b64encode(new)
        bare = raw.rstrip(b"=")
        assert put(bare, len(bare), start, b"*" * size) == b64encode(new).rstrip(b"=")
        escaped = raw.replace(b"/", b"\\u002f")
        said = put(escaped, len(raw), start, b"*" * size).replace(b"\\u00", b"%")
        for digit in (*b"/+", *range(48, 123)):
            said = said.replace(b"%%%02x" % digit, bytes([digit]))
        assert said == b64encode(new)


def test_an_escaped_slash_stays() -> None:
    said = put(b"fn5\\/fn5+", 8, 0, b"****")
    assert said == b"Kio\\/Kn5+"


def test_what_was_changed_in_vain_comes_back() -> None:
    output = BodyOutput()
    raw = b"QUJDREVGRx=="  # the last digit says more than there is
    output.begin(raw)
    coded = CodedOutput(output)
    assert coded.add(json_piece(raw, 0), len(raw)) == b"ABCDEFG"
    coded.write(2, b"*****")
    assert b64decode(output.data()) == b"AB*****"
    coded.write(2, b"CDEFG")
    assert output.data() == raw


def test_less_may_be_open_than_of_a_plain_text() -> None:
    output = BodyOutput()
    coded = CodedOutput(output)
    assert output.hold(100) == 100
    others = coded.hold(0)
    coded.hold(512 - others - 1)
    assert 400 < output.held <= 512
    coded.hold(others - 511)
    assert output.held == 100


def test_old_text_is_forgotten_but_for_what_is_needed() -> None:
    rng, output = random.Random(1), BodyOutput()
    coded, true, raw = CodedOutput(output), bytearray(), bytearray()
    needed = [5, 6, 7, 1000, 20_000]
    while coded.size < 100_000:
        text = rng.randbytes(rng.randrange(1, 900))
        digits = b64encode(text)
        output.begin(digits)
        coded.add(json_piece(digits, len(raw)), len(digits))
        raw += digits
        true += text

        def still() -> Iterator[int]:
            return (start for start in needed if start < coded.size)

        coded.forget(still)
        assert sum(len(stretch.true) for stretch in coded._stretches) < 40_000
    output.begin(b"")
    for start in (*needed, *range(coded.size - 16_000, coded.size, 777)):
        coded.write(start, b"*")
        true[start] = ord("*")
    for at, data in output.patches():
        raw[at : at + len(data)] = data
    said, at = b"", 0
    while at < len(raw):
        end = raw.find(b"=", at)
        end = len(raw) if end < 0 else end + 1 + (raw[end + 1 : end + 2] == b"=")
        said += b64decode(raw[at:end])
        at = end
    assert said == true
