"""One streamed step: what goes on, what is set, what does not belong."""

from __future__ import annotations

from typing import Any

import pytest

from stream_cassette.conversation.accumulate import Accumulator
from stream_cassette.conversation.media import Blob, Uri
from stream_cassette.conversation.model import Exchange
from stream_cassette.conversation.parts import (
    Part,
    Reasoning,
    ServerToolCall,
    ServerToolCallResponse,
    Text,
    ToolCall,
    ToolCallResponse,
)
from stream_cassette.dialects._interactions_step import OpenStep


def exchange_of(step: dict[str, Any], *deltas: Any) -> Exchange:
    accumulator = Accumulator()
    opened = OpenStep(0, 7, step["type"])
    accumulator.add(opened.start(step))
    for one in deltas:
        accumulator.add(opened.delta(one))
    return accumulator.exchange(dialect="gemini-interactions")


def parts_of(step: dict[str, Any], *deltas: Any) -> list[Part]:
    exchange = exchange_of(step, *deltas)
    assert exchange.unknown == ()
    return [part for one in exchange.candidates for part in one.parts]


def text(words: Any) -> dict[str, Any]:
    return {"type": "text", "text": words}


def thought(content: Any) -> dict[str, Any]:
    return {"type": "thought_summary", "content": content}


def signed(signature: Any) -> dict[str, Any]:
    return {"type": "thought_signature", "signature": signature}


def argued(arguments: Any, **rest: Any) -> dict[str, Any]:
    return {"type": "arguments_delta", "arguments": arguments, **rest}


CALL = {"type": "function_call", "id": "c", "name": "f", "arguments": {}}


@pytest.mark.parametrize(
    ("content", "deltas", "wanted"),
    [
        (None, [], []),
        (None, [text("a"), text("b")], [Text(content="ab")]),
        ([text("a")], [text("b")], [Text(content="ab")]),
        (
            [text("a"), {"type": "image", "data": "AA=="}],
            [text("b")],
            [Text(content="a"), Blob(data=b"\0", modality="image"), Text(content="b")],
        ),
        (
            None,
            [{"type": "audio", "data": "AA=="}, {"type": "audio", "data": "AQ=="}],
            [Blob(data=b"\0", modality="audio"), Blob(data=b"\1", modality="audio")],
        ),
        (
            None,
            [text("a"), {"type": "text_annotation", "annotations": [1]}, {**text("b"), "x": 1}],
            [Text(content="ab", citations=(1,), extra={"x": 1})],
        ),
        (
            None,
            [{"type": "text_annotation_delta", "annotations": [1]}, text("a")],
            [Text(content="a", citations=(1,))],
        ),
        (
            None,
            [{"type": "document", "uri": "gs://d"}],
            [Uri(uri="gs://d", modality="document")],
        ),
    ],
)
def test_output(content: Any, deltas: list[Any], wanted: list[Part]) -> None:
    step = {"type": "model_output"} | ({} if content is None else {"content": content})
    found = parts_of(step, *deltas)
    assert found == wanted
    assert [part.path for part in found] == [f"steps[7].content[{n}]" for n in range(len(found))]


def test_a_content_of_the_earlier_version_is_an_output() -> None:
    assert parts_of(text("a"), text("b")) == [Text(content="ab")]


@pytest.mark.parametrize(
    ("step", "deltas", "wanted"),
    [
        ({}, [signed("s")], [Reasoning(kind="encrypted", signature="s")]),
        ({}, [thought(text("a")), thought(text("b"))], [Reasoning(kind="summary", content="ab")]),
        ({}, [thought(text("")), signed("")], [Reasoning(kind="encrypted")]),
        (
            {},
            [thought(None), signed("s"), signed("t")],
            [Reasoning(kind="encrypted", signature="t")],
        ),
        (
            {"summary": [text("a")], "signature": "s"},
            [thought(text("b"))],
            [Reasoning(kind="summary", content="ab", signature="s")],
        ),
        (
            {"summary": [text("a"), {"type": "image", "data": "AA=="}]},
            [thought({"type": "image", "uri": "gs://i"}), thought(text("b"))],
            [
                Reasoning(kind="summary", content="ab"),
                Blob(data=b"\0", modality="image"),
                Uri(uri="gs://i", modality="image"),
            ],
        ),
    ],
)
def test_thought(step: Any, deltas: list[Any], wanted: list[Part]) -> None:
    assert parts_of({"type": "thought", **step}, *deltas) == wanted


