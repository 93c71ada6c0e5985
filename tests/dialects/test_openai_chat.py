"""Chat Completions: detection, chunks, whole answers, the variants' quirks, the seeds."""

from __future__ import annotations

import json
from typing import Any

import pytest

from stream_cassette.conversation.model import Exchange, FinishReason, Message, Unknown
from stream_cassette.conversation.parts import Part, Reasoning, Text, ToolCall
from stream_cassette.dialects._protocol import Opening, Request, ResponseHead
from stream_cassette.dialects.openai_chat import OpenAIChat
from stream_cassette.meaning import exchange_of, history_of
from stream_cassette.store.files import read as load
from tests.corpus import CASSETTES
from tests.support.golden import golden_case
from tests.support.golden import said as said_in
from tests.support.read_answers import frame, read

DIALECT = OpenAIChat()
DONE = "[DONE]"


def chunk(delta: Any = None, finish: Any = None, /, index: int = 0, **top: Any) -> dict[str, Any]:
    choice: dict[str, Any] = {"index": index, "finish_reason": finish}
    if delta is not None:
        choice["delta"] = delta
    return {"object": "chat.completion.chunk", "choices": [choice], **top}


def answer(*values: Any) -> Exchange:
    return read(DIALECT, [*values, DONE])


def said(*values: Any) -> Message:
    (only,) = answer(*values).candidates
    return only


@pytest.mark.parametrize("case", ["text", "parallel_tool_calls"])
def test_streamed_and_whole_are_one(case: str) -> None:
    path = golden_case("openai_chat", case)
    streamed, whole = (one["exchange"] for one in said_in(path)[:2])
    assert {**streamed, "end_marker": False} == whole


def test_the_facts_of_the_seeds() -> None:
    """What the recordings' own bytes say, counted by hand."""
    first, second = load(CASSETTES / "openai_chat/vercel_thinking.yaml").interactions
    asked, told, carried = exchange_of(first), exchange_of(second), history_of(second)
    assert asked is not None and told is not None and carried is not None
    reasoning, call = asked.candidates[0].parts
    assert isinstance(reasoning, Reasoning) and reasoning.signature is not None
    assert (len(reasoning.content), len(reasoning.signature)) == (252, 568)
    assert isinstance(call, ToolCall) and call.arguments == {"location": "Florence, Italy"}
    echoed = carried.messages[2].parts
    assert echoed == (reasoning, call)
    assert echoed[0].path == "messages[2].reasoning_details[0]"
    assert asked.usage is not None and asked.usage.raw["total_tokens"] == 534
    assert told.usage is not None and told.usage.raw["total_tokens"] == 583
    assert [one.candidates[0].finish_reason for one in (asked, told)] == [
        FinishReason(unified="tool_call", raw="tool_calls"),
        FinishReason(unified="stop", raw="stop"),
    ]


@pytest.mark.parametrize(
    ("path", "value", "claim"),
    [
        ("/x", {"object": "chat.completion.chunk"}, 3),
        ("/x", {"object": "chat.completion"}, 3),
        ("/x", {"choices": [{"delta": {}}]}, 3),
        ("/x", {"data": {"choices": [{"delta": {}}]}}, 3),
        ("/v1/chat/completions", {"choices": []}, 2),
        ("/x", {"choices": [], "object": "", "prompt_filter_results": []}, 2),  # Azure's first
        ("/x", {"choices": []}, 0),
        ("/v1/Chat/Completions", {"error": {}}, 1),
        ("/v1/chat/completions", None, 1),
        ("/v1/chat/completions", {"choices": [{"text": "a"}]}, 0),
        ("/v1/completions", {"object": "text_completion"}, 0),
        ("/x", {"object": ["odd"]}, 0),
        ("/x", [1], 0),
    ],
)
def test_claims(path: str, value: Any, claim: int) -> None:
    assert DIALECT.claims(Opening(request=Request(path=path), value=value)) == claim


def test_vendor() -> None:
    opening = Opening(request=Request(host="api.groq.com"), response=ResponseHead())
    assert DIALECT.vendor(opening) == "groq"


