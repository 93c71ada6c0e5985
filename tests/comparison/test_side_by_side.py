"""Two columns: what differs is marked, what is alike far from it is left out, all is bounded."""

from __future__ import annotations

from rich.cells import cell_len

from stream_cassette.comparison.ignore import MatchLevel
from stream_cassette.comparison.match import compare
from stream_cassette.comparison.side_by_side import side_by_side
from stream_cassette.conversation.model import Conversation
from tests.support.talks import answer, asked, call, said, talk, weather


def lines(left: Conversation, right: Conversation, level: MatchLevel = "structure") -> list[str]:
    found = compare(left, right, level=level)
    return side_by_side(left, right, ("left", "right"), found, level=level, clean=str)


def rows(made: list[str]) -> list[tuple[str, ...]]:
    """The mark with the number, and both sides."""
    return [
        (line[:3].strip(), *(side.strip() for side in f"{line[3:]} ".split(" | ", 1)))
        for line in made
    ]


def test_both_sides() -> None:
    other = weather()
    other[2] = answer(call(arguments={"location": "Rome"}), why="tool_call")
    made = rows(lines(talk(*weather()), talk(*other)))
    assert made[0] == ("", "left", "right")
    assert made[1] == ("0", *["system    You are a helpful assistant"] * 2)
    assert made[2][0] == "1"
    assert made[3][0] == "≠ 2"
    assert made[3][1].startswith('assistant weather({"location": ')
    assert made[3][2] == 'assistant weather({"location": "Rome"})'
    assert made[4][0] == "≠"
    assert [row[0] for row in made[4:6]] == ["≠", "≠"]
    assert made[-1] == ("", "(stop)", "(stop)")


def test_what_one_side_has() -> None:
    other = [*weather(), asked(said("Thanks!"))]
    assert rows(lines(talk(*weather()), talk(*other)))[-1] == ("> 5", "", "user      Thanks!")
    assert rows(lines(talk(*other), talk(*weather())))[-1] == ("< 5", "user      Thanks!", "")


def test_what_is_alike_and_far_away_is_counted() -> None:
    many = [m for n in range(20) for m in (asked(said(f"q{n}")), answer(said(f"a{n}")))]
    other = [*many[:-1], answer(said("else"))]
    made = lines(talk(*many), talk(*other), "text")
    assert made[1] == "    … 37 messages alike"
    assert rows(made)[-2][0] == "≠39"
    made = lines(talk(*many), talk(answer(said("else")), *many), "text")
    assert made[-1].endswith("messages alike")


def test_bounded() -> None:
    left = [answer(said(f"{n} 漢字 " * 200), call(str(n))) for n in range(300)]
    right = [answer(said(f"{n} 汉字 " * 200), call(str(n) * 50)) for n in range(300)]
    made = lines(talk(*left), talk(*right), "text")
    assert len(made) == 62 and made[-1] == "…"
    assert max(map(cell_len, made)) <= 100
    sides = {cell_len(line.split(" | ")[0]) for line in made[1:-1]}
    assert len(sides) == 1


def test_nothing_differs_in_the_messages() -> None:
    made = rows(lines(talk(*weather()), talk(*weather(), exchanges=[])))
    assert [row[0] for row in made[1:]] == ["0", "1", "2", "", "3", "4", ""]


def test_texts_are_cleaned() -> None:
    left, right = talk(answer(said("\x1b[31m"))), talk(answer(said("b")))
    found = compare(left, right, level="text")
    made = side_by_side(
        left, right, ("a\x1b", "b"), found, level="text", clean=lambda text: repr(text)[1:-1]
    )
    assert "\x1b" not in "\n".join(made)
    assert "\\x1b[31m" in made[1]


def test_a_message_without_parts() -> None:
    made = rows(lines(talk(answer(why="length")), talk(answer(said("a"), why="length"))))
    assert made[1] == ("≠ 0", "assistant (length)", "assistant a")
