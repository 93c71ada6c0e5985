"""The file in `cassettes/formats/betamax` was recorded by betamax 0.9 from loopback."""

from __future__ import annotations

import gzip
import json
from base64 import b64encode
from typing import Any

import pytest

from stream_cassette.cassette.model import Interaction
from stream_cassette.errors import CorruptCassette
from stream_cassette.formats._registry import read, sniff
from tests.corpus import CASSETTES


def recorded(body: dict[str, Any], headers: dict[str, Any] | None = None) -> bytes:
    item = {
        "request": {
            "method": "POST",
            "uri": "http://x/",
            "body": {"encoding": "utf-8", "string": "a=1"},
            "headers": {"Accept": ["*/*"]},
        },
        "response": {
            "status": {"code": 200, "message": "OK"},
            "body": body,
            "headers": headers or {},
            "url": "http://x/",
        },
        "recorded_at": "2015-06-27T15:39:25",
    }
    tree = {"http_interactions": [item], "recorded_with": "betamax/0.9.0"}
    return json.dumps(tree).encode()


def one(data: bytes) -> Interaction:
    cassette = read(data)
    assert sniff(data).name == cassette.format == "betamax"
    (interaction,) = cassette.interactions
    return interaction


def test_what_betamax_recorded() -> None:
    data = (CASSETTES / "formats" / "betamax" / "betamax.json").read_bytes()
    text, latin, packed, binary = read(data).interactions
    assert text.response.body == "data: é😀\n\n".encode()
    assert latin.response.body == b"gr\xfcn"
    assert gzip.decompress(packed.response.body) == b"data: 1\n\n"
    assert ("content-encoding", "gzip") in packed.response.headers
    assert binary.response.body == "\ufffd\0\1".encode()  # sent were ff 00 01
    assert [each.re_rendered for each in (text, latin, packed, binary)] == [False] * 3 + [True]


def test_text() -> None:
    found = one(recorded({"encoding": None, "string": "gr\u00fcn"}))
    assert (found.request.body, found.response.body) == (b"a=1", "gr\u00fcn".encode())
    assert (found.response.cuts, found.re_rendered) == (None, False)


def test_compressed_bodies_stay_so() -> None:
    packed = gzip.compress(b"hello")
    body = {"encoding": None, "base64_string": b64encode(packed).decode()}
    found = one(recorded(body, {"Content-Encoding": ["gzip"]}))
    assert found.response.body == packed
    assert found.response.headers == (("Content-Encoding", "gzip"),)


def test_a_body_decoded_in_vain_is_not_decoded_again() -> None:
    found = one(recorded({"string": "hello"}, {"content-encoding": "gzip", "a": "b"}))
    assert found.response.headers == (("a", "b"),)


def test_bytes_that_were_replaced_are_no_bytes() -> None:
    assert one(recorded({"encoding": "utf-8", "string": "\ufffd"})).re_rendered


def test_no_whole_json() -> None:
    with pytest.raises(CorruptCassette, match="no valid JSON"):
        read(recorded({"string": ""})[:-3])
