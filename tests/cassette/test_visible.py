"""Whatever can end a line, drive a terminal or turn letters round is written out."""

from __future__ import annotations

import sys
import unicodedata

import pytest

from stream_cassette.cassette.visible import is_hidden, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain ~ text", "plain ~ text"),
        ("naïve 漢字 🌤 \u3000 \xa0", "naïve 漢字 🌤 \u3000 \xa0"),
        ("a\nb\tc\r", "a\\u{A}b\\u{9}c\\u{D}"),
        ("\x1b[31m", "\\u{1B}[31m"),
        ("\u202eevil\u2066", "\\u{202E}evil\\u{2066}"),
        ("\u2028\u2029\x85\ufeff", "\\u{2028}\\u{2029}\\u{85}\\u{FEFF}"),
        ("\ud83d\uffff\ufdd0", "\\u{D83D}\\u{FFFF}\\u{FDD0}"),
        ("\U000e0041", "\\u{E0041}"),
        ("", ""),
    ],
    ids=ascii,
)
def test_visible(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_every_control_and_format_character_is_hidden() -> None:
    found = {chr(code) for code in range(sys.maxunicode + 1) if is_hidden(chr(code))}
    assert {chr(code) for code in range(32)} | {"\x7f", "\x9b", "\u200b", "\u202e"} <= found
    categories = {unicodedata.category(char) for char in found}
    assert categories == {"Cc", "Cf", "Cs", "Zl", "Zp", "Cn"}
    assert not any(char.isalnum() for char in found)
