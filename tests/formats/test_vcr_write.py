from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from vcr.serialize import deserialize
from vcr.serializers import yamlserializer

from stream_cassette.cassette.model import (
    ERROR_KINDS,
    Cassette,
    Cut,
    Ending,
    Interaction,
    Request,
    Response,
)
from stream_cassette.formats._registry import read, write
from stream_cassette.formats._vcr_write import canonical, grouped

STREAM = b'data: {"a":1}\n\ndata: [DONE]\n\n'
CHAT = Interaction(
    request=Request(
        method="POST",
        url="https://api.example.com/v1/chat/completions",
        headers=(("content-type", "application/json"), ("x-note", "a b"), ("x-note", "c")),
        body=b'{"model":"m"}',
    ),
    response=Response(
        status=200,
        reason="OK",
        headers=(("content-type", "text/event-stream"),),
        body=STREAM,
        http_version="HTTP/2",
        cuts=(Cut(size_bytes=10, offset_ms=0.0), Cut(size_bytes=19, offset_ms=31.25)),
        head_ms=412.5,
    ),
    recorded_at="2026-03-12T20:11:38.120Z",
    masked=("/api_key", "query.key"),
)
TEXT = """\
# stream-cassette
stream_cassette: {format: 1, comments: 1}
interactions:
# 0 · POST api.example.com
#   user       hi
- request:
    method: POST
    uri: https://api.example.com/v1/chat/completions
    headers:
      content-type: [application/json]
      x-note: ["a b", c]
    body: |2-
      {"model":"m"}
  response:
    status: {code: 200, message: OK}
    headers:
      content-type: [text/event-stream]
    body:
      string: |2+
        data: {"a":1}

        data: [DONE]

    stream:
      head_ms: 412.5
      chunks: >-
        10@0 19@31.25
      http_version: HTTP/2
  recorded_at: "2026-03-12T20:11:38.120Z"
  masked: ["/api_key", query.key]
version: 1
"""


def response(**changes: Any) -> Response:
    return replace(CHAT.response, **changes)


def test_the_layout_is_this() -> None:
    written = write(
        Cassette(interactions=(CHAT,)), comments=["0 · POST api.example.com\n  user       hi"]
    )
    assert written.decode("utf-8") == TEXT
    assert read(written).interactions == (CHAT,)


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param(response(), id="complete"),
        pytest.param(response(cuts=None), id="unknown cuts"),
        pytest.param(response(body=b"", cuts=()), id="no chunk"),
        pytest.param(response(ending=Ending(kind="client-closed")), id="client-closed"),
        pytest.param(response(ending=Ending(kind="pending", waited_ms=30.5)), id="pending"),
        pytest.param(response(ending=Ending(kind="pending")), id="pending, no time"),
        *(
            pytest.param(
                response(ending=Ending(kind="error", error=kind, message="a: 'b'\n")), id=kind
            )
            for kind in ERROR_KINDS
        ),
        pytest.param(response(ending=Ending(kind="error", error="reset")), id="no message"),
        pytest.param(
            Response(status=0, ending=Ending(kind="error", error="connect", message="refused")),
            id="no head",
        ),
        pytest.param(response(reencoded=True, decoded="text\u2028"), id="reencoded"),
        pytest.param(response(headers=(("x" * 2000, "y"), ("no", "no"))), id="long name"),
        pytest.param(response(headers=(("x\xe9", "\xe9\xff"),)), id="not ASCII"),
        pytest.param(response(reason="Très bien"), id="reason"),
    ],
)
@pytest.mark.parametrize("ascii_only", [False, True])
def test_reads_back_equal(changed: Response, ascii_only: bool) -> None:
    cassette = Cassette(interactions=(replace(CHAT, response=changed, re_rendered=True), CHAT))
    written = write(cassette, ascii=ascii_only)
    assert written.isascii() or not ascii_only
    assert read(written) == cassette
    assert read(written).interactions[0].response.decoded == changed.decoded


def test_an_empty_cassette() -> None:
    assert read(write(Cassette())) == Cassette()


def test_repeats_of_a_header_stand_together() -> None:
    headers = (("a", "1"), ("b", "2"), ("a", "3"))
    assert grouped(headers) == {"a": ["1", "3"], "b": ["2"]}
    apart = Cassette(interactions=(replace(CHAT, response=response(headers=headers)),))
    assert read(write(apart)) == canonical(apart) != apart


HEADERS = st.lists(
    st.tuples(
        st.text("abc-XYZ", min_size=1, max_size=5),
        st.text(st.characters(max_codepoint=255), max_size=8),
    ),
    max_size=4,
).map(tuple)
CHUNKS = st.lists(
    st.tuples(
        st.one_of(st.binary(max_size=20), st.text(max_size=10).map(str.encode)),
        st.floats(min_value=0, max_value=1e9, allow_nan=False),
    ),
    max_size=8,
)


@st.composite
def interactions(draw: st.DrawFn) -> Interaction:
    chunks = draw(CHUNKS)
    return Interaction(
        request=Request(
            method=draw(st.sampled_from(["GET", "POST", "no"])),
            url="https://example.com/" + draw(st.text(st.characters(codec="utf-8"), max_size=8)),
            headers=draw(HEADERS),
            body=draw(st.binary(max_size=30)),
        ),
        response=Response(
            status=draw(st.just(0) | st.integers(100, 999)),
            reason=draw(st.text(st.characters(max_codepoint=255), max_size=6)),
            headers=draw(HEADERS),
            body=b"".join(data for data, _ in chunks),
            cuts=tuple(Cut(size_bytes=len(data), offset_ms=at) for data, at in chunks),
            head_ms=draw(st.none() | st.floats(min_value=0, max_value=1e6)),
        ),
        masked=tuple(draw(st.lists(st.text(st.characters(codec="utf-8"), max_size=5), max_size=2))),
    )


@settings(
    max_examples=700,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(st.lists(interactions(), max_size=3), st.lists(st.text(max_size=30), max_size=3))
def test_any_cassette_reads_back(drawn: list[Interaction], comments: list[str]) -> None:
    cassette = Cassette(interactions=tuple(drawn))
    written = write(cassette, comments=comments)
    assert read(written) == canonical(cassette)
    tree = yaml.load(written, Loader=yaml.SafeLoader)
    assert tree["version"] == 1
    assert len(tree["interactions"]) == len(drawn)
    requests, responses = deserialize(written.decode("utf-8"), yamlserializer)[:2]
    for one, sent, got in zip(drawn, requests, responses, strict=True):
        assert (sent.method, sent.uri, sent.body) == (
            one.request.method,
            one.request.url,
            one.request.body,
        )
        assert got["body"]["string"] == one.response.body
        assert got["status"] == {"code": one.response.status, "message": one.response.reason}
