"""Calls and results against each other, and against the answer's calls."""

from __future__ import annotations

from typing import Any

import pytest

from stream_cassette.comparison.echo_calls import call_faults, calls_paired, result_faults
from stream_cassette.conversation.model import Message
from stream_cassette.conversation.parts import Part, Text, ToolCall, ToolCallResponse


def call(ident: str | None, name: str = "w", path: str = "c", **arguments: Any) -> ToolCall:
    return ToolCall(id=ident, name=name, arguments=arguments, path=path)


def made_up(name: str = "w", **arguments: Any) -> ToolCall:
    return ToolCall(id="synthesised-0", id_synthesised=True, name=name, arguments=arguments)


def result(ident: str | None, name: str | None = None) -> ToolCallResponse:
    return ToolCallResponse(id=ident, name=name, response="", path="r")


PAIRED: dict[str, tuple[list[Part], list[Part], dict[int, int]]] = {
    "by id": ([call("a"), call("b")], [call("b"), call("a")], {0: 1, 1: 0}),
    "one id is another's": ([call("a"), call("b", x=1)], [call("b"), call("c", x=1)], {1: 0, 0: 1}),
    "by name and arguments": (
        [made_up(x=1), made_up(x=2)],
        [call(None, x=2), call(None, x=1)],
        {0: 1, 1: 0},
    ),
    "by name": ([call("a", "v", x=1)], [call("b", "w"), call("c", "v")], {0: 1}),
    "by order": ([call("a", "v")], [call("b", "w")], {0: 0}),
    "one is not there": ([call("a"), call("b")], [call("a")], {0: 0}),
    "one more": ([call("a")], [call("b"), call("a")], {0: 1}),
    "without a name": ([call("a", "")], [call("a", "")], {}),
    "beside text": ([Text(), call("a")], [call("a"), Text()], {1: 0}),
    "made up ids are no ids": ([made_up()], [call("synthesised-0", "v")], {0: 0}),
}


@pytest.mark.parametrize(("recorded", "sent", "pairs"), PAIRED.values(), ids=PAIRED.keys())
def test_paired(recorded: list[Part], sent: list[Part], pairs: dict[int, int]) -> None:
    assert calls_paired(recorded, sent) == pairs


def faults(dialect: str, recorded: list[Part], sent: list[Part]) -> list[tuple[str, str]]:
    pairs = calls_paired(recorded, sent)
    return [
        (fault.kind, fault.path) for fault in call_faults(dialect, recorded, sent, pairs, "m[1]")
    ]


def test_the_same_calls() -> None:
    assert faults("openai-chat", [call("a", x=1)], [call("a", x=1.0)]) == []
    assert faults("gemini-generate", [made_up()], [call("invented")]) == []
    assert faults("gemini-generate", [call("a")], [call(None)]) == []
    assert faults("openai-chat", [call("a", "")], []) == []


@pytest.mark.parametrize(
    ("dialect", "paths"),
    [
        ("openai-chat", ("c.id", "c.function.name", "c.function.arguments")),
        ("openai-responses", ("c.call_id", "c.name", "c.arguments")),
        ("bedrock-converse", ("c.toolUse.toolUseId", "c.toolUse.name", "c.toolUse.input")),
        ("acme-chat", ("c.id", "c.name", "c.arguments")),
    ],
)
def test_altered(dialect: str, paths: tuple[str, str, str]) -> None:
    found = faults(dialect, [call("a", "v", x=1)], [call("b", "w", x=2)])
    assert found == list(zip(("call-id", "call-name", "arguments"), paths, strict=True))


def test_a_signature_in_the_id() -> None:
    recorded, sent = [call("call_1__thought__c2lnbmVk")], [call("call_1")]
    pairs = calls_paired(recorded, sent)
    (fault,) = call_faults("openai-chat", recorded, sent, pairs, "m[1]")
    assert (fault.kind, fault.severity, fault.path) == ("call-id", "error", "c.id")
    (other,) = call_faults("openai-chat", sent, [call("call_2")], pairs, "m[1]")
    assert other.severity == "warning"


def test_missing() -> None:
    part = ToolCall(id="a", name="w", path="choices[0].delta.tool_calls[1]")
    assert faults("openai-chat", [part], []) == [("call-missing", "m[1].tool_calls[1]")]
    assert faults("openai-chat", [call("a")], [call(None)]) == [("call-id", "c.id")]


def test_arguments_that_are_no_json() -> None:
    broken = ToolCall(id="a", name="w", arguments=None, arguments_text='{"a": ')
    assert faults("anthropic-messages", [broken], [call("a")]) == []


def test_text_of_a_custom_tool() -> None:
    one, other = (
        ToolCall(id="a", name="w", arguments=text, custom=True, path="c") for text in ("x", "y")
    )
    assert faults("openai-responses", [one], [other]) == [("arguments", "c.arguments")]


def said(*groups: list[Part]) -> list[Message]:
    """Messages with these parts, and one more at the end."""
    return [*(Message(role="x", parts=tuple(parts)) for parts in groups), Message(role="user")]


RESULTS: dict[str, tuple[str, list[Message], list[str]]] = {
    "fits": ("openai-chat", said([call("a"), call("b")], [result("b"), result("a")]), []),
    "twice": ("openai-chat", said([call("a")], [result("a"), result("a")]), []),
    "an id used again": (
        "openai-chat",
        said([call("0")], [result("0")], [call("0")], [result("0")]),
        [],
    ),
    "an id used again, once answered": (
        "openai-chat",
        said([call("0")], [result("0")], [call("0")]),
        ["call-without-result"],
    ),
    "before its call": (
        "openai-chat",
        said([result("a")], [call("a")]),
        ["result-without-call", "call-without-result"],
    ),
    "no call": ("openai-chat", said([result("a")]), ["result-without-call"]),
    "no result": ("openai-chat", said([call("a")]), ["call-without-result"]),
    "neither has an id": ("ollama-chat", said([call(None)], [result(None, "w")]), []),
    "no id, no name": ("ollama-chat", said([call(None)], [result(None)]), []),
    "a function of old": ("openai-chat", said([call(None)], [result(None, "w")]), []),
    "the id is left out": ("gemini-generate", said([call("a")], [result(None, "w")]), []),
    "an id is made up": ("gemini-generate", said([call(None)], [result("x", "w")]), []),
    "another name": (
        "gemini-generate",
        said([call(None)], [result(None, "v")]),
        ["result-without-call", "call-without-result"],
    ),
}


@pytest.mark.parametrize(("dialect", "messages", "kinds"), RESULTS.values(), ids=RESULTS.keys())
def test_results(dialect: str, messages: list[Message], kinds: list[str]) -> None:
    found = list(result_faults(dialect, messages))
    assert [fault.kind for fault in found] == kinds
    grave = "warning" if dialect == "gemini-generate" else "error"
    assert {fault.severity for fault in found} <= {grave}


def test_calls_of_the_last_message_go_on() -> None:
    assert list(result_faults("x", [Message(role="assistant", parts=(call("a"),))])) == []


def test_calls_that_the_server_holds() -> None:
    messages = [Message(role="tool", parts=(result("a"),))]
    assert list(result_faults("openai-responses", messages, [call("a")])) == []
    found = result_faults("openai-responses", messages, [call("a"), call("b")])
    assert [(fault.kind, fault.what) for fault in found] == [
        ("call-without-result", "the call of 'w' ('b')")
    ]
