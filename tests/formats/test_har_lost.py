from __future__ import annotations

import json
from typing import Any

import pytest

from stream_cassette.errors import CorruptCassette
from stream_cassette.formats._har_lost import has_text, is_empty, refuse_other_traffic
from stream_cassette.formats._json import object_of
from stream_cassette.formats._nodes import Mapping

SSE = "text/event-stream; charset=utf-8"


def node(value: dict[str, Any]) -> Mapping:
    return object_of(json.dumps(value).encode(), (), "an object")


@pytest.mark.parametrize(
    ("content", "expected"),
    [({"text": "a"}, True), ({"text": ""}, False), ({"text": None}, False), ({}, False)],
)
def test_text(content: dict[str, Any], expected: bool) -> None:
    assert has_text(node(content)) is expected


@pytest.mark.parametrize(
    ("method", "status", "response", "expected"),
    [
        ("GET", 200, {"content": {"text": "a", "size": 1}}, False),
        ("GET", 200, {"content": {"size": 0, "text": ""}}, True),
        ("GET", 200, {"content": {"size": 0, "mimeType": "text/html"}, "bodySize": 20}, True),
        ("GET", 200, {}, True),
        ("GET", 200, {"content": {"size": -1}, "bodySize": -1}, True),
        ("HEAD", 200, {"content": {"size": 99, "mimeType": SSE}}, True),
        ("GET", 304, {"content": {"size": 99}}, True),
        ("GET", 101, {"content": {"size": 9}}, True),
        ("GET", 404, {"content": {"size": 0, "mimeType": SSE}}, True),
        ("GET", 200, {"content": {"textJSON": {}}}, False),
    ],
)
def test_whether_there_was_a_body(
    method: str, status: int, response: dict[str, Any], expected: bool
) -> None:
    assert is_empty(node({}), node(response), method, status) is expected


@pytest.mark.parametrize(
    ("response", "message"),
    [
        ({"content": {"size": 7}}, r"the response's body \(7 bytes\) was not kept; record it"),
        ({"content": {"size": -1}, "bodySize": 5}, r"\(5 bytes\)"),
        ({"content": {"size": 0, "mimeType": SSE}}, r"the stream's text \(text/event-stream\)"),
        ({"content": {"size": -1, "mimeType": SSE, "text": ""}}, "was not kept; .*take the entry"),
        ({"content": {"_file": "a.bin", "size": 9}}, "is in another file; export the archive"),
    ],
)
def test_what_was_dropped_is_never_empty(response: dict[str, Any], message: str) -> None:
    with pytest.raises(CorruptCassette, match=message):
        is_empty(node({}), node(response), "POST", 200)


def test_events_that_are_kept_apart_are_a_body() -> None:
    response = node({"content": {"size": 0, "mimeType": SSE}})
    assert not is_empty(node({"_eventSourceMessages": []}), response, "GET", 200)


@pytest.mark.parametrize("entry", [{"_webSocketMessages": []}, {"_resourceType": "websocket"}])
def test_web_sockets(entry: dict[str, Any]) -> None:
    with pytest.raises(CorruptCassette, match=r"a WebSocket connection.*; take the entry out"):
        refuse_other_traffic(node(entry))
