from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from stream_cassette.checks.finding import Finding
from stream_cassette.checks.rules import RULES
from stream_cassette.checks.settings import KEYS, Settings, settings_of
from stream_cassette.errors import UsageError

ECHO = {rule for rule in RULES if rule.startswith("echo-")}


def test_by_default_every_rule_counts() -> None:
    assert settings_of({}) == Settings()
    assert settings_of({}).rules == set(RULES)
    assert settings_of({}).fail_on == "warning"


@pytest.mark.parametrize(
    ("table", "options", "rules"),
    [
        ({"select": ["sizes", "secrets"]}, {}, {"sizes", "secret", "unmasked"}),
        ({"select": "sizes"}, {}, {"sizes"}),
        ({}, {"select": ["echo-*"]}, ECHO),
        ({}, {"select": ["echo"], "ignore": ["echo-moved"]}, ECHO - {"echo-moved"}),
        ({"select": ["sizes"]}, {"select": ["corrupt"]}, {"corrupt"}),
        ({"ignore": ["sizes"]}, {"select": ["sizes"]}, {"sizes"}),
        ({"ignore": ["sizes"]}, {"ignore": ["corrupt"]}, set(RULES) - {"sizes", "corrupt"}),
    ],
)
def test_selection(table: dict[str, Any], options: dict[str, Any], rules: set[str]) -> None:
    assert settings_of(table, **options).rules == rules


def test_limits_and_severities_of_the_command_line_go_over_the_files() -> None:
    table = {
        "fail-on": "error",
        "max-age": "90d",
        "severity": {"spelling": "error", "sizes": "info"},
    }
    of_file = settings_of(table)
    assert (of_file.fail_on, of_file.max_age) == ("error", timedelta(days=90))
    assert of_file.severities == {"spelling": "error", "sizes": "info"}
    over = settings_of(table, fail_on="info", max_age="1w", severity=["spelling=warning"])
    assert (over.fail_on, over.max_age) == ("info", timedelta(days=7))
    assert over.severities == {"spelling": "warning", "sizes": "info"}


def test_names_and_patterns_of_secrets_add_up() -> None:
    table = {"names": ["pin"], "patterns": ["A+"]}
    found = settings_of(table, names=["code"], patterns=["B,C"])
    assert (found.names, found.patterns) == (("pin", "code"), ("A+", "B,C"))
    with pytest.raises(UsageError, match="patterns is a list of names"):
        settings_of({"patterns": 3})


def test_files_may_have_rules_of_their_own() -> None:
    one = Finding(rule="sizes", severity="error", path="a", message="m", remedy="r")
    settings = settings_of({"per-file-ignores": {"cassettes/old/*": ["file"], "b.yaml": "all"}})
    assert not settings.wants(one, "cassettes/old/deep/a.yaml")
    assert not settings.wants(one, "b.yaml")
    assert settings.wants(one, "cassettes/new/a.yaml")
    assert not settings_of({}, ignore=["sizes"]).wants(one, "x.yaml")


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({"selct": ["sizes"], "mood": 1}, r"unknown 'mood', 'selct' \(known: fail-on, ignore"),
        ({"select": ["sises"]}, "no rule or family of rules is called 'sises'"),
        ({"ignore": ["all"]}, "no rule is left: all leaves out all that is selected"),
        ({"select": 3}, "select is a list of names, not 3"),
        ({"ignore": [3]}, "ignore is a list of names"),
        ({"severity": "error"}, "severity is a table"),
        ({"severity": {"sises": "error"}}, "no rule is called 'sises'"),
        ({"severity": {"sizes": "fatal"}}, "sizes: 'fatal' is none of error, warning, info"),
        ({"fail-on": "never"}, "fail-on: 'never' is none of"),
        ({"fail-on": 1}, "fail-on is text, not 1"),
        ({"max-age": 90}, "max-age is text, not 90"),
        ({"max-age": "old"}, "such as 90d"),
        ({"per-file-ignores": ["a"]}, "per-file-ignores is a table"),
        ({"per-file-ignores": {"a": ["x"]}}, "'x'"),
    ],
)
def test_what_is_wrong_in_the_file_is_named(table: dict[str, Any], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        settings_of(table)


def test_what_is_wrong_on_the_command_line_is_named() -> None:
    with pytest.raises(UsageError, match="rule=level"):
        settings_of({}, severity=["spelling"])


def test_the_keys_of_the_command_are_known_here() -> None:
    assert {"paths", "orphans", "tests", "jobs"} <= set(KEYS)
    table = {"paths": ["x"], "orphans": True, "tests": "", "jobs": 2}
    assert settings_of(table) == Settings()
