"""What two requests ask for otherwise."""

from __future__ import annotations

import json
from typing import Any

import pytest

from stream_cassette.cassette.model import Request
from stream_cassette.diffing.requests import body_value, request_changes, settings_of
from stream_cassette.meaning import history_of
from tests.support.weather_pair import session

URL = "https://api.example.com/v1/chat"


def asked(body: object = None, url: str = URL, **headers: str) -> Request:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Request(method="POST", url=url, headers=named, body=data)


SAME: dict[str, tuple[Request, Request]] = {
    "order and spelling": (asked({"a": 1, "b": 2}), asked(b'{"b":2.0, "a":1}')),
    "masks": (asked({"k": "*****"}), asked({"k": "********"})),
    "the port": (asked(1), asked(1, "https://API.example.com:443/v1/chat")),
    "who asks": (asked(1, user_agent="a"), asked(1, user_agent="b")),
}


@pytest.mark.parametrize(("left", "right"), SAME.values(), ids=SAME.keys())
def test_the_same(left: Request, right: Request) -> None:
    assert request_changes(left, right, whole=False) == []


DEEP = b"[" * 50_000 + b"]" * 50_000
OTHERS: dict[str, tuple[Request, Request, list[str]]] = {
    "the method": (asked(1), Request(method="GET", url=URL, body=b"1"), ["request.method"]),
    "the path": (asked(1), asked(1, URL + "/x"), ["request.url.path"]),
    "the query": (asked(1, URL + "?v=1"), asked(1, URL + "?v=2"), ["request.query.v"]),
    "a setting header": (
        asked(1, anthropic_beta="a"),
        asked(1, anthropic_beta="b"),
        ["request.headers.anthropic-beta"],
    ),
    "an argument called id": (
        asked({"input": {"id": "a"}}),
        asked({"input": {"id": "b"}}),
        ["request.body.input.id"],
    ),
    "a form": (
        asked(b"a=1&a=2", content_type="application/x-www-form-urlencoded"),
        asked(b"a=1&a=3", content_type="application/x-www-form-urlencoded"),
        ["request.body.a"],
    ),
    "bytes": (asked(b"\xff1"), asked(b"\xff2"), ["request.body"]),
    "nested deep": (asked(DEEP), asked(DEEP + b" "), ["request.body"]),
}


@pytest.mark.parametrize(("left", "right", "found"), OTHERS.values(), ids=OTHERS.keys())
def test_others(left: Request, right: Request, found: list[str]) -> None:
    assert [one.path for one in request_changes(left, right, whole=False)] == found


def test_ids_where_a_history_stands() -> None:
    left, right = (asked({"input": [{"call_id": x, "text": "t"}], "id": "p"}) for x in "ab")
    assert request_changes(left, right, whole=False, held={"input"}) == []
    assert len(request_changes(left, right, whole=False)) == 1
    prompts = asked({"prompt": {"id": "a"}}), asked({"prompt": {"id": "b"}})
    (found,) = request_changes(*prompts, whole=False, held={"input"})
    assert found.path == "request.body.prompt.id"


def test_whole() -> None:
    left, right = asked({"id": "a"}), asked({"id": "b"})
    assert [one.path for one in request_changes(left, right, whole=True)] == ["request.body.id"]
    assert body_value(left, whole=True) == {"id": "a"}


def test_settings_are_what_is_no_history() -> None:
    one = session("a", temperature=0.5).interactions[0]
    history = history_of(one)
    assert history is not None
    settings: dict[str, Any] = settings_of(one.request, [history], whole=False)
    assert list(settings) == ["model", "tools", "stream", "temperature"]
    assert settings_of(asked([1]), [history], whole=False) == {"body": [1]}
    assert settings_of(asked(b""), [history], whole=False) == {}
