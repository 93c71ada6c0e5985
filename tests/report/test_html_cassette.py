"""A cassette's row and panel: what the filters look at, and what is said of trouble."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from stream_cassette.api import load
from stream_cassette.cassette.model import Cassette
from stream_cassette.errors import DialectError
from stream_cassette.report import html_cassette
from stream_cassette.report.html_cassette import Row, cassette_view, reading_of, row_of
from stream_cassette.report.html_interaction import Caps
from tests.corpus import CASSETTES
from tests.support.html_pages import of, paced, signed
from tests.support.read_answers import interaction
from tests.support.signed_turns import PAIRS, put


def row(cassette: Cassette, name: str = "a/b.yaml", **rest: Any) -> Row:
    return row_of(reading_of(name, cassette), **rest)


def test_a_row() -> None:
    made = row(signed(), states=("played",))
    assert made.shown == ("a/", "b.yaml") and made.size == "2 interactions"
    assert made.opening == "What's the weather in Florence, Italy?"
    assert made.who == ("openai-chat", "openai-chat (vercel)")
    assert made.finishes == ("tool_call", "stop") and made.endings == ("complete",)
    assert made.troubles == () and made.states == ("played",)


def test_the_shared_directory_is_not_shown() -> None:
    made = replace(row(signed(), "/home/me/a/b.yaml"), directory="/home/me/")
    assert made.shown == ("a/", "b.yaml")


def test_what_is_searched_is_lower_case_and_has_names_models_and_words() -> None:
    searched = row(signed(), "Dir/File.yaml").searched
    for word in ("dir/file.yaml", "claude-sonnet-4", "florence", "weather(", "40 c"):
        assert word in searched
    assert searched == searched.lower()


def test_the_search_looks_at_the_beginning_of_what_is_long() -> None:
    body = b'{"object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant",'
    body += b'"content":"' + b"word " * 10_000 + b'"}}]}'
    one = interaction(
        "/v1/chat/completions", body, media="application/json", asked={"messages": []}
    )
    assert len(row(of(one)).searched) < 4_200


def test_troubles() -> None:
    assert row(paced()).troubles == ("1 error", "1 cut short")
    assert row(paced()).endings == ("complete", "reset error", "cut short")
    assert row(load(CASSETTES / "openai_chat" / "openrouter_error.yaml")).troubles[0] == "1 error"


def test_a_broken_echo_is_trouble() -> None:
    pair = PAIRS[0]
    (steps, _), *_ = pair.values.items()
    cassette = pair.cassette(lambda second: put(second, steps, "AAAAQUJDREVGR0hJSktMTU5PUA=="))
    assert "1 broken echo" in row(cassette).troubles


def test_nothing_that_is_read() -> None:
    made = row(of(interaction("/x?key=1", b"abc", media="text/plain")))
    assert made.who == ("no dialect",) and made.opening == "POST api.example.com/x"
    assert row(of()).opening == "no interaction"


def test_the_panel() -> None:
    made = cassette_view(reading_of("a.yaml", signed()), Caps())
    assert made.summary == "2 interactions · 1 conversation · format vcr"
    assert len(made.conversations) == 1 and len(made.interactions) == 2 and made.left == 0
    assert all(one.others == () for one in made.interactions)


def test_an_answer_of_no_conversation_is_shown_with_its_interaction() -> None:
    mcp = load(next((CASSETTES / "mcp").glob("*.yaml")))
    made = cassette_view(reading_of("m.yaml", mcp), Caps())
    assert made.conversations == () and any(one.others for one in made.interactions)


def test_interactions_are_capped() -> None:
    one = signed().interactions[0]
    made = cassette_view(reading_of("a.yaml", of(*[one] * 5)), Caps(interactions=2))
    assert len(made.interactions) == 2 and made.left == 3 and len(made.conversations) == 2


def test_a_dialect_that_fails_leaves_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(cassette: Cassette) -> None:
        raise DialectError("dialect 'odd' raised\x1b")

    monkeypatch.setattr(html_cassette, "steps_of", fails)
    reading = reading_of("a.yaml", signed())
    assert reading.fault == r"dialect 'odd' raised\u{1B}"
    assert row_of(reading).troubles == ("dialect failed",)
    made = cassette_view(replace(reading, exchanges=(None, None)), Caps())
    assert made.fault is not None and made.conversations == ()
