"""Recorded values → finished or not, pieces to replay, what a writer is given."""

from __future__ import annotations

import gzip
from typing import Any

import pytest

from stream_cassette.cassette.model import Request, Response
from stream_cassette.pipeline import (
    decoded_body,
    frame_cuts,
    frames_of,
    is_finished,
    with_decoded,
)
from tests.support.bedrock_messages import EVENTSTREAM, message

POST = Request(method="POST", url="https://ai-gateway.vercel.sh/v1/chat/completions?key=k")
SSE = ("content-type", "text/event-stream; charset=utf-8")
CHUNK = b'data: {"id":"gen_1","object":"chat.completion.chunk"}\n\n'
DONE = b"data: [DONE]\n\n"
LINE = b'{"model":"m","created_at":"","message":{"role":"assistant","content":""},"done":%s}\n'


def response(body: bytes = b"", *headers: tuple[str, str], **rest: Any) -> Response:
    return Response(status=rest.pop("status", 200), headers=headers or (SSE,), body=body, **rest)


def _is_finished(request: Request, answer: Response) -> bool:
    size_bytes = len(answer.body)
    return is_finished(request, answer, size_bytes=size_bytes, tail=decoded_body(answer))


@pytest.mark.parametrize(
    ("answer", "finished"),
    [
        (response(CHUNK + DONE), True),
        (response(CHUNK + b"data: [DONE]\n"), True),
        (response(CHUNK + DONE + b": bye\n\n"), True),
        (response(CHUNK), False),
        (response(b""), False),
        (response(b'data: {"delta":"data: [DONE]"}\n\n'), False),
        (response(b'event: message_stop\ndata: {"type":"message_stop"  }\n\n'), True),
        (response(gzip.compress(CHUNK + DONE), SSE, ("content-encoding", "gzip")), True),
        (response(gzip.compress(CHUNK + DONE)[:-9], SSE, ("content-encoding", "gzip")), True),
        (response(gzip.compress(CHUNK), SSE, ("Content-Encoding", "gzip")), False),
        (response(CHUNK + DONE, SSE, ("content-encoding", "rot13")), True),
        (response(CHUNK, SSE, ("content-encoding", "gzip")), False),
        (response(LINE % b"true", ("content-type", "application/x-ndjson")), True),
        (response(LINE % b"false", ("content-type", "application/x-ndjson")), False),
        (response(b'{"done":true}', ("content-type", "application/x-ndjson")), False),
        (response(b"12345", ("content-length", "5")), True),
        (response(b"1234", ("content-length", "5")), False),
        (response(b"", ("content-length", "0")), True),
        (response(CHUNK + DONE, SSE, ("content-length", "999")), True),
        (response(CHUNK, SSE, ("content-length", "999")), False),
        (response(b"1", ("content-length", "1"), ("transfer-encoding", "chunked")), False),
        (response(b"1", ("content-length", "one")), False),
        (response(b"", status=204), True),
        (response(b"", status=304), True),
    ],
)
def test_is_finished(answer: Response, finished: bool) -> None:
    assert _is_finished(POST, answer) is finished


def test_a_head_request_has_no_body_to_come() -> None:
    head = Request(method="HEAD", url="https://example.com/")
    assert _is_finished(head, response(b"", ("content-length", "5")))


@pytest.mark.parametrize(
    ("answer", "sizes"),
    [
        (response(CHUNK + DONE), (len(CHUNK), len(DONE))),
        (response(b": hi\n\n" + DONE + b"data: x"), (6, len(DONE), 7)),
        (response(b"{}\n{}", ("content-type", "application/x-ndjson")), (3, 2)),
        (response(b"[1, 2]", ("content-type", "application/json")), (6,)),
        (response(CHUNK + DONE, SSE, ("content-encoding", "br")), (len(CHUNK + DONE),)),
        (response(CHUNK, SSE, ("content-encoding", "identity")), (len(CHUNK),)),
        (response(b""), ()),
    ],
)
def test_frame_cuts(answer: Response, sizes: tuple[int, ...]) -> None:
    assert tuple(frame_cuts(answer)) == sizes
    assert sum(sizes) == len(answer.body)


def test_is_finished_by_the_tail_of_an_event_stream() -> None:
    said = message("contentBlockDelta", {"delta": {"text": "Hi"}})
    tail = said[9:] + said + message("metadata", {"usage": {}})
    answer = response(tail, ("content-type", EVENTSTREAM))
    assert _is_finished(POST, answer)
    assert not _is_finished(POST, response(tail[:-1], ("content-type", EVENTSTREAM)))


def test_decoded_body_and_frames() -> None:
    answer = response(gzip.compress(CHUNK + DONE), SSE, ("content-encoding", "gzip"))
    assert decoded_body(answer) == CHUNK + DONE
    assert [one.data for one in frames_of(answer)][-1] == "[DONE]"


def test_a_compressed_text_body_gets_a_readable_view() -> None:
    coded = response(gzip.compress(CHUNK), SSE, ("content-encoding", "gzip"))
    assert with_decoded(coded).decoded == CHUNK.decode()
    assert with_decoded(coded) == coded


@pytest.mark.parametrize(
    "answer",
    [
        response(CHUNK),
        response(b"", SSE, ("content-encoding", "gzip")),
        response(gzip.compress(b"\xff"), SSE, ("content-encoding", "gzip")),
    ],
    ids=["plain", "empty", "not text"],
)
def test_any_other_body_has_no_view(answer: Response) -> None:
    assert with_decoded(answer).decoded is None
