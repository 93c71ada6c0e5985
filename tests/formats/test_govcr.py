from __future__ import annotations

import pytest
import yaml

from stream_cassette.cassette.model import Cassette, Interaction, Request, Response
from stream_cassette.errors import CorruptCassette
from stream_cassette.formats._registry import sniff
from stream_cassette.formats.govcr import GoVcr, GoVcr1, milliseconds

FILE = """\
---
version: 2
interactions:
    - id: 0
      request:
        proto: HTTP/1.1
        proto_major: 1
        proto_minor: 1
        content_length: 7
        host: example.com
        body: '{"a":1}'
        headers:
            Accept:
                - a
                - b
        url: https://example.com/v1
        method: POST
      response:
        proto: HTTP/2.0
        proto_major: 2
        proto_minor: 0
        content_length: -1
        uncompressed: true
        body: BODY
        headers:
            Content-Type:
                - text/event-stream
        status: 200 OK
        code: 200
        duration: 2.086618375s
"""


def read(body: str) -> Interaction:
    (one,) = GoVcr().read(FILE.replace("BODY", body).encode()).interactions
    return one


@pytest.mark.parametrize(
    ("spelling", "body"),
    [
        ("|+\n          data: x\n", b"data: x\n\n"),
        ("|-\n          data: x", b"data: x"),
        ('"data: \\"x\\"\\r\\n"', b'data: "x"\r\n'),
        ("!!binary |\n          /wA=", b"\xff\x00"),
        ('""', b""),
    ],
)
def test_spellings_of_bodies(spelling: str, body: bytes) -> None:
    assert read(spelling) == Interaction(
        request=Request(
            method="POST",
            url="https://example.com/v1",
            headers=(("Accept", "a"), ("Accept", "b")),
            body=b'{"a":1}',
        ),
        response=Response(
            status=200,
            reason="OK",
            headers=(("Content-Type", "text/event-stream"),),
            body=body,
            http_version="HTTP/2",
            head_ms=2086.618375,
        ),
    )


def test_fields_that_go_leaves_out() -> None:
    data = b"---\nversion: 1\ninteractions:\n- request: {url: http://x/}\n  response: {code: 204}\n"
    (one,) = GoVcr().read(data).interactions
    assert one == Interaction(
        request=Request(method="GET", url="http://x/"), response=Response(status=204)
    )


@pytest.mark.parametrize(
    "body", [b"", b"data: x\n\n", b"a\r\n b \n", b"\xff\x00", "é😀\u2028".encode()]
)
def test_written_and_read(body: bytes) -> None:
    one = read('""')
    changed = Interaction(
        request=Request(method="POST", url="https://x/", headers=one.request.headers, body=body),
        response=Response(
            status=200, reason="OK", headers=(("A", "\xe9"),), body=body, head_ms=12.5
        ),
    )
    bare = Interaction(
        request=Request(method="GET", url="https://x/"), response=Response(status=204)
    )
    data = b"".join(
        GoVcr().write(Cassette(interactions=(changed, bare)), comments=["0 · POST\u2028x"])
    )
    again = GoVcr().read(data)
    assert [(i.request, i.response.body, i.response.headers) for i in again.interactions] == [
        (i.request, i.response.body, i.response.headers) for i in (changed, bare)
    ]
    assert [i.response.head_ms for i in again.interactions] == [12.5, None]
    tree = yaml.safe_load(data)
    assert [item["id"] for item in tree["interactions"]] == [0, 1]
    assert tree["interactions"][0]["request"]["content_length"] == len(body)
    assert data.startswith(b"---\nversion: 2\ninteractions:\n")
    assert GoVcr().sniff(data) == 3


def test_an_empty_one() -> None:
    assert GoVcr().read(b"".join(GoVcr().write(Cassette()))).interactions == ()


@pytest.mark.parametrize(
    ("text", "ms"),
    [
        ("2.086618375s", 2086.618375),
        ("350ms", 350.0),
        ("1m2s", 62_000.0),
        ("1h0m0.5s", 3_600_500.0),
        ("15.5µs", 0.0155),
        ("1us", 0.001),
        ("7ns", 0.000007),
        ("0s", 0.0),
        ("0", 0.0),
    ],
)
def test_durations(text: str, ms: float) -> None:
    assert milliseconds(text) == ms


@pytest.mark.parametrize("text", ["", "soon", "1", "1x", "-1s"])
def test_no_durations(text: str) -> None:
    with pytest.raises(ValueError, match="no duration"):
        milliseconds(text)


def test_a_response_needs_a_code() -> None:
    with pytest.raises(CorruptCassette, match="interaction 0, line 19: 'code' is missing"):
        GoVcr().read(FILE.replace("        code: 200\n", "").encode())


@pytest.mark.parametrize(
    ("version", "name"), [("1", "govcr1"), ("2", "govcr"), ("3", "govcr"), ("99999999999", "govcr")]
)
def test_versions_are_told_apart(version: str, name: str) -> None:
    data = FILE.replace("version: 2", f"version: {version}").encode()
    assert sniff(data).name == name


def test_a_file_of_version_1_is_of_that_format() -> None:
    data = FILE.replace("version: 2", "version: 1").replace("BODY", "hi").encode()
    assert (GoVcr1().read(data).format, GoVcr().read(data).format) == ("govcr1", "govcr1")


def test_what_version_1_holds() -> None:
    cassette = GoVcr().read(FILE.replace("BODY", "hi").encode())
    kept = GoVcr1().held(cassette)
    assert (kept.format, GoVcr().held(cassette)) == ("govcr1", cassette)
    assert kept.interactions[0].response.http_version is None
    again = GoVcr1().read(b"".join(GoVcr1().write(cassette)))
    assert again == kept
