"""The files in `cassettes/formats/cassetter` were recorded by cassetter 0.16 from loopback."""

from __future__ import annotations

import gzip

import httpx
import pytest

from stream_cassette.cassette.model import Interaction, header
from stream_cassette.errors import CassetteFileError, CorruptCassette, NewerFormat
from stream_cassette.formats._registry import read, sniff
from stream_cassette.formats.cassetter import Cassetter
from stream_cassette.tape import use_cassette
from tests.corpus import CASSETTES

FILES = CASSETTES / "formats" / "cassetter"
STREAM = 'data: {"delta": "Grüße"}\n\ndata: {"delta": " 12:30"}\n\ndata: [DONE]\n\n'.encode()

FILE = """\
version: 1
interactions:
- request:
    method: POST
    uri: http://example.com/
    headers: {}
    body:
      type: none
  response:
    status: 200
    headers:
      content-encoding:
      - CODING
      content-length:
      - "999"
      set-cookie:
      - a
      - b
    body:
      type: TYPE
      content: CONTENT
  recorded_at: 2026-11-21T15:30:50+00:00
"""


def text(kind: str = "text", content: str = "hi", coding: str = "gzip") -> bytes:
    filled = FILE.replace("TYPE", kind).replace("CONTENT", content).replace("CODING", coding)
    return filled.encode()


def one(data: bytes) -> Interaction:
    (interaction,) = Cassetter().read(data).interactions
    return interaction


def test_a_stream_as_cassetter_recorded_it() -> None:
    data = (FILES / "stream.yaml").read_bytes()
    assert sniff(data).name == read(data).format == "cassetter"
    found = one(data)
    assert (found.request.method, found.request.url, found.request.body) == (
        "POST",
        "http://127.0.0.1:8000/v1/stream",
        '{"stream":true,"input":"hé"}'.encode(),
    )
    assert (found.response.status, found.response.reason, found.response.cuts) == (200, "", None)
    assert found.response.body == STREAM
    assert header(found.response.headers, "content-type") == "text/event-stream"
    assert found.recorded_at == "2026-11-21T15:30:50.020287+00:00"
    assert found.re_rendered


def test_every_type_of_body() -> None:
    none, binary, json = read((FILES / "bodies.yaml").read_bytes()).interactions
    assert (none.response.status, none.response.body, none.re_rendered) == (204, b"", False)
    assert (binary.response.body, binary.re_rendered) == (bytes(range(0xF0, 0x100)), False)
    rendered = '{"z":"12:30:45","no":[1.5,100000.0,null,true,"no"],"a":"é"}'.encode()
    assert (json.request.body, json.response.body) == (b'{"b":1,"a":[]}', rendered)
    assert header(json.response.headers, "content-length") == str(len(rendered))
    assert json.re_rendered


def test_replayed() -> None:
    with use_cassette(FILES / "stream.yaml") as tape:
        answer = httpx.post("http://127.0.0.1:8000/v1/stream", json={"input": "hé", "stream": True})
    assert (answer.content, len(tape.played)) == (STREAM, 1)


@pytest.mark.parametrize(
    ("content", "rendered"),
    [
        ("null", b"null"),
        ('"null"', b'"null"'),
        ("12:30:45", b'"12:30:45"'),  # YAML 1.1 has a number here, and in the next two
        ("0o7", b'"0o7"'),
        ("1_000", b'"1_000"'),
        ("no", b'"no"'),  # and a boolean here
        ("True", b"true"),
        ("0777", b"777"),
        ("1e5", b"100000.0"),
        ("-0.0", b"-0.0"),
        ("18446744073709551615", b"18446744073709551615"),
        ("{b: [], a: {}}", b'{"b":[],"a":{}}'),
    ],
)
def test_json_by_the_core_schema(content: str, rendered: bytes) -> None:
    found = one(text("json", content))
    assert (found.response.body, found.re_rendered) == (rendered, True)


