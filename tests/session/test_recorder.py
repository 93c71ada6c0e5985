"""Takes: what is seen becomes an interaction, in order of sending."""

from __future__ import annotations

from itertools import count

import pytest

from stream_cassette.cassette.model import COMPLETE, Cut, Ending, Request, Response
from stream_cassette.errors import SessionError
from stream_cassette.session.memory import MemoryBook
from stream_cassette.session.recorder import Recorder

POST = Request(method="POST", url="https://api.example.com/v1", body=b"{}")


def _recorder(*, finished: bool = False) -> Recorder:
    seconds = count(0)
    return Recorder(
        MemoryBook(),
        clock=lambda: float(next(seconds)),
        now=lambda: "2026-01-01T00:00:00.000Z",
        is_finished=lambda request, head, *, size_bytes, tail: finished,
    )


def _headed(recorder: Recorder, request: Request = POST):  # type: ignore[no-untyped-def]
    take = recorder.start(request)
    take.head(status=200, reason="OK", headers=(("a", "b"),), http_version="HTTP/1.1")
    return take


def test_a_complete_exchange() -> None:
    recorder = _recorder()
    take = _headed(recorder)
    take.chunk(b"ab")
    take.chunk(b"")  # HTTP/2's empty last frame
    take.chunk(b"c")
    take.end(COMPLETE)
    (interaction,) = recorder.interactions()
    assert interaction.request == POST
    assert interaction.recorded_at == "2026-01-01T00:00:00.000Z"
    assert interaction.response == Response(
        status=200,
        reason="OK",
        headers=(("a", "b"),),
        http_version="HTTP/1.1",
        head_ms=1000.0,
        body=b"abc",
        cuts=(Cut(size_bytes=2, offset_ms=1000.0), Cut(size_bytes=1, offset_ms=2000.0)),
    )


def test_the_first_ending_counts_and_what_follows_is_ignored() -> None:
    recorder = _recorder()
    take = _headed(recorder)
    take.chunk(b"a")
    reset = Ending(kind="error", error="reset", message="gone")
    take.end(reset)
    take.chunk(b"b")
    take.end(COMPLETE)
    take.leave()
    (interaction,) = recorder.interactions()
    assert (interaction.response.body, interaction.response.ending) == (b"a", reset)


PENDING = Ending(kind="pending", waited_ms=100.0)
RESET = Ending(kind="error", error="reset", message="")


@pytest.mark.parametrize(
    ("ending", "finished", "kind"),
    [
        (Ending(kind="client-closed"), True, "complete"),
        (Ending(kind="client-closed"), False, "client-closed"),
        (PENDING, True, "complete"),
        (PENDING, False, "pending"),
        (RESET, True, "error"),
        (RESET, False, "error"),
    ],
)
def test_only_the_callers_own_end_asks_whether_all_was_said(
    ending: Ending, finished: bool, kind: str
) -> None:
    recorder = _recorder(finished=finished)
    take = _headed(recorder)
    take.chunk(b"data: [DONE]\n\n")
    take.end(ending)
    assert recorder.interactions()[0].response.ending.kind == kind


def test_a_request_without_a_head_has_status_0_and_is_never_finished() -> None:
    recorder = _recorder(finished=True)
    recorder.start(POST).leave()
    (interaction,) = recorder.interactions()
    assert interaction.response == Response(status=0, ending=Ending(kind="client-closed"))


def test_order_is_that_of_sending_not_of_ending() -> None:
    recorder = _recorder()
    first = _headed(recorder)
    second = _headed(recorder, Request(method="GET", url="https://api.example.com/2"))
    second.end(COMPLETE)
    assert [i.request.method for i in recorder.ended()] == ["GET"]
    first.end(COMPLETE)
    assert [i.request.method for i in recorder.interactions()] == ["POST", "GET"]


def test_what_comes_after_the_end_of_all_is_ignored_or_refused() -> None:
    """Another thread is still waiting for its head, or reading, or about to send."""
    recorder = _recorder()
    waiting, reading = recorder.start(POST), _headed(recorder)
    reading.chunk(b"a")
    first, second = recorder.interactions()
    waiting.head(status=200, reason="OK", headers=(), http_version=None)
    waiting.chunk(b"late")
    waiting.end(COMPLETE)
    reading.chunk(b"late")
    with pytest.raises(SessionError, match="closed just now"):
        recorder.start(POST)
    assert recorder.interactions() == (first, second)
    assert (first.response.status, second.response.body) == (0, b"a")
