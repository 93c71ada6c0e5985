"""An interaction without its secrets: what changes, what stays, and that it still matches."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream_cassette.cassette.match import Index, MatchOptions
from stream_cassette.cassette.model import Cut, Ending, Headers, Interaction, Request, Response
from stream_cassette.cassette.redact import (
    DEFAULT,
    mask_headers,
    mask_url,
    redact,
    redaction_of,
)
from stream_cassette.wire.encoding import decode, decoder, recode

URL = "https://api.example.com/v1/chat"
JSON: Headers = (("content-type", "application/json"),)
SSE: Headers = (("content-type", "text/event-stream"),)


def interaction(
    body: bytes = b"", headers: Headers = JSON, url: str = URL, response: Response | None = None
) -> Interaction:
    request = Request(method="POST", url=url, headers=headers, body=body)
    return Interaction(request=request, response=response or Response(status=200))


URLS: list[tuple[str, str, tuple[str, ...]]] = [
    ("https://h/?key=abc", "https://h/?key=REDACTED", ("key",)),
    ("https://h/?a=1&api_key=s%20x&b=2", "https://h/?a=1&api_key=REDACTED&b=2", ("api_key",)),
    ("https://h/?api%5Fkey=s", "https://h/?api%5Fkey=REDACTED", ("api_key",)),
    (
        "https://s3/o?X-Amz-Signature=1&X-Amz-Date=2&X-Amz-Credential=3",
        "https://s3/o?X-Amz-Signature=REDACTED&X-Amz-Date=2&X-Amz-Credential=REDACTED",
        ("X-Amz-Signature", "X-Amz-Credential"),
    ),
    ("https://user:pw@h/x?a=1", "https://REDACTED@h/x?a=1", ()),
    ("https://u@s@h/", "https://REDACTED@h/", ()),
    ("https://h/x@y?key=", "https://h/x@y?key=", ()),
    ("/back#access_token=t&state=1", "/back#access_token=REDACTED&state=1", ("access_token",)),
    ("https://h/key=1/token", "https://h/key=1/token", ()),
    ("https://h/?max_tokens=5&page_token=x", "https://h/?max_tokens=5&page_token=x", ()),
]


@pytest.mark.parametrize(("url", "masked", "names"), URLS, ids=[row[0] for row in URLS])
def test_urls(url: str, masked: str, names: tuple[str, ...]) -> None:
    assert mask_url(url, DEFAULT) == (masked, names)
    assert mask_url(masked, DEFAULT) == (masked, names)


HEADERS = [
    ("Authorization", "Bearer sk", "REDACTED"),
    ("X-API-Key", "sk", "REDACTED"),
    ("x-api-key", "", ""),
    ("Cookie", "a=1; b=2", "a=REDACTED; b=REDACTED"),
    ("Set-Cookie", "sid=s=x; Path=/; HttpOnly", "sid=REDACTED; Path=/; HttpOnly"),
    ("set-cookie", "bare", "REDACTED"),
    ("Location", "https://h/?token=s&a=1", "https://h/?token=REDACTED&a=1"),
    ("Link", '<https://h/?key=s>; rel="next"', '<https://h/?key=REDACTED>; rel="next"'),
    ("x-ratelimit-remaining-tokens", "99", "99"),
    ("request-id", "req_1", "req_1"),
]


@pytest.mark.parametrize(("name", "value", "masked"), HEADERS, ids=[row[0] for row in HEADERS])
def test_headers(name: str, value: str, masked: str) -> None:
    assert mask_headers(((name, value),), DEFAULT) == ((name, masked),)


def test_order_and_repeats_of_headers_stay() -> None:
    headers = (("b", "1"), ("set-cookie", "x=1"), ("a", "2"), ("set-cookie", "y=2"))
    assert mask_headers(headers, DEFAULT) == (
        ("b", "1"),
        ("set-cookie", "x=REDACTED"),
        ("a", "2"),
        ("set-cookie", "y=REDACTED"),
    )


def test_places_of_the_request_are_listed() -> None:
    made = interaction(b'{"api_key":"sk","a":{"password":"p"}}', url=URL + "?key=k")
    masked = redact(made)
    assert masked.masked == ("/api_key", "/a/password", "query.key")
    assert masked.request.url == URL + "?key=REDACTED"
    assert masked.request.body == b'{"api_key":"**","a":{"password":"*"}}'
    assert redact(masked) == masked
    form: Headers = (("content-type", "application/x-www-form-urlencoded"),)
    assert redact(interaction(b"client_secret=x", form)).masked == ("form.client_secret",)


def test_off_and_more() -> None:
    made = interaction(b'{"api_key":"sk","team":"t"}', (*JSON, ("authorization", "s")))
    assert redact(made, redaction_of(False)) == made
    masked = redact(made, redaction_of(["team"]))
    assert masked.request.body == b'{"api_key":"**","team":"*"}'
    assert masked.masked == ("/api_key", "/team")


def test_response_places_are_masked_but_not_listed() -> None:
    body = b'data: {"a":1}\n\ndata: {"access_token":"t-1"}\n\n'
    cuts = (Cut(size_bytes=20, offset_ms=1.0), Cut(size_bytes=len(body) - 20, offset_ms=2.0))
    response = Response(status=200, headers=SSE, body=body, cuts=cuts)
    masked = redact(interaction(response=response))
    assert masked.response.body == body.replace(b"t-1", b"***")
    assert (masked.response.cuts, masked.response.reencoded, masked.masked) == (cuts, False, ())


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd", "br, gzip"])
def test_compressed_responses_are_masked_and_cut_where_they_were(coding: str) -> None:
    plain = [b'data: {"access_to', b'ken":"se', b'cret"}\n\n', b"data: [DONE]\n\n"]
    coded = recode(plain, coding)
    cuts = tuple(Cut(size_bytes=len(piece), offset_ms=i) for i, piece in enumerate(coded))
    size = str(sum(map(len, coded)))
    headers = (*SSE, ("Content-Encoding", coding), ("Content-Length", size))
    response = Response(status=200, headers=headers, body=b"".join(coded), cuts=cuts)
    masked = redact(interaction(response=response)).response
    assert masked.reencoded and masked.chunks is not None
    one = decoder(coding)
    pieces = [one.feed(chunk.data) for chunk in masked.chunks]
    assert pieces == [plain[0], b'ken":"**', b'****"}\n\n', plain[3]]
    assert [chunk.offset_ms for chunk in masked.chunks] == [0, 1, 2, 3]
    assert dict(masked.headers)["Content-Length"] == str(len(masked.body))
    whole = Response(status=200, headers=headers, body=b"".join(coded))
    again = redact(interaction(response=whole)).response
    assert again.cuts is None and decode(again.body, coding) == b"".join(pieces)


UNTOUCHED: list[tuple[str, bytes]] = [
    ("gzip", gzip.compress(b'{"a":1}', mtime=0)),
    ("gzip", b"not gzip at all"),
    ("rot13", b'{"api_key":"x"}'),
    ("gzip", b""),
]


@pytest.mark.parametrize(
    ("coding", "body"), UNTOUCHED, ids=["clean", "corrupt", "unknown", "empty"]
)
def test_compressed_bodies_without_a_secret_stay_as_received(coding: str, body: bytes) -> None:
    response = Response(status=200, headers=(*JSON, ("content-encoding", coding)), body=body)
    masked = redact(interaction(response=response)).response
    assert masked.body is body and not masked.reencoded


def test_a_compressed_body_that_was_cut_off_is_masked_as_far_as_it_goes() -> None:
    coded = recode([b'data: {"api_key":"se', b'cret"}\n\n'], "gzip")
    cuts = (Cut(size_bytes=len(coded[0]), offset_ms=0),)
    headers = (*SSE, ("content-encoding", "gzip"))
    response = Response(status=200, headers=headers, body=coded[0], cuts=cuts)
    masked = redact(interaction(response=response)).response
    assert decode(masked.body, "gzip") == b'data: {"api_key":"**'


def test_compressed_requests_are_masked_and_still_match() -> None:
    coded: Headers = (*JSON, ("content-encoding", "gzip"))
    body = gzip.compress(b'{"api_key":"sk-1","a":1}')
    masked = redact(interaction(body, (*coded, ("content-length", str(len(body))))))
    assert decode(masked.request.body, "gzip") == b'{"api_key":"****","a":1}'
    assert dict(masked.request.headers)["content-length"] == str(len(masked.request.body))
    live = Request(method="POST", url=URL, headers=JSON, body=b'{"a":1,"api_key":"another"}')
    assert Index([masked], MatchOptions()).take(live) == 0


KEYS: list[Any] = [None, "k", "a much longer key than the recorded one", "é"]


@pytest.mark.parametrize("key", KEYS)
def test_one_key_recorded_any_key_replayed(key: str | None) -> None:
    def live(value: str | None) -> Request:
        body = {"model": "m", "tools": [{"type": "mcp"}]} | ({"api_key": value} if value else {})
        headers = (*JSON, *((("x-api-key", value),) if value else ()))
        url = URL + (f"?key={value}&alt=sse" if value else "?alt=sse")
        return Request(method="POST", url=url, headers=headers, body=json.dumps(body).encode())

    recorded = redact(Interaction(request=live("sk-recorded"), response=Response(status=200)))
    assert "sk-recorded" not in repr(recorded)
    assert Index([recorded], MatchOptions()).take(live(key)) == 0


@given(st.binary(max_size=60), st.lists(st.integers(1, 9), max_size=6))
def test_without_a_secret_nothing_changes(body: bytes, sizes: list[int]) -> None:
    cuts = tuple(Cut(size_bytes=size, offset_ms=0) for size in sizes)
    data = (body * 60)[: sum(sizes)] if body else b"x" * sum(sizes)
    made = Interaction(
        request=Request(
            method="POST", url=URL, headers=(("content-type", "text/plain"),), body=body
        ),
        response=Response(status=200, headers=(("x", "y"),), body=data, cuts=cuts),
    )
    masked = redact(made)
    if b"key" not in body:
        assert masked == made
    assert masked.response.chunks is not None and len(masked.response.body) == len(data)


SHAPED = "sk-ant-api03-" + "aB3dE5gH7jK9" * 4
TEXT: Headers = (("content-type", "text/plain"),)
NDJSON: Headers = (("content-type", "application/x-ndjson"),)
PLACES: list[tuple[str, bytes, Headers, str, tuple[str, ...]]] = [
    ("prompt", b'{"m":[{"c":"my key is %b, ok?"}]}', JSON, URL, ("/m/0/c",)),
    ("member", b'{"a":{"%b":1},"b":2}', JSON, URL, ("/a",)),
    ("path", b"", (), "https://h/v1/%b/x?a=1", ("path.1",)),
    ("query", b"", (), "https://h/v1?q=%b", ("query.q",)),
    ("text", b"the key: %b", TEXT, URL, ("body",)),
    ("lines", b'{"a":"%b"}\n{"b":1}\n', NDJSON, URL, ("body",)),
]


@pytest.mark.parametrize("row", PLACES, ids=[row[0] for row in PLACES])
@pytest.mark.parametrize("key", ["sk-another-one", "x"])
def test_a_key_in_any_place_is_a_wildcard_there(
    row: tuple[str, bytes, Headers, str, tuple[str, ...]], key: str
) -> None:
    _, body, headers, url, places = row

    def made(value: str) -> Request:
        text = body.replace(b"%b", value.encode())
        return Request(method="POST", url=url.replace("%b", value), headers=headers, body=text)

    recorded = redact(Interaction(request=made(SHAPED), response=Response(status=200)))
    assert recorded.masked == places
    assert SHAPED[:8] not in repr(recorded)
    assert redact(recorded) == recorded
    index = Index([recorded], MatchOptions())
    assert index.take(replace(made(key), method="GET")) is None
    nearest = index.nearest(made(key))
    assert nearest is not None and nearest.differences == ()
    by_uri = MatchOptions(match_on=("method", "uri", "raw_body"))
    assert Index([recorded], by_uri).take(made(key)) == 0
    assert index.take(made(key)) == 0


def test_another_path_is_no_match() -> None:
    asked = Request(method="GET", url=f"https://h/v1/{SHAPED}/x")
    recorded = redact(Interaction(request=asked, response=Response(status=200)))
    index = Index([recorded], MatchOptions())
    for url in ("https://h/v1/k/y", "https://h/v2/k/x", "https://h/v1/k/x/z", "https://h/v1/x"):
        assert index.take(replace(asked, url=url)) is None
    live = index.nearest(replace(asked, url=f"https://h/v2/{SHAPED}/x"))
    assert live is not None and SHAPED not in repr(live.differences)


def test_error_messages_are_masked() -> None:
    ending = Ending(kind="error", error="other", message=f"cannot use {SHAPED}")
    masked = redact(interaction(response=Response(status=200, reason=SHAPED, ending=ending)))
    assert masked.response.ending.message == "cannot use REDACTED"
    assert masked.response.reason == "REDACTED"
