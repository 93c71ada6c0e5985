"""Events of a Messages stream, each with what it changes; and the whole message."""

from __future__ import annotations

from typing import Any

import pytest

from stream_cassette.conversation.accumulate import Accumulator
from stream_cassette.conversation.model import Exchange, FinishReason, Unified, Unknown
from stream_cassette.conversation.parts import (
    Compaction,
    Generic,
    Part,
    Reasoning,
    ServerToolCallResponse,
    Text,
    ToolCall,
)
from stream_cassette.dialects._anthropic_reader import EventReader


def read(*events: Any) -> Exchange:
    reader, accumulator = EventReader(), Accumulator()
    for number, event in enumerate(events):
        accumulator.frame = number
        accumulator.add(reader.read(event))
    return accumulator.exchange(dialect="x")


def begin(**message: Any) -> dict[str, Any]:
    base = {"type": "message", "role": "assistant", "content": [], "id": "msg_1", "model": "c"}
    return {"type": "message_start", "message": {**base, **message}}


def start(index: int, kind: str, **block: Any) -> dict[str, Any]:
    return {
        "type": "content_block_start",
        "index": index,
        "content_block": {"type": kind, **block},
    }


def delta(index: int, kind: str, **members: Any) -> dict[str, Any]:
    return {
        "type": "content_block_delta",
        "index": index,
        "delta": {"type": kind, **members},
    }


def top(reason: str | None = None, /, usage: Any = None, **said: Any) -> dict[str, Any]:
    return {"type": "message_delta", "delta": {"stop_reason": reason, **said}, "usage": usage}


STOP = {"type": "message_stop"}

ROWS: dict[str, tuple[list[Any], tuple[Part, ...]]] = {
    "text": (
        [
            start(0, "text", text=""),
            {"type": "ping"},
            delta(0, "text_delta", text="He"),
            {"type": "content_block_stop", "index": 0},
            delta(0, "text_delta", text="llo"),
        ],
        (Text(content="Hello"),),
    ),
    "citations come before their text": (
        [
            start(0, "text", text="", citations=[]),
            delta(0, "citations_delta", citation={"n": 1}),
            delta(0, "text_delta", text="a"),
            delta(0, "citations_delta", citation={"n": 2}),
        ],
        (Text(content="a", citations=({"n": 1}, {"n": 2})),),
    ),
    "signed thinking, then a call": (
        [
            start(0, "thinking", thinking="", signature=""),
            delta(0, "thinking_delta", thinking="Hm"),
            delta(0, "signature_delta", signature="one"),
            delta(0, "signature_delta", signature="two"),
            start(1, "tool_use", id="t", name="w", input={}),
            delta(1, "input_json_delta", partial_json=""),
            delta(1, "input_json_delta", partial_json='{"a"'),
            delta(1, "input_json_delta", partial_json=": 1}"),
        ],
        (
            Reasoning(content="Hm", signature="two"),
            ToolCall(id="t", name="w", arguments={"a": 1}, arguments_text='{"a": 1}'),
        ),
    ),
    "no arguments": (
        [
            start(0, "tool_use", id="t", name="w", input={}),
            delta(0, "input_json_delta", partial_json=""),
        ],
        (ToolCall(id="t", name="w", arguments={}, arguments_text=""),),
    ),
    "arguments in the start": (
        [start(0, "tool_use", id="t", name="w", input={"a": 1}), delta(0, "input_json_delta")],
        (ToolCall(id="t", name="w", arguments={"a": 1}),),
    ),
    "arguments in the start, then others": (
        [
            start(0, "tool_use", id="t", name="w", input={"a": 1}),
            delta(0, "input_json_delta", partial_json="{"),
            delta(0, "input_json_delta", partial_json="}"),
        ],
        (ToolCall(id="t", name="w", arguments={}, arguments_text="{}"),),
    ),
    "blocks with gaps, interleaved": (
        [
            start(0, "text", text=""),
            start(3, "text", text=""),
            delta(3, "text_delta", text="b"),
            delta(0, "text_delta", text="a"),
        ],
        (Text(content="a"), Text(content="b")),
    ),
    "whole in the start": (
        [
            start(0, "redacted_thinking", data="x"),
            start(1, "web_search_tool_result", tool_use_id="t", content=[]),
            start(2, "fallback"),
        ],
        (
            Reasoning(kind="redacted", issued=("x",)),
            ServerToolCallResponse(id="t", name="web_search", response=[]),
            Generic(kind="fallback", value={"type": "fallback"}),
        ),
    ),
    "compaction": (
        [
            start(0, "compaction", content=None),
            delta(0, "compaction_delta", content="so far", encrypted_content="x"),
        ],
        (Compaction(content="so far", issued=("x",)),),
    ),
}


