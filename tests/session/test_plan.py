"""From a recorded response to the pieces of its replay."""

from __future__ import annotations

import pytest

from stream_cassette.cassette.model import Cut, Interaction, Request, Response, header
from stream_cassette.session.broken import unspoken
from stream_cassette.session.fault import Fault, faults_of
from stream_cassette.session.pace import Pace
from stream_cassette.session.plan import PLAIN, Plan, Playback, pieces, planned, played_plainly
from stream_cassette.session.recut import Recut


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


CUTS = (Cut(11, 10.0), Cut(11, 30.0), Cut(14, 40.0))
BODY = b"data: one\n\ndata: two\n\ndata: [DONE]\n\n"
HEADERS = (("content-type", "text/event-stream"),)


def _played(plan: Plan, fault: str | None = None, **more: object) -> Playback:
    given = {"headers": HEADERS, "cuts": CUTS, "head_ms": 100.0} | more
    response = Response(status=200, body=BODY, **given)  # type: ignore[arg-type]
    request = Request(method="GET", url="https://x.test/")
    return planned(
        Interaction(request=request, response=response),
        0,
        plan,
        fault=None if fault is None else Fault.parse(fault),
        frame_sizes=lambda _: (36,),
        error_bytes=unspoken,
    )


def test_the_plain_plan_has_nothing_to_do_and_no_name() -> None:
    assert PLAIN.is_plain and PLAIN.told("virtual") == "" and PLAIN.named("virtual") == {}


def test_a_plan_names_what_it_does_and_how_to_do_it_again() -> None:
    plan = Plan(
        recut=Recut.parse("hostile:7"),
        pace=Pace.parse("2x"),
        faults=faults_of({0: "status:529", 2: "cut@50%"}),
    )
    assert not plan.is_plain
    assert plan.told() == (
        "replayed with recut=hostile:7 pace=2x fault=status:529,2=cut@50%; reproduce with "
        "--stream-recut=hostile:7 --stream-pace=2x --stream-fault=status:529,2=cut@50%"
    )
    assert Plan(pace=Pace.parse("3600s")).told("virtual") == (
        "replayed with pace=3600s clock=virtual; reproduce with "
        "--stream-pace=3600s --stream-clock=virtual"
    )


def test_a_new_cut_is_due_when_its_last_byte_was_there() -> None:
    plan = Plan(recut=Recut.parse("at:5,15"), pace=Pace.parse("recorded"))
    played = _played(plan)
    assert [len(piece) for piece in played.pieces] == [5, 10, 21]
    assert (played.dues_ms, played.head_ms) == ([10, 30, 40, 40], 100)


def test_at_once_there_is_nothing_to_wait_for() -> None:
    played = _played(Plan(recut=Recut.parse("bytes")))
    assert (played.dues_ms, played.head_ms) == (None, 0)
    assert b"".join(played.pieces) == BODY


@pytest.mark.parametrize(
    ("fault", "pace", "sizes", "dues"),
    [
        ("stall@1:1s", "none", [11, 11, 14], [0, 1000, 1000, 1000]),
        ("stall@15b:1s", "none", [11, 4, 7, 14], [0, 0, 1000, 1000, 1000]),
        ("stall@1:1s", "recorded", [11, 11, 14], [10, 1030, 1040, 1040]),
        ("stall@3:1s", "none", [11, 11, 14], [0, 0, 0, 1000]),
        ("stall@0:1s", "none", [11, 11, 14], [1000, 1000, 1000, 1000]),
    ],
)
def test_a_stall_makes_late_what_is_behind_it(
    fault: str, pace: str, sizes: list[int], dues: list[float]
) -> None:
    played = _played(Plan(pace=Pace.parse(pace)), fault)
    assert [len(piece) for piece in played.pieces] == sizes
    assert played.dues_ms == dues


def test_a_broken_answer_is_cut_anew_too() -> None:
    played = _played(Plan(recut=Recut.parse("bytes")), "cut@1")
    assert list(played.pieces) == [bytes([byte]) for byte in b"data: one\n\n"]


def test_recorded_cuts_of_a_broken_answer() -> None:
    assert list(_played(PLAIN, "cut@15b").pieces) == [b"data: one\n\n", b"data"]
    assert list(_played(PLAIN, None, cuts=None).pieces) == [BODY]


@pytest.mark.parametrize(
    ("plan", "wanted"),
    [
        (PLAIN, "0"),
        (Plan(keeps_retry_after=True), "2"),
        (Plan(pace=Pace.parse("recorded")), "2"),
        (Plan(recut=Recut.parse("whole")), "0"),
    ],
)
def test_at_once_a_retry_comes_at_once_too(plan: Plan, wanted: str) -> None:
    played = _played(plan, "status:429:retry-after=2")
    assert header(played.response.headers, "retry-after") == wanted


def test_a_recorded_retry_after() -> None:
    headers = (("Retry-After", "7"), ("retry-after-ms", "7000"), ("x", "y"))
    response = Response(status=429, headers=headers)
    played = played_plainly(response, PLAIN, _no_frames)
    assert played.response.headers == (("Retry-After", "0"), ("retry-after-ms", "0"), ("x", "y"))
    kept = played_plainly(response, Plan(keeps_retry_after=True), _no_frames)
    assert kept.response is response
