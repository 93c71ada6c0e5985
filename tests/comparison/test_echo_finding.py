"""The value of a finding, and how opaque values are shown."""

from __future__ import annotations

import json

import pytest

from stream_cassette.comparison.echo_finding import EchoFinding, abbreviated, extent


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("", "empty"),
        ("x", "1 character, x"),
        ("abcdefghijk", "11 characters, abcdefghijk"),
        ("EqUDCkYI" + "x" * 558 + "gB", "568 characters, EqUDCkYI…gB"),
    ],
)
def test_abbreviated(value: str, shown: str) -> None:
    assert abbreviated(value) == shown


@pytest.mark.parametrize(
    ("recorded", "sent", "shown"),
    [
        ("abc", "abd", ("3 characters", "3 characters, another from 2 on")),
        ("abc", "ab", ("3 characters", "2 characters, another from 2 on")),
        ("abc", "", ("3 characters", "0 characters, another from 0 on")),
        ("", "ab", ("0 characters", "2 characters, another from 0 on")),
    ],
)
def test_extent(recorded: str, sent: str, shown: tuple[str, str]) -> None:
    assert extent(recorded, sent) == shown


def test_as_json_and_as_text() -> None:
    one = EchoFinding(
        kind="removed-by-server",
        severity="warning",
        interaction=1,
        turn=2,
        path="messages[1]",
        message="the reasoning is gone",
    )
    assert json.loads(json.dumps(one.to_dict()))["path"] == "messages[1]"
    assert str(one) == "the reasoning is gone"
    assert list(one.to_dict()) == [
        *("kind", "severity", "interaction", "turn", "path"),
        *("answer", "answered_turn", "answer_path", "recorded", "sent", "message"),
    ]
