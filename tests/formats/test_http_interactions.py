from __future__ import annotations

import json
from typing import Any

import pytest

from stream_cassette.cassette.model import Interaction, Request, Response
from stream_cassette.errors import CorruptCassette
from stream_cassette.formats._http_interactions import interactions_of
from stream_cassette.formats._json import object_of


def recorded(**changes: Any) -> dict[str, Any]:
    return {
        "request": {"method": "get", "uri": "http://x/", "body": "", "headers": {"A": ["1", "2"]}},
        "response": {"status": {"code": 200, "message": "OK"}, "body": {"string": "hi"}},
        "recorded_at": "2015-06-27T15:39:25",
    } | changes


def read(*items: Any, replaces: bool = False) -> tuple[Interaction, ...]:
    data = json.dumps({"http_interactions": items}).encode()
    return interactions_of(object_of(data, (), "a cassette"), replaces=replaces)


def test_an_interaction() -> None:
    assert read(recorded()) == (
        Interaction(
            request=Request(method="GET", url="http://x/", headers=(("A", "1"), ("A", "2"))),
            response=Response(status=200, reason="OK", body=b"hi"),
            recorded_at="2015-06-27T15:39:25.000Z",
        ),
    )


def test_old_spellings() -> None:
    response = {"status_code": 404, "body": "no", "headers": {"content-length": "9"}}
    (one,) = read(recorded(response=response))
    assert one.response == Response(status=404, body=b"no", headers=(("content-length", "2"),))


@pytest.mark.parametrize(
    ("version", "expected"),
    [("1.1", "HTTP/1.1"), ("HTTP/2", "HTTP/2"), ("2", "HTTP/2"), (None, None), ("", None)],
)
def test_versions(version: str | None, expected: str | None) -> None:
    response = {"status": {"code": 200, "message": None}, "http_version": version}
    (one,) = read(recorded(response=response))
    assert (one.response.http_version, one.response.reason) == (expected, "")


@pytest.mark.parametrize("replaces", [False, True])
def test_characters_in_the_place_of_bytes(replaces: bool) -> None:
    lost = {"encoding": "utf-8", "string": "a\ufffd"}
    whole = {"encoding": "utf-8", "base64_string": "Ye+/vQ=="}
    response = {"status": {"code": 200, "message": ""}}
    items = [
        recorded(response=response | {"body": lost}),
        recorded(response=response | {"body": whole}),
    ]
    found = read(*items, replaces=replaces)
    assert [one.response.body for one in found] == ["a\ufffd".encode()] * 2
    assert [one.re_rendered for one in found] == [replaces, False]


def test_none_at_all() -> None:
    assert read() == ()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"request": None}, "interaction 1: 'request' is missing"),
        ({"response": {}}, "interaction 1: 'status' is missing"),
        ({"recorded_at": "once"}, "interaction 1: recorded_at is no time"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(change: dict[str, Any], message: str) -> None:
    with pytest.raises(CorruptCassette, match=message):
        read(recorded(), recorded(**change))
