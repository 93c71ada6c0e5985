"""Where a replay cuts."""

from __future__ import annotations

import pytest

from stream_cassette.cassette.model import Response
from stream_cassette.errors import UsageError
from stream_cassette.session.recut import Recut, sizes
from stream_cassette.wire.encoding import decode, recode
from stream_cassette.wire.places import KINDS, places

BODY = 'data: {"a": "\u2028 \\ud83d\\ude00 \\n"}\r\n\r\ndata: [DONE]\r\n\r\n'.encode()
HEADERS = (("content-type", "text/event-stream"),)
ANSWER = Response(status=200, headers=HEADERS, body=BODY)

FORMS = ["recorded", "whole", "frames", "bytes", "random:0", "hostile:17", "at:3", "at:3,1/20"]


@pytest.mark.parametrize("text", FORMS)
def test_a_form_is_read_and_written(text: str) -> None:
    recut = Recut.parse(text)
    assert str(recut) == text
    assert Recut.parse(recut) is recut


WRONG = [
    "",
    "chunky",
    "random",
    "hostile",
    "hostile:x",
    "hostile:-1",
    "whole:1",
    "at:",
    "at:x",
    "at",
]


@pytest.mark.parametrize("text", WRONG)
def test_another_form_is_refused_with_those_there_are(text: str) -> None:
    with pytest.raises(
        UsageError, match="use recorded, whole, frames, bytes, random:SEED, hostile"
    ):
        Recut.parse(text)


@pytest.mark.parametrize("text", FORMS[1:])
@pytest.mark.parametrize("coding", [None, "gzip", "br"])
def test_sizes_sum_to_the_body_and_are_the_same_again(text: str, coding: str | None) -> None:
    (body,) = recode([BODY], coding)
    headers = HEADERS if coding is None else (*HEADERS, ("content-encoding", coding))
    answer = Response(status=200, headers=headers, body=body)
    made = sizes(Recut.parse(text), answer, 0)
    assert sum(made) == len(body)
    assert all(made)
    assert made == sizes(Recut.parse(text), answer, 0)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("whole", [len(BODY)]), ("bytes", [1] * len(BODY)), ("at:3,5", [3, 2, len(BODY) - 5])],
)
def test_what_the_plain_forms_cut(text: str, wanted: list[int]) -> None:
    assert list(sizes(Recut.parse(text), ANSWER, 0)) == wanted


def test_frames() -> None:
    first = BODY.index(b"data: [DONE]")
    assert sizes(Recut.parse("frames"), ANSWER, 0) == [first, len(BODY) - first]


def test_places_are_of_one_interaction() -> None:
    assert sizes(Recut.parse("at:3"), ANSWER, 1) == [len(BODY)]
    assert sizes(Recut.parse("at:1/3,9999"), ANSWER, 1) == [3, len(BODY) - 3]


@pytest.mark.parametrize("text", FORMS[1:])
def test_an_empty_body_is_never_cut(text: str) -> None:
    assert list(sizes(Recut.parse(text), Response(status=204), 0)) == []


def test_seeds_differ() -> None:
    for kind in ("random", "hostile"):
        made = {tuple(sizes(Recut.parse(f"{kind}:{seed}"), ANSWER, 0)) for seed in range(20)}
        assert len(made) > 10


@pytest.mark.parametrize("seed", range(20))
def test_hostile_cuts_at_one_place_of_each_kind_at_least(seed: int) -> None:
    known = dict(places(BODY, "text/event-stream"))
    made = sizes(Recut(kind="hostile", seed=seed), ANSWER, 0)
    ends = [sum(made[: n + 1]) for n in range(len(made) - 1)]
    assert set(ends) <= known.keys()
    assert {known[end] for end in ends} == set(known.values()) == set(KINDS) - {"prelude"}


def test_a_cut_of_a_compressed_body_counts_decoded_bytes() -> None:
    (body,) = recode([BODY * 20], "gzip")
    headers = (*HEADERS, ("content-encoding", "gzip"))
    answer = Response(status=200, headers=headers, body=body)
    first, _ = sizes(Recut.parse("at:500"), answer, 0)
    assert len(decode(body[: first - 1], "gzip")) < 500 <= len(decode(body[:first], "gzip"))