def test_ends() -> None:
    assert DIALECT.ends(frame("[DONE]"))
    assert DIALECT.ends(frame("[DONE] and more"))
    assert not DIALECT.ends(frame(" [DONE]"))
    assert not DIALECT.ends(frame(chunk({"content": "[DONE]"})))


def test_text_and_what_says_nothing() -> None:
    message = said(
        chunk({"role": "assistant", "content": ""}, id="c", model="m"),
        chunk({"role": "", "content": "Hel"}, ""),
        chunk({"role": "assistant", "content": None}),
        chunk(None),
        chunk({"content": "lo"}, "stop"),
        {"choices": []},
        {"choices": None},
    )
    assert message.parts == (Text(content="Hello"),)
    assert (message.role, message.model, message.response_id) == ("assistant", "m", "c")
    assert message.finish_reason == FinishReason(unified="stop", raw="stop")


def test_choices_by_index_in_any_order() -> None:
    exchange = answer(
        chunk({"content": "b"}, index=1),
        chunk({"content": "a"}, "stop"),
        chunk({"content": "B"}, "length", index=1),
    )
    assert [one.text for one in exchange.candidates] == ["a", "bB"]
    assert [one.candidate_index for one in exchange.candidates] == [0, 1]


def test_first_and_last() -> None:
    """Ids, model and fingerprint: the first non-empty. Reason, usage, tier: the last."""
    exchange = answer(
        {"choices": [], "id": "", "model": "", "created": 0, "system_fingerprint": None},
        chunk({}, "length", id="a", model="m", created=5, usage={"prompt_tokens": 1}),
        chunk({}, "stop", id="b", model="n", created=6, system_fingerprint="fp", usage=None),
        chunk({}, None, service_tier="default", usage={"prompt_tokens": 2}),
        chunk({}, None, service_tier=None),
    )
    (message,) = exchange.candidates
    assert (message.response_id, message.model) == ("a", "m")
    assert message.finish_reason is not None and message.finish_reason.raw == "stop"
    assert exchange.usage is not None and exchange.usage.input_tokens == 2
    assert exchange.extra == {"created": 5, "system_fingerprint": "fp", "service_tier": "default"}


def test_usage_in_odd_places() -> None:
    moonshot = chunk({}, "stop")
    moonshot["choices"][0]["usage"] = {"prompt_tokens": 3}
    groq = chunk({}, "stop", x_groq={"id": "r", "usage": {"prompt_tokens": 4}})
    for value, count in ((moonshot, 3), (groq, 4)):
        usage = answer(value).usage
        assert usage is not None and usage.input_tokens == count


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"error": {"message": "m", "code": 502}}, "m"),
        ({"error": "m"}, "m"),
        (chunk({}, None, x_groq={"error": "m"}), "m"),
        (chunk({"content": "!"}, None, error={"message": "m"}, usage={"prompt_tokens": 1}), "m"),
    ],
)
def test_an_error_keeps_what_came_before(value: Any, message: str) -> None:
    exchange = read(DIALECT, [chunk({"content": "Hi"}), value])
    assert exchange.error is not None and exchange.error.message == message
    assert exchange.termination == "errored"
    assert exchange.candidates[0].text.startswith("Hi")
    assert exchange.candidates[0].finish_reason == FinishReason(unified="error")


def test_without_the_end_marker_it_is_truncated() -> None:
    exchange = read(DIALECT, [chunk({"content": "Hi"}, "stop")])
    assert (exchange.termination, exchange.end_marker) == ("truncated", False)


def test_what_follows_the_end_is_not_read() -> None:
    exchange = read(DIALECT, [chunk({"content": "Hi"}), DONE, chunk({"content": "!"})])
    assert exchange.candidates[0].text == "Hi"
    assert (exchange.termination, exchange.end_marker) == ("complete", True)


