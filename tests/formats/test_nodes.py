from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from stream_cassette.errors import CorruptCassette
from stream_cassette.formats._nodes import (
    Mapping,
    Node,
    Scalar,
    Sequence,
    boolean_of,
    bytes_of,
    integer_of,
    is_null,
    items_of,
    json_bytes_of,
    mapping_of,
    status_of,
    text_of,
    time_of,
    value_of,
)
from stream_cassette.formats._yaml import parse, resolve

BINARY = "tag:yaml.org,2002:binary"


def test_a_scalar_means_what_its_field_says() -> None:
    plain = Scalar("200", 1, None, True)
    assert text_of(plain, "x") == "200"
    assert bytes_of(plain, "x") == b"200"
    assert integer_of(plain, "x") == 200
    assert status_of(plain, "x") == 200
    assert status_of(Scalar("0", 1), "x") == 0
    assert time_of(plain, "x") == 200.0
    assert time_of(Scalar("2592e6", 1), "x") == 2_592_000_000.0
    assert boolean_of(Scalar("true", 1), "x") is True


def test_base64() -> None:
    node = Scalar("/w\nA=\n", 1, BINARY)
    assert bytes_of(node, "x") == b"\xff\x00"
    assert text_of(node, "x") == "\xff\x00"


@pytest.mark.parametrize(
    ("node", "null"),
    [
        (Scalar("", 1, None, True), True),
        (Scalar("~", 1, None, True), True),
        (Scalar("null", 1), False),
        (Scalar("", 1, "tag:yaml.org,2002:null"), True),
        (Sequence([], 1), False),
    ],
)
def test_null(node: Node, null: bool) -> None:
    assert is_null(node) is null


@pytest.mark.parametrize(
    ("read", "node", "text"),
    [
        (text_of, Mapping(3), "line 3: it must be text, not a mapping"),
        (bytes_of, Sequence([], 3), "it must be text or !!binary, not a list"),
        (bytes_of, Scalar("a", 3, BINARY), "it is no base64"),
        (bytes_of, Scalar("é", 3, BINARY), "has no bytes"),
        (bytes_of, Scalar("\ud83d", 3), "has no bytes"),
        (integer_of, Scalar("1.5", 3), "it must be an integer, not '1.5'"),
        (integer_of, Scalar("9" * 5000, 3), "an integer"),
        (status_of, Scalar("20", 3), "it must be 0 or from 100 to 999, not 20"),
        (status_of, Scalar("-1", 3), "it must be 0 or from 100 to 999, not -1"),
        (status_of, Scalar("1000", 3), "it must be 0 or from 100 to 999"),
        (time_of, Scalar(".nan", 3), "it must be a number"),
        (time_of, Scalar("-1", 3), "it must be a number that is not negative"),
        (time_of, Scalar("1e400", 3), "it is longer than 30 days"),
        (time_of, Scalar("1e-9999", 3), "it must be a number"),
        (time_of, Scalar("9" * 31, 3), "it must be a number"),
        (text_of, Scalar("a\ud83d", 3), "it holds half a character"),
        (boolean_of, Scalar("yes", 3), "true or false, not 'yes'"),
        (mapping_of, Scalar("", 3, None, True), "it must be a mapping, not nothing"),
        (items_of, Mapping(3), "it must be a list, not a mapping"),
    ],
)
def test_refused(read: Callable[[Node, str], Any], node: Node, text: str) -> None:
    with pytest.raises(CorruptCassette) as caught:
        read(node, "it")
    assert text in str(caught.value)


def test_what_a_mapping_needs() -> None:
    mapping = Mapping(5, None, {"a": Scalar("", 5, None, True)})
    assert mapping.get("a") is None
    with pytest.raises(CorruptCassette, match="line 5: 'a' is missing"):
        mapping.need("a")


def test_a_value_as_compact_json_in_the_order_of_the_file() -> None:
    node = parse("b: [1, 1.5, true, null, 'no', é]\na: {}\n".encode())
    assert json_bytes_of(node, resolve) == '{"b":[1,1.5,true,null,"no","é"],"a":{}}'.encode()


@pytest.mark.parametrize("node", [Scalar(".nan", 1, None, True), Scalar("1.0e+400", 1, None, True)])
def test_a_value_that_json_does_not_hold(node: Node) -> None:
    with pytest.raises(CorruptCassette, match="a body that JSON can't hold"):
        json_bytes_of(node, resolve)


def test_aliases_do_not_get_around_the_depth() -> None:
    node: Node = Scalar("x", 1)
    for _ in range(70):
        node = Sequence([node], 1)
    with pytest.raises(CorruptCassette, match="nested more than 64 deep"):
        value_of(node, resolve)
