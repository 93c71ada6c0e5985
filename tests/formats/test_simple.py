from __future__ import annotations

import re
from itertools import pairwise

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from stream_cassette.formats._simple import SimpleText

OTHER = re.compile(
    "[^\n\t\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
TEXTS = st.text(
    st.one_of(st.characters(codec="utf-8"), st.sampled_from("\r\x85\u2028\u2029\ufeff\x00é "))
)


def is_simple(data: bytes, cuts: list[int]) -> bool:
    text = SimpleText()
    bounds = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]
    pieces = [data[a:b] for a, b in pairwise(bounds)]
    answers = [text.feed(piece, final=n == len(pieces) - 1) for n, piece in enumerate(pieces)]
    return all(answers)


@given(TEXTS, st.lists(st.integers(0, 20), max_size=4))
def test_any_cut_gives_the_answer_of_the_whole(text: str, cuts: list[int]) -> None:
    assert is_simple(text.encode(), cuts) is (OTHER.search(text) is None)


@given(st.binary(max_size=12), st.lists(st.integers(0, 12), max_size=4))
def test_what_is_not_utf_8_is_said_so(data: bytes, cuts: list[int]) -> None:
    try:
        data.decode()
    except UnicodeDecodeError:
        with pytest.raises(UnicodeDecodeError):
            is_simple(data, cuts)
    else:
        assert is_simple(data, cuts) in (True, False)


def test_taking_out_ascii_makes_no_character() -> None:
    with pytest.raises(UnicodeDecodeError):
        is_simple(b"\xc3a\xa9", [])


@given(TEXTS)
def test_the_parser_reads_simple_text_as_it_is(text: str) -> None:
    if is_simple(text.encode(), []) and text and not text.endswith("\n"):
        block = "a: |2-\n" + "".join(f"  {line}\n" for line in text.split("\n"))
        assert yaml.load(block.encode(), yaml.CSafeLoader) == {"a": text}
