"""A diff as lines for a terminal."""

from __future__ import annotations

from dataclasses import replace

from stream_cassette.cassette.model import Cassette
from stream_cassette.diffing.cassettes import diff_cassettes
from stream_cassette.diffing.model import CassetteDiff, TreeDiff
from stream_cassette.diffing.rules import rules_of
from stream_cassette.report.diff_terminal import diff_rows
from tests.support.weather_pair import session, without

HOW_IT_CAME = (
    "cut otherwise: 141 → 58 chunks · last chunk 5,560 → 5,544 ms · head 80 → 198 ms · "
    "tokens 122 in, 40 out → 124 in, 40 out"
)


def tree(left: Cassette, right: Cassette, level: str = "conversation") -> TreeDiff:
    found = replace(diff_cassettes(left, right, rules_of(level)), left="a", right="b", path="b")
    return TreeDiff(left="a", right="b", files=(found,))


def lines(shown: TreeDiff) -> list[str]:
    return ["".join(piece.text for piece in row) for row in diff_rows(shown)]


def test_nothing_differs() -> None:
    assert lines(tree(session("a"), session("bb", cut=99))) == []


def test_an_argument() -> None:
    assert lines(tree(session("a"), session("bb", city="Genève", cut=99)))[1:] == [
        "  conversation 0 · openai-chat · What is the weather in Zürich? · interactions 0, 1",
        "    … 1 message alike",
        "    user       What is the weather in Zürich?",
        '  ≠ assistant  get_weather({"city": "Genève", "unit": "celsius"})',
        '      messages[2].parts[0].arguments.city: "Zürich" → "Genève"',
        "    tool       18 °C, sunny",
        "    … 1 message alike",
        f"    {HOW_IT_CAME}",
    ]


def test_changed_words_and_a_setting() -> None:
    found = lines(tree(session("a"), session("a", reply="It is 18 °C and cloudy.", temperature=1)))
    text = next(line for line in found if "messages[4]" in line)
    assert "It is 18 °C and [-sunny" in text and "{+cloudy+}." in text
    assert "    requests[0].temperature: 1 is new" in found


def test_turns_that_came_and_went() -> None:
    less = lines(tree(session("a"), without(session("a"), 1)))
    assert "  - tool       18 °C, sunny" in less
    assert "    exchanges[1]: an answer (complete) is gone" in less
    more = lines(tree(without(session("a"), 1), session("a")))
    assert "  + tool       18 °C, sunny" in more


def test_interactions() -> None:
    found = lines(tree(session("a"), session("a", temperature=1), "frames"))
    assert found[1] == "  interaction 0 · POST https://api.example.com/v1/chat/completions"
    assert found[2] == "    request.body.temperature: 1 is new"


def test_nothing_hidden_is_shown() -> None:
    evil = session("a", reply="\x1b[31mred\u202e and\r\nlong " + "x" * 300, prompt="\x07")
    rows = lines(tree(session("a"), evil))
    assert len(rows) > 4
    assert all(row.isprintable() for row in rows)


def test_many_differences_are_counted() -> None:
    wide = session("a", **{f"option_{n}": n for n in range(60)})
    rows = lines(tree(session("a"), wide))
    assert "    … and 20 more" in rows


def test_several_files() -> None:
    files = tuple(
        CassetteDiff(left="x", right="x", path="x", status=status)
        for status in ("same", "unreadable", "added")
    )
    rows = lines(TreeDiff(left="a", right="b", files=files))
    assert rows == ["a → b", "x · added", "1 added, 1 unreadable, 1 same"]


def test_a_file_that_came() -> None:
    found = diff_cassettes(None, session("a"), rules_of())
    rows = lines(TreeDiff(left="a", right="b", files=(found,)))
    assert len(rows) == 3 and rows[-1].startswith("+ conversation 0 · openai-chat · What is")


def test_styles() -> None:
    rows = list(diff_rows(tree(session("a"), session("a", city="Genève"))))
    styled = {piece.text: piece.style for row in rows for piece in row}
    assert styled['"Zürich"'] == "removed" and styled['"Genève"'] == "added"
