"""What is left of an answer when all that differs from run to run is gone."""

from __future__ import annotations

import json
from typing import Any

import pytest

from stream_cassette.cassette.bindings import Bindings
from stream_cassette.cassette.model import Ending, Response
from stream_cassette.cassette.settled import (
    ISSUED_VALUE,
    how_ended,
    is_framed,
    items_of,
    settled,
    unstarred,
)
from stream_cassette.wire.framing import frames

VALUES: dict[str, tuple[Any, Any]] = {
    "ids": ({"id": "a", "x": 1}, {"id": ISSUED_VALUE, "x": 1}),
    "no id": ({"id": ""}, {"id": ""}),
    "times": ({"created": 5, "deep": [{"createTime": 1}]}, {"deep": [{}]}),
    "arguments": ({"input": {"id": "a", "created": 1}}, {"input": {"id": "a", "created": 1}}),
    "padding of Bedrock": ({"p": "abc", "x": {"p": "abc"}}, {"x": {"p": "abc"}}),
    "masks": (["*******"], ["****"]),
    "plain": (1, 1),
}


@pytest.mark.parametrize(("value", "left"), VALUES.values(), ids=VALUES.keys())
def test_settled(value: Any, left: Any) -> None:
    assert settled(value) == left


def test_unstarred() -> None:
    assert unstarred("a ***** b *** c") == "a **** b *** c"


STREAM = b'event: ping\ndata: {}\n\ndata: {"id": "x", "n": 1}\n\ndata: [DONE] *****\n\n: note\n\n'


def test_items() -> None:
    found = frames(STREAM, "text/event-stream")
    assert items_of(found, Bindings()) == [
        {"event": None, "data": {"id": ISSUED_VALUE, "n": 1}},
        {"event": None, "data": "[DONE] ****"},
    ]
    whole = items_of(found, Bindings(), whole=True)
    assert [one["event"] for one in whole] == ["ping", None, None]
    assert whole[1]["data"] == {"id": "x", "n": 1}
    assert whole[2]["data"] == "[DONE] *****"


def test_what_is_bound() -> None:
    bound = Bindings().learned({("p",): ("recorded1",)}, {("p",): ("liveeeee1",)})
    found = frames(json.dumps({"said": "liveeeee1"}).encode(), "application/json")
    assert items_of(found, bound)[0]["data"] == {"said": "recorded1"}


def test_a_fault_is_an_item() -> None:
    found = frames(b"\x00\x00\x00\x10", "application/vnd.amazon.eventstream")
    items = items_of(found, Bindings())
    assert all(set(one) == {"event", "fault"} for one in items)


@pytest.mark.parametrize(
    ("ending", "words"),
    [
        (Ending(), "complete"),
        (Ending(kind="client-closed"), "closed by the client"),
        (Ending(kind="pending", waited_ms=1.0), "closed by the client"),
        (Ending(kind="error", error="reset", message="boom"), "reset error"),
    ],
    ids=str,
)
def test_endings(ending: Ending, words: str) -> None:
    assert how_ended(ending) == words


@pytest.mark.parametrize(
    ("media", "framed"),
    [("text/event-stream", True), ("application/problem+json", True), ("image/png", False)],
)
def test_framed(media: str, framed: bool) -> None:
    assert is_framed(Response(status=200, headers=(("Content-Type", media),))) is framed
