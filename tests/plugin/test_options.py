"""Which options hold: one row for each rule of precedence."""

from __future__ import annotations

from typing import Any

import pytest

from stream_cassette.errors import UsageError
from stream_cassette.plugin.options import (
    KEYWORDS,
    Outside,
    allowed_hosts,
    as_pytests,
    blocks_network,
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
        ([], {}, {"ini": {"record": "once"}}, "once"),
        ([], {"record": "new"}, {"ini": {"record": "once"}}, "new"),
        ([{"record": "all"}], {"record": "new"}, {"ini": {"record": "once"}}, "all"),
        ([{"record": "once"}, {"record": "all"}], {}, {}, "once"),
        ([{}, {"record": "all"}], {}, {}, "all"),
        ([{"record": None}], {"record": "new"}, {}, "new"),
        ([{"record": "all"}], {}, {"env": {"record": "none"}}, "none"),
        ([{"record": "all"}], {}, {}, "all"),
        ([{"record": "all"}], {}, {"env": {"record": "new"}, "cli": {"record": "once"}}, "once"),
        ([{"record": "all"}], {}, {"ci": True}, "none"),
        ([], {}, {"ci": True, "env": {"record": "all"}}, "none"),
        ([], {}, {"ci": True, "cli": {"record": "all"}}, "all"),
        ([{"record": "verify"}], {}, {"ci": True, "env": {"record": "verify"}}, "none"),
        ([], {}, {"ci": True, "cli": {"record": "verify"}}, "verify"),
        ([], {}, {"cli": {"record": "rewrite"}}, "all"),
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
        ([], {"cli": {"record": "often"}}, "--stream-record: 'often'"),
        ([], {"env": {"record": "often"}}, "STREAM_RECORD: 'often'"),
        ([], {"ini": {"record": "often"}}, "stream_record: 'often'"),
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
        ([], {}, {"ini": {"unplayed": "warn"}}, "warn"),
        ([], {"unplayed": "ignore"}, {"ini": {"unplayed": "warn"}}, "ignore"),
        ([{"unplayed": "fail"}], {"unplayed": "ignore"}, {}, "fail"),
        ([{"unplayed": "fail"}], {}, {"cli": {"unplayed": "warn"}}, "warn"),
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
    outside = Outside(ini={"ignore_hosts": ("localhost",)})
    assert merged(marks, config, outside) == {
        "match_on": ["uri"],
        "ignore_body": ["id"],
        "allow_repeats": True,
        "ignore_hosts": ("localhost",),
    }
    assert merged([{"ignore_hosts": []}], {}, outside) == {"ignore_hosts": []}
    assert merged([], {}, Outside(ini={"lock_timeout": "1.5"})) == {"lock_timeout": 1.5}
    with pytest.raises(UsageError, match="stream_lock_timeout: 'soon' is no number of seconds"):
        merged([], {}, Outside(ini={"lock_timeout": "soon"}))


@pytest.mark.parametrize(
    ("marks", "config", "outside", "level"),
    [
        ([], {}, {}, None),
        ([], {}, {"ini": {"level": "bytes"}}, "bytes"),
        ([], {"level": "frames"}, {"ini": {"level": "bytes"}}, "frames"),
        ([{"level": "bytes"}], {"level": "frames"}, {}, "bytes"),
        ([{"level": "bytes"}], {}, {"cli": {"level": "frames"}}, "frames"),
    ],
)
def test_level(
    marks: list[dict[str, Any]], config: dict[str, Any], outside: dict[str, Any], level: str | None
) -> None:
    assert merged(marks, config, Outside(**outside)).get("level") == level


def test_the_guards_options_are_not_the_tapes() -> None:
    assert merged([{"block_network": True}], {"allowed_hosts": ["a.example"]}, Outside()) == {}


@pytest.mark.parametrize(
    ("marks", "config", "default", "blocks"),
    [
        ([], {}, True, True),
        ([], {}, False, False),
        ([], {"block_network": False}, True, False),
        ([{}, {"block_network": True}], {"block_network": False}, False, True),
        ([{"block_network": False}, {"block_network": True}], {}, True, False),
        ([{"block_network": None}], {}, True, True),
    ],
)
def test_blocks_network(
    marks: list[dict[str, Any]], config: dict[str, Any], default: bool, blocks: bool
) -> None:
    assert blocks_network(marks, config, default=default) is blocks


def test_allowed_hosts_add_up() -> None:
    outside = Outside(
        cli={"allowed_hosts": ["cli.example"]},
        ini={"allowed_hosts": ["ini.example"], "ignore_hosts": ["*.ignored.example", "no host"]},
    )
    marks = [{"allowed_hosts": "near.example,10.0.0.0/8"}, {"allowed_hosts": ("far.example",)}]
    hosts = allowed_hosts(marks, {"allowed_hosts": ["fixture.example"]}, outside)
    assert hosts.listed == (
        "cli.example",
        "ini.example",
        "near.example",
        "10.0.0.0/8",
        "far.example",
        "fixture.example",
        "*.ignored.example",
    )
    assert allowed_hosts([], {}, Outside()).listed == ()


@pytest.mark.parametrize(
    ("mark", "outside", "said"),
    [
        ({"allowed_hosts": ["a/b"]}, {}, "allowed_hosts: 'a/b' is no host"),
        ({}, {"cli": {"allowed_hosts": ["a/b"]}}, "--stream-allowed-hosts: 'a/b' is no host"),
        ({}, {"ini": {"allowed_hosts": ["a/b"]}}, "stream_allowed_hosts: 'a/b' is no host"),
    ],
)
def test_a_wrong_host_says_where(mark: dict[str, Any], outside: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        allowed_hosts([mark], {}, Outside(**outside))


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


def test_what_is_refused_is_refused_as_pytest_does() -> None:
    with pytest.raises(pytest.UsageError, match="--stream-record: 'maybe' is no record mode"):
        with as_pytests():
            record_mode([], {}, Outside(cli={"record": "maybe"}))
