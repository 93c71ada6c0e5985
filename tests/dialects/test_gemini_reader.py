"""Response objects: candidates, usage, a blocked prompt, errors, the end; hostile objects."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stream_cassette.conversation.accumulate import Accumulator
from stream_cassette.conversation.model import Exchange
from stream_cassette.conversation.parts import Text
from stream_cassette.dialects._gemini_reader import EventReader


def exchange_of(*events: Any, streamed: bool = True) -> Exchange:
    accumulator, reader = Accumulator(), EventReader(streamed=streamed)
    for number, one in enumerate(events):
        accumulator.frame = number
        accumulator.add(reader.read(one))
    accumulator.add(reader.close())
    return accumulator.exchange(dialect="gemini-generate")


def candidate(text: str, finish: str | None = None, **rest: Any) -> dict[str, Any]:
    reason = {"finishReason": finish} if finish else {}
    return {"content": {"parts": [{"text": text}], "role": "model"}, **reason, **rest}


def said(*candidates: Any, **rest: Any) -> dict[str, Any]:
    return {"candidates": list(candidates), **rest}


def test_candidates_by_index() -> None:
    exchange = exchange_of(
        said(candidate("b", index=1), candidate("a")),
        said(candidate("A", "STOP", index=0)),
        said(candidate("B", "STOP", index=1)),
    )
    texts = [(one.candidate_index, one.text) for one in exchange.candidates]
    assert texts == [(0, "aA"), (1, "bB")]
    assert exchange.termination == "complete" and not exchange.end_marker


@pytest.mark.parametrize(
    ("events", "termination"),
    [
        ([said(candidate("a", "STOP"))], "complete"),
        ([said(candidate("a", "STOP")), said(candidate("b", index=1))], "truncated"),
        ([said(candidate("a"))], "truncated"),
        ([said()], "truncated"),
        ([{"usageMetadata": {"promptTokenCount": 1}}], "truncated"),
        ([], "truncated"),
        ([{"promptFeedback": {"blockReason": "OTHER"}}], "complete"),
        ([{"promptFeedback": {"safetyRatings": []}}], "truncated"),
        ([said(candidate("a", "STOP"), error={"code": 500})], "errored"),
    ],
)
def test_the_end_of_a_stream(events: list[Any], termination: str) -> None:
    assert exchange_of(*events).termination == termination


def test_a_whole_answer_ends_where_its_body_does() -> None:
    assert exchange_of(said(candidate("a")), streamed=False).termination == "complete"
    assert exchange_of(streamed=False).termination == "truncated"


def test_a_blocked_prompt() -> None:
    feedback = {"blockReason": "SAFETY", "blockReasonMessage": "no"}
    (only,) = exchange_of({"promptFeedback": feedback}).candidates
    assert only.parts == () and only.finish_reason is not None
    assert only.finish_reason.to_dict() == {
        "unified": "content_filter",
        "raw": "SAFETY",
        "detail": feedback,
    }


def test_the_last_usage_stays() -> None:
    exchange = exchange_of(
        said(candidate("a"), usageMetadata={"promptTokenCount": 1, "thoughtsTokenCount": 5}),
        said(candidate("a"), usageMetadata={"promptTokenCount": 2}),
        said(candidate("a"), usageMetadata={}),
    )
    assert exchange.usage is not None and exchange.usage.raw == {"promptTokenCount": 2}


def test_who_answers_is_said_once() -> None:
    exchange = exchange_of(
        said(candidate("a"), modelVersion="m", responseId="r"),
        said(candidate("a", index=1), modelVersion="n", responseId=""),
    )
    assert [(one.model, one.response_id) for one in exchange.candidates] == [("m", "r")] * 2


def test_an_error_keeps_what_came_before() -> None:
    error = {"code": 429, "message": "slow", "status": "RESOURCE_EXHAUSTED", "details": []}
    exchange = exchange_of(said(candidate("a")), {"error": error})
    assert exchange.candidates[0].parts == (Text(content="a"),)
    assert exchange.error is not None
    assert (exchange.error.type, exchange.error.code) == ("RESOURCE_EXHAUSTED", "429")
    assert (exchange.error.status, exchange.error.after_frame) == (429, 1)
    assert exchange.candidates[0].finish_reason is not None
    assert exchange.candidates[0].finish_reason.unified == "error"


def test_an_unknown_field_is_reported() -> None:
    exchange = exchange_of(said(candidate("a"), newThing=1, createTime="t", modelStatus=None))
    assert exchange.extra == {"createTime": "t"}
    assert [(one.kind, one.name, one.value) for one in exchange.unknown] == [
        ("field", "newThing", 1)
    ]


@pytest.mark.parametrize("index", [None, "1", 1.5, [], {}])
def test_an_odd_index_is_the_first(index: Any) -> None:
    assert exchange_of(said(candidate("a", index=index))).candidates[0].candidate_index == 0


def test_linear() -> None:
    cited = {"citations": [{"startIndex": 1}]}
    event = said(candidate("word ", citationMetadata=cited))
    (only,) = exchange_of(*[event] * 20_000).candidates
    assert only.parts == (Text(content="word " * 20_000),)


NAMES = ["text", "thought", "thoughtSignature", "functionCall", "functionResponse", "inlineData"]
NAMES += ["fileData", "executableCode", "codeExecutionResult", "toolCall", "toolResponse", "name"]
NAMES += ["args", "id", "partialArgs", "willContinue", "jsonPath", "stringValue", "data"]
NAMES += ["mimeType", "fileUri", "new"]


def nested(levels: int = 1_000) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize("name", ["finishReason", "groundingMetadata", "index", "content", "new"])
def test_a_deep_candidate_raises_nothing(name: str) -> None:
    values = [{"a": nested()} if name == "groundingMetadata" else nested() for _ in range(2)]
    assert exchange_of(*[said({name: value}) for value in values]).termination == "truncated"


@pytest.mark.parametrize("name", NAMES[:11])
def test_a_deep_part_raises_nothing(name: str) -> None:
    value = {"name": "f", "args": {"a": nested()}, "partialArgs": [{"jsonPath": nested()}]}
    parts = [{name: value}, {name: nested()}, {"text": "a", name: nested()}]
    event = said({"content": {"parts": parts}})
    assert exchange_of(event, event).candidates[0].parts


SCALARS = st.none() | st.booleans() | st.integers(-1, 2) | st.sampled_from(["", "a", "AAE=", "$.a"])
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=3)
    ),
    max_leaves=8,
)
PARTS = st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=3)
CANDIDATES = st.fixed_dictionaries(
    {"content": st.fixed_dictionaries({"parts": st.lists(PARTS | VALUES, max_size=3) | VALUES})},
    optional={"index": SCALARS, "finishReason": VALUES, "groundingMetadata": VALUES, "x": VALUES},
)
EVENTS = st.fixed_dictionaries(
    {},
    optional={"candidates": st.lists(CANDIDATES | VALUES, max_size=2) | VALUES}
    | dict.fromkeys(["usageMetadata", "promptFeedback", "error", "modelVersion", "x"], VALUES),
)


@given(st.lists(EVENTS, max_size=4), st.booleans())
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_hostile_objects_raise_nothing(events: list[Any], streamed: bool) -> None:
    assert json.dumps(exchange_of(*events, streamed=streamed).to_dict())
