"""Two texts as one with their changed words marked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream_cassette.report.diff_words import Span, excerpts, left_out, marked, plain

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


def answer(*edits: int) -> str:
    """1,500 words, of which those are other ones."""
    words = [f"word{n}" + ("." if n % 12 == 11 else "") for n in range(1_500)]
    return " ".join(f"EDIT{n}" if n in edits else word for n, word in enumerate(words))


@pytest.mark.parametrize("times", [1, 40])
def test_few_edits_of_a_long_text_are_all_that_is_printed(times: int) -> None:
    left = " ".join([answer()] * times)
    right = " ".join([answer()] * (times - 1) + [answer(9, 700)])
    line = plain(marked(left, right))
    assert "[-word9-]{+EDIT9+}" in line and "[-word700-]{+EDIT700+}" in line
    assert len(line) < 400


def test_many_changes_are_counted() -> None:
    line = plain(marked(answer(), answer(*range(0, 1_500, 30))))
    assert line.count("{+EDIT") == 20 and line.endswith(" … and 30 more places in this text")


def test_long_changes_are_cut_and_many_of_them_counted() -> None:
    line = plain(marked("a" * 5_000, "b" * 5_000))
    assert len(line) < 1_000 and line.count("4,680 characters") == 2
    parts = [f"{'ab'[n % 2] * 900}{n} same{n} " for n in range(30)]
    text = plain(marked("".join(parts), "".join(f"x{part}" for part in parts)))
    assert len(text) < 5_000
    assert text.endswith("more places in this text")


def test_excerpts() -> None:
    (sides,), more = excerpts("x" * 100 + "a" * 300, "x" * 100 + "b\x07")
    one, other = sides
    assert one.startswith("…xxx") and one.endswith("aaa…") and len(one) < 170
    assert other.endswith("xb\\u{7}") and more == 0
    assert excerpts("a", "b") == ([("a", "b")], 0)
    assert excerpts("a", "a") == ([], 0)


def test_excerpts_of_every_place() -> None:
    found, more = excerpts(answer(), answer(5, 750, 1_490))
    for edit, (_, right) in zip(("EDIT5 ", "EDIT750 ", "EDIT1490 "), found, strict=True):
        assert edit in right
    assert more == 0 and all("EDIT" not in left for left, _ in found)
    assert found[0][0].startswith("word0 ") and found[1][0].startswith("…")


def test_excerpts_that_are_near_are_one() -> None:
    found, more = excerpts(answer(), answer(700, 703))
    assert len(found) == 1 and more == 0
    assert "EDIT700 word701 word702 EDIT703" in found[0][1]


def test_excerpts_are_counted() -> None:
    found, more = excerpts(answer(), answer(*range(0, 1_500, 50)))
    assert (len(found), more) == (12, 18)
    assert len(excerpts(answer(), answer(1, 500, 900), most=2)[0]) == 2
    assert left_out(more) == "… and 18 more places in this text"
    assert left_out(1) == "… and 1 more place in this text"
