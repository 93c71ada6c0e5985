from __future__ import annotations

from typing import Any

import pytest

from stream_cassette.cassette.cuts import Cuts
from stream_cassette.cassette.model import Ending, Interaction, Request, Response
from stream_cassette.errors import CassetteFileError, CorruptCassette, NewerFormat
from stream_cassette.formats._har_entry import Content, interactions_of
from stream_cassette.formats._json import resolve_json
from stream_cassette.formats._nodes import Mapping, Node, Scalar, Sequence, bytes_of


def node_of(value: Any) -> Node:
    if isinstance(value, dict):
        return Mapping(1, None, {key: node_of(item) for key, item in value.items()})
    if isinstance(value, list):
        return Sequence([node_of(item) for item in value], 1)
    if value is None or isinstance(value, int):
        return Scalar("null" if value is None else str(value), 1, None, True)
    return Scalar(value, 1)


def text_content(_: Mapping, content: Mapping) -> Content:
    return Content(body=bytes_of(content.need("text"), "text"), cuts=Cuts.of([2], [0.0]))


def entry(request: dict[str, Any] | None = None, **response: Any) -> dict[str, Any]:
    sent = {"method": "post", "url": "https://x/a#frag", "headers": [], "bodySize": 0}
    got: dict[str, Any] = {"status": 200, "statusText": "OK", "httpVersion": "h2", "headers": []}
    got["content"] = {"mimeType": "text/plain", "size": 2, "text": "hi"}
    return {
        "startedDateTime": "2026-01-30T21:46:18.741Z",
        "request": sent | (request or {}),
        "response": got | response,
    }


def read(*entries: dict[str, Any], version: str = "1.2") -> list[Interaction]:
    root = node_of({"log": {"version": version, "entries": list(entries)}})
    return [one for one, _ in interactions_of(root, text_content, resolve_json)]


def test_an_entry() -> None:
    assert read(entry()) == [
        Interaction(
            request=Request(method="POST", url="https://x/a"),
            response=Response(
                status=200, reason="OK", body=b"hi", http_version="HTTP/2", cuts=Cuts.of([2], [0.0])
            ),
            recorded_at="2026-01-30T21:46:18.741Z",
        )
    ]


def test_headers() -> None:
    fields = [
        {"name": ":authority", "value": "x"},
        {"name": "Set-Cookie", "value": "a=1\nb=2"},
        {"name": "x", "value": ""},
        {"name": "Content-Encoding", "value": "gzip"},
    ]
    (one,) = read(entry({"headers": fields}, headers=fields))
    assert one.request.headers == (
        ("Set-Cookie", "a=1"),
        ("Set-Cookie", "b=2"),
        ("x", ""),
        ("Content-Encoding", "gzip"),
    )
    assert one.response.headers == one.request.headers[:3]  # the body is not in that coding


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("http/2.0", "HTTP/2"),
        ("HTTP/1.1", "HTTP/1.1"),
        ("http/1.1", "HTTP/1.1"),
        ("h3", "HTTP/3"),
        ("unknown", None),
        ("", None),
    ],
)
def test_versions(version: str, expected: str | None) -> None:
    assert read(entry(httpVersion=version))[0].response.http_version == expected


FORM = "application/x-www-form-urlencoded; charset=utf-8"
FIELDS = [{"name": "a b", "value": "é"}, {"name": "c"}]


@pytest.mark.parametrize(
    ("post", "body", "re_rendered"),
    [
        ({"text": "é"}, "é".encode(), False),
        ({"text": "/wA=", "encoding": "base64"}, b"\xff\x00", False),
        ({"textJSON": {"b": 1, "a": [None]}}, b'{"b":1,"a":[null]}', True),
        ({"text": "", "params": []}, b"", False),
        ({"mimeType": FORM, "params": FIELDS}, b"a+b=%C3%A9&c=", True),
    ],
)
def test_bodies_of_requests(post: dict[str, Any], body: bytes, re_rendered: bool) -> None:
    (one,) = read(entry({"postData": {"mimeType": "text/plain"} | post}))
    assert (one.request.body, one.re_rendered) == (body, re_rendered)


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        ({"bodySize": 9}, r"interaction 1.*: the request's body \(9 bytes\) was not kept"),
        (
            {"postData": {"mimeType": "multipart/form-data", "params": FIELDS}},
            "interaction 1, line 1: of the request's body only the fields were kept; record",
        ),
        (
            {"postData": {"mimeType": "application/octet-stream", "params": []}},
            "interaction 1, line 1: the request's body, which was no text, was not kept; record",
        ),
        ({"method": None}, "interaction 1, line 1: 'method' is missing"),
    ],
)
def test_what_was_not_kept_of_requests(request_: dict[str, Any], message: str) -> None:
    with pytest.raises(CorruptCassette, match=message):
        read(entry(), entry(request_))


def test_a_request_that_never_got_an_answer() -> None:
    failed = entry(status=0, content={"size": 0}) | {"_error": "net::ERR_CONNECTION_REFUSED"}
    assert read(failed)[0].response == Response(
        status=0,
        ending=Ending(kind="error", error="connect", message="net::ERR_CONNECTION_REFUSED"),
    )


@pytest.mark.parametrize(
    ("root", "kind", "message"),
    [
        ({"log": {"version": "2.0", "entries": []}}, NewerFormat, "an archive of HAR 2.0"),
        ({"log": {"entries": []}}, CorruptCassette, "the archive has no entries; record it"),
        ({"log": {}}, CorruptCassette, "'entries' is missing"),
        ({}, CorruptCassette, "'log' is missing"),
    ],
)
def test_no_archive(root: Any, kind: type[CassetteFileError], message: str) -> None:
    with pytest.raises(kind, match=message):
        list(interactions_of(node_of(root), text_content, resolve_json))
