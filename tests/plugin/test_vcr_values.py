"""Our requests and responses as vcrpy's, and back."""

from __future__ import annotations

from typing import Any

import pytest

from stream_cassette.cassette.model import Cut, Request, Response
from stream_cassette.plugin.vcr_values import (
    request_back,
    request_for,
    response_back,
    response_for,
)

HEADERS = (("Accept", "a"), ("X-Twice", "1"), ("X-Twice", "2"))
REQUEST = Request(method="POST", url="https://a.example:8/p/q?b=2&a=1", headers=HEADERS, body=b"x")
CUTS = (Cut(size_bytes=2, offset_ms=0.0),)
RESPONSE = Response(status=200, reason="OK", headers=HEADERS, body=b"hi", cuts=CUTS)


def test_a_request_has_vcrpys_names() -> None:
    theirs = request_for(REQUEST)
    assert (theirs.method, theirs.uri, theirs.body) == ("POST", REQUEST.url, b"x")
    assert (theirs.scheme, theirs.host, theirs.port, theirs.path) == (
        "https",
        "a.example",
        8,
        "/p/q",
    )
    assert theirs.query == [("a", "1"), ("b", "2")]
    assert theirs.headers["accept"] == "a"


def test_what_was_left_alone_is_as_before() -> None:
    assert request_back(request_for(REQUEST), REQUEST) == REQUEST
    assert response_back(response_for(RESPONSE), RESPONSE) is RESPONSE


def test_what_was_changed_is_changed() -> None:
    theirs = request_for(REQUEST)
    theirs.uri, theirs.body = "https://b.example/", None
    del theirs.headers["X-Twice"]
    theirs.headers["accept"] = "b"
    back = request_back(theirs, REQUEST)
    assert (back.url, back.body) == ("https://b.example/", b"")
    assert dict(back.headers) == {"Accept": "b"}


@pytest.mark.parametrize("body", [b"other", "other"])
def test_another_body_has_no_known_cuts(body: Any) -> None:
    theirs = response_for(RESPONSE)
    theirs["body"]["string"] = body
    theirs["headers"] = {"X-One": "1", "X-Two": [b"2"]}
    back = response_back(theirs, RESPONSE)
    assert (back.body, back.cuts) == (b"other", None)
    assert back.headers == (("X-One", "1"), ("X-Two", "2"))
    theirs["body"]["string"] = b"hi"
    assert response_back(theirs, RESPONSE).cuts == CUTS
