"""The smallest cuts under which a client behaves otherwise."""

from __future__ import annotations

import pytest

from stream_cassette.cassette.model import Cut, Response
from stream_cassette.session.recut import Recut, sizes
from stream_cassette.torture.cuts import recuts, verdict_of
from stream_cassette.wire.encoding import recode

FRAMES = ["data: grün\n\n".encode(), b"data: two\n\n", b"data: [DONE]\n\n"]
BODY = b"".join(FRAMES)
SSE = (("content-type", "text/event-stream"),)
CUTS = tuple(Cut(len(frame), 0.0) for frame in FRAMES)
ANSWER = Response(status=200, headers=SSE, body=BODY, cuts=CUTS)


def _chunks(recut: Recut, response: Response = ANSWER) -> list[bytes]:
    out, start = [], 0
    for size in sizes(recut, response, 0):
        out.append(response.body[start : start + size])
        start += size
    return out


def _breaks_characters(recut: Recut) -> bool:
    return "\ufffd" in "".join(chunk.decode("utf-8", "replace") for chunk in _chunks(recut))


def _takes_one_event_a_chunk(recut: Recut) -> bool:
    return any(chunk.count(b"data:") > 1 for chunk in _chunks(recut))


def test_plain_cuts_come_first_and_whole_before_all() -> None:
    assert [str(one) for one in recuts(2)] == ["whole", "bytes", "frames", "hostile:0", "hostile:1"]


@pytest.mark.parametrize("text", ["bytes", "hostile:0"])
def test_what_it_takes_is_one_cut(text: str) -> None:
    verdict = verdict_of(Recut.parse(text), [ANSWER], _breaks_characters)
    assert verdict.smallest == Recut(kind="at", at=((0, 9),))
    assert verdict.is_smallest
    assert verdict.message.splitlines()[0] == (
        "fails when bytes C3 | BC of U+00FC in event 0 arrive in two chunks"
    )
    assert verdict.message.endswith("reproduce with --stream-recut=at:9")
    assert f"first seen with recut={text} ({verdict.cuts} cuts)" in verdict.message


@pytest.mark.parametrize("cuts", [CUTS, None], ids=["recorded cuts", "unknown cuts"])
def test_where_whole_fails_it_is_the_cuts_that_are_gone(cuts: tuple[Cut, ...] | None) -> None:
    answer = Response(status=200, headers=SSE, body=BODY, cuts=cuts)
    verdict = verdict_of(Recut(kind="whole"), [answer], _takes_one_event_a_chunk)
    assert verdict.words in (
        "event 0 and event 1 arrive in one chunk",
        "event 1 and event 2 arrive in one chunk",
    )
    assert _takes_one_event_a_chunk(verdict.smallest)
    assert "several frames" in verdict.advice


def test_the_recorded_cuts_of_a_compressed_answer_count_what_they_yield() -> None:
    chunks = recode(FRAMES, "gzip")
    answer = Response(
        status=200,
        headers=(*SSE, ("content-encoding", "gzip")),
        body=b"".join(chunks),
        cuts=tuple(Cut(len(chunk), 0.0) for chunk in chunks),
    )
    asked: list[Recut] = []

    def fails(recut: Recut) -> bool:
        asked.append(recut)
        return not recut.at

    verdict = verdict_of(Recut(kind="whole"), [answer], fails)
    ends = (len(FRAMES[0]), len(FRAMES[0]) + len(FRAMES[1]))
    assert {place for one in asked for place in one.at} == {(0, ends[0]), (0, ends[1])}
    assert str(verdict.smallest) == "whole"


def test_a_set_too_large_for_a_flag_is_named_by_where_it_was_found() -> None:
    body = b"data: " + b"x" * 200 + b"\n\n"
    answer = Response(status=200, headers=SSE, body=body)
    verdict = verdict_of(
        Recut(kind="bytes"), [answer], lambda recut: recut.kind == "bytes" or len(recut.at) > 100
    )
    assert verdict.message.endswith("reproduce with --stream-recut=bytes")


def test_what_is_not_small_yet_after_so_many_runs_says_so() -> None:
    body = b"data: " + bytes(range(32, 127)) * 40 + b"\n\n"
    answer = Response(status=200, headers=SSE, body=body)
    wanted = {(0, at) for at in range(1, len(body), 97)}
    verdict = verdict_of(Recut(kind="bytes"), [answer], lambda recut: wanted <= set(recut.at))
    assert not verdict.is_smallest
    assert "maybe not to the end: 300 runs were made" in verdict.message
