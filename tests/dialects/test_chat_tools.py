"""Tool calls in chat deltas: what a fragment says, the legacy form, tools of the server's."""

from __future__ import annotations

from typing import Any

import pytest

from stream_cassette.conversation.parts import Part, ServerToolCall, ToolCall
from stream_cassette.dialects.openai_chat import OpenAIChat
from tests.support.read_answers import read


def exchange(*deltas: Any) -> Any:
    return read(OpenAIChat(), [{"choices": [{"index": 0, "delta": delta}]} for delta in deltas])


def calls(*fragments: Any) -> Any:
    return {"tool_calls": list(fragments)}


def fn(name: str | None = None, arguments: Any = None, **rest: Any) -> dict[str, Any]:
    return {**rest, "function": {"name": name, "arguments": arguments}}


W = '{"a": 1}'
ROWS: dict[str, tuple[list[Any], tuple[Part, ...]]] = {
    "normal form": (
        [
            calls(fn("w", "", index=0, id="a", type="function")),
            calls({"index": 0, "function": {"arguments": '{"a"'}}),
            calls({"index": 0, "function": {"arguments": ": 1}"}}),
        ],
        (ToolCall(id="a", name="w", arguments={"a": 1}, arguments_text=W),),
    ),
    "parallel, interleaved": (
        [
            calls(fn("w", "", index=0, id="a"), fn("v", "", index=1, id="b")),
            calls(fn(None, "{}", index=1), fn(None, W, index=0)),
        ],
        (
            ToolCall(id="a", name="w", arguments={"a": 1}, arguments_text=W),
            ToolCall(id="b", name="v", arguments={}, arguments_text="{}"),
        ),
    ),
    "empty ids and names go on": (
        [calls(fn("w", "{", index=0, id="a")), calls(fn("", "}", index=0, id=""))],
        (ToolCall(id="a", name="w", arguments={}, arguments_text="{}"),),
    ),
    "no id: one is made": (
        [calls(fn("w", "{}", index=0))],
        (
            ToolCall(
                id="synthesised-0",
                name="w",
                arguments={},
                arguments_text="{}",
                id_synthesised=True,
            ),
        ),
    ),
    "the id and the name come late": (
        [calls(fn(None, "{", index=0)), calls(fn("w", "}", index=0, id="a"))],
        (ToolCall(id="a", name="w", arguments={}, arguments_text="{}"),),
    ),
    "arguments as an object": (
        [calls(fn("w", {"a": 1}, index=0, id="a"))],
        (ToolCall(id="a", name="w", arguments={"a": 1}),),
    ),
    "a custom tool": (
        [
            calls({"index": 0, "id": "a", "custom": {"name": "py", "input": "print("}}),
            calls({"index": 0, "custom": {"input": "1)"}}),
        ],
        (
            ToolCall(
                id="a", name="py", arguments="print(1)", arguments_text="print(1)", custom=True
            ),
        ),
    ),
    "gemini: the signature in a fragment of its own": (
        [
            calls(fn("w", "{}", id="a")),
            calls({"extra_content": {"google": {"thought_signature": "sig"}}}),
        ],
        (
            ToolCall(
                id="a",
                name="w",
                arguments={},
                arguments_text="{}",
                signature="sig",
                extra={"extra_content": {"google": {"thought_signature": "sig"}}},
            ),
        ),
    ),
    "litellm: fields of the provider's": (
        [calls(fn("w", "", index=0, id="a", provider_specific_fields={"thought_signature": "s"}))],
        (
            ToolCall(
                id="a",
                name="w",
                arguments={},
                arguments_text="",
                extra={"provider_specific_fields": {"thought_signature": "s"}},
            ),
        ),
    ),
    "one call that is no list": (
        [{"tool_calls": fn("w", "{}", id="a")}],
        (ToolCall(id="a", name="w", arguments={}, arguments_text="{}"),),
    ),
    "the legacy form": (
        [
            {"function_call": {"name": "w", "arguments": ""}},
            {"function_call": {"arguments": "{}"}},
        ],
        (
            ToolCall(
                id="synthesised-0",
                name="w",
                arguments={},
                arguments_text="{}",
                id_synthesised=True,
            ),
        ),
    ),
    "the legacy form, empty": ([{"function_call": {"name": "", "arguments": ""}}], ()),
    "tools of the server's": (
        [
            {"executed_tools": [{"index": 0, "type": "search", "arguments": "{}"}]},
            {"executed_tools": [{"index": 0, "type": "search", "arguments": "{}", "output": "o"}]},
            {"executed_tools": "odd"},
        ],
        (
            ServerToolCall(
                name="search",
                arguments={},
                arguments_text="{}",
                extra={"index": 0, "type": "search", "output": "o"},
            ),
        ),
    ),
}


@pytest.mark.parametrize(("deltas", "expected"), ROWS.values(), ids=ROWS.keys())
def test_parts(deltas: list[Any], expected: tuple[Part, ...]) -> None:
    assert exchange(*deltas).candidates[0].parts == expected


def test_a_fragment_of_nobody_knows_which_call_is_reported() -> None:
    two = calls(fn("w", "", index=0, id="a"), fn("w", "", index=1, id="b"))
    found = exchange(two, calls({"function": {"arguments": "{}"}}))
    assert [one.arguments_text for one in found.candidates[0].parts] == ["", ""]
    (unknown,) = found.unknown
    assert (unknown.kind, unknown.value) == ("fragment", {"function": {"arguments": "{}"}})
