"""The decoder of event streams: the rules of WHATWG, at every cut, in linear time."""

from __future__ import annotations

import time
from dataclasses import dataclass

import pytest

from stream_cassette.wire.framing import Frame
from stream_cassette.wire.sse import SSEDecoder


@dataclass(frozen=True, kw_only=True)
class Case:
    """A body and what its dispatched events are: (event name or None, data, last id)."""

    id: str
    body: bytes
    events: tuple[tuple[str | None, str, str | None], ...]
    retry: int | None = None


def plain(*data: str) -> tuple[tuple[str | None, str, str | None], ...]:
    return tuple((None, one, None) for one in data)


BIG = "x" * (1 << 20) + "é"

CASES = [
    Case(id="lf", body=b"data: a\n\ndata: b\n\n", events=plain("a", "b")),
    Case(id="crlf", body=b"data: a\r\n\r\ndata: b\r\n\r\n", events=plain("a", "b")),
    Case(id="cr", body=b"data: a\r\rdata: b\r\r", events=plain("a", "b")),
    Case(id="lf-then-crlf", body=b"data: a\n\r\ndata: b\n\r\n", events=plain("a", "b")),
    Case(id="crlf-then-lf", body=b"data: a\r\n\ndata: b\r\n\n", events=plain("a", "b")),
    Case(id="crlf-inside-event", body=b"data: a\r\ndata: b\r\n\r\n", events=plain("a\nb")),
    Case(id="bom", body=b"\xef\xbb\xbfdata: a\n\n", events=plain("a")),
    Case(id="bom-twice", body=b"\xef\xbb\xbf\xef\xbb\xbfdata: a\n\n", events=()),
    Case(id="several-data", body=b"data: a\ndata: b\ndata:\n\n", events=plain("a\nb\n")),
    Case(id="data-no-colon", body=b"data\n\n", events=plain("")),
    Case(id="data-empty", body=b"data:\n\n", events=plain("")),
    Case(id="no-blank-at-eof", body=b"data: a\n\ndata: b\n", events=plain("a")),
    Case(id="no-newline-at-eof", body=b"data: a\n\ndata: b", events=plain("a")),
    Case(id="no-space", body=b"data:a\n\n", events=plain("a")),
    Case(id="two-spaces", body=b"data:  a\n\n", events=plain(" a")),
    Case(id="tab", body=b"data:\ta\n\n", events=plain("\ta")),
    Case(id="colon-in-data", body=b"data: a: b\n\n", events=plain("a: b")),
    Case(
        id="event-resets",
        body=b"event: x\ndata: a\n\ndata: b\n\n",
        events=(("x", "a", None), (None, "b", None)),
    ),
    Case(id="event-after-data", body=b"data: a\nevent: x\n\n", events=(("x", "a", None),)),
    Case(id="event-without-data", body=b"event: x\n\ndata: a\n\n", events=plain("a")),
    Case(id="event-empty", body=b"event:\ndata: a\n\n", events=plain("a")),
    Case(
        id="id-sticky",
        body=b"id: 1\ndata: a\n\ndata: b\n\n",
        events=((None, "a", "1"), (None, "b", "1")),
    ),
    Case(id="id-alone", body=b"id: 1\n\ndata: a\n\n", events=((None, "a", "1"),)),
    Case(id="id-emptied", body=b"id: 1\n\nid\ndata: a\n\n", events=((None, "a", ""),)),
    Case(id="id-with-nul", body=b"id: 1\n\nid: 2\x003\ndata: a\n\n", events=((None, "a", "1"),)),
    Case(id="retry", body=b"retry: 2500\ndata: a\n\n", events=plain("a"), retry=2500),
    Case(id="retry-invalid", body=b"retry: 2.5\nretry: -1\ndata: a\n\n", events=plain("a")),
    Case(id="retry-not-ascii", body="retry: ٣\ndata: a\n\n".encode(), events=plain("a")),
    Case(id="comment-between", body=b"data: a\n: hi\ndata: b\n\n", events=plain("a\nb")),
    Case(id="comment-alone", body=b": ping\n\ndata: a\n\n", events=plain("a")),
    Case(id="unknown-field", body=b"foo: x\nbar\ndata: a\n\n", events=plain("a")),
    Case(id="upper-case-field", body=b"DATA: x\nData: y\ndata: a\n\n", events=plain("a")),
    Case(
        id="separators-that-are-none",
        body='data: {"a":"\u2028\u2029\u0085\x0b\x0c\x1c\x1d\x1e"}\n\n'.encode(),
        events=plain('{"a":"\u2028\u2029\u0085\x0b\x0c\x1c\x1d\x1e"}'),
    ),
    Case(id="nul-in-data", body=b"data: a\x00b\n\n", events=plain("a\x00b")),
    Case(id="multi-byte", body="data: 40°C 🌤\n\n".encode(), events=plain("40°C 🌤")),
    Case(
        id="invalid-utf-8",
        body=b"data: \xff\xf0\x9f\x8c\ndata: \xed\xa0\xbd\n\n",
        events=plain("\ufffd\ufffd\n\ufffd\ufffd\ufffd"),
    ),
    Case(id="one-space", body=b"data: a\n\n", events=plain("a")),
    Case(
        id="cr-among-crlf",
        body=b"data: a\r\n\r\ndata: b\rdata: c\r\n\r\nevent: x\ry\r\ndata: d\r\n\r\n",
        events=((None, "a", None), (None, "b\nc", None), ("x", "d", None)),
    ),
    Case(id="retry-alone", body=b"retry: 5\n\ndata: a\n\n", events=plain("a")),
    Case(
        id="id-stays-over-plain-events",
        body=b"id: 1\ndata: a\n\ndata: b\n\n: c\n\nevent:  x\ndata: d\n\n",
        events=((None, "a", "1"), (None, "b", "1"), (" x", "d", "1")),
    ),
    Case(
        id="plain-events-of-mixed-line-ends",
        body=b"event: x\r\ndata: a\n\nevent: y\ndata: b\r\n\r\ndata: c\r\n\ndata: d\r\n\r\n",
        events=(("x", "a", None), ("y", "b", None), (None, "c", None), (None, "d", None)),
    ),
    Case(id="leading-blank-lines", body=b"\n\r\n\rdata: a\n\n", events=plain("a")),
    Case(id="empty", body=b"", events=()),
]


