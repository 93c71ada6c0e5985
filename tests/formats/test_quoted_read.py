"""What is decoded is what YAML's loaders read, wherever the windows cut; the rest is refused."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from stream_cassette.formats._body_write import body
from stream_cassette.formats._quoted_read import QuotedText

HARD = settings(
    max_examples=2000,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
PAD = 4


def decoded(written: bytes, window: int) -> bytes:
    """Read as the scan reads it: `window` bytes more at a time."""
    text, out, at, end = QuotedText(PAD), b"", 0, 0
    while end < len(written):
        end += window
        seen = written[:end]
        cut = len(written) if end >= len(written) else text.cut(seen, at)
        assert at <= cut <= len(seen)
        out += text.feed(written[at:cut])
        at = cut
    return out


def loaded(written: bytes) -> bytes:
    value = yaml.load(b'a:\n  b: "%b"\n' % written, Loader=yaml.CSafeLoader)["a"]["b"]
    assert isinstance(value, str)
    return value.encode()


# what a hostile body holds, and what has to be told apart in what is written of it
TEXTS = st.lists(
    st.sampled_from(
        [
            *('"', "\\", "\\\\", '\\"', "\r\n", "\n", "\r", "\t", " ", "  ", "\0", "0", "7", "x41"),
            *("\\n", "\\x41", "\\ud83d", "\\0", "é", "日本", "😀", "\x85", "\u2028", "\u2029"),
            *("\ufeff", "\x01", "\x07", "\x7f", "\uffff", "\U0010ffff", "a: |2-\n  x", "string: "),
            *(
                'string: "x"',
                "---\n",
                "...\n",
                "# c",
                "- request:",
                "data: {}\r\n\r\n",
                "n",
                "N{a}",
            ),
        ]
    ),
    min_size=1,
    max_size=12,
).map("".join)


@HARD
@given(TEXTS, st.integers(1, 40), st.booleans())
@example("\\" * 50 + "\n", 1, False)
@example("a\n b", 1, False)
@example("\x001", 1, True)
def test_what_we_write_is_decoded(text: str, window: int, ascii_only: bool) -> None:
    written = b"".join(body(text.encode() + b"\r", " " * PAD, ascii_only=ascii_only))
    assert decoded(written[1:-1], window) == text.encode() + b"\r"


@given(TEXTS)
def test_at_every_window(text: str) -> None:
    written = b"".join(body(text.encode() + b"\r", " " * PAD))[1:-1]
    for window in range(1, len(written) + 1):
        assert decoded(written, window) == text.encode() + b"\r"


# pieces of scalars that our writer would not write, or not so
SOURCE = st.lists(
    st.sampled_from(
        [
            *("\\", "\\\\", "n", '\\"', '"', "\\n", "\\r", "\\t", "\\0", "\\\n    ", "\\n\\\n    "),
            *(
                "\n",
                "\n    ",
                " ",
                "    ",
                "\t",
                "a",
                "\\x41",
                "\\x4",
                "\\x4a",
                "\\u00e9",
                "\\u00E9",
            ),
            *("\\ud83d", "\\uD83D", "\\U0001F600", "\\U00110000", "\\a", "\\e", "\\'", "\\N{DASH}"),
            *(
                "\\N",
                "\\_",
                "\\L",
                "\\P",
                "\\/",
                "\\b",
                "\\f",
                "\\ ",
                "\\1",
                "\\07",
                "7",
                "é",
                "\x01",
                "\x85",
            ),
            *("\u2028", "\ufeff", "\r", "\x7f", "---", "\n---\n", "\n...\n", "# c", "\\x20"),
        ]
    ),
    max_size=8,
).map(lambda parts: "".join(parts).encode())


@HARD
@given(SOURCE, st.integers(1, 40))
@example(b"a\\\\n\\\n    b", 1)
@example(b"a\\n\\\n     b", 1)
@example(b"a\\n\\\n   b", 1)
def test_what_is_decoded_is_what_the_loader_reads(written: bytes, window: int) -> None:
    try:
        found = decoded(written, window)
    except ValueError:
        return
    assert found == loaded(written)


REFUSED = {
    "a quote": b'a"b',
    "a tab": b"a\tb",
    "CR": b"a\rb",
    "NEL": "a\x85b".encode(),
    "a line separator": "a\u2028b".encode(),
    "a byte-order mark": "a\ufeffb".encode(),
    "a control character": b"a\x01b",
    "not UTF-8": b"a\xffb",
    "half a character": b"a\xc3",
    "a folded line": b"a\n    b",
    "a line that goes on": b"a\\\n    b",
    "an empty line": b"a\\n\\\n    \\n\\\n\n    b",
    "a blank at the start": b"a\\n\\\n     b",
    "another indentation": b"a\\n\\\n  b",
    "half an escape": b"a\\",
    "half a number": b"a\\x4",
    "small letters": b"a\\xe9",
    "an escape of another kind": b"a\\a",
    "a name": b"a\\N{DASH}",
    "JSON's blank": b"a\\/",
    "a surrogate pair": b"a\\uD83D\\uDE00",
    "a surrogate": b"a\\uD83D",
    "beyond Unicode": b"a\\U00110000",
}


@pytest.mark.parametrize("written", REFUSED.values(), ids=REFUSED.keys())
def test_what_is_not_of_our_layout_is_refused(written: bytes) -> None:
    for window in (1, 3, 100):
        with pytest.raises(ValueError, match=r"."):
            decoded(written, window)


def test_a_line_without_end_is_cut_too() -> None:
    text = QuotedText(PAD)
    for filler in (b"x", b'\\"', b"\\\\", "é".encode(), b"\\u2028", b"\\n\\\n    x", b'"'):
        data = filler * 1000
        for size in range(900, 940):
            assert size - 40 < text.cut(data[:size], 0) <= size
