"""Which options hold: one row for each rule of precedence."""

from __future__ import annotations

from typing import Any

import pytest

from stream_cassette.errors import UsageError
from stream_cassette.plugin.options import (
    KEYWORDS,
    Outside,
    check_keywords,
    in_ci,
    merged,
    record_mode,
    unplayed_choice,
)


@pytest.mark.parametrize(
    ("marks", "config", "outside", "mode"),
    [
        ([], {}, {}, "none"),
        ([], {}, {"ini_record": "once"}, "once"),
        ([], {"record": "new"}, {"ini_record": "once"}, "new"),
        ([{"record": "all"}], {"record": "new"}, {"ini_record": "once"}, "all"),
        ([{"record": "once"}, {"record": "all"}], {}, {}, "once"),
        ([{}, {"record": "all"}], {}, {}, "all"),
        ([{"record": None}], {"record": "new"}, {}, "new"),
        ([{"record": "all"}], {}, {"env_record": "none"}, "none"),
        ([{"record": "all"}], {}, {"env_record": ""}, "all"),
        ([{"record": "all"}], {}, {"env_record": "new", "cli_record": "once"}, "once"),
        ([{"record": "all"}], {}, {"ci": True}, "none"),
        ([], {}, {"ci": True, "env_record": "all"}, "none"),
        ([], {}, {"ci": True, "cli_record": "all"}, "all"),
        ([], {}, {"cli_record": "rewrite"}, "all"),
        ([{"record": "new_episodes"}], {}, {}, "new"),
    ],
)
def test_record_mode(
    marks: list[dict[str, Any]], config: dict[str, Any], outside: dict[str, Any], mode: str
) -> None:
    assert record_mode(marks, config, Outside(**outside)) == mode


@pytest.mark.parametrize(
    ("marks", "outside", "said"),
    [
        ([{"record": "often"}], {}, "record: 'often'"),
        ([], {"cli_record": "often"}, "--stream-record: 'often'"),
        ([], {"env_record": "often"}, "STREAM_RECORD: 'often'"),
        ([], {"ini_record": "often"}, "stream_record: 'often'"),
    ],
)
def test_a_wrong_mode_says_where(
    marks: list[dict[str, Any]], outside: dict[str, Any], said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        record_mode(marks, {}, Outside(**outside))


@pytest.mark.parametrize(
    ("marks", "config", "outside", "choice"),
    [
        ([], {}, {}, "fail"),
        ([], {}, {"ini_unplayed": "warn"}, "warn"),
        ([], {"unplayed": "ignore"}, {"ini_unplayed": "warn"}, "ignore"),
        ([{"unplayed": "fail"}], {"unplayed": "ignore"}, {}, "fail"),
        ([{"unplayed": "fail"}], {}, {"cli_unplayed": "warn"}, "warn"),
    ],
)
def test_unplayed(
    marks: list[dict[str, Any]], config: dict[str, Any], outside: dict[str, Any], choice: str
) -> None:
    assert unplayed_choice(marks, config, Outside(**outside)) == choice


def test_a_wrong_unplayed() -> None:
    with pytest.raises(UsageError, match="'maybe' is none of fail, warn, ignore"):
        unplayed_choice([{"unplayed": "maybe"}], {}, Outside())


def test_merged_takes_each_option_from_the_nearest() -> None:
    marks = [{"match_on": ["uri"], "record": "all"}, {"match_on": ["body"], "ignore_body": ["id"]}]
    config = {"ignore_body": ["time"], "allow_repeats": True, "unplayed": "warn"}
    outside = Outside(ini_ignore_hosts=("localhost",))
    assert merged(marks, config, outside) == {
        "match_on": ["uri"],
        "ignore_body": ["id"],
        "allow_repeats": True,
        "ignore_hosts": ("localhost",),
    }
    assert merged([{"ignore_hosts": []}], {}, outside) == {"ignore_hosts": []}


def test_keywords() -> None:
    check_keywords(KEYWORDS, "here")
    with pytest.raises(UsageError, match="here: no option 'paces', 'x'; there are allow_repeats"):
        check_keywords(["x", "record", "paces"], "here")


@pytest.mark.parametrize(
    ("value", "said"),
    [(None, False), ("", False), ("false", False), ("0", False), ("true", True), ("1", True)],
)
def test_in_ci(value: str | None, said: bool) -> None:
    assert in_ci({} if value is None else {"CI": value}) is said
