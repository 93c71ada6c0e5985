"""Sourcegraph's completions: golden conversations, detection, events, requests."""

from __future__ import annotations

from typing import Any

import pytest

from stream_cassette.conversation.model import Exchange
from stream_cassette.conversation.parts import (
    Generic,
    Reasoning,
    Text,
    ToolCall,
    ToolCallResponse,
)
from stream_cassette.dialects._protocol import Opening, Request
from stream_cassette.dialects.sourcegraph_completions import SourcegraphCompletions
from stream_cassette.meaning import exchange_of
from stream_cassette.wire.framing import Frame
from tests.support.read_answers import fold, frame, history, interaction

DIALECT = SourcegraphCompletions()
PATH = "/.api/completions/stream"


def completion(**value: Any) -> Frame:
    return frame(value, "completion")


def answer(*spoken: Frame) -> Exchange:
    return fold(DIALECT.reader(Opening()), spoken)


@pytest.mark.parametrize(
    ("path", "first", "value", "claim"),
    [
        (PATH, completion(), {}, 3),
        ("/.api/completions/code", frame({}, "done"), {}, 3),
        (PATH, frame({}), {}, 1),
        (PATH, None, None, 1),
        ("", completion(), {"deltaText": "Hi"}, 2),
        ("", completion(), {"stopReason": "end_turn"}, 2),
        ("", completion(), {"completion": "Hi"}, 0),
        ("/.api/completions", None, None, 0),
        ("", None, None, 0),
    ],
)
def test_claims(path: str, first: Frame | None, value: Any, claim: int) -> None:
    opening = Opening(request=Request(path=path), first=first, value=value)
    assert DIALECT.claims(opening) == claim
    assert DIALECT.vendor(opening) is None


def test_ends() -> None:
    assert DIALECT.ends(frame({}, "done"))
    assert not DIALECT.ends(frame("[DONE]", "done"))
    assert not DIALECT.ends(completion())


def test_a_whole_answer() -> None:
    body = b'{"completion":"In Florence.","stopReason":"end_turn"}'
    found = exchange_of(interaction(PATH, body, media="application/json"))
    assert found is not None
    assert (found.dialect, found.termination) == (DIALECT.name, "complete")
    assert (found.candidates[0].text, found.end_marker) == ("In Florence.", False)


def test_fragments_of_calls() -> None:
    """By their id; without one they belong to the last call, or to one without an id."""
    pieces = [("a", "f", ""), (None, "", "{}"), ("b", "g", '{"x":'), ("b", "", "1}")]
    found = answer(
        *(
            completion(delta_tool_calls=[{"id": ident, "function": {"name": n, "arguments": args}}])
            for ident, n, args in pieces
        )
    )
    assert found.candidates[0].parts == (
        ToolCall(id="a", name="f", arguments={}, arguments_text="{}"),
        ToolCall(id="b", name="g", arguments={"x": 1}, arguments_text='{"x":1}'),
    )
    (part,) = answer(completion(delta_tool_calls=[{"function": {"name": "f"}}])).candidates[0].parts
    assert part == ToolCall(
        id="synthesised-0", name="f", arguments={}, arguments_text="", id_synthesised=True
    )


def test_what_is_unknown_is_kept() -> None:
    found = answer(frame("odd", "completion"), frame({"a": 1}, "wink"), completion(mood="fine"))
    assert [(one.kind, one.name) for one in found.unknown] == [
        ("frame", "not JSON"),
        ("event", "wink"),
        ("field", "mood"),
    ]


def test_read_request() -> None:
    found = history(
        DIALECT,
        {
            "model": "m",
            "messages": [
                {"speaker": "system", "text": "Be kind."},
                {"speaker": "human", "content": "Weather?"},
                {
                    "speaker": "assistant",
                    "content": [
                        {"type": "thinking", "thinking": "Hm"},
                        {"type": "tool_call", "tool_call": {"id": "a", "name": "w"}},
                    ],
                },
                {
                    "speaker": "human",
                    "content": [
                        {"type": "tool_result", "tool_result": {"id": "a", "content": "24"}},
                        {"type": "text", "text": "And?"},
                        {"type": "image_url"},
                    ],
                },
                {"speaker": "cody"},
            ],
        },
    )
    assert [(one.role, one.parts) for one in found.messages] == [
        ("system", (Text(content="Be kind."),)),
        ("user", (Text(content="Weather?"),)),
        (
            "assistant",
            (
                Reasoning(content="Hm"),
                ToolCall(id="a", name="w", arguments={}, arguments_text=""),
            ),
        ),
        ("tool", (ToolCallResponse(id="a", response="24"),)),
        ("user", (Text(content="And?"), Generic(kind="image_url", value={"type": "image_url"}))),
        ("cody", ()),
    ]
    assert found.model == "m"
    assert history(DIALECT, {"messages": "odd"}).messages == ()


def test_error_bytes() -> None:
    assert DIALECT.error_bytes(429, "whole") == b"HTTP 429"
    (found,) = [DIALECT.error_bytes(500, "sse")]
    assert found == b'event: error\ndata: {"error": "HTTP 500"}\n\n'