@pytest.mark.parametrize(
    ("kind", "content", "coding", "kept"),
    [
        ("text", "hi", "gzip", None),
        ("json", "{a: 1}", "br", None),
        ("binary", "ff00", "gzip", None),
        ("binary", "ff00", "aws-chunked", None),
        ("binary", gzip.compress(b"hi", mtime=0).hex(), "gzip", "gzip"),
        ("binary", "ff00", "identity", "identity"),
    ],
)
def test_headers_that_would_belie_the_body(
    kind: str, content: str, coding: str, kept: str | None
) -> None:
    response = one(text(kind, content, coding)).response
    assert header(response.headers, "content-encoding") == kept
    assert header(response.headers, "content-length") == str(len(response.body))
    assert response.headers[-2:] == (("set-cookie", "a"), ("set-cookie", "b"))


def test_headers_of_a_body_that_was_not_sent() -> None:
    response = one(text("none", "null")).response
    assert header(response.headers, "content-encoding") == "gzip"
    assert header(response.headers, "content-length") == "999"


@pytest.mark.parametrize(
    ("data", "error", "message"),
    [
        (text("none"), CorruptCassette, "interaction 0, line 20: response body of type 'none' has"),
        (text("xml"), CorruptCassette, "must be json, text, binary or none, not 'xml'"),
        (text("binary", "f"), CorruptCassette, "line 21: a binary body that is no hexadecimal"),
        (text("text", "[a]"), CorruptCassette, "response body must be text"),
        (text("json", "1e999"), CorruptCassette, "a body that JSON can't hold"),
        (text().replace(b"      content: hi\n", b""), CorruptCassette, "'content' is missing"),
        (text().replace(b"status: 200", b"status: {code: 200}"), CorruptCassette, "status must be"),
        (text().replace(b"    uri:", b"    url:"), CorruptCassette, "'uri' is missing"),
        (text().replace(b"version: 1", b"version: 2"), NewerFormat, "of version 2, not 1"),
        (
            text() + b"grpc_interactions:\n- {}\n",
            CorruptCassette,
            "line 24: grpc_interactions holds gRPC calls (1), which can't be replayed here; replay",
        ),
        (
            b"version: 1\ninteractions: []\nws_interactions:\n- {}\n- {}\n",
            CorruptCassette,
            "ws_interactions holds WebSocket connections (2)",
        ),
        (
            b"version: 1\ninteractions: []\nobserved_requests:\n- {}\n",
            CorruptCassette,
            "observed_requests holds observed requests (1)",
        ),
        (b"version: 1\ngrpc_interactions: []\n", CorruptCassette, "'interactions' is missing"),
    ],
)
def test_refused(data: bytes, error: type[CassetteFileError], message: str) -> None:
    with pytest.raises(error) as caught:
        Cassetter().read(data)
    assert message in str(caught.value)


@pytest.mark.parametrize("key", ["grpc_interactions", "ws_interactions"])
def test_refused_by_content_too(key: str) -> None:
    with pytest.raises(CorruptCassette, match=key):
        read(f"version: 1\ninteractions: []\n{key}:\n- {{}}\n".encode())


def test_observed_requests_beside_answers_are_left_alone() -> None:
    assert one(text() + b"observed_requests:\n- {}\n") == one(text())


@pytest.mark.parametrize(
    ("data", "score"),
    [
        (text(), 3),
        (text().replace(b"\n", b"\r\n"), 3),
        (text().replace(b"    status: 200", b"    status:\n      code: 200"), 0),  # vcrpy's
        (text().replace(b"version: 1", b""), 0),
        (text().replace(b"      type:", b"      string:"), 0),
        (b"version: 1\ninteractions: []\n", 0),
        (b"version: 1\ninteractions:\n- request:\n    body:\n      type: none\n", 0),
        (b"version: 1\ninteractions: []\nws_interactions: []\n", 3),
    ],
)
def test_sniffed(data: bytes, score: int) -> None:
    assert Cassetter().sniff(data) == score
