"""Events of OpenAI's Responses, written short: for tests of its dialect."""

from __future__ import annotations

from typing import Any

from stream_cassette.conversation.model import Exchange
from stream_cassette.conversation.parts import Part
from stream_cassette.dialects.openai_responses import OpenAIResponses
from tests.support.read_answers import read

__all__ = ["added", "answer", "at", "done", "event", "parts", "strange", "terminal"]

DIALECT = OpenAIResponses()


def event(kind: str, **members: Any) -> dict[str, Any]:
    """An event; `response.` is left out of its type."""
    return {"type": f"response.{kind}", **members}


def at(slot: int = 0, place: int = 0) -> dict[str, Any]:
    """Where a content is."""
    return {"output_index": slot, "content_index": place}


def added(kind: str, slot: int | None = 0, **members: Any) -> dict[str, Any]:
    """An item opens."""
    place = {} if slot is None else {"output_index": slot}
    return event("output_item.added", **place, item={"type": kind, **members})


def done(kind: str, slot: int | None = 0, **members: Any) -> dict[str, Any]:
    """An item is done."""
    return {**added(kind, slot, **members), "type": "response.output_item.done"}


def terminal(*output: Any, status: str = "completed", **members: Any) -> dict[str, Any]:
    """The last event; without items its output is missing."""
    given = {"output": list(output)} if output else {}
    return event(status, response={"object": "response", "status": status, **given, **members})


def answer(*events: Any) -> Exchange:
    """What the events say."""
    return read(DIALECT, events)


def parts(*events: Any) -> tuple[Part, ...]:
    """The parts of what they say."""
    (message,) = answer(*events).candidates
    return message.parts


def strange(*events: Any) -> list[tuple[str, str]]:
    """Kind and name of what is reported."""
    return [(one.kind, one.name) for one in answer(*events).unknown]
