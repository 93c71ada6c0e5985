"""What a failed match says: bounded, at most 100 columns, both texts from where they part."""

from __future__ import annotations

from stream_cassette.cassette.visible import visible
from stream_cassette.comparison.explain import explain, name_of
from stream_cassette.comparison.ignore import MatchLevel
from stream_cassette.comparison.match import compare
from stream_cassette.conversation.model import Conversation, Exchange
from tests.support.talks import answer, asked, call, said, talk, weather


def text(*talks: Conversation, level: MatchLevel = "structure") -> str:
    found = {n: compare(talks[0], one, level=level) for n, one in enumerate(talks)}
    differing = {n: each for n, each in found.items() if each}
    return explain(talks, differing, level=level, clean=visible)


def test_it_names_the_conversations_and_lists_the_differences() -> None:
    other = weather()
    other[2] = answer(call("time"), why="tool_call")
    made = text(talk(*weather()), talk(*weather()), talk(*other), talk(*weather()[:4]))
    lines = made.split("\n")
    assert lines[:3] == [
        "conversations 0 and 2 do not say the same at level 'structure':",
        '  messages[2].parts[0].name: "weather" ≠ "time"',
        "",
    ]
    assert "conversation 0 (openai-chat)" in lines[3] and "conversation 2" in lines[3]
    assert lines[-1] == (
        "conversation 3 (openai-chat) differs from conversation 0 in 2 places, first messages[4]"
    )


def test_long_texts_are_shown_from_where_they_part() -> None:
    alike = "The weather in Florence is as it was before. " * 5
    made = text(
        talk(answer(said(alike + "Hot."))), talk(answer(said(alike + "Cold."))), level="text"
    )
    lines = made.split("\n")
    assert lines[1] == f"  messages[0].parts[0].content, from character {len(alike)}:"
    assert [line.strip()[-6:] for line in lines[2:4]] == [" Hot.'", "Cold.'"]
    assert all(line.strip().startswith("'…") for line in lines[2:4])


def test_bounded() -> None:
    left = [answer(*(call(f"a{n}", {"x" * 300: n}) for n in range(40)))]
    right = [answer(*(call(f"b{n}", {"y" * 300: n}) for n in range(40)))]
    made = text(talk(*left), *[talk(*right)] * 40)
    lines = made.split("\n")
    assert len(lines) < 12 + 62 + 12 + 10
    assert max(map(len, lines)) <= 100
    assert sum("… and " in line for line in lines) == 2


def test_control_characters_are_escaped() -> None:
    hostile = "\x1b]0;owned\x07\u202e\u2028"
    made = text(
        talk(answer(said("a"))), talk(asked(said("x")), answer(call(hostile))), level="text"
    )
    assert all(char.isprintable() or char == "\n" for char in made)


def test_names() -> None:
    assert name_of([talk(exchanges=[])], 0) == "conversation 0"
    one = talk(exchanges=[Exchange(dialect="openai-chat", vendor="vercel")])
    assert name_of([one], 0) == "conversation 0 (openai-chat, vercel)"
