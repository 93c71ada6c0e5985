"""Converse's events, one by one: what is odd, cut off or out of order."""

from __future__ import annotations

from typing import Any

import pytest

from stream_cassette.conversation.accumulate import Accumulator
from stream_cassette.conversation.media import Blob
from stream_cassette.conversation.model import Exchange
from stream_cassette.conversation.parts import (
    Generic,
    Reasoning,
    ServerToolCallResponse,
    Text,
    ToolCall,
)
from stream_cassette.dialects._converse_reader import ConverseEvents

Event = tuple[str, dict[str, Any]]
META: Event = ("metadata", {"usage": {}})


def delta(index: Any, **said: Any) -> Event:
    return "contentBlockDelta", {"contentBlockIndex": index, "delta": said}


def start(index: Any, **said: Any) -> Event:
    return "contentBlockStart", {"contentBlockIndex": index, "start": said}


def stop(index: Any) -> Event:
    return "contentBlockStop", {"contentBlockIndex": index}


def answer(*events: Event, joins: bool = False) -> Exchange:
    reader, accumulator = ConverseEvents(joins=joins), Accumulator()
    for name, event in events:
        accumulator.add(reader.read(name, event))
    accumulator.add(reader.close())
    return accumulator.exchange(dialect="test")


def parts(*events: Event, joins: bool = False) -> tuple[Any, ...]:
    return answer(*events, joins=joins).candidates[0].parts


def names(exchange: Exchange) -> list[tuple[str, str]]:
    return [(one.kind, one.name) for one in exchange.unknown]


def test_without_metadata_it_was_cut() -> None:
    said = (delta(0, text="a"), stop(0), ("messageStop", {"stopReason": "end_turn"}))
    assert answer(*said).termination == "truncated"
    assert answer(*said, META).termination == "complete"


def test_text_of_consecutive_blocks_is_joined_for_nova_alone() -> None:
    said = (delta(0, text="a"), stop(0), delta(1, text="b"), stop(1))
    assert parts(*said) == (Text(content="a"), Text(content="b"))
    assert parts(*said, joins=True) == (Text(content="ab"),)
    between = (*said, start(2, toolUse={"name": "w"}), delta(3, text="c"))
    assert [one.type for one in parts(*between, joins=True)] == ["text", "tool_call", "text"]
    thought = (*said, delta(2, reasoningContent={"text": "r"}), delta(3, text="c"))
    assert [one.type for one in parts(*thought, joins=True)] == ["text", "reasoning", "text"]


def test_citations_before_their_text() -> None:
    found = parts(delta(0, citation={"title": "t"}), delta(0, text="a"))
    assert found == (Text(content="a", citations=({"title": "t"},)),)


def test_reasoning() -> None:
    said = (delta(0, reasoningContent={"text": "a"}), delta(0, reasoningContent={"signature": "s"}))
    assert parts(*said) == (Reasoning(content="a", signature="s"),)
    nested = delta(0, reasoningContent={"reasoningText": {"text": "a"}})
    assert parts(nested) == (Reasoning(content="a"),)
    both = (delta(0, reasoningContent={"redactedContent": one}) for one in ("YQ==", "Yg=="))
    assert parts(*both) == (Reasoning(kind="redacted", issued=("YQ==", "Yg==")),)
    assert parts(delta(0, reasoningContent={"text": "", "signature": ""})) == (Reasoning(),)


def test_input_that_is_an_object() -> None:
    said = (
        start(0, toolUse={"toolUseId": "t", "name": "w"}),
        delta(0, toolUse={"input": {"a": 1}}),
    )
    assert parts(*said) == (ToolCall(id="t", name="w", arguments={"a": 1}),)


def test_images() -> None:
    said = (
        start(0, image={"format": "png"}),
        delta(0, image={"source": {"bytes": "YQ=="}}),
        delta(0, image={"source": {"bytes": "Yg=="}, "error": {"message": "late"}}),
    )
    error = {"error": {"message": "late"}}
    assert parts(*said) == (Blob(data=b"ab", modality="image", mime_type="image/png", extra=error),)
    place = {"source": {"s3Location": {"uri": "s3://b/k"}}}
    found = answer(start(0, image={}), delta(0, image=place))
    assert found.candidates[0].parts == (Blob(modality="image", extra=place),)
    assert found.unknown == ()


