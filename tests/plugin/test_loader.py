"""The `conversations` fixture: by name, by glob, below the directory where marks count from."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.corpus import CASSETTES

INI = "[pytest]\ntestpaths = tests\nasyncio_default_fixture_loop_scope = function\n"
WEATHER = ("openrouter", "vercel_thinking")


@pytest.fixture
def cassettes(pytester: pytest.Pytester) -> Path:
    """An inner project with two cassettes of one call each, one left aside, one that is none."""
    pytester.makeini(INI)
    directory = pytester.path / "cassettes" / "weather"
    directory.mkdir(parents=True)
    for name in WEATHER:
        shutil.copy(CASSETTES / "openai_chat" / f"{name}.yaml", directory)
    shutil.copy(directory / "openrouter.yaml", directory / "openrouter.rejected.yaml")
    return directory


def run(pytester: pytest.Pytester, body: str, *extra: str) -> pytest.RunResult:
    tests = pytester.path / "tests" / "deep"
    tests.mkdir(parents=True, exist_ok=True)
    (tests / "test_it.py").write_text(
        f"from stream_cassette import assert_conversations_match\n\n"
        f"def test_it(conversations):\n    {body}\n"
    )
    return pytester.runpytest("-p", "no:cacheprovider", *extra)


def test_by_glob(pytester: pytest.Pytester, cassettes: Path) -> None:
    body = (
        'found = conversations("weather/*.yaml")\n'
        "    assert [one.exchanges[0].vendor for one in found] == ['openrouter', 'vercel']"
    )
    run(pytester, body).assert_outcomes(passed=1)


def test_by_name(pytester: pytest.Pytester, cassettes: Path) -> None:
    body = (
        'one, other = conversations("weather/vercel_thinking", "weather/openrouter.yaml")\n'
        "    assert len(one.messages) == 5 and len(other.messages) < 5"
    )
    run(pytester, body).assert_outcomes(passed=1)


def test_beside_the_test(pytester: pytest.Pytester, cassettes: Path) -> None:
    shutil.move(cassettes.parent, pytester.path / "tests" / "deep" / "cassettes")
    body = 'assert len(conversations("weather/*")) == 2'
    option = "stream_cassette_dir={test_dir}/cassettes"
    run(pytester, body, "-o", option).assert_outcomes(passed=1)


def test_a_match_that_fails_shows_both_sides(pytester: pytest.Pytester, cassettes: Path) -> None:
    found = run(pytester, 'assert_conversations_match(*conversations("weather/*.yaml"))')
    found.assert_outcomes(failed=1)
    found.stdout.fnmatch_lines(
        [
            "E*AssertionError: conversations 0 and 1 do not say the same at level 'structure':",
            "E*conversation 0 (openai-chat, openrouter) * | conversation 1 (openai-chat, vercel)",
        ]
    )


def test_nothing_matches(pytester: pytest.Pytester, cassettes: Path) -> None:
    found = run(pytester, 'conversations("wether/*.yaml")')
    found.assert_outcomes(failed=1)
    line = (
        "*CassetteNotFound: *cassettes: no cassette is called 'wether/[*].yaml', or matches it;"
        " there are weather/openrouter.yaml, weather/vercel_thinking.yaml"
    )
    found.stdout.fnmatch_lines([line])


def test_a_cassette_without_a_conversation(pytester: pytest.Pytester, cassettes: Path) -> None:
    (cassettes / "other.yaml").write_text("version: 1\ninteractions: []\n")
    found = run(pytester, 'conversations("weather/*.yaml")')
    found.assert_outcomes(failed=1)
    found.stdout.fnmatch_lines(["*UsageError: *other.yaml holds no conversation: nothing in it *"])
