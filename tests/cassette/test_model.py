"""The recorded values."""

from __future__ import annotations

import json
from dataclasses import FrozenInstanceError

import pytest

from stream_cassette.cassette.model import (
    COMPLETE,
    Cassette,
    Cut,
    Ending,
    Headers,
    Interaction,
    Request,
    Response,
    grouped,
    header,
)
from stream_cassette.errors import UsageError
from stream_cassette.wire.chunk import Chunk

REPEATED: Headers = (("Set-Cookie", "a"), ("x-b", "2"), ("Set-Cookie", "c"), ("set-cookie", "d"))


def test_header_ignores_case_and_joins_repeats() -> None:
    assert header(REPEATED, "SET-cookie") == "a, c, d"
    assert header(REPEATED, "absent") is None


def test_grouped_keeps_the_order_within_a_name() -> None:
    assert grouped(REPEATED) == (
        ("Set-Cookie", "a"),
        ("Set-Cookie", "c"),
        ("x-b", "2"),
        ("set-cookie", "d"),
    )
    single: Headers = (("b", "1"), ("a", "2"))
    assert grouped(single) is single


def test_chunks_are_the_body_cut() -> None:
    cuts = (Cut(size_bytes=1, offset_ms=0.5), Cut(size_bytes=2, offset_ms=3.0))
    response = Response(status=200, body=b"abc", cuts=cuts)
    assert response.chunks == (Chunk(data=b"a", offset_ms=0.5), Chunk(data=b"bc", offset_ms=3.0))
    assert Response(status=200, body=b"abc").chunks is None


def test_the_decoded_view_and_the_path_are_no_part_of_the_value() -> None:
    assert Response(status=200, decoded="x") == Response(status=200)
    assert Cassette(path="a") == Cassette(path="b")


def test_values_are_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        COMPLETE.kind = "error"  # type: ignore[misc]


def test_to_dict_is_json() -> None:
    reset = Ending(kind="error", error="reset", message="gone")
    interaction = Interaction(
        request=Request(method="POST", url="http://a/", headers=(("x", "y"),), body=b"12"),
        response=Response(
            status=200, body=b"abc", cuts=(Cut(size_bytes=3, offset_ms=1.5),), ending=reset
        ),
        masked=("/key",),
    )
    found = json.loads(json.dumps(Cassette(interactions=(interaction,), path="a").to_dict()))
    (one,) = found["interactions"]
    assert one["request"] == {
        "method": "POST",
        "url": "http://a/",
        "headers": [["x", "y"]],
        "body_bytes": 2,
    }
    assert one["response"]["chunks"] == [[3, 1.5]]
    assert one["response"]["ending"] == {"kind": "error", "error": "reset", "message": "gone"}
    assert (one["masked"], one["re_rendered"]) == (["/key"], False)


def test_conversations_come_from_the_reader() -> None:
    cassette = Cassette(path="a.yaml", reader=lambda one: (one.path, one.path))
    assert cassette.conversations == ("a.yaml", "a.yaml")
    assert cassette == Cassette()
    assert "reader" not in repr(cassette)
    with pytest.raises(UsageError, match=r"a\.yaml holds 2 conversations"):
        cassette.conversation  # noqa: B018
    assert Cassette(reader=lambda one: ("said",)).conversation == "said"
    with pytest.raises(UsageError, match="there are 0 conversations"):
        Cassette(reader=lambda one: ()).conversation  # noqa: B018


def test_without_a_reader() -> None:
    with pytest.raises(UsageError, match="has no reader"):
        Cassette().conversations  # noqa: B018
