"""Dummy keys: set where missing, and out again."""

from __future__ import annotations

import pytest

from stream_cassette.plugin.keys import DUMMY_KEY, DummyKeys


def test_sets_what_is_missing_and_takes_it_out() -> None:
    environ = {"OPENAI_API_KEY": "mine", "PATH": "/bin"}
    keys = DummyKeys(environ)
    keys.fill()
    keys.fill()
    assert environ["OPENAI_API_KEY"] == "mine"
    for name in ("ANTHROPIC_API_KEY", "GEMINI_API_KEY", "GOOGLE_API_KEY", "CO_API_KEY"):
        assert environ[name] == DUMMY_KEY
    assert "ANTHROPIC_AUTH_TOKEN" not in environ
    keys.clear()
    assert environ == {"OPENAI_API_KEY": "mine", "PATH": "/bin"}


@pytest.mark.parametrize(
    ("given", "left_alone"),
    [
        ("GOOGLE_API_KEY", "GEMINI_API_KEY"),
        ("GEMINI_API_KEY", "GOOGLE_API_KEY"),
        ("ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_API_KEY"),
    ],
)
def test_a_service_whose_key_is_set_is_left_alone(given: str, left_alone: str) -> None:
    environ = {given: "mine"}
    DummyKeys(environ).fill()
    assert left_alone not in environ
    assert "OPENAI_API_KEY" in environ


def test_an_empty_variable_is_not_touched() -> None:
    environ = {"OPENAI_API_KEY": ""}
    keys = DummyKeys(environ)
    keys.fill()
    keys.clear()
    assert environ == {"OPENAI_API_KEY": ""}


def test_what_the_test_changed_stays() -> None:
    environ: dict[str, str] = {}
    keys = DummyKeys(environ)
    keys.fill()
    environ["OPENAI_API_KEY"] = "changed"
    del environ["GROQ_API_KEY"]
    keys.clear()
    assert environ == {"OPENAI_API_KEY": "changed"}


def test_the_setting_adds_names_or_turns_it_off() -> None:
    environ: dict[str, str] = {}
    DummyKeys(environ, ["HOUSE_KEY"]).fill()
    assert environ["HOUSE_KEY"] == environ["OPENAI_API_KEY"] == DUMMY_KEY
    off: dict[str, str] = {}
    DummyKeys(off, ["False"]).fill()
    assert off == {}
    on: dict[str, str] = {}
    DummyKeys(on, ["true"]).fill()
    assert "true" not in on
    assert "OPENAI_API_KEY" in on
