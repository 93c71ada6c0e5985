"""Reasoning carriers: what is one block and what two, and text that is counted once."""

from __future__ import annotations

from typing import Any

import pytest

from stream_cassette.conversation.parts import (
    Generic,
    Part,
    Reasoning,
    ServerToolCall,
    ServerToolCallResponse,
)
from stream_cassette.dialects._chat_reasoning import detail_parts
from stream_cassette.dialects.openai_chat import OpenAIChat
from tests.support.read_answers import read


def streamed(*deltas: Any) -> tuple[Part, ...]:
    chunks = [{"choices": [{"index": 0, "delta": delta}]} for delta in deltas]
    return read(OpenAIChat(), chunks).candidates[0].parts


def text(value: str | None = None, /, **rest: Any) -> dict[str, Any]:
    said = {} if value is None else {"text": value}
    return {"reasoning_details": [{"type": "reasoning.text", **said, **rest}]}


def summary(value: str, **rest: Any) -> dict[str, Any]:
    return {"reasoning_details": [{"type": "reasoning.summary", "summary": value, **rest}]}


def encrypted(data: str, **rest: Any) -> dict[str, Any]:
    return {"reasoning_details": [{"type": "reasoning.encrypted", "data": data, **rest}]}


ROWS: dict[str, tuple[list[Any], tuple[Part, ...]]] = {
    "vercel: an empty signature on each, the true one last": (
        [
            text("a", signature="", format="f", index=0) | {"reasoning": "a"},
            text("b", signature="", format="f", index=0) | {"reasoning": "b"},
            text("", signature="sig", format="f", index=0) | {"reasoning": ""},
        ],
        (Reasoning(content="ab", signature="sig", format="f"),),
    ),
    "openrouter: the signature without text": (
        [text("a", index=0), text(signature="sig", index=0)],
        (Reasoning(content="a", signature="sig"),),
    ),
    "the last signature counts": (
        [text("a"), text(signature="one"), text(signature="two")],
        (Reasoning(content="a", signature="two"),),
    ),
    "signed text is finished": (
        [text("a"), text(signature="one", index=0), text("b", index=0), text(signature="two")],
        (Reasoning(content="a", signature="one"), Reasoning(content="b", signature="two")),
    ),
    "vercel gpt-5: summary and encrypted, both index 0": (
        [summary("a", index=0), summary("b", index=0), encrypted("xyz", index=0, id="rs")],
        (
            Reasoning(content="ab", kind="summary"),
            Reasoning(kind="encrypted", issued=("xyz",), id="rs"),
        ),
    ),
    "each encrypted entry is a block": (
        [encrypted("x", index=0), encrypted("y", index=0)],
        (
            Reasoning(kind="encrypted", issued=("x",)),
            Reasoning(kind="encrypted", issued=("y",)),
        ),
    ),
    "text goes on after encrypted in a new block": (
        [text("a", index=0), encrypted("x", index=0), text("b", index=0)],
        (
            Reasoning(content="a"),
            Reasoning(kind="encrypted", issued=("x",)),
            Reasoning(content="b"),
        ),
    ),
    "another index": (
        [text("a", index=0), text("b", index=1)],
        (Reasoning(content="a"), Reasoning(content="b")),
    ),
    "another id; none says nothing": (
        [text("a", id="1"), text("b", id=None), text("c", id="2")],
        (Reasoning(content="ab", id="1"), Reasoning(content="c", id="2")),
    ),
    "format and id: the first that is there, never joined": (
        [text("a", format=None), text("b", format="f", id="i"), text("c", format="f", id="i")],
        (Reasoning(content="abc", format="f", id="i"),),
    ),
    "an empty entry opens nothing": ([text(""), text("", signature="")], ()),
    "an empty block with a signature is one": (
        [text("", signature="sig")],
        (Reasoning(signature="sig"),),
    ),
    "flat text beside encrypted is no copy": (
        [encrypted("x") | {"reasoning": "a"}],
        (Reasoning(content="a"), Reasoning(kind="encrypted", issued=("x",))),
    ),
    "litellm": (
        [
            {
                "reasoning_content": "a",
                "thinking_blocks": [{"type": "thinking", "thinking": "a", "signature": ""}],
            },
            {"thinking_blocks": [{"type": "thinking", "thinking": "", "signature": "sig"}]},
            {"thinking_blocks": [{"type": "redacted_thinking", "data": "xyz"}]},
        ],
        (
            Reasoning(content="a", signature="sig"),
            Reasoning(kind="redacted", issued=("xyz",)),
        ),
    ),
    "litellm: both carriers": (
        [text("a") | {"thinking_blocks": [{"type": "thinking", "thinking": "a"}]}],
        (Reasoning(content="a"),),
    ),
    "litellm: items": (
        [
            {
                "reasoning_items": [
                    {"type": "reasoning", "id": "rs", "summary": [], "encrypted_content": "x"},
                    {"type": "reasoning", "summary": [{"type": "summary_text", "text": "a"}]},
                ]
            }
        ],
        (
            Reasoning(kind="encrypted", issued=("x",), id="rs"),
            Reasoning(kind="summary", content="a"),
        ),
    ),
    "a server's tool": (
        [
            {
                "reasoning_details": [
                    {
                        "type": "reasoning.server_tool_call",
                        "tool_name": "search",
                        "arguments": "{}",
                        "result": "r",
                        "tool_call_id": "t",
                    }
                ]
            }
        ],
        (
            ServerToolCall(id="t", name="search", arguments="{}"),
            ServerToolCallResponse(id="t", name="search", response="r"),
        ),
    ),
    "an unknown type": (
        [{"reasoning_details": [{"type": "reasoning.new"}, "odd"]}, {"reasoning_details": "odd"}],
        (
            Generic(kind="reasoning.new", value={"type": "reasoning.new"}),
            Generic(kind="None", value={}),
        ),
    ),
}


@pytest.mark.parametrize(("deltas", "expected"), ROWS.values(), ids=ROWS.keys())
def test_streamed(deltas: list[Any], expected: tuple[Part, ...]) -> None:
    assert streamed(*deltas) == expected


def test_in_a_whole_message_each_entry_is_a_block() -> None:
    details = [{"type": "reasoning.text", "text": one} for one in "ab"]
    message = {"role": "assistant", "reasoning": "ab", "reasoning_details": details}
    exchange = read(OpenAIChat(), [{"choices": [{"index": 0, "message": message}]}])
    assert exchange.candidates[0].parts == (Reasoning(content="a"), Reasoning(content="b"))


def test_a_requests_entries_have_their_places() -> None:
    entries = [
        {"type": "reasoning.text", "text": "a", "signature": "s", "format": "f", "id": "i"},
        {"type": "reasoning.encrypted", "data": "x"},
    ]
    found = list(detail_parts(entries, "messages[1].reasoning_details"))
    assert found == [
        Reasoning(content="a", signature="s", format="f", id="i"),
        Reasoning(kind="encrypted", issued=("x",)),
    ]
    assert [part.path for part in found] == [
        "messages[1].reasoning_details[0]",
        "messages[1].reasoning_details[1]",
    ]
    assert list(detail_parts(None, "x")) == []
