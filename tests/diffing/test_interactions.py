"""Interactions compared by frames and byte by byte."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from stream_cassette.cassette.bindings import Bindings
from stream_cassette.cassette.model import Ending, Interaction, Request, Response
from stream_cassette.diffing.interactions import answer_view, interaction_diffs
from stream_cassette.diffing.rules import rules_of
from tests.support.weather_pair import session


def one(body: bytes = b"x", media: str = "text/plain", **rest: Any) -> Interaction:
    response = Response(status=200, headers=(("content-type", media),), body=body)
    return Interaction(
        request=Request(method="GET", url="http://a/x"), response=replace(response, **rest)
    )


def found(left: Interaction, right: Interaction, level: str = "frames", **rest: Any) -> list[str]:
    sides = [(0, left)], [(0, right)]
    (diff,) = interaction_diffs(*sides, rules_of(level, **rest), Bindings())
    assert diff.status == ("changed" if diff.differences else "same")
    return [each.path for each in diff.differences]


def test_same() -> None:
    assert found(one(), one()) == []


@pytest.mark.parametrize(
    ("change", "paths"),
    [
        ({"status": 404}, ["response.status"]),
        ({"ending": Ending(kind="client-closed")}, ["response.ending"]),
        ({"body": b"y"}, ["response.body"]),
        ({"status": 0}, ["response.status"]),
    ],
    ids=str,
)
def test_by_frames(change: dict[str, Any], paths: list[str]) -> None:
    assert found(one(), replace(one(), response=replace(one().response, **change))) == paths


def test_masks_of_another_length() -> None:
    assert found(one(b"key *****"), one(b"key ********")) == []
    assert found(one(b"key *****"), one(b"key ********"), "bytes") == ["response.body"]


def test_frames_nested_too_deep_are_compared_as_bytes() -> None:
    deep = b"[" * 50_000 + b"]" * 50_000
    assert found(one(deep, "application/json"), one(deep, "application/json")) == []
    other = found(one(deep, "application/json"), one(b" " + deep, "application/json"))
    assert other == ["response.body"]


@pytest.mark.parametrize(
    ("change", "paths"),
    [
        ({"headers": (("content-type", "text/html"),)}, ["response.headers.content-type"]),
        ({"headers": (("content-type", "text/plain"), ("date", "now"))}, []),
        ({"cuts": [(1, 5.0)]}, ["response.chunks"]),
        ({"head_ms": 4.0, "reason": "OK"}, []),
    ],
    ids=str,
)
def test_by_bytes(change: dict[str, Any], paths: list[str]) -> None:
    assert (
        found(one(), replace(one(), response=replace(one().response, **change)), "bytes") == paths
    )


def test_by_bytes_whole() -> None:
    dated = (("content-type", "text/plain"), ("date", "now"))
    other = replace(one(), response=replace(one().response, headers=dated, http_version="HTTP/2"))
    assert found(one(), other, "bytes", whole=True) == [
        "response.headers.date",
        "response.http_version",
    ]


def test_answers() -> None:
    assert answer_view(one(b"hi").response) == b"hi"
    value = answer_view(one(b'{"id": "1", "n": 2}', "application/json").response)
    assert isinstance(value, dict) and value["body"]["n"] == 2
    stream = answer_view(session("a").interactions[0].response)
    assert isinstance(stream, dict) and len(stream["frames"]) > 10
    deep = b"[" * 50_000 + b"]" * 50_000
    assert answer_view(one(deep, "application/json").response) == deep
