"""The interaction that a missed request most likely meant."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from stream_cassette.cassette.match import Index, MatchOptions
from stream_cassette.cassette.model import Headers, Interaction, Request, Response
from stream_cassette.cassette.nearest import MOST_DIFFERENCES, Nearest

URL = "https://api.example.com/v1/chat"
SIGNATURE = "EqUDCkYI" + "x" * 558 + "gB"
TURN_1 = [{"role": "system", "content": "be brief"}, {"role": "user", "content": "weather?"}]
TURN_2: list[Any] = [
    *TURN_1,
    {
        "role": "assistant",
        "content": None,
        "reasoning_details": [{"type": "reasoning.text", "signature": SIGNATURE}],
        "tool_calls": [{"id": "call_1", "type": "function"}],
    },
    {"role": "tool", "tool_call_id": "call_1", "content": "40"},
]


def request(body: Any, url: str = URL, method: str = "POST", headers: Headers = ()) -> Request:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Request(method=method, url=url, headers=headers, body=data)


def nearest(live: Request, *recorded: Request, play: int = 0, **options: Any) -> Nearest:
    made = [Interaction(request=one, response=Response(status=200)) for one in recorded]
    index = Index(made, MatchOptions(**options))
    for one in recorded[:play]:
        index.take(one)
    found = index.nearest(live)
    assert found is not None
    return found


def lines(found: Nearest) -> list[str]:
    return [str(difference) for difference in found.differences]


def test_a_dropped_signature_is_named() -> None:
    live = copy.deepcopy(TURN_2)
    del live[2]["reasoning_details"][0]["signature"]
    turns = request({"messages": TURN_1}), request({"messages": TURN_2})
    found = nearest(request({"messages": live}), *turns, play=1)
    assert (found.index, found.already_played) == (1, False)
    path = "messages[2].reasoning_details[0].signature"
    assert lines(found) == [f"{path} is missing (recorded: 568 characters, EqUDCkYI…gB)"]


def test_same_method_host_and_path_come_first() -> None:
    recorded = [
        request({"a": 1}, url="https://other.example.com/v1/chat"),
        request({"a": 1}, method="PUT"),
        request({"a": 1}, url=URL + "/x"),
        request({"a": 2, "b": 3}),
    ]
    assert nearest(request({"a": 1, "c": 1}), *recorded).index == 3
    assert nearest(request({"a": 1}, url=URL + "/y"), *recorded[:3]).index == 2


def test_an_unplayed_one_is_meant_unless_a_played_one_is_much_nearer() -> None:
    recorded = [request({"a": 1, "b": 1}), request({"a": 2, "b": 2})]
    assert nearest(request({"a": 1, "b": 3}), *recorded, play=0).index == 0
    assert nearest(request({"a": 1, "b": 3}), *recorded, play=1).index == 1
    again = nearest(recorded[0], *recorded, play=1)
    assert (again.index, again.already_played, again.differences) == (0, True, ())


def test_request_line_differences() -> None:
    live = request(1, url="http://other:8080/x?a=2&b=1", method="GET")
    found = nearest(live, request(1, url="https://h/?a=1"))
    assert lines(found) == [
        'method: recorded "POST", sent "GET"',
        'url.scheme: recorded "https", sent "http"',
        'url.host: recorded "h", sent "other"',
        "url.port: recorded 443, sent 8080",
        'url.path: recorded "/", sent "/x"',
    ]
    assert len(found.differences) == MOST_DIFFERENCES
    query = nearest(request(1, url=URL + "?a=2&b=1"), request(1, url=URL + "?a=1"))
    assert lines(query) == [
        'query.a: recorded "1", sent "2"',
        'query.b is not in the recording (sent: "1")',
    ]


FORM: Headers = (("content-type", "application/x-www-form-urlencoded"),)
BODIES = [
    (
        request(b"a=1&b=2", headers=FORM),
        request(b"a=2&b=2", headers=FORM),
        'form.a: recorded "1", sent "2"',
    ),
    (request(b"text"), request(b"test"), 'body: recorded "text", sent "test"'),
    (request(b"text"), request(b""), 'body is missing (recorded: "text")'),
    (request({"a": 1}), request(b"{a"), 'body: recorded "a JSON body", sent "{a"'),
    (request(b"\xff\xfe"), request(b"\xff"), "body: recorded 2 bytes, sent 1 bytes"),
]


@pytest.mark.parametrize(("recorded", "live", "line"), BODIES, ids=[row[2] for row in BODIES])
def test_other_bodies(recorded: Request, live: Request, line: str) -> None:
    assert lines(nearest(live, recorded)) == [line]


def test_only_what_is_matched_is_named() -> None:
    found = nearest(request({"a": 2}, method="GET"), request({"a": 1}), match_on=("uri", "body"))
    assert lines(found) == ["a: recorded 1, sent 2"]
    headers = nearest(
        request(1, headers=(("X", "1"), ("authorization", "Bearer t"))),
        request(1, headers=(("x", "2"), ("authorization", "REDACTED"), ("api-key", "s"))),
        match_on=("headers",),
    )
    assert lines(headers) == [
        'headers.x: recorded "2", sent "1"',
        'headers.api-key is missing (recorded: "REDACTED")',
    ]


def test_ignored_and_masked_places_are_not_named() -> None:
    masked = Interaction(
        request=request({"api_key": "**", "id": 1, "a": 1}, url=URL + "?key=REDACTED"),
        response=Response(status=200),
        masked=("/api_key", "query.key"),
    )
    index = Index([masked], MatchOptions(ignore_body=("id",)))
    found = index.nearest(request({"id": 2, "a": 2}, url=URL + "?key=abc"))
    assert found is not None
    assert lines(found) == ["a: recorded 1, sent 2"]


def test_no_secret_is_shown() -> None:
    live = request(
        {"api_key": "sk-live", "tools": [{"authorization": "sk-live", "t": 1}]},
        url=URL + "?key=sk-live",
    )
    found = nearest(live, request({"api_key": "sk-old"}, url=URL + "?key=sk-old"))
    text = str(found.to_dict()) + repr(found)
    assert "sk-live" not in text and "sk-old" not in text
    assert "REDACTED" in text


def test_a_body_nested_too_deep_is_only_said_to_be() -> None:
    deep = b"[" * 1000 + b"1" + b"]" * 1000
    found = nearest(request(deep), request(deep.replace(b"1", b"2")))
    assert [difference.path for difference in found.differences] == ["body"]
    assert nearest(request(deep), request(deep)).differences == ()


def test_to_dict_is_json() -> None:
    made = nearest(request({"a": 1}), request({"a": 2})).to_dict()
    assert json.loads(json.dumps(made))["differences"][0]["path"] == "a"
