"""Which bodies are the same request."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream_cassette.cassette.body import body_key, body_of, plain_bytes
from stream_cassette.cassette.jsonpath import parse_pointer
from stream_cassette.cassette.model import Request

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


def request(body: bytes, media: str | None = JSON, coding: str | None = None) -> Request:
    headers = (("Content-Type", media),) if media else ()
    coded = (("content-encoding", coding),) if coding else ()
    return Request(method="POST", url="https://h/", headers=(*headers, *coded), body=body)


def key(body: bytes, media: str | None = JSON, coding: str | None = None) -> object:
    return body_key(body_of(request(body, media, coding)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    id: str
    one: bytes
    other: bytes
    same: bool
    media: str | None = JSON


CASES = [
    Case(id="key-order", one=b'{"a":1,"b":2}', other=b'{"b":2,"a":1}', same=True),
    Case(id="spacing", one=b'{"a":[1,2]}', other=b' {\n "a" : [ 1, 2 ] }\n', same=True),
    Case(id="list-order", one=b"[1,2]", other=b"[2,1]", same=False),
    Case(id="one-is-1.0", one=b'{"a":1}', other=b'{"a":1.0}', same=True),
    Case(id="one-is-1e0", one=b'{"a":1}', other=b'{"a":1e0}', same=True),
    Case(id="100-is-1E+2", one=b'{"a":100}', other=b'{"a":1E+2}', same=True),
    Case(id="minus-zero", one=b"[0]", other=b"[-0.0]", same=True),
    Case(id="1e30-exact", one=b"[1e30]", other=b"[1" + b"0" * 30 + b"]", same=True),
    Case(id="floats", one=b"[0.10]", other=b"[0.1]", same=True),
    Case(id="floats-differ", one=b"[0.1]", other=b"[0.11]", same=False),
    Case(id="whole-beside-not", one=b"[1.0,0.5]", other=b"[1,0.50]", same=True),
    Case(id="true-is-not-1", one=b'{"a":true}', other=b'{"a":1}', same=False),
    Case(id="false-is-not-0", one=b"[false]", other=b"[0]", same=False),
    Case(id="1-is-not-text", one=b"[1]", other=b'["1"]', same=False),
    Case(id="null-is-not-absent", one=b'{"a":null}', other=b"{}", same=False),
    Case(
        id="big-integers-differ",
        one=b"[123456789012345678901234567890]",
        other=b"[123456789012345678901234567891]",
        same=False,
    ),
    Case(
        id="big-integers-same",
        one=b"[123456789012345678901234567890]",
        other=b"[ 123456789012345678901234567890]",
        same=True,
    ),
    Case(id="64-bit", one=b"[18446744073709551615]", other=b"[18446744073709551616]", same=False),
    Case(id="2**53", one=b"[9007199254740992]", other=b"[9007199254740993]", same=False),
    Case(id="last-duplicate", one=b'{"a":1,"a":2}', other=b'{"a":2}', same=True),
    Case(id="first-duplicate", one=b'{"a":1,"a":2}', other=b'{"a":1}', same=False),
    Case(id="duplicates-with-1.0", one=b'{"a":1,"a":2.0}', other=b'{"a":2}', same=True),
    Case(id="escapes", one=b'["\\u00e9\\/"]', other='["é/"]'.encode(), same=True),
    Case(id="lone-surrogate", one=b'["\\ud83d"]', other=b'[ "\\uD83D" ]', same=True),
    Case(id="no-unicode-folding", one=b'["e\\u0301"]', other=b'["\\u00e9"]', same=False),
    Case(id="nan-as-bytes", one=b"[NaN]", other=b"[NaN]", same=True),
    Case(id="nan-spacing", one=b"[NaN]", other=b"[ NaN]", same=False),
    Case(id="1e400-exact", one=b"[1e400]", other=b"[ 10e399]", same=True),
    Case(id="huge-exponent-as-bytes", one=b"[1e999999999]", other=b"[ 1e999999999]", same=False),
    Case(id="broken-as-bytes", one=b'{"a":1', other=b'{"a": 1', same=False),
    Case(id="deep", one=b"[" * 5000 + b"]" * 5000, other=b"[" * 5000 + b"]" * 5000, same=True),
    Case(id="scalar", one=b"1", other=b"1.0", same=True),
    Case(id="text-plain-scalar", one=b"1", other=b"1.0", same=False, media="text/plain"),
    Case(id="vendor-json", one=b"1", other=b"1.0", same=True, media="application/vnd.x+json"),
    Case(id="json-by-look", one=b'{"a":1}', other=b'{"a": 1}', same=True, media=None),
    Case(id="form", one=b"a=1&b=2", other=b"b=2&a=1", same=True, media=FORM),
    Case(id="form-spelling", one=b"a=x+y", other=b"a=x%20y", same=True, media=FORM),
    Case(id="form-repeats", one=b"a=1&a=2", other=b"a=2&a=1", same=False, media=FORM),
    Case(id="form-value", one=b"a=1", other=b"a=2", same=False, media=FORM),
    Case(id="form-by-look", one=b"a=1&b=2", other=b"b=2&a=1", same=True, media=None),
    Case(id="bytes", one=b"\x00\xff", other=b"\x00\xfe", same=False, media=None),
    Case(id="empty", one=b"", other=b"", same=True, media=None),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_sameness(case: Case) -> None:
    assert (key(case.one, case.media) == key(case.other, case.media)) is case.same


def multipart(boundary: bytes, value: bytes = b"x") -> bytes:
    part = b'--%b\r\nContent-Disposition: form-data; name="f"\r\n\r\n%b\r\n--%b--\r\n'
    return part % (boundary, value, boundary)


def test_multipart_without_its_boundary() -> None:
    one = key(multipart(b"abc"), "multipart/form-data; boundary=abc")
    assert one == key(multipart(b"d-e-f"), "multipart/form-data; boundary=d-e-f")
    assert one == key(multipart(b"ghi"), None)
    assert one != key(multipart(b"abc", b"y"), "multipart/form-data; boundary=abc")


def test_compressed_bodies_are_compared_decoded() -> None:
    packed = gzip.compress(b'{"a": 1}', mtime=1)
    assert key(packed, coding="gzip") == key(gzip.compress(b'{"a":1}', 1), coding="gzip")
    assert key(packed, coding="gzip") == key(b'{"a":1}')
    assert plain_bytes(request(b"not gzip", coding="gzip")) == b"not gzip"
    assert plain_bytes(request(b"?", coding="rot13")) == b"?"


def test_blanked_places() -> None:
    one, other = body_of(request(b'{"k":"***","a":1}')), body_of(request(b'{"a":1}'))
    assert body_key(one) != body_key(other)
    blanks = (parse_pointer("/k"),)
    assert body_key(one, blanks) == body_key(other, blanks)
    one, other = body_of(request(b"k=*&a=1", FORM)), body_of(request(b"a=1", FORM))
    assert body_key(one, (), frozenset({"k"})) == body_key(other, (), frozenset({"k"}))


def test_blanked_parts() -> None:
    head = b'--B\r\nContent-Disposition: form-data; name="%b"\r\n\r\n%b\r\n'
    media = "multipart/form-data; boundary=B"
    with_key = head % (b"api_key", b"**") + head % (b"a", b"1") + b"--B--\r\n"
    other_key = with_key.replace(b"**", b"longer")
    without_key = head % (b"a", b"1") + b"--B--\r\n"
    other_value = head % (b"a", b"2") + b"--B--\r\n"
    bodies = [body_of(request(b, media)) for b in (with_key, other_key, without_key, other_value)]
    assert len({body_key(body) for body in bodies}) == 4
    assert len({body_key(body, (), frozenset({"api_key"})) for body in bodies}) == 2


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=12,
)


@given(VALUES)
def test_any_spelling_of_a_value_is_the_same(value: Any) -> None:
    one = json.dumps(value).encode()
    other = json.dumps(value, indent=1, ensure_ascii=True, sort_keys=True).encode()
    assert key(one) == key(other)
    assert key(b'{"v":' + one + b"}") != key(b'{"v":[' + one + b"]}")
