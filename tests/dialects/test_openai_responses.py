"""Responses: golden conversations, detection, the end, errors, all of the corpus."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream_cassette.conversation.model import Unknown
from stream_cassette.conversation.parts import Text
from stream_cassette.dialects._protocol import Opening, Request
from stream_cassette.dialects._responses_reader import STATUS_ONLY
from stream_cassette.dialects.openai_responses import OpenAIResponses
from stream_cassette.meaning import exchange_of, frames_of, heard, history_of
from tests.support.golden import golden_case, said
from tests.support.read_answers import frame, read
from tests.support.recorded_streams import recorded

DIALECT = OpenAIResponses()


@pytest.mark.parametrize("case", ["text", "refusal"])
def test_streamed_and_whole_are_one(case: str) -> None:
    path = golden_case("openai_responses", case)
    streamed, whole = (one["exchange"] for one in said(path))
    assert {**streamed, "end_marker": False} == whole


@pytest.mark.parametrize(
    ("path", "value", "claim"),
    [
        ("/x", {"object": "response"}, 3),
        ("/x", {"object": "response.compaction"}, 3),
        ("/x", {"type": "response.created"}, 3),
        ("/x", {"type": "response.output_text.delta"}, 3),
        ("/v1/responses", {"type": "error"}, 2),
        ("/v1/responses", {"error": {}}, 1),
        ("/openai/v1/Responses/", None, 1),
        ("/v1/responses/resp_1", None, 1),
        ("/v1/responses/resp_1/cancel", None, 1),
        ("/v1/responses/compact", None, 1),
        ("/v1/responses/resp_1/input_items", {"object": "list"}, 0),
        ("/v1/responses/input_tokens", {"object": "response.input_tokens"}, 0),
        ("/v1/chat/completions", {"error": {}}, 0),
        ("/x", {"type": ["response."]}, 0),
        ("/x", {"type": "message_start"}, 0),
        ("/x", [1], 0),
    ],
)
def test_claims(path: str, value: Any, claim: int) -> None:
    assert DIALECT.claims(Opening(request=Request(path=path), value=value)) == claim


@pytest.mark.parametrize(
    ("host", "response", "vendor"),
    [
        ("api.openai.com", {"model": "grok-1"}, None),
        ("openrouter.ai", {}, "openrouter"),
        ("gateway.example", {"id": "gen-1"}, "openrouter"),
        ("gateway.example", {"model": "grok-4"}, "xai"),
        ("gateway.example", {"model": "deepseek-v4", "content_filters": None}, "deepseek"),
        ("gateway.example", {"content_filters": None}, "azure"),
        ("gateway.example", {"id": 5}, None),
    ],
)
def test_vendor(host: str, response: Any, vendor: str | None) -> None:
    for value in (response, {"type": "response.created", "response": response}):
        assert DIALECT.vendor(Opening(request=Request(host=host), value=value)) == vendor


@pytest.mark.parametrize(
    ("data", "ends"),
    [
        ({"type": "response.completed"}, True),
        ({"type": "response.incomplete"}, True),
        ({"type": "response.failed"}, True),
        ({"type": "response.cancelled"}, True),
        ({"type": "response.done"}, True),
        ("[DONE]", True),
        ({"type": "response.output_text.delta", "delta": "response.completed"}, False),
        ({"type": ["response.completed"]}, False),
        ({"type": "error"}, False),
        ("response.completed", False),
    ],
)
def test_ends(data: Any, ends: bool) -> None:
    assert DIALECT.ends(frame(data)) is ends


def test_done_without_a_last_event_is_an_end() -> None:
    exchange = read(DIALECT, [{"type": "response.created", "response": {"id": "r"}}, "[DONE]"])
    assert (exchange.termination, exchange.end_marker) == ("complete", True)
    assert exchange.candidates[0].finish_reason is not None
    assert exchange.candidates[0].finish_reason.unified == "unknown"


def test_what_is_no_json_is_reported() -> None:
    exchange = read(DIALECT, ["nonsense", "[1]", {"type": "response.new_thing", "x": 1}, {"a": 1}])
    assert exchange.termination == "truncated"
    assert exchange.unknown == (
        Unknown(kind="frame", name="not JSON", value="nonsense", frame=0, count=2),
        Unknown(
            kind="event",
            name="response.new_thing",
            value={"type": "response.new_thing", "x": 1},
            frame=2,
        ),
        Unknown(kind="event", name="None", value={"a": 1}, frame=3),
    )


@pytest.mark.parametrize("framing", ["whole", "sse"])
def test_errors_are_read_as_they_are_written(framing: str) -> None:
    written = DIALECT.error_bytes(429, framing).decode()
    if framing == "whole":
        assert json.loads(written)["error"]["code"] == "rate_limit_exceeded"
        return
    name, data = written.strip().split("\n")
    assert name == "event: error" and written.endswith("\n\n")
    exchange = read(DIALECT, [json.loads(data.removeprefix("data: "))])
    assert exchange.error is not None
    assert (exchange.error.code, exchange.error.message) == ("rate_limit_exceeded", "HTTP 429")
    assert b'"code": "server_error"' in DIALECT.error_bytes(500, "sse")


def test_linear() -> None:
    """A long answer with everything repeated as often as the wire repeats it."""
    pieces = ["word "] * 20_000
    at = {"output_index": 0, "content_index": 0}
    deltas = [{"type": "response.output_text.delta", **at, "delta": one} for one in pieces]
    message = {"type": "message", "content": []}
    added = {"type": "response.output_item.added", "output_index": 0, "item": message}
    (only,) = read(DIALECT, [added, *deltas]).candidates
    assert only.parts == (Text(content="".join(pieces)),)


KINDS = sorted(
    {kind.removesuffix(".delta") for kind in STATUS_ONLY}
    | {"response.output_text.delta", "response.output_text.done", "response.refusal.delta"}
    | {"response.refusal.done", "response.output_text.annotation.added", "error"}
    | {"response.content_part.added", "response.content_part.done", "response.created"}
    | {"response.reasoning_summary_text.delta", "response.reasoning_summary_text.done"}
    | {"response.reasoning_summary_part.added", "response.reasoning_text.delta"}
    | {"response.output_item.added", "response.output_item.done", "response.completed"}
    | {"response.function_call_arguments.delta", "response.function_call_arguments.done"}
    | {"response.custom_tool_call_input.delta", "response.mcp_call_arguments.done"}
    | {"response.code_interpreter_call_code.delta", "response.shell_call_command.delta"}
    | {"response.shell_call_output_content.delta", "response.audio.delta"}
    | {"response.image_generation_call.partial_image", "response.audio.transcript.delta"}
)
TYPES = ["message", "reasoning", "function_call", "custom_tool_call", "mcp_call", "compaction"]
TYPES += ["shell_call", "shell_call_output", "code_interpreter_call", "image_generation_call"]
TYPES += ["output_text", "refusal", "reasoning_text", "input_image", "output_audio", "odd", ""]
scalars = st.one_of(st.none(), st.booleans(), st.integers(-1, 2), st.text(max_size=3))
words = st.one_of(st.sampled_from(TYPES), scalars, st.lists(st.integers(0, 1), max_size=1))
shallow = st.dictionaries(
    st.sampled_from(["type", "id", "role", "text", "refusal", "summary", "content", "arguments"]),
    words,
    max_size=3,
)
entries = st.one_of(words, shallow, st.lists(st.one_of(words, shallow), max_size=2))
items = st.dictionaries(
    st.sampled_from(
        [
            "type",
            "id",
            "content",
            "summary",
            "encrypted_content",
            "arguments",
            "action",
            "result",
            "call_id",
            "name",
            "output",
            "status",
            "environment",
            "data",
            "image_url",
            "file_data",
        ]
    ),
    entries,
    max_size=4,
)
anything = st.one_of(entries, items, st.lists(items, max_size=2))
events = st.fixed_dictionaries(
    {"type": st.sampled_from(KINDS)},
    optional=dict.fromkeys(["item", "part", "delta", "text", "refusal", "arguments"], anything)
    | dict.fromkeys(["output", "code", "error", "annotation", "logprobs"], anything)
    | dict.fromkeys(["output_index", "content_index"], st.one_of(st.integers(0, 1), scalars))
    | dict.fromkeys(["summary_index", "command_index", "annotation_index"], scalars)
    | dict.fromkeys(["item_id", "partial_image_b64", "command", "input"], scalars)
    | {
        "response": st.one_of(
            scalars,
            st.fixed_dictionaries(
                {}, optional=dict.fromkeys(("output", "usage", "error", "status"), anything)
            ),
        )
    },
)


@given(items, st.lists(st.one_of(items, words), max_size=5), entries)
def test_hostile_requests_raise_nothing(body: Any, given: Any, entry: Any) -> None:
    for value in (body, {"input": given, "tools": given, "conversation": entry}, {"input": entry}):
        found = DIALECT.read_request(Request(value={**value, "instructions": entry}))
        assert json.dumps(found.to_dict())
    assert DIALECT.read_request(Request(value=entry)).messages == ()


@given(st.lists(events, max_size=12))
def test_hostile_events_raise_nothing(found: list[Any]) -> None:
    exchange = read(DIALECT, found)
    assert json.dumps(exchange.to_dict())


def test_every_recorded_answer_is_read(corpus: Path) -> None:
    """No unknown event, field or part in any answer or request that the corpus has."""
    seen: Counter[str] = Counter()
    strange: list[str] = []
    for one in recorded(corpus):
        exchange, history = exchange_of(one.interaction), history_of(one.interaction)
        if exchange is None or history is None or exchange.dialect != DIALECT.name:
            continue
        streamed = sum(1 for _ in heard(frames_of(one.interaction.response))) > 1
        seen["streamed" if streamed else "whole"] += 1
        seen[exchange.termination] += 1
        if exchange.unknown or history.unknown or exchange.termination == "truncated":
            strange.append(f"{one.path} [{one.index}]: {exchange.unknown} {history.unknown}")
    print(f"\nopenai-responses: {dict(seen)}")
    assert strange == []
    assert seen["streamed"] >= 75 and seen["whole"] >= 45
