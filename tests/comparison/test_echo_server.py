"""Reasoning that the server says it did not take."""

from __future__ import annotations

from typing import Any

import pytest

from stream_cassette.comparison.echo import check
from stream_cassette.comparison.echo_server import removals
from stream_cassette.conversation.chain import Spoken, Step
from stream_cassette.conversation.model import Exchange, History, Message
from stream_cassette.conversation.parts import Reasoning

THOUGHT = Message(role="assistant", parts=(Reasoning(id="rs_1", path="input[3]"),))


def step(entries: Any, *, of_candidate: bool = False) -> Step:
    extra = {"input_transformations": entries}
    answer = Message(role="assistant", extra=extra if of_candidate else {})
    exchange = Exchange(dialect="x", candidates=(answer,), extra={} if of_candidate else extra)
    history = History(messages=(THOUGHT,))
    return Step(spoken=Spoken(index=4, history=history, exchange=exchange), turn=2)


ENTRIES = [
    (
        {
            "type": "thinking_dropped",
            "path": "messages.1.content.0",
            "reason": "model_binding_mismatch",
        },
        "messages[1].content[0]",
        "thinking_dropped, model_binding_mismatch",
    ),
    (
        {"id": "rs_1", "type": "reasoning", "action": "removed", "reason": "turn_boundary"},
        "input[3]",
        "removed, turn_boundary",
    ),
    (
        {"id": "rs_9", "type": "reasoning", "action": "removed"},
        "input (item rs_9)",
        "removed, no reason given",
    ),
]


@pytest.mark.parametrize(("entry", "path", "why"), ENTRIES)
@pytest.mark.parametrize("of_candidate", [True, False])
def test_what_was_removed(entry: Any, path: str, why: str, of_candidate: bool) -> None:
    (one,) = removals(step([entry], of_candidate=of_candidate))
    assert (one.kind, one.severity, one.interaction) == ("removed-by-server", "warning", 4)
    assert one.path == path
    assert one.message == (f"the reasoning at {path} of turn 2 was not taken as it was sent: {why}")
    assert one in check([step([entry])])


@pytest.mark.parametrize("entries", [None, [], ["odd"], [7]])
def test_nothing_was(entries: Any) -> None:
    assert list(removals(step(entries))) == []


@pytest.mark.parametrize("entries", [7, {"a": 1}, "odd"])
def test_what_is_no_list(entries: Any) -> None:
    assert list(removals(step(entries))) == []
