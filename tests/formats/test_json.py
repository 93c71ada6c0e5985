from __future__ import annotations

import pytest

from stream_cassette.errors import CorruptCassette
from stream_cassette.formats._json import parse_json, resolve_json
from stream_cassette.formats._nodes import Mapping, Scalar, json_bytes_of


def test_a_document() -> None:
    root = parse_json(b'{"b": "x", "a": [1, null, true, 1.5]}')
    assert isinstance(root, Mapping)
    assert root.entries["b"] == Scalar("x", None)
    assert json_bytes_of(root, resolve_json) == b'{"b":"x","a":[1,null,true,1.5]}'


def test_null_is_null_and_its_name_is_text() -> None:
    root = parse_json(b'{"a": null, "b": "null"}')
    assert isinstance(root, Mapping)
    assert root.get("a") is None
    assert root.get("b") is not None


def test_no_json() -> None:
    assert parse_json(b"{interactions: []}") is None


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b'{"a": 1, "a": 2}', "the key 'a' stands twice"),
        (b'{"a": NaN}', "NaN is no JSON"),
        (b"[" * 65 + b"]" * 65, "nested more than 64 deep"),
        (b"[" * 50_000 + b"]" * 50_000, "nested more than 64 deep"),
    ],
)
def test_refused(data: bytes, text: str) -> None:
    with pytest.raises(CorruptCassette, match=text):
        parse_json(data)
