"""Input in all its forms, tools, what a request builds on."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stream_cassette.conversation.model import History, Unknown
from stream_cassette.conversation.parts import Generic, Text, ToolCall, ToolCallResponse
from stream_cassette.dialects._interactions_request import read_request
from stream_cassette.dialects._protocol import Request


def history(value: Any, path: str = "/v1beta/interactions") -> History:
    return read_request(Request(path=path, value=value))


def text(words: str) -> dict[str, Any]:
    return {"type": "text", "text": words}


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("Hi", [("user", "Hi")]),
        (text("Hi"), [("user", "Hi")]),
        ([text("Hi"), " ", text("there")], [("user", "Hi there")]),
        (
            [
                {"type": "user_input", "content": [text("a")]},
                {"type": "user_input", "content": [text("b")]},
                {"type": "model_output", "content": [text("c")]},
                {"type": "model_output", "content": [text("d")]},
                {"type": "user_input", "content": [text("e")]},
            ],
            [("user", "a"), ("user", "b"), ("assistant", "cd"), ("user", "e")],
        ),
        (
            [
                {"role": "user", "content": "a"},
                {"role": "user", "content": text("b")},
                {"role": "model", "content": [text("c")]},
                {"role": None, "content": 5},
            ],
            [("user", "a"), ("user", "b"), ("assistant", "c"), ("user", "")],
        ),
        (None, []),
        (5, []),
    ],
)
def test_input(given: Any, wanted: Any) -> None:
    found = history({"input": given}).messages
    assert [(one.role, one.text) for one in found] == wanted


def test_calls_and_results_keep_their_order() -> None:
    found = history(
        {
            "input": [
                {"type": "function_call", "id": "a", "name": "f", "arguments": {}},
                {"type": "function_result", "call_id": "a", "result": 1},
                {"type": "function_result", "call_id": "b", "result": 2},
                {"type": "function_call", "id": "c", "name": "f", "arguments": {}},
            ]
        }
    ).messages
    assert [(one.role, one.parts) for one in found] == [
        ("assistant", (ToolCall(id="a", name="f", arguments={}),)),
        (
            "tool",
            (ToolCallResponse(id="a", response=1), ToolCallResponse(id="b", response=2)),
        ),
        ("assistant", (ToolCall(id="c", name="f", arguments={}),)),
    ]
    assert [part.path for one in found for part in one.parts] == [
        "input[0]",
        "input[1]",
        "input[2]",
        "input[3]",
    ]


def test_system_text_stands_first() -> None:
    found = history({"system_instruction": "Be kind.", "input": "Hi"}).messages
    assert [(one.role, one.parts, one.path) for one in found] == [
        ("system", (Text(content="Be kind."),), "system_instruction"),
        ("user", (Text(content="Hi"),), "input"),
    ]


@pytest.mark.parametrize(
    ("path", "value", "previous"),
    [
        ("/v1beta/interactions", {"previous_interaction_id": "v1_a"}, "v1_a"),
        ("/v1beta/interactions/v1_a", None, "v1_a"),
        ("/v1beta/interactions/v1_a/cancel", None, "v1_a"),
        ("/v1beta/interactions/v1_a/", None, "v1_a"),
        ("/v1beta/interactions", None, None),
        ("/v1beta/interactions/v1_a", {}, None),
        ("/x", None, None),
    ],
)
def test_what_it_builds_on(path: str, value: Any, previous: str | None) -> None:
    assert history(value, path).previous_id == previous


def test_tools_and_model() -> None:
    found = history(
        {
            "agent": "deep-research",
            "tools": [
                {"name": "f", "description": "d", "parameters": {"type": "object"}},
                {"type": "google_search"},
                {"type": "file_search", "top_k": 3},
                "odd",
            ],
        }
    )
    assert found.model == "deep-research"
    assert [(one.name, one.kind, one.parameters) for one in found.tools] == [
        ("f", "function", {"type": "object"}),
        ("google_search", "google_search", None),
        ("file_search", "file_search", {"top_k": 3}),
        ("function", "function", None),
    ]
    assert found.tools[0].description == "d"


def test_an_unknown_step_is_kept_and_reported() -> None:
    step = {"type": "new_step", "a": 1}
    found = history({"input": [step]})
    (only,) = found.messages
    assert (only.role, only.parts) == ("assistant", (Generic(kind="new_step", value=step),))
    assert found.unknown == (Unknown(kind="part", name="new_step", value=step),)


VALUES = st.recursive(
    st.none() | st.integers(0, 1) | st.sampled_from(["", "text", "user_input", "function_result"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "role", "content", "text", "summary", "arguments", "name"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=12,
)


@given(VALUES)
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_hostile_requests_raise_nothing(value: Any) -> None:
    for body in (value, {"input": value, "tools": value, "system_instruction": value}):
        assert json.dumps(history(body).to_dict())