def frames(pieces: list[bytes]) -> list[Frame]:
    decoder = SSEDecoder()
    out = [frame for piece in pieces for frame in decoder.feed(piece)]
    return out + decoder.close()


def events(found: list[Frame]) -> tuple[tuple[str | None, str, str | None], ...]:
    return tuple((one.event, one.data, one.id) for one in found if one.dispatch)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_dispatches_by_the_rules(case: Case) -> None:
    found = frames([case.body])
    assert events(found) == case.events
    assert next((one.retry for one in found if one.dispatch), None) == case.retry


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_raw_is_the_body_and_start_its_place(case: Case) -> None:
    found = frames([case.body])
    assert b"".join(one.raw for one in found) == case.body
    assert all(case.body[one.start :].startswith(one.raw) for one in found)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_any_cut_gives_the_same_frames(case: Case) -> None:
    body, whole = case.body, frames([case.body])
    assert frames([body[n : n + 1] for n in range(len(body))]) == whole
    for cut in range(len(body) + 1):
        assert frames([body[:cut], b"", body[cut:]]) == whole
    for first in range(0, len(body), 3):
        for second in range(first, len(body), 3):
            assert frames([body[:first], body[first:second], body[second:]]) == whole


def test_a_leftover_is_partial_and_keeps_what_it_said() -> None:
    (done, left) = frames([b"data: a\n\nevent: x\ndata: [DONE"])
    assert (done.partial, done.dispatch) == (False, True)
    assert (left.partial, left.dispatch) == (True, False)
    assert (left.event, left.data, left.raw, left.start) == (
        "x",
        "[DONE",
        b"event: x\ndata: [DONE",
        9,
    )


def test_a_frame_comes_with_its_blank_line() -> None:
    decoder = SSEDecoder()
    assert decoder.feed(b"data: a\n") == []
    assert [one.data for one in decoder.feed(b"\n")] == ["a"]


def test_a_cr_at_the_end_waits_for_its_lf() -> None:
    decoder = SSEDecoder()
    assert decoder.feed(b"data: a\r\n\r") == []
    (frame,) = decoder.feed(b"\n")
    assert frame.raw == b"data: a\r\n\r\n"


def test_a_cr_at_the_very_end_completes_the_frame() -> None:
    decoder = SSEDecoder()
    assert decoder.feed(b"data: a\r\r") == []
    (frame,) = decoder.close()
    assert (frame.data, frame.dispatch, frame.partial) == ("a", True, False)


def test_comments_and_lone_blank_lines_are_frames_that_dispatch_nothing() -> None:
    found = frames([b": OPENROUTER PROCESSING\n\n\ndata: a\n\n"])
    assert [(one.raw, one.dispatch) for one in found] == [
        (b": OPENROUTER PROCESSING\n\n", False),
        (b"\n", False),
        (b"data: a\n\n", True),
    ]


def test_an_event_of_more_than_a_mebibyte() -> None:
    (frame,) = frames([f"data: {BIG}\n\n".encode()])
    assert frame.data == BIG


def test_linear_however_it_is_cut() -> None:
    """Four times the bytes, one byte at a time in one line: about four times the work."""

    def seconds(size: int) -> float:
        body = b"data: " + b"x" * size + b"\n\n"
        best = float("inf")
        for _ in range(3):
            began = time.process_time()
            assert len(frames([body[n : n + 1] for n in range(len(body))])) == 1
            best = min(best, time.process_time() - began)
        return best

    assert seconds(160_000) < 10 * seconds(40_000)


@pytest.mark.parametrize(
    "body",
    [
        b"data: x\n\n" * 40_000,
        b"data: x\r\r" * 40_000,
        b"data: x\r\r" * 40_000 + b"\r\n\r\n",
        b"data: x\n\n" * 40_000 + b"\r",
        b"data: x\n\n" * 40_000 + b"\r\n\r\n",
        b"event: e\ndata: x\r\r" * 40_000 + b"\n\n",
    ],
    ids=["lf", "cr", "cr, crlf at the end", "lf, cr at the end", "lf, crlf at the end", "mixed"],
)
def test_many_small_events_in_one_chunk_are_linear_too(body: bytes) -> None:
    began = time.process_time()
    assert sum(one.dispatch for one in frames([body])) == 40_000
    assert time.process_time() - began < 5


def test_blocks_that_are_not_plain_take_linear_time() -> None:
    """A search of the whole feed at each would take ten times as long."""
    count = 400_000
    started = time.process_time()
    assert len(SSEDecoder().feed(b"data:1\n\n" * count)) == count
    assert time.process_time() - started < 10
