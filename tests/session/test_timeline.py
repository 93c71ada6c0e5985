"""When the chunks of recorded answers came."""

from __future__ import annotations

from stream_cassette.cassette.model import Cut, Response
from stream_cassette.session.timeline import came_in_time, longest_gap_ms


def _answer(*offsets_ms: float) -> Response:
    cuts = tuple(Cut(1, offset) for offset in offsets_ms)
    return Response(status=200, body=b"x" * len(cuts), cuts=cuts)


UNKNOWN = Response(status=200, body=b"abc")


def test_the_longest_gap_is_of_all_answers() -> None:
    assert longest_gap_ms([_answer(10, 30), _answer(5, 10), UNKNOWN]) == 20


def test_the_first_chunk_counts_from_the_head() -> None:
    assert longest_gap_ms([_answer(300, 310)]) == 300


def test_no_times_no_gap() -> None:
    assert longest_gap_ms([UNKNOWN, _answer()]) is None


def test_came_in_time() -> None:
    assert came_in_time([_answer(1, 2), _answer(3), UNKNOWN])
    assert not came_in_time([_answer(1, 2), _answer(3, 3, 3)])
    assert not came_in_time([_answer(1), UNKNOWN])
