"""The values as JSON and as text for a reader."""

from __future__ import annotations

from stream_cassette.conversation.model import (
    Conversation,
    Exchange,
    FinishReason,
    History,
    Message,
    StreamError,
    Tool,
    Unknown,
    Usage,
)
from stream_cassette.conversation.parts import Reasoning, Text, ToolCall

STOP = FinishReason(unified="stop", raw="end_turn")
USER = Message(role="user", parts=(Text(content="Hi"),), name="ann", extra={"a": 1})
ANSWER = Message(
    role="assistant",
    parts=(Reasoning(content="Hm", signature="s"), Text(content="He"), Text(content="llo")),
    finish_reason=STOP,
    model="m",
    response_id="r",
)


def test_finish_reason() -> None:
    assert STOP.to_dict() == {"unified": "stop", "raw": "end_turn"}
    detailed = FinishReason(unified="content_filter", raw="refusal", detail={"category": "x"})
    assert detailed.to_dict()["detail"] == {"category": "x"}


def test_a_message_of_a_history_has_no_answer_in_it() -> None:
    assert USER.to_dict() == {
        "role": "user",
        "parts": [{"type": "text", "content": "Hi"}],
        "name": "ann",
        "extra": {"a": 1},
    }


def test_an_answer() -> None:
    assert ANSWER.to_dict() | {"parts": []} == {
        "role": "assistant",
        "parts": [],
        "finish_reason": {"unified": "stop", "raw": "end_turn"},
        "model": "m",
        "response_id": "r",
        "candidate_index": 0,
    }
    assert ANSWER.text == "Hello"
    assert repr(ANSWER) == ("<Message assistant: reasoning 2 chars, signed · 'He' · 'llo' · stop>")
    assert repr(Message(role="user")) == "<Message user: nothing>"


def test_exchange() -> None:
    exchange = Exchange(
        dialect="openai-chat",
        vendor="vercel",
        candidates=(ANSWER,),
        usage=Usage(input_tokens=1, output_tokens=2, raw={"x": 1}),
        error=StreamError(type="t", code="1", message="m", status=502, after_frame=3, raw=[]),
        termination="errored",
        unknown=(Unknown(kind="event", name="new", value=1, frame=0, count=2),),
        extra={"e": 1},
    )
    assert exchange.to_dict() == {
        "dialect": "openai-chat",
        "vendor": "vercel",
        "candidates": [ANSWER.to_dict()],
        "usage": {
            "input_tokens": 1,
            "cache_read_tokens": None,
            "cache_creation_tokens": None,
            "output_tokens": 2,
            "reasoning_tokens": None,
            "raw": {"x": 1},
        },
        "error": {
            "type": "t",
            "code": "1",
            "message": "m",
            "status": 502,
            "after_frame": 3,
            "raw": [],
        },
        "termination": "errored",
        "end_marker": False,
        "unknown": [{"kind": "event", "name": "new", "value": 1, "frame": 0, "count": 2}],
        "extra": {"e": 1},
    }
    assert repr(exchange).startswith("<Exchange openai-chat (vercel), errored: <Message assistant")
    assert repr(Exchange(dialect="x")) == "<Exchange x, complete: nothing>"
    assert Exchange(dialect="x").to_dict()["usage"] is None


def test_history_and_conversation() -> None:
    history = History(messages=(USER,), tools=(Tool(name="w"),), model="m", previous_id="p")
    assert history.to_dict() == {
        "messages": [USER.to_dict()],
        "tools": [{"name": "w", "kind": "function", "description": None, "parameters": None}],
        "model": "m",
        "previous_id": "p",
        "unknown": [],
    }
    call = Message(role="assistant", parts=(ToolCall(name="w"),))
    talk = Conversation(messages=(USER, call), exchanges=(Exchange(dialect="x"),))
    assert talk.to_dict()["messages"] == [USER.to_dict(), call.to_dict()]
    assert len(talk.to_dict()["exchanges"]) == 1
    assert repr(talk) == "<Conversation 2 messages: user, assistant>"
