from __future__ import annotations

import gzip
from typing import Any

import pytest
import yaml

from stream_cassette.cassette.cuts import Cuts
from stream_cassette.cassette.model import Cassette, Ending, Headers, Interaction, Request, Response
from stream_cassette.formats._govcr_write import held, write
from stream_cassette.formats._registry import read


def cassette(
    *,
    url: str = "https://example.com/v1",
    headers: Headers = (),
    asked: bytes = b"",
    answer: Response | None = None,
) -> Cassette:
    request = Request(method="POST", url=url, headers=headers, body=asked)
    one = Interaction(request=request, response=answer or Response(status=200, reason="OK"))
    return Cassette(interactions=(one,))


def tree(made: Cassette, version: int = 2) -> dict[str, Any]:
    data = b"".join(write(made, version, comments=["0 · POST"]))
    assert read(data).interactions == held(made, version).interactions
    loaded = yaml.safe_load(data)
    assert loaded["version"] == version
    item: dict[str, Any] = loaded["interactions"][0]
    return item


def test_format_2() -> None:
    sent = ("content-type", "application/json")
    made = cassette(headers=(sent, ("x-a", "1"), ("X-A", "2")), asked=b"{}")
    assert tree(made) == {
        "id": 0,
        "request": {
            "proto": "HTTP/1.1",
            "proto_major": 1,
            "proto_minor": 1,
            "content_length": 2,
            "transfer_encoding": [],
            "trailer": {},
            "host": "example.com",
            "remote_addr": "",
            "request_uri": "",
            "body": "{}",
            "form": {},
            "headers": {"Content-Type": ["application/json"], "X-A": ["1", "2"]},
            "url": "https://example.com/v1",
            "method": "POST",
        },
        "response": {
            "proto": "HTTP/1.1",
            "proto_major": 1,
            "proto_minor": 1,
            "transfer_encoding": [],
            "trailer": {},
            "content_length": -1,
            "uncompressed": False,
            "body": "",
            "headers": {},
            "status": "200 OK",
            "code": 200,
            "duration": "0s",
        },
    }


def test_format_1() -> None:
    answer = Response(status=404, reason="", body=b"no\n", http_version="HTTP/2", head_ms=12.5)
    assert tree(cassette(asked=b"{}", answer=answer), 1) == {
        "request": {
            "body": "{}",
            "form": {},
            "headers": {},
            "url": "https://example.com/v1",
            "method": "POST",
        },
        "response": {
            "body": "no\n",
            "headers": {},
            "status": "404",
            "code": 404,
            "duration": "12.5ms",
        },
    }


@pytest.mark.parametrize(
    ("name", "spelled"),
    [
        ("content-type", "Content-Type"),
        ("X-REQUEST-ID", "X-Request-Id"),
        ("x_odd", "X_odd"),
        ("no token", "no token"),
        ("é", "é"),
    ],
)
def test_names_of_headers_are_go_s(name: str, spelled: str) -> None:
    made = held(cassette(headers=((name, "1"),)), 2)
    assert made.interactions[0].request.headers == ((spelled, "1"),)


def test_compressed_bodies_are_decoded() -> None:
    packed = gzip.compress(b"data: 1\n\n")
    headers = (("content-encoding", "gzip"), ("content-length", str(len(packed))), ("a", "b"))
    answer = Response(status=200, headers=headers, body=packed, cuts=Cuts.of([len(packed)], [0.0]))
    got = tree(cassette(answer=answer))["response"]
    assert (got["body"], got["headers"]) == ("data: 1\n\n", {"A": ["b"]})
    assert (got["uncompressed"], got["content_length"]) == (True, -1)


@pytest.mark.parametrize("coding", ["gzip", "unheard-of"])
def test_what_can_not_be_decoded_stays(coding: str) -> None:
    answer = Response(status=200, headers=(("Content-Encoding", coding),), body=b"plain")
    got = tree(cassette(answer=answer))["response"]
    assert (got["body"], got["headers"]) == ("plain", {"Content-Encoding": [coding]})
    assert got["uncompressed"] is False


FORM = (("Content-Type", "application/x-www-form-urlencoded; charset=utf-8"),)


@pytest.mark.parametrize(
    ("version", "form"),
    [
        (1, {"a": ["1", ""], "b c": ["é"]}),
        (2, {"a": ["1", "", "3"], "b c": ["é"], "q": [b"\xff"]}),
    ],
)
def test_fields_of_forms(version: int, form: dict[str, Any]) -> None:
    made = cassette(url="https://x/?a=3&q=%FF", headers=FORM, asked=b"a=1&b+c=%C3%A9&a=")
    assert tree(made, version)["request"]["form"] == form


def test_a_field_whose_name_is_no_text_leaves_the_form_out() -> None:
    assert tree(cassette(headers=FORM, asked=b"%FF=1"))["request"]["form"] == {}


def test_long_names() -> None:
    name = "X-" + "A" * 200
    made = cassette(headers=((name, "1"), (name, "2")))
    (spelled,) = tree(made)["request"]["headers"]
    assert tree(made)["request"]["headers"][spelled] == ["1", "2"]


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("HTTP/2", ("HTTP/2.0", 2, 0)),
        ("HTTP/1.0", ("HTTP/1.0", 1, 0)),
        (None, ("HTTP/1.1", 1, 1)),
        ("odd", ("odd", 1, 1)),
    ],
)
def test_versions(version: str | None, expected: tuple[str, int, int]) -> None:
    got = tree(cassette(answer=Response(status=200, http_version=version)))["response"]
    assert (got["proto"], got["proto_major"], got["proto_minor"]) == expected


def test_what_it_can_not_hold() -> None:
    answer = Response(
        status=200, body=b"ab", cuts=Cuts.of([1, 1], [0.0, 5.0]), ending=Ending(kind="pending")
    )
    (one,) = held(cassette(url="https://u:p@x:8080/", answer=answer), 2).interactions
    assert one.response == Response(status=200, body=b"ab", http_version="HTTP/1.1")
    assert tree(cassette(url="https://u:p@x:8080/"))["request"]["host"] == "x:8080"


def test_in_ascii() -> None:
    made = cassette(headers=FORM, asked="a=é".encode())
    data = b"".join(write(made, 2, ascii_only=True))
    assert data.isascii()
    assert read(data).interactions == held(made, 2).interactions
