"""How answers came, in numbers for both sides."""

from __future__ import annotations

from dataclasses import replace

from stream_cassette.conversation.model import Exchange, Usage
from stream_cassette.diffing.pace import pace_of, tokens_of
from tests.support.weather_pair import session

ONE = session("a").interactions
OTHER = session("a", cut=100).interactions


def test_alike() -> None:
    pace = pace_of(ONE, ONE)
    assert not pace.cuts_differ
    assert pace.chunks[0] == pace.chunks[1] == sum(len(one.response.cuts or ()) for one in ONE)
    assert pace.head_ms == (80.0, 80.0)


def test_cut_otherwise() -> None:
    pace = pace_of(ONE, OTHER, ("1 in", "2 in"))
    assert pace.cuts_differ and pace.chunks[0] != pace.chunks[1]
    assert pace.total_ms[0] is not None and pace.total_ms[0] > 0
    assert pace.tokens == ("1 in", "2 in")


def test_unknown() -> None:
    bare = [replace(one, response=replace(one.response, cuts=None, head_ms=None)) for one in ONE]
    pace = pace_of(ONE, bare)
    assert pace.cuts_differ
    assert (pace.chunks[1], pace.total_ms[1], pace.head_ms[1]) == (None, None, None)
    assert pace_of([], []).chunks == (None, None)


def test_tokens() -> None:
    counted = Exchange(dialect="x", usage=Usage(input_tokens=1_000, output_tokens=2))
    half = Exchange(dialect="x", usage=Usage(input_tokens=1))
    assert tokens_of([counted, half, Exchange(dialect="x")]) == "1,001 in, 2 out"
    assert tokens_of([]) == ""
