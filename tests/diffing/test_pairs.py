"""Which interaction is which, and which ids stand for which."""

from __future__ import annotations

from dataclasses import replace

from stream_cassette.cassette.bindings import Bindings
from stream_cassette.cassette.model import Cassette, Interaction, Request, Response
from stream_cassette.diffing.pairs import (
    bindings_of,
    first_alike,
    own_bindings,
    pairs_of,
    rebound,
    same_request,
)
from tests.support.weather_pair import session


def asked(url: str, body: bytes = b"") -> Interaction:
    return Interaction(
        request=Request(method="POST", url=url, body=body), response=Response(status=200)
    )


def places(left: list[Interaction], right: list[Interaction]) -> list[tuple[int | None, ...]]:
    pairs = pairs_of(list(enumerate(left)), list(enumerate(right)))
    return [tuple(None if one is None else one[0] for one in pair) for pair in pairs]


def test_equal_requests_first_then_the_route_then_the_host() -> None:
    left = [
        asked("http://a/x", b"1"),
        asked("http://a/x", b"2"),
        asked("http://a/y"),
        asked("http://b"),
    ]
    right = [asked("http://a/x", b"2"), asked("http://a/x", b"3"), asked("http://a/z")]
    assert places(left, right) == [(0, 1), (1, 0), (2, 2), (3, None)]
    assert places(right, left) == [(0, 1), (1, 0), (2, 2), (None, 3)]


def test_each_is_given_once() -> None:
    one = asked("http://a/x", b"1")
    assert places([one, one], [one]) == [(0, 0), (1, None)]
    assert places([], [one]) == [(None, 0)]


def test_keys_that_are_left_alone() -> None:
    assert list(first_alike([1], [1], [])) == [(1, None), (None, 1)]


def test_ids_are_those_of_the_left_side() -> None:
    left, right = session("a"), session("bb")
    bindings = bindings_of(left, right)
    bodies = [one.request.body for one in rebound(right, bindings).interactions]
    assert bodies == [one.request.body for one in left.interactions]
    assert rebound(right, Bindings()) is right


def test_ids_are_one_word() -> None:
    texts = {
        tuple(one.request.body for one in rebound(run, own_bindings(run)).interactions)
        for run in (session("a"), session("bb"))
    }
    assert len(texts) == 1 and b"(an issued value)" in texts.pop()[1]


def test_a_compressed_request_comes_out_plain() -> None:
    import gzip

    left, right = session("a"), session("bb")
    last = right.interactions[1]
    packed = replace(
        last.request,
        body=gzip.compress(last.request.body),
        headers=(*last.request.headers, ("Content-Encoding", "gzip")),
    )
    zipped = Cassette(interactions=(right.interactions[0], replace(last, request=packed)))
    found = rebound(zipped, bindings_of(left, zipped)).interactions[1].request
    assert found.body == left.interactions[1].request.body
    assert found.headers == last.request.headers


def test_requests_that_are_alike() -> None:
    left, right = session("a").interactions, session("bb").interactions
    assert [same_request(one) for one in left] == [same_request(one) for one in right]
    assert same_request(asked("http://a", b"x")) != same_request(asked("http://a", b"y"))
    deep = b"[" * 50_000 + b"]" * 50_000
    assert same_request(asked("http://a", deep)) == same_request(asked("http://a", deep))
