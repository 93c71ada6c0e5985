"""Events of an interaction, and whole ones; hostile events."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stream_cassette.conversation.accumulate import Accumulator
from stream_cassette.conversation.model import Exchange
from stream_cassette.conversation.parts import Text, ToolCall
from stream_cassette.dialects._interactions_reader import EventReader


def exchange_of(*events: Any) -> Exchange:
    accumulator, reader = Accumulator(), EventReader()
    for number, one in enumerate(events):
        accumulator.frame = number
        accumulator.add(reader.read(one))
    return accumulator.exchange(dialect="gemini-interactions")


def whole(**members: Any) -> Exchange:
    accumulator = Accumulator()
    accumulator.add(EventReader().whole(members))
    return accumulator.exchange(dialect="gemini-interactions")


def start(index: Any, kind: str = "model_output", **rest: Any) -> dict[str, Any]:
    return {"event_type": "step.start", "index": index, "step": {"type": kind, **rest}}


def delta(index: Any, words: str = "a", **rest: Any) -> dict[str, Any]:
    said = {"type": "text", "text": words}
    return {"event_type": "step.delta", "index": index, "delta": said, **rest}


def about(kind: str, **members: Any) -> dict[str, Any]:
    return {"event_type": f"interaction.{kind}", "interaction": members}


def status(word: Any, **rest: Any) -> dict[str, Any]:
    return {"event_type": "interaction.status_update", "status": word, **rest}


def texts(exchange: Exchange) -> list[str]:
    parts = (part for one in exchange.candidates for part in one.parts)
    return [part.content for part in parts if isinstance(part, Text)]


def test_steps_by_index() -> None:
    found = exchange_of(start(1), start(0), delta(0, "x"), delta(1, "a"), delta(0, "y"), delta(1))
    assert texts(found) == ["xy", "aa"]  # in the order of their first words
    assert found.unknown == () and found.termination == "truncated"


def test_an_index_given_twice_is_another_step() -> None:
    found = exchange_of(start(0), delta(0, "a"), start(0), delta(0, "b"))
    assert texts(found) == ["a", "b"]


def test_a_delta_without_its_start_is_kept_and_reported() -> None:
    found = exchange_of(delta(3, "a"), delta(3, "b"))
    assert texts(found) == ["ab"]
    assert [(one.kind, one.name, one.count) for one in found.unknown] == [
        ("fragment", "step.delta", 1)
    ]


@pytest.mark.parametrize(
    ("events", "termination", "raw"),
    [
        ([about("completed", status="completed")], "complete", "completed"),
        ([about("completed", status="failed")], "errored", "failed"),
        ([status("requires_action")], "truncated", "requires_action"),
        ([status("in_progress"), status("queued")], "truncated", None),
        ([about("created", status="in_progress")], "truncated", None),
        ([{"event_type": "error", "error": {"code": "a"}}], "errored", None),
        ([{"event_type": "error"}], "errored", None),
    ],
)
def test_how_it_ends(events: list[Any], termination: str, raw: str | None) -> None:
    found = exchange_of(start(0), delta(0), *events)
    assert found.termination == termination
    reason = found.candidates[0].finish_reason
    assert reason is not None and reason.raw == raw


def test_the_first_error_stays() -> None:
    error = {"event_type": "error", "error": {"code": "slow", "message": "m"}}
    found = exchange_of(status("failed"), error, about("completed", status="failed"))
    assert found.error is not None
    assert (found.error.code, found.error.after_frame) == ("slow", 1)


def test_usage_on_the_way() -> None:
    events = [
        start(0),
        delta(0, metadata={"total_usage": {"total_output_tokens": 1}}),
        {
            "event_type": "step.stop",
            "index": 0,
            "usage": {"total_output_tokens": 2},
            "step_usage": {"total_output_tokens": 9},
        },
    ]
    found = exchange_of(*events)
    assert found.usage is not None and found.usage.output_tokens == 2
    assert found.candidates[0].extra == {"step_usage": [{"total_output_tokens": 9}]}
    later = exchange_of(*events, status("incomplete", usage={"total_output_tokens": 3}))
    assert later.usage is not None and later.usage.output_tokens == 3


def test_the_last_event_may_hold_all_steps() -> None:
    steps = [
        {"type": "user_input", "content": []},
        {"type": "model_output", "content": [{"type": "text", "text": "all"}]},
    ]
    found = exchange_of(start(0), delta(0, "al"), about("completed", id="v", steps=steps))
    assert texts(found) == ["all"]
    assert found.extra == {"user_input": [steps[0]]}


def test_a_whole_interaction() -> None:
    steps = [
        {"type": "function_call", "id": "c", "name": "f", "arguments": {"a": 1}},
        {"type": "new"},
        {"type": "model_output", "error": {"code": 3, "message": "m"}},
    ]
    found = whole(id="v", model="g", status="requires_action", steps=steps)
    (only,) = found.candidates
    assert only.parts[0] == ToolCall(id="c", name="f", arguments={"a": 1})
    assert [part.path for part in only.parts] == ["steps[0]", "steps[1]"]
    assert [(one.kind, one.name) for one in found.unknown] == [("part", "new")]
    assert found.error is not None and found.error.code == "3"
    assert whole(status="failed").error is not None
    assert (whole(status="completed").termination, whole().termination) == ("complete",) * 2


@pytest.mark.parametrize(
    ("event", "name"),
    [
        ({"event_type": "new"}, "new"),
        ({"event_type": ["new"]}, ""),
        ({}, ""),
    ],
)
def test_an_unknown_event_is_kept(event: Any, name: str) -> None:
    (only,) = exchange_of(event).unknown
    assert (only.kind, only.name, only.value) == ("event", name, event)


def test_an_unknown_member_is_reported() -> None:
    found = exchange_of({**start(0), "event_id": "e", "new": 1})
    assert [(one.kind, one.name, one.value) for one in found.unknown] == [
        ("field", "step.start.new", 1)
    ]


@pytest.mark.parametrize("index", [None, 1.5, [], {}])
def test_an_odd_index_is_the_first(index: Any) -> None:
    assert texts(exchange_of(start(0), delta(index))) == ["a"]


def test_linear() -> None:
    found = exchange_of(start(0), *[delta(0, "word ")] * 20_000)
    assert texts(found) == ["word " * 20_000]


TYPES = ["model_output", "user_input", "thought", "function_call", "function_result", "text"]
TYPES += ["image", "google_search_call", "google_search_result", "thought_summary", "new", ""]
TYPES += ["thought_signature", "arguments_delta", "text_annotation_delta"]
NAMES = ["type", "text", "content", "summary", "signature", "arguments", "result", "call_id"]
NAMES += ["id", "name", "is_error", "annotations", "data", "uri", "mime_type", "error"]
SCALARS = st.none() | st.booleans() | st.integers(-1, 2) | st.sampled_from(["", "a", "{", "AA=="])
VALUES = st.recursive(
    SCALARS | st.sampled_from(TYPES),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=3)
    ),
    max_leaves=8,
)
TYPED = st.fixed_dictionaries(
    {"type": st.sampled_from(TYPES)}, optional=dict.fromkeys(NAMES[1:], VALUES)
)
ABOUT = st.fixed_dictionaries(
    {},
    optional={"steps": st.lists(TYPED | VALUES, max_size=2) | VALUES}
    | dict.fromkeys(["status", "usage", "errors", "id", "outputs", "new"], VALUES),
)
KINDS = ["interaction.created", "interaction.completed", "interaction.status_update", "error"]
KINDS += ["step.start", "step.delta", "step.stop", "content.delta", "new"]
EVENTS = st.fixed_dictionaries(
    {"event_type": st.sampled_from(KINDS)},
    optional={"index": st.integers(0, 1) | VALUES, "interaction": ABOUT | VALUES}
    | dict.fromkeys(["step", "delta", "content"], TYPED | VALUES)
    | dict.fromkeys(["error", "usage", "status", "metadata", "step_usage"], VALUES),
)


@given(st.lists(EVENTS, max_size=8), ABOUT)
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_hostile_events_raise_nothing(events: list[Any], interaction: Any) -> None:
    assert json.dumps(exchange_of(*events).to_dict())
    assert json.dumps(whole(**interaction).to_dict())


def nested(levels: int = 1_000) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["event_type", "step", "delta", "status", "interaction", "error"])
def test_a_deep_event_raises_nothing(kind: str, name: str) -> None:
    deep = {"type": nested(), "text": nested(), "arguments": nested(), "content": nested()}
    for value in (nested(), deep, {**deep, "type": "thought"}, {**deep, "type": "text"}):
        exchange = exchange_of(start(0), {"event_type": kind, "index": 0, name: value})
        assert exchange.dialect == "gemini-interactions"
