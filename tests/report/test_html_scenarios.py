"""Providers side by side: which cassettes are one scenario, whose messages stand in one row."""

from __future__ import annotations

from dataclasses import replace

from stream_cassette.cassette.model import Cassette
from stream_cassette.conversation.model import Conversation, Exchange
from stream_cassette.conversation.parts import Text
from stream_cassette.report.html_cassette import Reading
from stream_cassette.report.html_scenarios import ScenarioView, scenarios_of
from tests.support.talks import answer, asked, call, result, said, talk, weather


def reading(name: str, dialect: str, conversation: Conversation, vendor: str = "") -> Reading:
    exchange = Exchange(dialect=dialect, vendor=vendor or None)
    return Reading(
        name=name,
        cassette=Cassette(),
        exchanges=(exchange,),
        steps=(),
        conversations=(conversation,),
        links=(),
    )


def scenarios(*readings: Reading) -> tuple[ScenarioView, ...]:
    return scenarios_of(enumerate(readings), 1_000)


WEATHER = talk(*weather())


def texts(view: ScenarioView) -> list[list[str | None]]:
    return [[None if one is None else one.parts[0].body.text for one in row] for row in view.rows]


def test_cassettes_that_are_named_after_who_answered() -> None:
    (view,) = scenarios(
        reading("weather/anthropic.yaml", "anthropic-messages", WEATHER),
        reading("weather/google-2.5.yaml", "gemini-generate", WEATHER),
        reading("weather/vercel.yaml", "openai-chat", WEATHER, "vercel"),
        reading("weather/other.yaml", "openai-chat", WEATHER),
    )
    assert view.name == "weather" and view.is_match
    names = [(one.name, one.place, one.is_base) for one in view.columns]
    assert names == [("anthropic", 0, True), ("google-2", 1, False), ("vercel", 2, False)]
    assert len(view.rows) == 5 and all(not any(row) for row in view.marks)


def test_what_is_no_scenario() -> None:
    same = reading("a/openai-1.yaml", "openai-chat", WEATHER)
    assert scenarios(same, replace(same, name="a/openai-2.yaml")) == ()
    elsewhere = reading("b/anthropic.yaml", "anthropic-messages", WEATHER)
    assert scenarios(same, elsewhere) == ()
    two = replace(elsewhere, name="a/anthropic.yaml", conversations=(WEATHER, WEATHER))
    assert scenarios(same, two) == ()


def test_differences_are_listed_and_marked() -> None:
    messages = weather()
    messages[2] = answer(call(arguments={"location": "Rome"}), why="tool_call")
    (view,) = scenarios(
        reading("openai.yaml", "openai-chat", WEATHER),
        reading("ollama.yaml", "ollama-chat", talk(*messages)),
    )
    assert view.name == "." and not view.is_match
    (difference,) = view.columns[1].differences
    assert difference.startswith("messages[2].parts[0].arguments.location")
    assert [row[1] for row in view.marks] == [False, False, True, False, False]
    assert not any(row[0] for row in view.marks)


def test_messages_that_only_one_has_stand_in_rows_of_their_own() -> None:
    short = talk(asked(said("q")), answer(said("a")))
    long = talk(
        asked(said("q")),
        answer(call(), why="tool_call"),
        asked(result(), role="tool"),
        answer(said("a")),
    )
    (view,) = scenarios(
        reading("s/openai.yaml", "openai-chat", short),
        reading("s/cohere.yaml", "cohere-chat", long),
        reading("s/ollama.yaml", "ollama-chat", long),
    )
    found = texts(view)
    assert [row[0] for row in found if row[0] is not None] == ["q", "a"]
    for column in (1, 2):
        assert next(row[column] for row in found if row[column] is not None) == "q"
        assert sum(row[column] is not None for row in found) == 4
    assert len(found) == 4  # both have the same two rows between
    assert [row[1] for row in view.marks] == [row[2] for row in view.marks]
    assert sum(row[1] for row in view.marks) == 2


def test_a_message_that_is_missing_is_marked() -> None:
    (view,) = scenarios(
        reading("s/openai.yaml", "openai-chat", WEATHER),
        reading("s/cohere.yaml", "cohere-chat", talk(*weather()[1:])),
    )
    assert texts(view)[0] == ["You are a helpful assistant", None]
    assert view.marks[0] == (False, True)


def test_names_are_visible() -> None:
    (view,) = scenarios(
        reading("s\u202e/openai.yaml", "openai-chat", WEATHER),
        reading("s\u202e/cohere.yaml", "cohere-chat", WEATHER),
    )
    assert view.name == r"s\u{202E}" and isinstance(WEATHER.messages[0].parts[0], Text)
