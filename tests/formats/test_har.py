"""The file in `cassettes/formats/har` was recorded by mitmproxy 11.0 from loopback."""

from __future__ import annotations

import json
from typing import Any

import pytest

from stream_cassette.cassette.model import Interaction
from stream_cassette.errors import CorruptCassette
from stream_cassette.formats._registry import read, sniff
from tests.corpus import CASSETTES

SSE = "text/event-stream"


def entry(content: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "startedDateTime": "2026-01-30T21:46:18.741+01:00",
        "time": 50,
        "request": {
            "method": "GET",
            "url": "https://x/",
            "httpVersion": "HTTP/1.1",
            "headers": [{"name": "Accept", "value": SSE}],
            "bodySize": 0,
        },
        "response": {
            "status": 200,
            "statusText": "OK",
            "httpVersion": "HTTP/1.1",
            "headers": [{"name": "Content-Length", "value": "3"}],
            "content": content,
            "bodySize": 3,
        },
        "cache": {},
        "timings": {"send": 0, "wait": 41.5, "receive": 8},
    } | more


def archive(*entries: dict[str, Any]) -> bytes:
    log = {"version": "1.2", "creator": {"name": "browser", "version": "1"}, "entries": entries}
    return json.dumps({"log": log}).encode()


def one(data: bytes) -> Interaction:
    cassette = read(data)
    assert sniff(data).name == cassette.format == "har"
    (interaction,) = cassette.interactions
    return interaction


def test_what_a_proxy_recorded() -> None:
    cassette = read((CASSETTES / "formats" / "har" / "mitmproxy.har").read_bytes())
    assert cassette.format == "har"
    text, latin, packed, binary, empty = cassette.interactions
    assert text.response.body == "data: é😀\n\n".encode()
    assert text.request.url == "http://127.0.0.1:8000/text?q=1"
    assert text.request.body == '{"a":"é"}'.encode()
    assert (latin.request.body, latin.response.body) == (b"a=%C3%A9&b=1+2", b"gr\xfcn")
    # decoded by the proxy, and so no more in that coding
    assert packed.response.body == b"data: 1\n\n"
    assert dict(packed.response.headers)["content-length"] == "9"
    assert "content-encoding" not in dict(packed.response.headers)
    assert binary.response.body == b"\xff\x00\x01"
    assert (empty.response.status, empty.response.body) == (204, b"")
    assert [value for name, value in empty.response.headers if name == "set-cookie"] == [
        "a=1",
        "b=2",
    ]
    assert all(one.response.head_ms for one in cassette.interactions)
    assert not any(one.re_rendered for one in cassette.interactions)


def test_a_stream() -> None:
    found = one(archive(entry({"size": 9, "mimeType": SSE, "text": "data: 1\n\n"})))
    assert found.response.body == b"data: 1\n\n"
    assert found.response.headers == (("Content-Length", "9"),)
    assert (found.response.head_ms, found.response.cuts) == (41.5, None)
    assert (found.recorded_at, found.re_rendered) == ("2026-01-30T20:46:18.741Z", False)


@pytest.mark.parametrize(
    ("content", "body", "re_rendered"),
    [
        ({"text": "/wA=", "encoding": "base64"}, b"\xff\x00", False),
        ({"text": "grün", "mimeType": "text/plain; charset=ISO-8859-1"}, b"gr\xfcn", False),
        ({"text": "grün", "mimeType": 'text/plain; charset="utf-8"'}, "grün".encode(), False),
        ({"text": "日", "mimeType": "text/plain; charset=ISO-8859-1"}, "日".encode(), False),
        ({"text": "a", "mimeType": "text/plain; charset=klingon"}, b"a", False),
        ({"text": "a\ufffd"}, "a\ufffd".encode(), True),
    ],
)
def test_text_and_bytes(content: dict[str, Any], body: bytes, re_rendered: bool) -> None:
    found = one(archive(entry(content)))
    assert (found.response.body, found.re_rendered) == (body, re_rendered)


def test_events_that_a_browser_keeps_apart() -> None:
    events = [
        {"time": 1.5, "eventName": "message", "eventId": "", "data": "a\nb"},
        {"time": 2.5, "eventName": "done", "eventId": "7", "data": "{}"},
    ]
    found = one(archive(entry({"size": 0, "mimeType": SSE}, _eventSourceMessages=events)))
    assert found.response.body == b"data: a\ndata: b\n\nevent: done\nid: 7\ndata: {}\n\n"
    assert found.re_rendered


@pytest.mark.parametrize("timings", [{}, {"wait": -1}, {"wait": None}])
def test_a_time_that_was_not_measured(timings: dict[str, Any]) -> None:
    assert one(archive(entry({"text": "a"}, timings=timings))).response.head_ms is None


def test_entries_are_sorted_by_their_start() -> None:
    late = entry({"text": "late"})
    early = entry({"text": "early"}, startedDateTime="2026-01-30T21:46:17+01:00")
    found = read(archive(late, early)).interactions
    assert [each.response.body for each in found] == [b"early", b"late"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"size": 400, "mimeType": SSE}, "interaction 1: the stream's text .* was not kept"),
        ({"size": 0, "mimeType": SSE, "text": ""}, "interaction 1: the stream's text"),
        ({"size": 400, "mimeType": "text/html"}, r"the response's body \(400 bytes\) was not"),
        ({"text": "a", "encoding": "rot13"}, "content is in an encoding unknown here: 'rot13'"),
        ({"text": "?", "encoding": "base64"}, "interaction 1: content is no base64"),
    ],
)
def test_what_is_refused(content: dict[str, Any], message: str) -> None:
    with pytest.raises(CorruptCassette, match=message):
        read(archive(entry({"text": "a"}), entry(content)))
