"""From a recorded response to the pieces of its replay."""

from __future__ import annotations

from stream_cassette.cassette.model import Cut, Response
from stream_cassette.session.plan import pieces


def _no_frames(response: Response) -> tuple[int, ...]:
    raise AssertionError("the frames were asked for although the cuts are known")


def test_recorded_cuts_are_kept() -> None:
    cuts = tuple(Cut(size_bytes=size, offset_ms=0.0) for size in (1, 0, 3))
    response = Response(status=200, body=b"abcd", cuts=cuts)
    assert tuple(pieces(response, _no_frames)) == (b"a", b"", b"bcd")


def test_unknown_cuts_are_the_frames() -> None:
    response = Response(status=200, body=b"aabb")
    assert tuple(pieces(response, lambda _: (2, 2))) == (b"aa", b"bb")


def test_one_piece_is_the_body_itself() -> None:
    response = Response(status=200, body=b"x" * 100)
    assert next(pieces(response, lambda _: (100,))) is response.body


def test_an_empty_body_has_no_pieces() -> None:
    assert tuple(pieces(Response(status=204), _no_frames)) == ()