def test_a_whole_answer_reads_like_its_stream() -> None:
    calls = [
        {"id": "a", "type": "function", "function": {"name": "w", "arguments": "{}"}},
        {"id": "b", "type": "function", "function": {"name": "w", "arguments": '{"x":1}'}},
    ]
    message = {"role": "assistant", "content": "Hi", "reasoning": "Hm", "tool_calls": calls}
    whole = read(
        DIALECT,
        [
            {
                "object": "chat.completion",
                "id": "c",
                "model": "m",
                "choices": [{"index": 0, "message": message, "finish_reason": "tool_calls"}],
                "usage": {"prompt_tokens": 1},
            }
        ],
    )
    streamed = answer(
        chunk({"role": "assistant", "reasoning": "Hm"}, id="c", model="m"),
        chunk({"content": "Hi"}),
        *(chunk({"tool_calls": [{"index": n, **one}]}) for n, one in enumerate(calls)),
        chunk({}, "tool_calls", usage={"prompt_tokens": 1}),
    )
    assert whole.candidates == streamed.candidates
    assert whole.usage == streamed.usage
    assert (whole.termination, whole.end_marker) == ("complete", False)
    assert whole.candidates[0].parts[0].path == "choices[0].message.reasoning"


def test_chunks_as_a_typed_sdk_shows_them() -> None:
    call = {"id": "c", "index": 0, "function": {"name": "w", "arguments": "{}"}}
    shown = {
        "id": "gen-1",
        "choices": [{"index": 0, "delta": {"toolCalls": [call]}, "finishReason": "tool_calls"}],
        "systemFingerprint": None,
        "usage": {"promptTokens": 7, "completionTokensDetails": {"reasoningTokens": 1}},
    }
    expected: tuple[Part, ...] = (ToolCall(id="c", name="w", arguments={}, arguments_text="{}"),)
    last = {"id": "gen-1", "choices": [], "usage": {"promptTokens": 8}}
    for chunks in ([{"data": shown}, {"data": last}], [shown, last], [last, shown, last]):
        exchange = answer(*chunks)
        assert exchange.candidates[0].parts == expected
        assert exchange.usage is not None and exchange.usage.input_tokens == 8
        assert exchange.unknown == ()


@pytest.mark.parametrize(("finish", "termination"), [("stop", "complete"), (None, "truncated")])
def test_an_sdk_shows_no_end_marker(finish: str | None, termination: str) -> None:
    shown = {"choices": [{"index": 0, "delta": {"content": "a"}, "finishReason": finish}]}
    exchange = read(DIALECT, [shown, {"choices": [], "usage": {"promptTokens": 8}}])
    assert (exchange.termination, exchange.end_marker) == (termination, False)
    sent = {"choices": [{"index": 0, "delta": {"content": "a"}, "finish_reason": finish}]}
    assert read(DIALECT, [sent]).termination == "truncated"


def test_spellings_of_an_sdk_are_unknown_on_the_wire() -> None:
    call = {"id": "c", "index": 0, "function": {"name": "w", "arguments": "{}"}}
    exchange = answer(chunk({"content": "a"}), chunk({"toolCalls": [call]}))
    assert [one.name for one in exchange.unknown] == ["choices[].delta.toolCalls"]


def test_what_is_unknown_is_kept_and_reported() -> None:
    odd = chunk({"new": None}, None, brand_new=None)
    exchange = answer(odd, chunk({"new": 1}, None, brand_new=[2]), "nope", "[1]", {"choices": [3]})
    assert exchange.unknown == (
        Unknown(kind="field", name="brand_new", value=[2], frame=1),
        Unknown(kind="field", name="choices[].delta.new", value=1, frame=1),
        Unknown(kind="frame", name="not JSON", value="nope", frame=2),
        Unknown(kind="frame", name="list", value=[1], frame=3),
        Unknown(kind="field", name="choices[]", value=3, frame=4),
    )


@pytest.mark.parametrize(("status", "word"), [(429, "rate_limit_exceeded"), (500, "server_error")])
def test_error_bytes(status: int, word: str) -> None:
    body = DIALECT.error_bytes(status, "whole")
    assert json.loads(body)["error"]["code"] == word
    assert DIALECT.error_bytes(status, "sse") == b"data: " + body + b"\n\n"
    error = read(DIALECT, [body.decode()]).error
    assert error is not None and error.type == word


def test_read_request() -> None:
    body = {"model": "m", "messages": [{"role": "user", "content": "Hi"}]}
    history = DIALECT.read_request(Request(value=body))
    assert (history.model, history.messages[0].text) == ("m", "Hi")
    assert DIALECT.read_request(Request(value=None)).messages == ()
