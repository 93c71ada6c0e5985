"""Levels: what counts as another answer, and where it is said to be; rows."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from stream_cassette import pipeline
from stream_cassette.cassette.bindings import Bindings
from stream_cassette.cassette.model import Ending, Interaction, Request, Response
from stream_cassette.session.levels import LEVELS, Answers, answer_differences, default_level

ASKED = Request(method="POST", url="http://a/")
LEFT = Ending(kind="client-closed")
RESET = Ending(kind="error", error="reset", message="peer left")


def response(body: bytes, media: str = "text/event-stream", **fields: Any) -> Response:
    return Response(status=200, headers=(("content-type", media),), body=body, **fields)


def sse(*values: Any, event: str | None = None) -> Response:
    line = f"event: {event}\n" if event else ""
    texts = [value if isinstance(value, str) else json.dumps(value) for value in values]
    return response("".join(f"{line}data: {text}\n\n" for text in texts).encode())


def body(value: Any) -> Response:
    return response(json.dumps(value).encode(), "application/json")


def found(
    recorded: Response,
    live: Response,
    level: str,
    earlier: Bindings | None = None,
    own: Bindings | None = None,
) -> list[str]:
    answers = Answers(
        recorded=Interaction(request=ASKED, response=recorded),
        live=Interaction(request=ASKED, response=live),
        earlier=earlier or Bindings(),
        bindings=own or earlier or Bindings(),
        frames_of=pipeline.frames_of,
        decoded=pipeline.decoded_body,
    )
    return [str(difference) for difference in answer_differences(answers, LEVELS[level])]


ARGUMENTS = "frames[1].data.choices[0].delta.tool_calls[0].function.arguments"


def delta(**fields: Any) -> dict[str, Any]:
    return {"id": "gen_1", "created": 1, "choices": [{"index": 0, "delta": fields}]}


SAME_FRAMES = {
    "other ids, times and counts": (
        sse(delta(content="a"), {"usage": {"total_tokens": 3}, "choices": []}, "[DONE]"),
        sse(
            delta(content="a") | {"id": "gen_2", "created": 2, "system_fingerprint": "fp"},
            {"usage": {"total_tokens": 4}, "choices": []},
            "[DONE]",
        ),
    ),
    "comments, pings and line ends": (
        sse({"a": 1}),
        response(
            b': hi\r\n\r\nevent: ping\r\ndata: {"type":"ping"}\r\n\r\ndata: {"a": 1.0}\r\n\r\n'
        ),
    ),
    "key order and spacing": (sse('{"a":1,"b":[2]}'), sse('{ "b": [2], "a": 1 }')),
    "a signature": (sse({"signature": "abc"}), sse({"signature": "abcdef"})),
    "masks of another length": (sse({"t": "key *****"}), sse({"t": "key *********"})),
    "parameters of the media type": (
        body({"a": 1}),
        response(b'{"a":1}', "application/json; charset=utf-8"),
    ),
    "both left by the client, one further on": (
        replace(sse("1", "2", "3"), ending=LEFT),
        replace(sse("1", "2"), ending=Ending(kind="pending", waited_ms=5)),
    ),
    "ndjson": (
        response(b'{"a":1}\n{"done":true,"eval_count":3}\n', "application/x-ndjson"),
        response(b'{"a":1}\n{"done":true,"eval_count":4}\n', "application/x-ndjson"),
    ),
    "neither got a head": (Response(status=0, ending=RESET), Response(status=0, ending=RESET)),
}


@pytest.mark.parametrize(("recorded", "live"), SAME_FRAMES.values(), ids=SAME_FRAMES)
def test_the_same_at_frames(recorded: Response, live: Response) -> None:
    assert found(recorded, live, "frames") == []


OTHER_FRAMES = {
    "another argument": (
        sse(delta(content="a"), delta(tool_calls=[{"function": {"arguments": '{"x":1}'}}])),
        sse(delta(content="a"), delta(tool_calls=[{"function": {"arguments": '{"x":2}'}}])),
        [
            ARGUMENTS + ': recorded "{\\"x\\":1}", received "{\\"x\\":2}"',
        ],
    ),
    "another event name": (
        sse({"a": 1}, event="start"),
        sse({"a": 1}, event="begin"),
        ['frames[0].event: recorded "start", received "begin"'],
    ),
    "a frame less": (
        sse("1", "2"),
        sse("1"),
        ['frames[1] is missing (recorded: {"event": null, "data": 2})'],
    ),
    "a frame more": (
        sse("1"),
        sse("1", "2"),
        ['frames[1] is not in the recording (received: {"event": null, "data": 2})'],
    ),
    "an issued value that is no longer there": (
        sse({"signature": "abc"}),
        sse({"signature": ""}),
        ['frames[0].data.signature: recorded "(an issued value)", received ""'],
    ),
    "a JSON body": (
        body({"id": "x", "choices": [{"text": "a"}]}),
        body({"id": "y", "choices": [{"text": "b"}]}),
        ['choices[0].text: recorded "a", received "b"'],
    ),
    "an error in its place": (
        sse("1"),
        replace(body({"error": "overloaded"}), status=529),
        [
            "status: recorded 200, received 529",
            'headers.content-type: recorded "text/event-stream", received "application/json"',
            'body: recorded "data: 1\\n\\n", received "{\\"error\\": \\"overloaded\\"}"',
        ],
    ),
    "cut off": (
        sse("1", "2"),
        replace(sse("1"), ending=RESET),
        [
            'ending: recorded "complete", received "reset error"',
            'frames[1] is missing (recorded: {"event": null, "data": 2})',
        ],
    ),
    "left by the client": (
        sse("1"),
        replace(sse("1"), ending=LEFT),
        ['ending: recorded "complete", received "closed by the client"'],
    ),
    "no answer at all": (
        sse("1"),
        Response(status=0, ending=Ending(kind="error", error="connect")),
        ['ending: recorded "complete", received "connect error"'],
    ),
    "a body that is neither frames nor JSON": (
        response(b"<a>", "text/html"),
        response(b"<b>", "text/html"),
        ['body: recorded "<a>", received "<b>"'],
    ),
}


@pytest.mark.parametrize(("recorded", "live", "said"), OTHER_FRAMES.values(), ids=OTHER_FRAMES)
def test_another_at_frames(recorded: Response, live: Response, said: list[str]) -> None:
    assert found(recorded, live, "frames") == said


def test_an_event_stream_message_that_is_no_message_is_compared_by_its_fault() -> None:
    media = "application/vnd.amazon.eventstream"
    one, other = response(b"\x00" * 40, media), response(b"\xff" * 40, media)
    assert found(one, one, "frames") == []
    assert found(one, other, "frames") != []


OTHER_BYTES = {
    "one byte": (response(b"a"), response(b"b"), ['body: recorded "a", received "b"']),
    "an id": (sse({"id": "a"}), sse({"id": "b"}), None),
    "binary": (
        response(b"\x00\xff\x01", "image/png"),
        response(b"\x00\xfe\x01\x02", "image/png"),
        ['body (from byte 1): recorded "3 bytes", received "4 bytes"'],
    ),
    "the whole content type": (
        response(b"a", "text/html"),
        response(b"a", "text/html; charset=utf-8"),
        ['headers.content-type: recorded "text/html", received "text/html; charset=utf-8"'],
    ),
    "no content type": (
        response(b"a", "text/html"),
        Response(status=200, body=b"a"),
        ['headers.content-type is missing (recorded: "text/html")'],
    ),
}


@pytest.mark.parametrize(("recorded", "live", "said"), OTHER_BYTES.values(), ids=OTHER_BYTES)
def test_another_at_bytes(recorded: Response, live: Response, said: list[str] | None) -> None:
    told = found(recorded, live, "bytes")
    assert told == said if said is not None else len(told) == 1


SAME_BYTES = {
    "cuts": (response(b"ab"), response(b"ab", cuts=((1, 0.0), (1, 1.0)))),
    "masks of another length": (response(b"key *****"), response(b"key ****")),
    "left earlier": (
        replace(response(b"abc"), ending=LEFT),
        replace(response(b"ab"), ending=LEFT),
    ),
}


@pytest.mark.parametrize(("recorded", "live"), SAME_BYTES.values(), ids=SAME_BYTES)
def test_the_same_at_bytes(recorded: Response, live: Response) -> None:
    assert found(recorded, live, "bytes") == []


@pytest.mark.parametrize("level", LEVELS)
def test_values_of_earlier_answers_are_read_as_recorded(level: str) -> None:
    bindings = Bindings().learned({("id",): ("file_recorded",)}, {("id",): ("file_live_one",)})
    recorded, live = sse({"text": "file_recorded"}), sse({"text": "file_live_one"})
    assert found(recorded, live, level, bindings) == []
    assert found(recorded, live, level) != []
    assert (found(recorded, live, level, own=bindings) == []) is (level == "frames")


@pytest.mark.parametrize(
    ("media", "level"),
    [
        ("text/event-stream; charset=utf-8", "frames"),
        ("application/x-ndjson", "frames"),
        ("application/vnd.amazon.eventstream", "frames"),
        ("application/json", "frames"),
        ("application/problem+json", "frames"),
        ("text/html", "bytes"),
        ("image/png", "bytes"),
    ],
)
def test_the_default_level(media: str, level: str) -> None:
    recorded = Interaction(request=ASKED, response=response(b"", media))
    assert default_level(recorded) == level


def test_no_media_type_is_bytes() -> None:
    assert default_level(Interaction(request=ASKED, response=Response(status=204))) == "bytes"


def test_nothing_in_a_tools_arguments_is_volatile() -> None:
    def said(**arguments: Any) -> Response:
        return sse({"functionCall": {"args": arguments}}, {"item": {"input": [arguments]}})

    told = found(said(id="a", model="b", n=1), said(id="c", model="d", n=1), "frames")
    assert told == [
        'frames[0].data.functionCall.args.id: recorded "a", received "c"',
        'frames[0].data.functionCall.args.model: recorded "b", received "d"',
        'frames[1].data.item.input[0].id: recorded "a", received "c"',
        'frames[1].data.item.input[0].model: recorded "b", received "d"',
    ]


@pytest.mark.parametrize("depth", [300, 700, 100_000])
def test_bodies_nested_too_deep_are_compared_as_text(depth: int) -> None:
    def nested(leaf: str) -> Response:
        return response(b'{"a":' * depth + leaf.encode() + b"}" * depth, "application/json")

    assert found(nested("1"), nested("1"), "frames") == []
    assert len(found(nested("1"), nested("2"), "frames")) == 1
