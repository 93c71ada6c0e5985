"""Two texts as one with their changed words marked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream_cassette.report.diff_words import Span, excerpts, marked, plain

WORDS = {
    "a word": ("It is sunny today", "It is raining today", "It is [-sunny-]{+raining+} today"),
    "two words": ("a b c", "a x y", "a [-b c-]{+x y+}"),
    "gone": ("one two three", "one three", "one [-two -]three"),
    "come": ("one three", "one two three", "one {+two +}three"),
    "all": ("old", "new", "[-old-]{+new+}"),
    "nothing before": ("", "new", "{+new+}"),
    "no blanks": ("こんにちは世界", "こんばんは世界", "こん[-にち-]{+ばん+}は世界"),
    "hidden": ("a", "a\x1b[31m\n", "a{+\\u{1B}[31m\\u{A}+}"),
    "same": ("as it was", "as it was", "as it was"),
}


@pytest.mark.parametrize(("left", "right", "said"), WORDS.values(), ids=WORDS.keys())
def test_marked(left: str, right: str, said: str) -> None:
    assert plain(marked(left, right)) == said


def test_what_is_far_is_left_out() -> None:
    long = "word " * 100
    spans = marked(f"{long}sunny {long}", f"{long}raining {long}")
    assert [span.mark for span in spans] == [None, "removed", "added", None]
    assert spans[0].text.startswith("…") and spans[0].text.endswith("word ")
    assert spans[3].text.endswith("…") and len(spans[3].text) < 60


def test_long_texts_that_have_little_in_common() -> None:
    left, right = "a b " * 5_000, "c d " * 5_000
    assert [span.mark for span in marked(left, right)][:2] == ["removed", "added"]


@given(st.text(alphabet="ab \n", max_size=30), st.text(alphabet="ab \n", max_size=30))
def test_each_side_can_be_read_off(left: str, right: str) -> None:
    spans = marked(left, right)
    for side, other in ((left, "added"), (right, "removed")):
        text = "".join(span.text for span in spans if span.mark != other)
        assert text == side.replace("\n", "\\u{A}")
    assert all(isinstance(span, Span) and span.text for span in spans)


def test_excerpts() -> None:
    one, other = excerpts("x" * 100 + "a" * 300, "x" * 100 + "b\x07")
    assert one.startswith("…xxx") and one.endswith("aaa…") and len(one) < 170
    assert other.endswith("xb\\u{7}")
    assert excerpts("a", "b") == ("a", "b")