@pytest.mark.parametrize(("events", "expected"), ROWS.values(), ids=ROWS.keys())
def test_blocks(events: list[Any], expected: tuple[Part, ...]) -> None:
    exchange = read(begin(), *events, top("end_turn"), STOP)
    assert exchange.candidates[0].parts == expected
    assert exchange.unknown == ()
    assert (exchange.termination, exchange.end_marker) == ("complete", True)


def test_the_head() -> None:
    (message,) = read(begin()).candidates
    assert (message.role, message.model, message.response_id) == ("assistant", "c", "msg_1")


@pytest.mark.parametrize(
    ("raw", "unified"),
    [
        ("end_turn", "stop"),
        ("stop_sequence", "stop"),
        ("max_tokens", "length"),
        ("model_context_window_exceeded", "length"),
        ("tool_use", "tool_call"),
        ("refusal", "content_filter"),
        ("pause_turn", "other"),
        ("compaction", "other"),
        ("brand_new", "other"),
    ],
)
def test_stop_reasons(raw: str, unified: Unified) -> None:
    reason = read(begin(), top(raw)).candidates[0].finish_reason
    assert reason == FinishReason(unified=unified, raw=raw)


def test_what_stands_beside_the_reason() -> None:
    refused = top("refusal", stop_details={"category": "cyber"})
    stopped = top("stop_sequence", stop_sequence="END")
    for event, detail in ((refused, {"category": "cyber"}), (stopped, "END")):
        reason = read(begin(), event).candidates[0].finish_reason
        assert reason is not None and reason.detail == detail


def test_usage_overwrites_what_is_there_and_counts_the_cache_in() -> None:
    first = {
        "input_tokens": 10,
        "cache_read_input_tokens": 3,
        "cache_creation_input_tokens": 2,
        "output_tokens": 1,
    }
    second = {
        "input_tokens": None,
        "output_tokens": 7,
        "output_tokens_details": {"thinking_tokens": 4},
    }
    usage = read(begin(usage=first), top(usage=second)).usage
    assert usage is not None
    assert (usage.input_tokens, usage.output_tokens, usage.reasoning_tokens) == (15, 7, 4)
    assert (usage.cache_read_tokens, usage.cache_creation_tokens) == (3, 2)
    assert usage.raw == {**first, **{k: v for k, v in second.items() if v is not None}}
    only_output = read(top(usage={"output_tokens": 7})).usage
    assert only_output is not None
    assert (only_output.input_tokens, only_output.output_tokens) == (None, 7)


def test_extras() -> None:
    stop = {**STOP, "amazon-bedrock-invocationMetrics": {"a": 1}}
    exchange = read(begin(container={"id": "c"}), top(None, context_management={}), stop)
    assert exchange.extra == {
        "container": {"id": "c"},
        "context_management": {},
        "amazon-bedrock-invocationMetrics": {"a": 1},
    }


