"""What of a conversation is compared: merged, joined, without what is empty or volatile."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from stream_cassette.comparison.ignore import LEVELS, MatchLevel
from stream_cassette.comparison.view import turns_of, view_of
from stream_cassette.conversation.media import Blob
from stream_cassette.conversation.model import Conversation, Exchange, StreamError, Usage
from stream_cassette.conversation.parts import (
    Generic,
    Part,
    Reasoning,
    Refusal,
    ServerToolCall,
    ServerToolCallResponse,
    ToolCall,
)
from tests.support.talks import answer, asked, call, result, said, talk, weather


def parts(level: MatchLevel, *given: Part) -> Any:
    (message,) = view_of(talk(asked(*given)), level)["messages"]
    return message["parts"]


def test_structure() -> None:
    assert view_of(talk(*weather()), "structure") == {
        "messages": [
            {"role": "system", "parts": [{"type": "text"}]},
            {"role": "user", "parts": [{"type": "text"}]},
            {
                "role": "assistant",
                "parts": [
                    {
                        "type": "tool_call",
                        "name": "weather",
                        "arguments": {"location": "Florence, Italy"},
                    }
                ],
                "finish_reason": {"unified": "tool_call"},
            },
            {
                "role": "tool",
                "parts": [{"type": "tool_call_response", "answers": {"turns_back": 1, "call": 0}}],
            },
            {
                "role": "assistant",
                "parts": [{"type": "text"}],
                "finish_reason": {"unified": "stop"},
            },
        ],
        "exchanges": [{"candidates": 1, "error": False}] * 2,
    }


def test_adjacent_text_is_joined_and_empty_parts_are_gone() -> None:
    given = (said("a "), Reasoning(content="hm"), said(" b"), said(""), call(), said("\n"))
    assert [one["type"] for one in parts("structure", *given)] == ["text", "tool_call"]
    assert parts("text", *given)[0] == {"type": "text", "content": "a b"}
    exact = parts("exact", *given)
    assert [one["type"] for one in exact] == ["text", "reasoning", "text", "tool_call", "text"]
    assert exact[2]["content"] == " b"


def test_empty_refusals_and_reasoning() -> None:
    empty = (Refusal(content=" "), Reasoning(), said("x"))
    assert [one["type"] for one in parts("structure", *empty)] == ["text"]
    kept = (Refusal(content="No."), Reasoning(signature="s"), Reasoning(kind="redacted"))
    assert [one["type"] for one in parts("structure", *kept)] == ["refusal"]
    exact = parts("exact", *kept)
    assert [one["type"] for one in exact] == ["refusal", "reasoning", "reasoning"]
    assert "signature" not in exact[1]


def test_citations_and_extras_of_joined_text() -> None:
    given = (said("a", citations=(1,), extra={"x": 1}), said("b", citations=(2,), extra={"y": 2}))
    (one,) = parts("exact", *given)
    assert (one["content"], one["citations"], one["extra"]) == ("ab", [1, 2], {"x": 1, "y": 2})


def test_neighbours_of_one_role_are_one_message() -> None:
    history = talk(asked(said("a")), asked(said("b")), asked(result()), asked(result()))
    (message,) = turns_of(history, "structure")
    assert [part.type for part in message.parts][:1] == ["text"]
    begun = talk(asked(said("It "), role="assistant"), answer(said("is.")))
    (message,) = turns_of(begun, "structure")
    assert message.text == "It is." and message.finish_reason is not None


def test_two_answers_in_a_row_are_two() -> None:
    assert len(turns_of(talk(answer(said("a")), answer(said("b"))), "structure")) == 2


def test_an_answer_without_parts_stands_and_an_empty_message_does_not() -> None:
    found = turns_of(talk(asked(said("")), answer(why="length")), "structure")
    assert [message.role for message in found] == ["assistant"]


def test_results_by_text() -> None:
    wrapped = parts("text", result({"result": "40\n C"}))
    listed = parts("text", result([{"type": "text", "text": "40 C"}]))
    assert wrapped == listed == parts("text", result("40 C"))
    assert parts("text", result({"a": 1}))[0]["response"] == {"a": 1}


@pytest.mark.parametrize("level", LEVELS)
def test_ids_opaque_values_and_the_machine_never_count(level: MatchLevel) -> None:
    def made(some: str) -> Conversation:
        messages = [
            asked(said("Hi")),
            answer(
                Reasoning(content="hm", signature=some, id=some, issued=(some,)),
                call(id=some, signature=some),
                model=some,
                response_id=some,
                why="tool_call",
            ),
            asked(result(id=some), role="tool"),
        ]
        usage = Usage(input_tokens=1, raw={"cost": some})
        exchange = Exchange(dialect=some, vendor=some, candidates=(messages[1],), usage=usage)
        return talk(*messages, exchanges=[exchange])

    assert view_of(made("one"), level) == view_of(made("other"), level)


def test_the_providers_own_json_less_what_is_volatile() -> None:
    def is_volatile(name: str, holder: object) -> bool:
        return name == "created"

    value = {"a": [{"created": 1, "b": 2}], "created": 3}
    found = ServerToolCallResponse(name="search", response=[{"created": 5, "b": 2}])
    talked = talk(asked(Generic(kind="odd", value=value), result({"created": 4}), found))
    (message,) = view_of(talked, "exact", is_volatile)["messages"]
    assert message["parts"][0]["value"] == {"a": [{"b": 2}]}
    assert message["parts"][1]["response"] == {"created": 4}
    assert message["parts"][2]["server_tool_call_response"]["response"] == [{"b": 2}]


def test_exact_holds_usage_errors_and_all_candidates() -> None:
    error = StreamError(type="overloaded", message="later", after_frame=3, raw={"a": 1})
    one, other = answer(said("a")), answer(said("b"), candidate_index=1)
    usage = Usage(input_tokens=3)
    exchange = Exchange(dialect="x", candidates=(one, other), usage=usage, error=error)
    talked = talk(one, exchanges=[exchange])
    (found,) = view_of(talked, "exact")["exchanges"]
    assert found["candidates"] == 2
    assert found["error"] == {
        "type": "overloaded",
        "code": None,
        "message": "later",
        "status": None,
    }
    assert found["usage"]["input_tokens"] == 3 and "raw" not in found["usage"]
    assert [each["parts"][0]["content"] for each in found["others"]] == ["a", "b"]
    assert view_of(talked, "text")["exchanges"] == [{"candidates": 2, "error": True}]


def test_other_parts() -> None:
    server = ServerToolCall(id="s", name="search", arguments={"q": "x"})
    assert parts("structure", server, Blob(data=b"x", modality="image")) == [
        {
            "type": "server_tool_call",
            "name": "search",
            "server_tool_call": {"type": "search", "arguments": {"q": "x"}},
        },
        {"type": "blob", "modality": "image"},
    ]


def test_deep_json_of_the_provider() -> None:
    value: Any = {"created": 1}
    for _ in range(900):
        value = [value]
    kept = replace(talk(asked(Generic(kind="odd", value=value))), exchanges=())
    assert view_of(kept, "exact", lambda name, holder: True)["messages"][0]["parts"]


def test_arguments_that_are_no_json_count_by_their_text() -> None:
    cut = ToolCall(id="a", name="weather", arguments=None, arguments_text='{"city": "Flo')
    server = ServerToolCall(id="b", name="search", arguments=None, arguments_text="que")
    assert parts("structure", cut, server) == [
        {"type": "tool_call", "name": "weather", "arguments": '{"city": "Flo'},
        {
            "type": "server_tool_call",
            "name": "search",
            "server_tool_call": {"type": "search", "arguments": "que"},
        },
    ]
