"""The table: ids that users write down, and a file that shows each rule at work."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from stream_cassette.checks.finding import SEVERITIES, Rule
from stream_cassette.checks.rules import FAMILIES, RULES
from stream_cassette.comparison.echo_finding import EchoKind
from tests.corpus import CASSETTES, ROOT
from tests.support.checked import FINDINGS, found_in, terms

# What no file alone can show: a defect of the writer, somebody else's dialect, a suite of tests.
ELSEWHERE = {"round-trip", "dialect-error", "orphan"}
# Rules that say why a file is refused; cassettes/invalid has such files already.
REFUSED = {
    "not-a-cassette": "empty.yaml",
    "corrupt": "duplicate-key.yaml",
    "newer-format": "newer-format.yaml",
    "sizes": "sizes.yaml",
}


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_rule_is_told_in_full(rule: Rule) -> None:
    told = RULES[rule.id]
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", told.id)
    assert told.severity in SEVERITIES and told.family in FAMILIES
    assert told.what.endswith(".") and not told.remedy.endswith(".")
    assert told.to_dict()["id"] == told.id
    assert len(told.what) <= 100


def test_every_kind_of_echo_has_its_rule() -> None:
    assert {f"echo-{kind}" for kind in get_args(EchoKind)} == {
        rule for rule in RULES if rule.startswith("echo-")
    }


def test_rules_that_need_an_option_say_so() -> None:
    assert {rule.id: rule.needs for rule in RULES.values() if rule.needs} == {
        "too-old": "max-age",
        "orphan": "orphans",
    }


def test_every_rule_stands_in_the_reference() -> None:
    page = (ROOT / "docs" / "reference" / "command.md").read_text("utf-8")
    for rule in RULES.values():
        assert f"| `{rule.id}` | {rule.family} | {rule.severity} | {rule.what}" in page


def test_every_rule_has_a_file_that_shows_it() -> None:
    shown = {path.stem for path in FINDINGS.glob("*.yaml")}
    assert shown | set(REFUSED) | ELSEWHERE == set(RULES)


@pytest.mark.parametrize("path", sorted(FINDINGS.glob("*.yaml")), ids=lambda path: path.stem)
def test_a_file_shows_its_rule_and_no_other(path: Path) -> None:
    found = found_in(path, terms(max_age="5y"))
    assert {one.rule for one in found} == {path.stem}


@pytest.mark.parametrize(("rule", "name"), REFUSED.items(), ids=REFUSED)
def test_a_refused_file_shows_its_rule(rule: str, name: str) -> None:
    (one,) = found_in(CASSETTES / "invalid" / name)
    assert (one.rule, one.severity) == (rule, "error")
