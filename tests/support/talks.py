"""Conversations made by hand, for tests that compare them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from stream_cassette.conversation.model import Conversation, Exchange, FinishReason, Message, Usage
from stream_cassette.conversation.parts import JSON, Part, Text, ToolCall, ToolCallResponse

__all__ = ["answer", "asked", "call", "result", "said", "talk", "weather"]


def said(content: str, **rest: Any) -> Text:
    return Text(content=content, **rest)


def call(name: str = "weather", arguments: JSON = None, **rest: Any) -> ToolCall:
    given = {"location": "Florence, Italy"} if arguments is None else arguments
    return ToolCall(**{"id": "call_1", "name": name, "arguments": given, **rest})


def result(response: JSON = "40 C", **rest: Any) -> ToolCallResponse:
    return ToolCallResponse(**{"id": "call_1", "response": response, **rest})


def asked(*parts: Part, role: str = "user") -> Message:
    return Message(role=role, parts=parts)


def answer(*parts: Part, why: Any = "stop", **rest: Any) -> Message:
    reason = FinishReason(unified=why, raw=rest.pop("raw", why))
    return Message(role="assistant", parts=parts, finish_reason=reason, **rest)


def talk(*messages: Message, exchanges: Sequence[Exchange] | None = None) -> Conversation:
    """One exchange for each answer, unless others are given."""
    answers = [one for one in messages if one.finish_reason is not None]
    made = [Exchange(dialect="openai-chat", candidates=(one,), usage=Usage()) for one in answers]
    return Conversation(
        messages=messages, exchanges=tuple(made if exchanges is None else exchanges)
    )


def weather() -> list[Message]:
    """A round trip: system, user, a call, its result, the answer."""
    return [
        asked(said("You are a helpful assistant"), role="system"),
        asked(said("What's the weather in Florence, Italy?")),
        answer(call(), why="tool_call"),
        asked(result(), role="tool"),
        answer(said("It is 40 °C.")),
    ]
