"""Answers with faults in them."""

from __future__ import annotations

import json

import pytest

from stream_cassette.cassette.model import COMPLETE, Cut, Interaction, Request, Response, header
from stream_cassette.errors import UsageError
from stream_cassette.session.broken import broken, check, framing_of, unspoken
from stream_cassette.session.fault import Fault, faults_of
from stream_cassette.wire.encoding import decode, recode

FIRST, SECOND, DONE = b"data: one\n\n", b"data: two\n\n", b"data: [DONE]\n\n"
BODY = FIRST + SECOND + DONE
CUTS = (Cut(15, 10.0), Cut(7, 20.0), Cut(len(DONE), 30.0))
SSE = (("content-type", "text/event-stream"),)


def _interaction(body: bytes = BODY, **more: object) -> Interaction:
    given = {"headers": SSE, "cuts": CUTS, "http_version": "HTTP/1.1"} | more
    response = Response(status=200, body=body, **given)  # type: ignore[arg-type]
    return Interaction(request=Request(method="POST", url="https://x.test/"), response=response)


def _of(text: str, interaction: Interaction | None = None) -> Response:
    return broken(interaction or _interaction(), Fault.parse(text), unspoken).response


@pytest.mark.parametrize(
    ("place", "left"),
    [("0", 0), ("1", 11), ("2", 22), ("3", 36), ("15b", 15), ("50%", 18), ("100%", 36)],
)
@pytest.mark.parametrize("kind", ["cut", "reset"])
def test_a_body_cut_short(kind: str, place: str, left: int) -> None:
    answer = _of(f"{kind}@{place}")
    assert answer.body == BODY[:left]
    assert answer.cuts is not None and sum(cut.size_bytes for cut in answer.cuts) == left
    assert (answer.ending == COMPLETE) is (kind == "cut")


def test_a_reset_names_itself() -> None:
    ending = _of("reset@1").ending
    assert (ending.error, ending.message) == ("reset", "connection reset (fault reset@1)")


def test_a_body_of_known_length_can_not_end_early_without_an_error() -> None:
    headers = (*SSE, ("content-length", str(len(BODY))))
    assert _of("cut@1", _interaction(headers=headers)).ending.error == "incomplete"
    assert _of("cut@3", _interaction(headers=headers)).ending == COMPLETE


def test_a_chunk_that_holds_the_place_is_cut_short() -> None:
    assert _of("cut@20b").cuts == (Cut(15, 10.0), Cut(5, 20.0))


def test_a_stall_changes_no_byte() -> None:
    found = broken(_interaction(), Fault.parse("stall@1:2s"), unspoken)
    assert found.response is not None and found.response.body == BODY
    assert (found.stall_at, found.stall_ms) == (11, 2000)


def test_a_duplicate_comes_right_before_its_frame() -> None:
    answer = _of("duplicate@1")
    assert answer.body == FIRST + SECOND + SECOND + DONE
    assert answer.cuts == (Cut(11, 10.0), Cut(11, 10.0), Cut(4, 10.0), Cut(7, 20.0), CUTS[2])


@pytest.mark.parametrize("place", ["1", "12b", "50%"])
def test_an_error_event_comes_between_frames_and_ends_the_stream(place: str) -> None:
    answer = _of(f"error-event@{place}:529")
    assert answer.body == FIRST + b'data: {"error": {"message": "HTTP 529"}}\n\n'
    assert answer.cuts is not None
    assert sum(cut.size_bytes for cut in answer.cuts) == len(answer.body)


def test_an_error_event_at_the_end() -> None:
    assert _of("error-event@3").body.startswith(BODY + b"data: {")


def test_a_declared_length_follows() -> None:
    headers = (*SSE, ("Content-Length", str(len(BODY))))
    answer = _of("duplicate@0", _interaction(headers=headers))
    assert header(answer.headers, "content-length") == str(len(answer.body))


@pytest.mark.parametrize("text", ["duplicate@1", "error-event@1"])
@pytest.mark.parametrize("coding", ["gzip", "br"])
def test_a_compressed_body_is_coded_again(text: str, coding: str) -> None:
    (body,) = recode([BODY], coding)
    headers = (*SSE, ("content-encoding", coding))
    answer = _of(text, _interaction(body, headers=headers, cuts=None))
    assert decode(answer.body, coding) == _of(text).body
    assert answer.cuts is None


def test_a_compressed_body_is_cut_by_decoded_bytes() -> None:
    (body,) = recode([BODY], "gzip")
    headers = (*SSE, ("content-encoding", "gzip"))
    answer = _of("cut@1", _interaction(body, headers=headers, cuts=None))
    assert decode(answer.body, "gzip")[:11] == FIRST


def test_a_status_answers_instead() -> None:
    answer = _of("status:429:retry-after=2")
    assert (answer.status, answer.reason) == (429, "Too Many Requests")
    assert json.loads(answer.body)["error"]["message"] == "HTTP 429"
    assert header(answer.headers, "retry-after") == "2"
    assert header(answer.headers, "content-length") == str(len(answer.body))


def test_http_2_has_no_reason_and_unknown_codes_have_none() -> None:
    assert _of("status:429", _interaction(http_version="HTTP/2")).reason == ""
    assert _of("status:529").reason == ""


WHOLE = _interaction(b'{"a": 1}', headers=(("content-type", "text/html"),), cuts=None)
IMPOSSIBLE = {
    "beyond the frames": ("cut@4", None, "the answer has 3 frames only"),
    "a duplicate of no frame": ("duplicate@3", None, "the answer has 3 frames only"),
    "beyond the bytes": ("reset@99b", None, "the body has 36 bytes only"),
    "no stream": ("error-event@50%", WHOLE, "not streamed; status:500"),
    "no answer": (
        "cut@50%",
        Interaction(
            request=Request(method="GET", url="https://x.test/"), response=Response(status=0)
        ),
        "no answer was recorded; status:500 makes one",
    ),
    "nothing at all": ("duplicate@0%", _interaction(b"", cuts=()), "the answer is empty"),
}


@pytest.mark.parametrize(("text", "one", "why"), IMPOSSIBLE.values(), ids=IMPOSSIBLE.keys())
def test_a_place_that_is_not_there(text: str, one: Interaction | None, why: str) -> None:
    with pytest.raises(UsageError, match=why):
        _of(text, one)


def test_check_names_the_interaction() -> None:
    given = [_interaction(), _interaction()]
    check(faults_of("1=cut@2"), given, unspoken)
    with pytest.raises(UsageError, match=r"interaction 1: fault 'cut@9'"):
        check(faults_of("1=cut@9"), given, unspoken)
    with pytest.raises(UsageError, match=r"fault 2=cut@0: no interaction 2 is recorded"):
        check(faults_of("2=cut@0"), given, unspoken)


@pytest.mark.parametrize(
    ("media", "framing"),
    [
        ("text/event-stream; charset=utf-8", "sse"),
        ("application/x-ndjson", "ndjson"),
        ("application/vnd.amazon.eventstream", "eventstream"),
        ("application/json", "whole"),
        ("text/html", "whole"),
    ],
)
def test_framing_of(media: str, framing: str) -> None:
    assert framing_of(Response(status=200, headers=(("content-type", media),)), b"") == framing


def test_nobodys_words() -> None:
    assert unspoken(WHOLE, 500, "ndjson").endswith(b"}\n")
    with pytest.raises(UsageError, match="known dialect"):
        unspoken(WHOLE, 500, "eventstream")