@pytest.mark.parametrize(
    ("said", "response"),
    [
        ([[{"text": "a"}]], "a"),
        ([[{"text": "a"}, {"json": 1}]], [{"text": "a"}, {"json": 1}]),
        ([[{"text": "a"}], [{"text": "b"}]], [{"text": "a"}, {"text": "b"}]),
        ([[{"json": 1}]], [{"json": 1}]),
    ],
)
@pytest.mark.parametrize("stopped", [True, False])
def test_results_of_server_tools(said: list[Any], response: Any, stopped: bool) -> None:
    begin = start(0, toolResult={"toolUseId": "t", "type": "x_result"})
    end = (stop(0),) if stopped else ()
    found = parts(begin, *(delta(0, toolResult=one) for one in ([], *said)), *end)
    assert found == (ServerToolCallResponse(id="t", name="x", response=response),)


@pytest.mark.parametrize(
    ("event", "kept"),
    [
        (delta(0, toolUse={"input": "{}"}), ToolCall(arguments={}, arguments_text="{}")),
        (delta(0, toolResult=[{"text": "a"}]), ServerToolCallResponse(response="a")),
        (delta(0, image={"source": {"bytes": "YQ=="}}), Blob(data=b"a", modality="image")),
    ],
)
def test_a_block_that_was_never_started_is_kept_and_reported(event: Event, kept: Any) -> None:
    found = answer(event)
    (only,) = found.candidates[0].parts
    assert only == kept or (only.id_synthesised and only.arguments_text == "{}")
    assert [one.kind for one in found.unknown] == ["fragment"]


def test_two_kinds_in_one_block_are_two_parts() -> None:
    found = parts(delta(0, reasoningContent={"text": "r"}), delta(0, text="a"))
    assert found == (Reasoning(content="r"), Text(content="a"))


@pytest.mark.parametrize(
    "event",
    [
        delta(0, smell="roses"),
        delta(0, text=7),
        delta(0, toolUse={"input": 7}),
        delta(0, toolUse=None),
        delta(0, reasoningContent={"mood": 1}),
        delta(0, toolResult="a"),
        delta(0, image={"source": {"bytes": "a"}}),
        delta(0, image={}),
        ("contentBlockDelta", {}),
        start(0, smell={}),
        ("contentBlockStart", {"contentBlockIndex": 0}),
    ],
)
def test_what_is_unknown_is_kept(event: Event) -> None:
    found = answer(event)
    assert [one.kind for one in found.unknown] == ["event"]
    assert found.unknown[0].value == event[1]
    assert found.candidates == ()


def test_an_index_that_is_none() -> None:
    assert parts(delta([1], text="a"), delta(None, text="b")) == (Text(content="ab"),)


def test_unknown_members() -> None:
    found = answer(
        ("messageStart", {"role": "assistant", "a": 1}),
        ("contentBlockStop", {"contentBlockIndex": 0, "b": 1}),
        ("messageStop", {"stopReason": "end_turn", "c": 1}),
        ("metadata", {"usage": {}, "d": 1}),
    )
    wanted = ["messageStart.a", "contentBlockStop.b", "messageStop.c", "metadata.d"]
    assert names(found) == [("field", name) for name in wanted]


def test_a_whole_answer_with_what_is_unknown() -> None:
    accumulator = Accumulator()
    content = [{"text": "a"}, {"hologram": 1}, {"searchResult": {}}]
    message = {"role": "assistant", "content": content}
    accumulator.add(ConverseEvents().whole({"output": {"message": message}, "odd": 1, "p": "ab"}))
    found = accumulator.exchange(dialect="test")
    assert found.candidates[0].parts == (
        Text(content="a"),
        Generic(kind="hologram", value={"hologram": 1}),
        Generic(kind="searchResult", value={"searchResult": {}}),
    )
    assert names(found) == [("part", "hologram"), ("field", "odd")]
    assert (found.termination, found.end_marker) == ("complete", False)
