"""A diff as a comment on a pull request."""

from __future__ import annotations

import re
from dataclasses import replace

from stream_cassette.cassette.model import Cassette
from stream_cassette.diffing.cassettes import diff_cassettes
from stream_cassette.diffing.model import CassetteDiff, TreeDiff
from stream_cassette.diffing.rules import rules_of
from stream_cassette.report.diff_markdown import LIMIT, diff_markdown
from tests.support.weather_pair import session, without


def file(left: Cassette, right: Cassette, name: str = "x.yaml") -> CassetteDiff:
    return replace(diff_cassettes(left, right, rules_of()), left=name, right=name, path=name)


def comment(*files: CassetteDiff) -> str:
    return diff_markdown(TreeDiff(left="a", right="b", files=files))


def test_nothing_differs() -> None:
    assert comment(file(session("a"), session("b"))) == ""


def test_an_argument() -> None:
    assert comment(file(session("a"), session("a", city="Genève"))) == (
        "### Cassettes: 1 changed\n\n`a` → `b`\n\n"
        "<details><summary><code>x.yaml</code> · changed</summary>\n\n"
        "```diff\n"
        "@@ conversation 0 · openai-chat · What is the weather in Zürich? · interactions 0, 1 @@\n"
        "  messages[2].parts[0].arguments.city\n"
        '- "Zürich"\n'
        '+ "Genève"\n'
        "```\n\n"
        "</details>\n\n"
    )


def test_a_fence_can_not_be_ended_by_what_was_recorded() -> None:
    text = comment(file(session("a"), session("a", reply="```\n</details><b>x</b>\n````` @team")))
    fence = re.search(r"^(`+)diff$", text, re.MULTILINE)
    assert fence is not None and len(fence[1]) == 6
    inside = text.split(fence[0])[1].split(f"\n{fence[1]}\n")[0]
    assert "</details><b>x</b>" in inside and "\\u{A}" in inside
    assert text.count("\n" + fence[1]) == 2


def test_a_name_can_not_be_markup() -> None:
    text = comment(file(session("a"), session("b", temperature=1), "a<b>`c`|@me.yaml"))
    assert "<code>a&lt;b&gt;&#96;c&#96;&#124;&#64;me.yaml</code>" in text
    added = CassetteDiff(left=None, right="a`b", path="a`b", status="added")
    assert "- `` a`b `` · added\n" in comment(added)


def test_conversations_that_came_and_went() -> None:
    more = Cassette(interactions=session("a").interactions)
    text = comment(file(Cassette(), more))
    assert "+ conversation 0 · openai-chat" in text
    assert "+ user: What is the weather in Zürich?" in text
    gone = comment(file(more, Cassette()))
    assert "- assistant: get_weather(" in gone
    assert "- tool: 18 °C, sunny" in comment(file(more, without(session("a"), 1)))


def test_unreadable() -> None:
    broken = CassetteDiff(left="a", right="b", path="b", status="unreadable", error="b: line 3: no")
    assert "! b: line 3: no" in comment(broken)


def test_it_is_no_longer_than_github_takes() -> None:
    wide = session("a", **{f"option_{n}": "x" * 300 for n in range(30)})
    one = file(session("a"), wide)
    text = comment(*[one] * 2_000)
    assert len(text) <= LIMIT
    assert re.search(r"… and \d+ more files", text)
    huge = diff_markdown(TreeDiff(left="a", right="b", files=(one,)), limit=1_000)
    assert "differences, too long to show" in huge and len(huge) <= 1_000


def test_many_differences_are_counted() -> None:
    wide = session("a", **{f"option_{n}": n for n in range(60)})
    assert "  … and 30 more\n" in comment(file(session("a"), wide))


def test_every_place_of_a_long_answer_is_shown() -> None:
    words = [f"word{n}" for n in range(1_500)]
    said, other = " ".join(words), list(words)
    other[3] = other[800] = other[1_490] = "EDITED"
    text = comment(file(session("a", reply=said), session("a", reply=" ".join(other))))
    assert text.count("EDITED") == 3
    assert "\n- …" in text and "more place" not in text
    other[::40] = ["new"] * len(other[::40])
    many = comment(file(session("a", reply=said), session("a", reply=" ".join(other))))
    assert "\n  … and 27 more places in this text\n" in many


def test_many_long_texts_fit_into_a_comment() -> None:
    said = " ".join(f"word{n}" for n in range(1_500))
    left = {f"option_{n}": said for n in range(30)}
    right = {f"option_{n}": said.replace("50 ", "x ") for n in range(30)}
    text = comment(file(session("a", **left), session("a", **right)))
    assert "too long to show" not in text and len(text) < LIMIT
    assert text.count("  … and ") == 30
