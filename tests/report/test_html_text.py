"""Recorded text for a page: nothing hidden, nothing too long, JSON in coloured pieces."""

from __future__ import annotations

import pytest

from stream_cassette.report.html_text import (
    Token,
    byte_text,
    clip,
    json_clip,
    number,
    plural,
    span_ms,
)

HOSTILE = "a\x00b\u202ec\u2028d\ufeffe\x1bf\udc00g\r"


def test_lines_stay_and_what_is_hidden_is_written_out() -> None:
    shown = clip(f"one\n\ttwo\n{HOSTILE}", 1_000)
    written = r"a\u{0}b\u{202E}c\u{2028}d\u{FEFF}e\u{1B}f\u{DC00}g\u{D}"
    assert shown.text == f"one\n    two\n{written}"
    assert shown.left == 0


def test_the_rest_is_counted() -> None:
    assert (clip("x" * 12, 5).text, clip("x" * 12, 5).left) == ("xxxxx", 7)
    shown = byte_text("ü".encode() * 3, 3)
    assert (shown.text, shown.left, shown.unit) == ("ü\ufffd", 3, "bytes")


def test_json_in_pieces_that_make_the_whole() -> None:
    value = {"a": ["x: 1", 1.5, True, None], "b": {}}
    shown = json_clip(value, 1_000)
    assert "".join(token.text for token in shown.tokens) == shown.text
    kinds = [(token.kind, token.text) for token in shown.tokens if token.kind]
    assert kinds == [
        ("key", '"a"'),
        ("string", '"x: 1"'),
        ("number", "1.5"),
        ("word", "true"),
        ("word", "null"),
        ("key", '"b"'),
    ]


def test_json_that_is_cut_and_text_alone() -> None:
    cut = json_clip({"a": "x" * 100}, 20)
    assert cut.tokens[-1] == Token("string", '"' + "x" * 10) and cut.left == 90 + len('"\n}')
    assert json_clip("plain {", 100).tokens == () and json_clip("plain {", 100).text == "plain {"


def test_hidden_characters_in_json_are_written_out() -> None:
    shown = json_clip({"k\u202e": "v\u2028"}, 100)
    assert r"k\u{202E}" in shown.text and r"v\u{2028}" in shown.text


@pytest.mark.parametrize(
    ("ms", "words"),
    [
        (None, "unknown"),
        (0.0, "0 ms"),
        (31.24, "31.2 ms"),
        (412.0, "412 ms"),
        (1250.0, "1.25 s"),
        (125_400.0, "2 min 5 s"),
    ],
)
def test_times(ms: float | None, words: str) -> None:
    assert span_ms(ms) == words


def test_counts() -> None:
    assert (plural(1, "chunk"), plural(1_200, "chunk")) == ("1 chunk", "1,200 chunks")
    assert (number(12_056), number(31.25), number(140.4)) == ("12,056", "31.2", "140")
