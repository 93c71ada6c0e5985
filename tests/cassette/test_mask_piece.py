"""Where the bytes of a text stand: an escape counts as the bytes it was written in."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from stream_cassette.cassette.mask_piece import Piece, Spot, json_piece


def test_plain_text() -> None:
    piece = json_piece(b"abc", 10)
    assert type(piece) is Piece
    assert [piece.spot(index) for index in range(3)] == [
        Spot(10, b"a"),
        Spot(11, b"b"),
        Spot(12, b"c"),
    ]
    assert piece.size(1, 3) == 2


def test_escapes() -> None:
    piece = json_piece(rb"a\n\u00e9\/\x", 0)
    assert piece.text == b"a\n\xc3\xa9/\\x"
    spots = [piece.spot(index) for index in range(len(piece.text))]
    raw = [b"a", rb"\n", rb"\u00e9", b"", rb"\/", b"\\", b"x"]
    assert [spot.raw for spot in spots] == raw
    assert [spot.start for spot in spots] == [0, 1, 3, 9, 9, 11, 12]
    assert piece.size(1, 4) == 8


@settings(deadline=None)
@given(st.text(), st.integers(0, 99))
def test_the_raw_bytes_are_all_there(text: str, start: int) -> None:
    for raw in (json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1]):
        data = raw.encode("utf-8", "surrogatepass")
        piece = json_piece(data, start)
        spots = [piece.spot(index) for index in range(len(piece.text))]
        assert b"".join(spot.raw for spot in spots) == data
        assert piece.size(0, len(piece.text)) == len(data)
        if not any(ord(character) > 0xFFFF for character in text):
            assert piece.text == text.encode("utf-8", "surrogatepass")