@pytest.mark.parametrize(
    ("given", "deltas", "arguments", "sent"),
    [
        ({}, [], {}, ""),
        ({"a": 1}, [], {"a": 1}, None),
        ({}, [argued('{"a"'), argued(":1}")], {"a": 1}, '{"a":1}'),
        ({}, [argued('{"a"')], None, '{"a"'),
        # what came first was a placeholder after all
        ({"a": 0}, [argued('{"a":1}')], {"a": 1}, '{"a":1}'),
        ({"a": 1}, [argued("")], {"a": 1}, ""),
        ({}, [argued(None)], {}, ""),
    ],
)
def test_arguments(given: Any, deltas: list[Any], arguments: Any, sent: str | None) -> None:
    (call,) = parts_of({**CALL, "arguments": given}, *deltas)
    assert isinstance(call, ToolCall)
    assert call.arguments == arguments
    assert (call.arguments_text or None) == (sent or None)


def test_a_call_is_named_late() -> None:
    late = argued("{}", id="d", signature="s")
    (call,) = parts_of({**CALL, "id": None, "signature": ""}, late)
    assert call == ToolCall(id="d", name="f", arguments={}, arguments_text="{}", signature="s")


def test_a_call_may_come_whole() -> None:
    whole = {"type": "function_call", "id": "c", "name": "f", "arguments": {"a": 1}, "x": 2}
    (call,) = parts_of({"type": "function_call"}, whole)
    assert call == ToolCall(id="c", name="f", arguments={"a": 1}, extra={"x": 2})


@pytest.mark.parametrize(
    ("step", "delta", "wanted"),
    [
        (
            {"type": "google_search_call", "id": "g", "signature": ""},
            {"type": "google_search_call", "arguments": {"queries": ["a"]}, "signature": "s"},
            ServerToolCall(
                id="g", name="google_search", arguments={"queries": ["a"]}, signature="s"
            ),
        ),
        (
            {"type": "code_execution_result", "call_id": "g"},
            {"type": "code_execution_result", "result": "1", "is_error": False},
            ServerToolCallResponse(
                id="g", name="code_execution", response="1", extra={"is_error": False}
            ),
        ),
        (
            {"type": "mcp_server_tool_call", "id": "m"},
            {"type": "mcp_server_tool_call", "name": "look", "server_name": "d", "arguments": {}},
            ServerToolCall(id="m", name="look", arguments={}, extra={"server_name": "d"}),
        ),
        (
            {"type": "function_result", "call_id": "c"},
            {"type": "function_result", "name": "f", "result": [], "is_error": True},
            ToolCallResponse(id="c", name="f", response=[], is_error=True),
        ),
        (
            {"type": "processing_call", "id": "p"},
            {"type": "processing_call", "signature": "s"},
            ServerToolCall(id="p", name="processing", arguments={}, signature="s"),
        ),
    ],
)
def test_tools(step: Any, delta: Any, wanted: Part) -> None:
    assert parts_of(step, delta) == [wanted]


def test_a_result_said_twice_is_reported() -> None:
    again = {"type": "google_search_result", "result": [2]}
    first = {"type": "google_search_result", "result": [1]}
    for step, deltas in ((first, [again]), ({"type": "google_search_result"}, [first, again])):
        exchange = exchange_of(step, *deltas)
        (only,) = exchange.candidates[0].parts
        assert isinstance(only, ServerToolCallResponse) and only.response == [2]
        assert [(one.kind, one.name, one.value) for one in exchange.unknown] == [
            ("fragment", "google_search_result", again)
        ]


@pytest.mark.parametrize(
    ("delta", "kind", "name"),
    [
        ({"type": "new"}, "event", "step.delta.new"),
        ({}, "event", "step.delta."),
        (text("a"), "fragment", "text"),
        (signed("s"), "fragment", "thought_signature"),
        ({"type": "google_search_call"}, "fragment", "google_search_call"),
        (argued(5), "fragment", "arguments_delta"),
    ],
)
def test_what_does_not_belong_is_reported(delta: Any, kind: str, name: str) -> None:
    exchange = exchange_of(CALL, delta)
    assert [(one.kind, one.name, one.value) for one in exchange.unknown] == [(kind, name, delta)]


def test_odd_text_is_reported() -> None:
    exchange = exchange_of({"type": "model_output"}, text(5))
    assert [(one.kind, one.name) for one in exchange.unknown] == [("fragment", "text")]


def test_an_unknown_step_and_content_are_kept_and_reported() -> None:
    for step in ({"type": "new"}, {"type": "model_output", "content": [{"type": "new"}]}):
        exchange = exchange_of(step)
        assert [part.type for part in exchange.candidates[0].parts] == ["generic"]
        assert [(one.kind, one.name) for one in exchange.unknown] == [("part", "new")]


@pytest.mark.parametrize(
    ("delta", "kind"),
    [
        (text("a"), "model_output"),
        ({"type": "image"}, "model_output"),
        (thought(None), "thought"),
        (argued(""), "function_call"),
        ({"type": "url_context_call"}, "url_context_call"),
        ({}, ""),
    ],
)
def test_the_step_of_a_delta(delta: Any, kind: str) -> None:
    assert OpenStep.for_delta(0, 0, delta).kind == kind
