from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from vcr.serializers.yamlserializer import _CassetteLoader

from stream_cassette.formats import _body_write
from stream_cassette.formats._body_write import body

LOADERS = [yaml.CSafeLoader, yaml.SafeLoader, _CassetteLoader]

# one character or more of every class that the scalar rules name
CLASSES = [
    *"\n\r\t\0 aZ09~\\\"'#:-?,[]{}&*!|>%@`=<",
    *"\r\n ",
    "\r\n",
    " \n",
    "\t\n",
    "\n\n",
    "\x01\x07\x08\x1b\x7f",
    "\x80\x84\x85\x86\x9f",
    "\xa0\xad\xe9\xff",
    "\u0301\u2028\u2029\u2027\u202a\u202e\u200b\u3000",
    "\ud7ff\ue000\ufdd0\ufeff\ufffd\ufffe\uffff",
    "\U00010000\U0001f600\U0001ffff\U0010ffff",
    "null",
    "data: ",
    "---",
    "...",
    "\\ud83d",
]
TEXTS = st.lists(st.sampled_from(CLASSES), max_size=14).map("".join)
EXACT = settings(
    max_examples=1500,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)


def loaded(document: str, loader: Any) -> Any:
    return yaml.load(document.encode("utf-8"), Loader=loader)


def as_bytes(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else value.encode("utf-8")


def text_of(data: bytes, pad: str, *, ascii_only: bool = False) -> str:
    return b"".join(body(data, pad, ascii_only=ascii_only)).decode("utf-8")


def document(data: bytes, *, ascii_only: bool = False) -> str:
    first = text_of(data, "  ", ascii_only=ascii_only)
    nested = text_of(data, "    ", ascii_only=ascii_only)
    return f"a: {first}\n# 1 · next\nb:\n- c: {nested}\n  d: end\nlast: {first}\n"


def assert_exact(data: bytes, text: str) -> None:
    for loader in LOADERS:
        tree = loaded(text, loader)
        assert list(tree) == ["a", "b", "last"]
        assert as_bytes(tree["a"]) == as_bytes(tree["b"][0]["c"]) == as_bytes(tree["last"]) == data
        assert tree["b"][0]["d"] == "end"


@EXACT
@given(TEXTS)
def test_text_is_exact(text: str) -> None:
    assert_exact(text.encode("utf-8"), document(text.encode("utf-8")))


@EXACT
@given(TEXTS)
def test_text_is_exact_in_ascii(text: str) -> None:
    written = document(text.encode("utf-8"), ascii_only=True)
    assert written.replace("·", "").isascii()
    assert_exact(text.encode("utf-8"), written)


@EXACT
@given(st.binary(max_size=300))
def test_bytes_are_exact(data: bytes) -> None:
    assert_exact(data, document(data))


@pytest.mark.parametrize(
    ("data", "written"),
    [
        pytest.param(b"", '""', id="empty"),
        pytest.param(b'{"a": 1}', '|2-\n  {"a": 1}', id="one line"),
        pytest.param(b"data: x\n\n", "|2+\n  data: x\n", id="event"),
        pytest.param(b"\n", "|2+\n", id="one empty line"),
        pytest.param(b" x", "|2-\n   x", id="leading blank"),
        pytest.param("é 😀".encode(), "|2-\n  é 😀", id="beyond ASCII"),
        pytest.param(b"a\r\n\r\nb", '"a\\r\\n\\\n  \\r\\n\\\n  b"', id="CRLF"),
        pytest.param(b"a\r\n", '"a\\r\\n"', id="CRLF at the end"),
        pytest.param(b"a \n b", '"a \\n\\\n  \\x20b"', id="blank before LF"),
        pytest.param("a\u2028\x85".encode(), '"a\\u2028\\x85"', id="line separators"),
        pytest.param("\ufeff".encode(), '"\\uFEFF"', id="byte-order mark"),
        pytest.param("\uffff".encode(), '"\\uFFFF"', id="noncharacter"),
        pytest.param(b"\xff\x00", "!!binary |\n  /wA=", id="not UTF-8"),
        pytest.param(rb'{"x": "\ud83d"}', '|2-\n  {"x": "\\ud83d"}', id="escaped surrogate"),
    ],
)
def test_the_spelling_of_bodies(data: bytes, written: str) -> None:
    assert text_of(data, "  ") == written


def test_base64_keeps_to_100_columns() -> None:
    lines = text_of(bytes(range(256)) * 3, " " * 8).split("\n")
    assert max(map(len, lines)) <= 100
    assert len(lines[1]) > 92


def test_the_writer_is_linear() -> None:
    # a quadratic writer needs minutes for this
    data = b"data: {}\r\n\r\n" * 100_000
    assert len(text_of(data, "        ")) > len(data)


PIECES = st.one_of(TEXTS.map(str.encode), st.binary(max_size=300))


@EXACT
@given(PIECES, st.integers(1, 5), st.booleans())
def test_any_window_writes_the_same(data: bytes, window: int, ascii_only: bool) -> None:
    whole = text_of(data, "    ", ascii_only=ascii_only)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_body_write, "_WINDOW", window)
        assert text_of(data, "    ", ascii_only=ascii_only) == whole


@pytest.mark.parametrize("data", [b"data: {}\n\n", b"x", b"data: {}\r\n\r\n", b"\xff"])
def test_a_piece_is_bounded(data: bytes) -> None:
    data *= 3_000_000 // len(data)
    sizes = [len(piece) for piece in body(data, "        ")]
    assert max(sizes) < 2_000_000 < sum(sizes)
