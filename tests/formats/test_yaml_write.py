from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from vcr.serializers.yamlserializer import _CassetteLoader

from stream_cassette.formats._yaml_write import (
    comment,
    flow,
    folded,
    header_value,
    number,
    quoted,
    url,
    word,
)

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


@EXACT
@given(TEXTS)
def test_short_scalars_are_exact(text: str) -> None:
    items = [word(text), quoted(text), quoted(text, ascii_only=True)]
    written = f"key: {flow(items)}\nuri: {url(text)}\n? {word(text, ascii_only=True)}\n: x\n"
    for loader in LOADERS:
        tree = loaded(written, loader)
        assert tree["key"] == [text] * 3
        assert tree["uri"] == text or text == "uri"
        assert text in tree


@EXACT
@given(st.lists(TEXTS, max_size=4), st.booleans())
def test_a_comment_adds_nothing(texts: list[str], ascii_only: bool) -> None:
    written = "a: 1\n" + "".join(comment(text, ascii_only=ascii_only) for text in texts) + "b: 2\n"
    for loader in LOADERS:
        assert loaded(written, loader) == {"a": 1, "b": 2}
    lines = written.split("\n")[1:-2]
    assert len(lines) == sum(text.count("\n") + 1 for text in texts)
    assert all(line.startswith("#") and len(line) <= 120 for line in lines)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("GET", "GET"),
        ("text/event-stream", "text/event-stream"),
        ("text/html; charset=utf-8", '"text/html; charset=utf-8"'),
        ("", '""'),
        ("no", '"no"'),
        ("NULL", '"NULL"'),
        ("y", '"y"'),
        ("12", '"12"'),
        ("a\n", '"a\\n"'),
        ("a:", '"a:"'),
    ],
)
def test_words(text: str, written: str) -> None:
    assert word(text) == written


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("https://a.example/v1?b={c}&d=[e]", "https://a.example/v1?b={c}&d=[e]"),
        ("https://a.example:", '"https://a.example:"'),
        ("https://a.example/#x", '"https://a.example/#x"'),
        ("https://a.example/a b", '"https://a.example/a b"'),
        ("https://a.example/'", '"https://a.example/\'"'),
        ("https://a.example/é", '"https://a.example/é"'),
        ("12:30", '"12:30"'),
    ],
)
def test_urls(text: str, written: str) -> None:
    assert url(text) == written


def test_header_values() -> None:
    assert header_value("no-cache") == "no-cache"
    assert header_value("\xe9") == '!!binary "6Q=="'
    assert header_value("€") == '!!binary "4oKs"'


@pytest.mark.parametrize(
    ("value", "text"), [(1246.0, "1246"), (412.5, "412.5"), (0, "0"), (31.2, "31.2")]
)
def test_numbers_are_short(value: float, text: str) -> None:
    assert number(value) == text
    assert float(text) == value


def test_folded_words() -> None:
    words = [f"{size}@{size}" for size in range(500)]
    written = "".join(folded(words, "    "))
    assert max(map(len, written.split("\n"))) <= 100
    assert yaml.load(f"a:\n  b: {written}\n", yaml.CSafeLoader) == {"a": {"b": " ".join(words)}}
    assert "".join(folded([], "    ")) == '""'


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a\u2028b\x85\x07", "# a\\u{2028}b\\u{85}\\u{7}\n"),
        ("\u202e\ufeff\ufffe\U0001fffe", "# \\u{202E}\\u{FEFF}\\u{FFFE}\\u{1FFFE}\n"),
        ("é 😀", "# é 😀\n"),
        ("", "#\n"),
        ("x" * 118, "# " + "x" * 118 + "\n"),
        ("x" * 119, "# " + "x" * 117 + "…\n"),
    ],
)
def test_comments(text: str, line: str) -> None:
    assert comment(text) == line


def test_a_lone_surrogate_is_replaced() -> None:
    assert quoted("\ud83d") == '"\\uFFFD"'
