"""The files in `cassettes/formats/rubyvcr` were recorded by Ruby VCR 5.0 from loopback."""

from __future__ import annotations

import gzip
import json

import pytest

from stream_cassette.cassette.model import Interaction, Request, Response
from stream_cassette.errors import CorruptCassette, NotACassette
from stream_cassette.formats._registry import read, sniff
from tests.corpus import CASSETTES

FILE = """\
---
http_interactions:
- request:
    method: post
    uri: https://api.example.com/v1/chat
    body:
      encoding: UTF-8
      string: '{"q":"What''s up
        there?"}'
    headers:
      Accept:
      - "*/*"
      Transfer-Encoding: ''
      X-Note:
      - !binary |-
        w6k=
  response:
    status:
      code: 200
      message: OK
    headers:
      Content-Type:
      - text/event-stream
      Set-Cookie:
      - a=1
      - b=2
    body:
BODY
    http_version: null
    adapter_metadata:
      vcr_decompressed: gzip
  recorded_at: Wed, 19 Aug 2026 14:35:44 GMT
recorded_with: VCR 6.4.0
"""


FILES = CASSETTES / "formats" / "rubyvcr"
SENT = {
    "/text": "data: é😀\n\n".encode(),
    "/latin": b"gr\xfcn",
    "/gz": b"data: 1\n\n",
    "/bin": b"\xff\x00\x01",
    "/crlf": b"data: 1\r\n\r\ndata: 2 \r\n\r\n",
    "/empty": b"",
}


@pytest.mark.parametrize("name", ["plain.yml", "exact.yml", "unpacked.yml", "packed.zz"])
def test_what_ruby_vcr_recorded(name: str) -> None:
    cassette = read((FILES / name).read_bytes())
    assert cassette.format == "rubyvcr"
    for found, (path, body) in zip(cassette.interactions, SENT.items(), strict=True):
        assert found.request.url == f"http://127.0.0.1:8000{path}"
        assert found.request.body == '{"a":"é"}'.encode()
        headers = dict(found.response.headers)
        is_coded = "Content-Encoding" in headers
        assert is_coded is (path == "/gz" and name != "unpacked.yml")
        kept = found.response.body
        assert (gzip.decompress(kept) if is_coded else kept) == body
        assert headers["Content-Length"] == str(len(kept))


def one(body: str) -> Interaction:
    (interaction,) = read(FILE.replace("BODY", body).encode()).interactions
    return interaction


@pytest.mark.parametrize(
    ("spelling", "body"),
    [
        ("      encoding: UTF-8\n      string: |+\n        data: x\n", b"data: x\n\n"),
        ("      encoding: UTF-8\n      string: |\n        data: é\n", "data: é\n".encode()),
        ('      encoding: UTF-8\n      string: "data: x\\r\\n\\r\\n"', b"data: x\r\n\r\n"),
        ("      encoding: ASCII-8BIT\n      string: !binary |-\n        /wA=\n", b"\xff\x00"),
        ("      encoding: ASCII-8BIT\n      base64_string: |\n        /wA=\n", b"\xff\x00"),
        ("      encoding: ISO-8859-1\n      string: gr\u00fcn", b"gr\xfcn"),
        ("      encoding: UTF-8\n      string: null", b""),
    ],
)
def test_spellings_of_bodies(spelling: str, body: bytes) -> None:
    assert one(spelling) == Interaction(
        request=Request(
            method="POST",
            url="https://api.example.com/v1/chat",
            headers=(("Accept", "*/*"), ("Transfer-Encoding", ""), ("X-Note", "\xc3\xa9")),
            body=b'{"q":"What\'s up there?"}',
        ),
        response=Response(
            status=200,
            reason="OK",
            headers=(
                ("Content-Type", "text/event-stream"),
                ("Set-Cookie", "a=1"),
                ("Set-Cookie", "b=2"),
            ),
            body=body,
        ),
        recorded_at="2026-08-19T14:35:44.000Z",
    )


def test_a_string_that_is_written_once() -> None:
    text = FILE.replace("BODY", "      encoding: UTF-8\n      string: *1")
    text = text.replace("      message: OK", "      message: &1 OK")
    (found,) = read(text.encode()).interactions
    assert (found.response.reason, found.response.body) == ("OK", b"OK")


def test_its_json() -> None:
    tree = {
        "http_interactions": [
            {
                "request": {"method": "get", "uri": "http://x/", "body": {"string": ""}},
                "response": {"status": {"code": 204, "message": "No Content"}, "body": {}},
                "recorded_at": "Wed, 19 Aug 2026 14:35:44 GMT",
            }
        ],
        "recorded_with": "VCR 6.1.0",
    }
    data = json.dumps(tree, indent=2).encode()
    assert sniff(data).name == read(data).format == "rubyvcr"
    (found,) = read(data).interactions
    assert found.request == Request(method="GET", url="http://x/")
    assert found.response == Response(status=204, reason="No Content")


def test_an_encoding_that_ruby_knows_alone() -> None:
    with pytest.raises(CorruptCassette, match="interaction 0, line 29: response body is in an enc"):
        one("      encoding: UTF8-MAC\n      string: text")


def test_objects_of_ruby_are_refused() -> None:
    with pytest.raises(CorruptCassette, match=r"the tag '!ruby/object:Gem::Installer' has no"):
        one("      encoding: UTF-8\n      string: !ruby/object:Gem::Installer {}")


def test_files_of_version_1_are_refused_with_the_way_out() -> None:
    data = b"---\n- !ruby/struct:VCR::HTTPInteraction\n  request: !ruby/struct:VCR::Request {}\n"
    with pytest.raises(CorruptCassette, match=r"Ruby VCR 1; .* rake vcr:migrate_cassettes"):
        read(data)


def test_text_that_speaks_of_the_list_is_no_cassette() -> None:
    with pytest.raises(NotACassette):
        read(b"# about http_interactions:\nnote: http_interactions\n")
