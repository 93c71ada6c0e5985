"""Cohere's events, one by one: what is odd, cut off or out of order."""

from __future__ import annotations

from typing import Any

import pytest

from stream_cassette.conversation.accumulate import Accumulator
from stream_cassette.conversation.model import Exchange, FinishReason
from stream_cassette.conversation.parts import Reasoning, Text, ToolCall
from stream_cassette.dialects._cohere_reader import CohereEvents


def answer(*events: dict[str, Any]) -> Exchange:
    reader, accumulator = CohereEvents(), Accumulator()
    for one in events:
        accumulator.add(reader.read(one))
    return accumulator.exchange(dialect="test")


def start(index: Any, kind: str = "text", said: str = "") -> dict[str, Any]:
    content = {"type": kind, kind: said}
    return {"type": "content-start", "index": index, "delta": {"message": {"content": content}}}


def delta(index: Any, **content: Any) -> dict[str, Any]:
    return {"type": "content-delta", "index": index, "delta": {"message": {"content": content}}}


def cited(**citation: Any) -> dict[str, Any]:
    return {"type": "citation-start", "index": 0, "delta": {"message": {"citations": citation}}}


def end(reason: str, **delta: Any) -> dict[str, Any]:
    return {"type": "message-end", "delta": {"finish_reason": reason, **delta}}


def names(exchange: Exchange) -> list[tuple[str, str]]:
    return [(one.kind, one.name) for one in exchange.unknown]


@pytest.mark.parametrize(
    ("raw", "unified"),
    [("COMPLETE", "stop"), ("MAX_TOKENS", "length"), ("TIMEOUT", "error"), ("NEW", "other")],
)
def test_reasons(raw: str, unified: Any) -> None:
    found = answer(start(0), end(raw))
    assert found.candidates[0].finish_reason == FinishReason(unified=unified, raw=raw)
    assert (found.termination, found.end_marker) == ("complete", True)


def test_blocks_begin_with_what_their_start_says() -> None:
    found = answer(start(0, "thinking", "a"), delta(0, thinking="b"), start(1, said="c"))
    assert found.candidates[0].parts == (Reasoning(content="ab"), Text(content="c"))


def test_a_text_begun_anew_as_something_else_takes_nothing_more() -> None:
    cite = cited(start=0, end=1, text="a", type="TEXT_CONTENT", content_index=0)
    found = answer(start(0), start(0, "hologram"), delta(0, text="a"), cite)
    assert [one.type for one in found.candidates[0].parts] == ["generic"]
    assert len(found.candidates[0].extra["citations"]) == 1
    assert ("fragment", "content-delta") in names(found)


def test_a_block_that_was_never_started_is_kept_and_reported() -> None:
    call = {"type": "tool-call-delta", "index": 0, "delta": {"message": {"tool_calls": {}}}}
    call["delta"]["message"]["tool_calls"]["function"] = {"arguments": "{}"}
    found = answer(delta(0, text="a"), call)
    text, made = found.candidates[0].parts
    assert text == Text(content="a")
    assert isinstance(made, ToolCall) and made.arguments_text == "{}"
    assert names(found) == [("fragment", "content-delta"), ("fragment", "tool-call-delta")]


def test_a_delta_of_another_kind_is_reported() -> None:
    found = answer(start(0), delta(0, thinking="a"), delta(0, odd=1))
    assert found.candidates[0].parts == (Text(),)
    assert [(one.name, one.count) for one in found.unknown] == [("content-delta", 2)]


def test_arguments_that_are_no_text_say_nothing() -> None:
    call = {"id": "t", "function": {"name": "w", "arguments": ""}}
    begin = {"type": "tool-call-start", "index": 0, "delta": {"message": {"tool_calls": call}}}
    none = {"type": "tool-call-delta", "index": 0, "delta": {"message": {"tool_calls": {}}}}
    (only,) = answer(begin, none).candidates[0].parts
    assert only == ToolCall(id="t", name="w", arguments={}, arguments_text="")


def test_citations_go_to_the_block_they_name() -> None:
    found = answer(
        cited(text="early"),
        start(0),
        start(1),
        start(2, "thinking"),
        cited(text="a", content_index=0),
        cited(text="b", content_index=2),
        cited(text="c", type="TEXT_CONTENT", content_index=[1]),
        cited(text="d", type="PLAN"),
        {"type": "citation-end", "index": 0},
    )
    first, second, _ = found.candidates[0].parts
    assert first == Text(citations=({"text": "a", "content_index": 0},))
    assert isinstance(second, Text)
    assert [one["text"] for one in second.citations] == ["b", "c"]
    kept = found.candidates[0].extra["citations"]
    assert [one["text"] for one in kept] == ["early", "d"]


def test_a_whole_answer() -> None:
    found = answer(
        {
            "id": "x",
            "message": {
                "role": "assistant",
                "tool_plan": "p",
                "content": [{"type": "text", "text": "a"}],
                "citations": [{"text": "a"}],
                "mood": 1,
            },
            "finish_reason": "COMPLETE",
            "logprobs": [{"text": "a"}],
            "odd": 1,
        }
    )
    (only,) = found.candidates
    assert only.parts == (
        Reasoning(content="p", format="tool_plan"),
        Text(content="a", citations=({"text": "a"},)),
    )
    assert only.extra == {"logprobs": [{"text": "a"}]}
    assert (only.response_id, found.end_marker) == ("x", False)
    assert names(found) == [("field", "message.mood"), ("field", "answer.odd")]


def test_a_plan_that_says_nothing() -> None:
    none = {"type": "tool-plan-delta", "delta": {"message": {"tool_plan": ""}}}
    assert answer(none).candidates == ()


def test_log_probabilities_extend() -> None:
    said = ({**delta(0, text="a"), "logprobs": {"text": "a"}} for _ in range(2))
    found = answer(start(0), *said)
    assert found.candidates[0].extra == {"logprobs": [{"text": "a"}] * 2}


def test_debug_is_kept() -> None:
    assert answer({"type": "debug", "prompt": "x"}).extra == {"debug": {"prompt": "x"}}


def test_an_error_object() -> None:
    found = answer(start(0), {"message": "no", "status_code": 500})
    assert found.error is not None and (found.error.message, found.error.status) == ("no", 500)


@pytest.mark.parametrize("event", [{"type": "new"}, {"type": ["odd"]}, {}, {"message": 7}])
def test_what_is_unknown_is_kept(event: dict[str, Any]) -> None:
    (only,) = answer(event).unknown
    assert (only.kind, only.value) == ("event", event)


def test_counts() -> None:
    tokens = {"input_tokens": 1.5, "output_tokens": "2"}
    found = answer(end("COMPLETE", usage={"tokens": tokens, "cached_tokens": 3.0}, odd=1))
    assert found.usage is not None
    assert (found.usage.input_tokens, found.usage.cache_read_tokens) == (None, 3)
    assert found.usage.output_tokens is None
    assert names(found) == [("field", "message-end.delta.odd")]
    billed = answer(end("COMPLETE", usage={"billed_units": {"input_tokens": 2}})).usage
    assert billed is not None and billed.input_tokens == 2
