"""Record modes: names, aliases, and the table."""

from __future__ import annotations

import pytest

from stream_cassette.errors import UsageError
from stream_cassette.session.mode import RULES, RecordMode, rule_of


@pytest.mark.parametrize(
    ("name", "mode"),
    [
        ("none", RecordMode.NONE),
        ("once", RecordMode.ONCE),
        ("new", RecordMode.NEW),
        ("new_episodes", RecordMode.NEW),
        ("NEW_EPISODES", RecordMode.NEW),
        ("all", RecordMode.ALL),
        ("rewrite", RecordMode.ALL),
        ("verify", RecordMode.VERIFY),
        (RecordMode.ALL, RecordMode.ALL),
    ],
)
def test_names_and_aliases(name: str, mode: RecordMode) -> None:
    assert RecordMode.parse(name) is mode


def test_an_unknown_mode_names_the_known_ones() -> None:
    with pytest.raises(UsageError, match="'sometimes' is no record mode; use one of all, new"):
        RecordMode.parse("sometimes")


def test_every_mode_has_a_rule_for_a_file_that_is_there_and_one_that_is_not() -> None:
    assert set(RULES) == {(mode, there) for mode in RecordMode for there in (True, False)}


@pytest.mark.parametrize(
    ("mode", "there", "plays", "records"),
    [
        ("none", True, True, False),
        ("none", False, True, False),
        ("once", True, True, False),
        ("once", False, False, True),
        ("new", True, True, True),
        ("all", True, False, True),
        ("verify", True, False, False),
        ("verify", False, False, False),
    ],
)
def test_what_a_mode_does(mode: str, there: bool, plays: bool, records: bool) -> None:
    rule = rule_of(RecordMode.parse(mode), there)
    assert (rule.plays, rule.records) == (plays, records)
    assert rule.verifies is (mode == "verify")
    assert rule.goes_out is (records or rule.verifies)