def test_an_error_keeps_what_came_before() -> None:
    error = {"type": "error", "error": {"type": "overloaded_error", "message": "m"}}
    hello = (start(0, "text", text=""), delta(0, "text_delta", text="Hi"))
    exchange = read(begin(), *hello, error)
    assert exchange.error is not None
    assert (exchange.error.type, exchange.error.after_frame) == ("overloaded_error", 3)
    assert (exchange.candidates[0].text, exchange.termination) == ("Hi", "errored")


@pytest.mark.parametrize(
    ("events", "unknown"),
    [
        ([{"type": "brand_new"}], ("event", "brand_new")),
        ([{"no": "type"}], ("event", "None")),
        ([start(0, "hologram")], ("part", "hologram")),
        (
            [start(0, "text", text=""), delta(0, "hologram_delta")],
            ("event", "content_block_delta.hologram_delta"),
        ),
        (
            [start(0, "text", text=""), delta(0, "input_json_delta", partial_json="{")],
            ("fragment", "input_json_delta"),
        ),
        ([{"type": "message_delta", "delta": {"odd": 1}}], ("field", "message.odd")),
        ([delta(0, "text_delta", text="a")], ("fragment", "content_block_delta")),
        ([delta(0, "signature_delta", signature="a")], ("fragment", "content_block_delta")),
    ],
)
def test_what_is_unknown_is_reported(events: list[Any], unknown: tuple[str, str]) -> None:
    (found,) = read(begin(), *events).unknown
    assert isinstance(found, Unknown) and (found.kind, found.name) == unknown


@pytest.mark.parametrize(
    ("block", "kind", "said"),
    [
        ("hologram", "text_delta", {"text": "a"}),
        ("hologram_tool_use", "input_json_delta", {"partial_json": "{"}),
        ("hologram", "citations_delta", {"citation": {}}),
        ("tool_use", "citations_delta", {"citation": {}}),
        ("text", "signature_delta", {"signature": "s"}),
        ("text", "compaction_delta", {"content": "c"}),
    ],
)
def test_what_a_block_can_not_take_is_reported(block: str, kind: str, said: Any) -> None:
    found = read(begin(), start(0, block), delta(0, kind, **said)).unknown
    assert (found[-1].kind, found[-1].name) == ("fragment", kind)


def test_a_delta_without_a_start_is_kept() -> None:
    exchange = read(begin(), delta(0, "text_delta", text="a"), delta(0, "text_delta", text="b"))
    assert exchange.candidates[0].text == "ab"


def test_a_whole_message_reads_like_its_stream() -> None:
    content = [
        {"type": "thinking", "thinking": "Hm", "signature": "s"},
        {"type": "text", "text": "Hi"},
        {"type": "tool_use", "id": "t", "name": "w", "input": {"a": 1}},
    ]
    message = begin()["message"] | {"content": content, "stop_reason": "tool_use"}
    whole = read(message | {"usage": {"input_tokens": 1, "output_tokens": 2}})
    streamed = read(
        begin(usage={"input_tokens": 1, "output_tokens": 1}),
        start(0, "thinking", thinking="", signature=""),
        delta(0, "thinking_delta", thinking="Hm"),
        delta(0, "signature_delta", signature="s"),
        start(1, "text", text=""),
        delta(1, "text_delta", text="Hi"),
        start(2, "tool_use", id="t", name="w", input={}),
        delta(2, "input_json_delta", partial_json='{"a":1}'),
        top("tool_use", usage={"output_tokens": 2}),
        STOP,
    )
    assert whole.usage == streamed.usage
    assert whole.candidates[0].finish_reason == streamed.candidates[0].finish_reason
    assert whole.candidates[0].parts[:2] == streamed.candidates[0].parts[:2]
    one, other = whole.candidates[0].parts[2], streamed.candidates[0].parts[2]
    assert isinstance(one, ToolCall) and isinstance(other, ToolCall)
    assert (one.id, one.name, one.arguments) == (other.id, other.name, other.arguments)
    assert (whole.termination, whole.end_marker) == ("complete", False)
