from __future__ import annotations

import pytest

from stream_cassette.errors import CorruptCassette
from stream_cassette.formats import _json
from stream_cassette.formats._json import is_object, object_of, parse_json, resolve_json
from stream_cassette.formats._lift import NotLiftable
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


@pytest.mark.parametrize(
    ("data", "looks"), [(b'\n\t {"a": 1', True), (b"[{}]", False), (b"a: {}", False), (b"", False)]
)
def test_what_looks_like_an_object(data: bytes, looks: bool) -> None:
    assert is_object(data) is looks


def test_an_object() -> None:
    assert object_of(b'{"a": "b"}', (), "a cassette").entries == {"a": Scalar("b", None)}


@pytest.mark.parametrize(
    ("data", "text"), [(b'{"a": ', "no valid JSON"), (b"[1]", "a cassette must be a mapping")]
)
def test_no_object(data: bytes, text: str) -> None:
    with pytest.raises(CorruptCassette, match=text):
        object_of(data, (), "a cassette")


def test_a_lifted_object_has_to_be_read_whole() -> None:
    with pytest.raises(NotLiftable):
        object_of(b"{}", (b"a block",), "a cassette")


def test_values_without_end_are_counted_before_they_are_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(_json, "_SMALL", 0)
    monkeypatch.setattr(_json, "MAX_NODES", 5)
    assert parse_json(b'{"a": [1, "x,[{,", "\\\\\\",["]}') is not None
    for data in (b"[1, 2, 3, 4, 5]", b"[[], [], {}]", b"[" * 5):
        with pytest.raises(CorruptCassette, match="holds more than 5 values"):
            parse_json(data)
