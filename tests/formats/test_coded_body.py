from __future__ import annotations

import base64

import pytest

from stream_cassette.errors import CorruptCassette
from stream_cassette.formats._coded_body import body_of, encoded, from_base64
from stream_cassette.formats._nodes import BINARY, Block, Mapping, Node, Scalar

NULL = Scalar("null", 1, None, True)


def body(**entries: Node | str) -> Mapping:
    nodes = {k: Scalar(v, 7) if isinstance(v, str) else v for k, v in entries.items()}
    return Mapping(6, None, nodes)


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (None, b""),
        (Scalar("text", 1), b"text"),
        (Block(b"lifted", 1), b"lifted"),
        (body(encoding="UTF-8", string="grün"), "grün".encode()),
        (body(encoding="US-ASCII", string="plain"), b"plain"),
        (body(encoding="ASCII-8BIT", string="grün"), "grün".encode()),
        (body(encoding="ASCII-8BIT", string=Scalar("/wA=", 7, BINARY)), b"\xff\x00"),
        (body(encoding="UTF-8", string=Scalar("/wA=", 7, BINARY)), b"\xff\x00"),
        (body(encoding="ISO-8859-1", string="grün"), b"gr\xfcn"),
        (body(encoding="Shift_JIS", string="日"), b"\x93\xfa"),
        (body(encoding="UTF-16LE", string="a"), b"a\x00"),
        (body(encoding=NULL, string="grün"), "grün".encode()),
        (body(string="bare"), b"bare"),
        (body(encoding="UTF-8", string=NULL), b""),
        (body(encoding="UTF-8"), b""),
        (body(encoding="ASCII-8BIT", base64_string="/wAB\n/wAB\n"), b"\xff\x00\x01" * 2),
        (body(encoding="utf-8", base64_string=""), b""),
    ],
)
def test_spellings(node: Node | None, expected: bytes) -> None:
    assert body_of(node, "response body") == expected


@pytest.mark.parametrize("name", ["punycode", "unicode_escape", "hex", "UTF8-MAC", "../etc"])
def test_encodings_that_are_not_known(name: str) -> None:
    with pytest.raises(CorruptCassette, match="line 7: a body is in an encoding unknown here"):
        encoded(Scalar("text", 7), name, "a body")


def test_text_that_the_encoding_does_not_hold() -> None:
    with pytest.raises(CorruptCassette, match=r"line 7: response body holds a character that ISO"):
        body_of(body(encoding="ISO-8859-1", string="日"), "response body")


@pytest.mark.parametrize("text", ["a", "****", "YQ==YQ==", "é"])
def test_what_is_no_base64(text: str) -> None:
    with pytest.raises(CorruptCassette, match="line 2: a body is no base64"):
        from_base64(text, "a body", 2)


def test_base64_in_lines() -> None:
    data = bytes(range(256))
    assert from_base64(base64.encodebytes(data).decode(), "a body", 1) == data


def test_a_body_of_another_shape() -> None:
    with pytest.raises(CorruptCassette, match="a body must be a mapping, not a list"):
        from stream_cassette.formats._nodes import Sequence

        body_of(Sequence([], 3), "a body")
