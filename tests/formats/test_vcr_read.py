from __future__ import annotations

from textwrap import indent

import pytest

from stream_cassette.cassette.model import Headers, Interaction
from stream_cassette.errors import CorruptCassette, NotACassette
from stream_cassette.formats._vcr_read import headers_of
from stream_cassette.formats._yaml import parse
from stream_cassette.formats.vcr import Vcr

REQUEST = "method: POST\nuri: http://x/\nheaders: {}\n"
RESPONSE = "status: {code: 200, message: OK}\nheaders: {}\n"


def read(request: str = "body: null\n", response: str = "body: {string: ''}\n") -> Interaction:
    text = "interactions:\n- request:\n" + indent(REQUEST + request, "    ")
    text += "  response:\n" + indent(RESPONSE + response, "    ") + "version: 1\n"
    (one,) = Vcr().read(text.encode()).interactions
    return one


@pytest.mark.parametrize(
    ("text", "body", "rendered"),
    [
        ("body: null", b"", False),
        ("body:", b"", False),
        ("body: ''", b"", False),
        ("body: 'null'", b"null", False),
        ("body: 123", b"123", False),
        ("body: true", b"true", False),
        ("body: é", "é".encode(), False),
        ('body: "a\\\n  b"', b"ab", False),
        ("body: >-\n  a\n  b", b"a b", False),
        ("body: !!binary |\n  /wA=", b"\xff\x00", False),
        ("body: !!python/unicode 'x'", b"x", False),
        ("body: !!python/str 'x'", b"x", False),
        ("body: {a: 1, b: [x, null, 1.5]}", b'{"a":1,"b":["x",null,1.5]}', True),
        ("body: {}", b"{}", True),
        ("parsed_body: {a: é}", '{"a":"é"}'.encode(), True),
        (
            "body: !!python/object/new:_io.BytesIO\n  state: !!python/tuple [!!binary /wA=, 0]",
            b"\xff\x00",
            False,
        ),
        ("body: !!python/object/new:_io.BytesIO {state: [null]}", b"", False),
        ("body: !!python/object/new:_io.BytesIO {}", b"", False),
        (
            "body: !!python/object/apply:builtins.iter\n  args:\n  - [!!binary /wA=, ab]",
            b"\xff\x00ab",
            False,
        ),
    ],
)
def test_request_bodies(text: str, body: bytes, rendered: bool) -> None:
    one = read(request=text + "\n")
    assert one.request.body == body
    assert one.re_rendered is rendered


@pytest.mark.parametrize(
    ("text", "body", "rendered"),
    [
        ("body: {string: ''}", b"", False),
        ("body: {string: null}", b"", False),
        ("body: {}", b"", False),
        ("body: null", b"", False),
        ("body: {string: !!python/unicode 'x'}", b"x", False),
        ("body: {string: 12}", b"12", False),
        ("body: {encoding: utf-8, string: x}", b"x", False),
        ("body: x", b"x", False),
        ("content: x", b"x", False),
        ("parsed_body: [1, {b: 2}]", b'[1,{"b":2}]', True),
    ],
)
def test_response_bodies(text: str, body: bytes, rendered: bool) -> None:
    one = read(response=text + "\n")
    assert one.response.body == body
    assert one.response.cuts is None
    assert one.re_rendered is rendered


@pytest.mark.parametrize(
    ("text", "headers"),
    [
        ("{A: [x, y]}", (("A", "x"), ("A", "y"))),
        ("{A: x}", (("A", "x"),)),
        ("{A: [no, 1]}", (("A", "no"), ("A", "1"))),
        ("{A: null}", ()),
        ("{A: [!!binary 6Q==]}", (("A", "\xe9"),)),
        ("{A: ['\u20ac']}", (("A", "\xe2\x82\xac"),)),
        ("{A: ['\xe9']}", (("A", "\xe9"),)),
        ("{b: [1], A: [2]}", (("b", "1"), ("A", "2"))),
        ("[!!python/tuple [A, ['0', '1']]]", (("A", "0"), ("A", "1"))),
        ("[[A, x]]", (("A", "x"),)),
        ("{A: !!python/tuple [x]}", (("A", "x"),)),
    ],
)
def test_headers(text: str, headers: Headers) -> None:
    tags = {f"tag:yaml.org,2002:{name}" for name in ("binary", "python/tuple")}
    assert headers_of(parse(text.encode(), frozenset(tags))) == headers
    assert headers_of(None) == ()


def test_the_first_httpx_dialect() -> None:
    text = "interactions:\n- request:\n" + indent(REQUEST, "    ") + "  response:\n"
    text += "    status_code: 201\n    http_version: HTTP/1.1\n    headers: {}\n    content: x\n"
    text += "version: 1\n"
    (one,) = Vcr().read(text.encode()).interactions
    assert (one.response.status, one.response.reason) == (201, "")
    assert (one.response.http_version, one.response.body) == ("HTTP/1.1", b"x")


def test_lists_side_by_side() -> None:
    text = "requests:\n- method: GET\n  uri: http://x/\nresponses:\n- status: {code: 204}\n"
    (one,) = Vcr().read(text.encode()).interactions
    assert (one.request.url, one.response.status) == ("http://x/", 204)


def test_keys_of_others_are_left_alone() -> None:
    assert read(response="body: {string: x}\nextra: {a: [1]}\n").response.body == b"x"


@pytest.mark.parametrize(
    ("request_text", "response_text", "message"),
    [
        ("body: !!python/tuple [x]\n", "body: {string: [x]}\n", "response body must be text"),
        ("body: x\n", "body: [x]\n", "response body must be a mapping"),
        ("body: !!omap {a: 1}\nbody: x\n", "", "stands twice"),
    ],
)
def test_refused(request_text: str, response_text: str, message: str) -> None:
    with pytest.raises(CorruptCassette, match=f"interaction 0, .*{message}"):
        read(request_text, response_text)


def test_a_header_that_is_no_pair() -> None:
    with pytest.raises(CorruptCassette, match="no pair of name and values"):
        headers_of(parse(b"[[a, b, c]]"))


@pytest.mark.parametrize(
    "items", ["- {exchange: {}}", "- {request: {}}", "- {description: pact}", " {4f: []}"]
)
def test_interactions_of_another_kind_are_no_cassette(items: str) -> None:
    with pytest.raises(NotACassette, match="no requests with responses"):
        Vcr().read(f"interactions:\n{items}\n".encode())
    with pytest.raises(CorruptCassette, match=r"is missing|must be a list"):
        Vcr().read(f"stream_cassette: {{format: 1}}\ninteractions:\n{items}\n".encode())
