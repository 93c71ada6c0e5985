"""Chat chunks in the SDK's spelling: the table, where it goes, and the vendor's own example."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from stream_cassette.conversation.parts import Reasoning, Refusal, Text, ToolCall
from stream_cassette.dialects._chat_sdk import SPELLINGS, as_sent, shows_sdk, unwrapped
from stream_cassette.dialects.openai_chat import OpenAIChat
from tests.corpus import seed
from tests.support.read_answers import read


@pytest.mark.parametrize(("shown", "sent"), SPELLINGS.items())
def test_a_row_is_the_same_name(shown: str, sent: str) -> None:
    assert re.sub("([A-Z])", r"_\1", shown).lower() == sent


def test_where_it_goes_and_where_not() -> None:
    inner = {"toolName": 1}  # a tool's own result
    detail = {"type": "reasoning.server_tool_call", "toolName": "w", "result": inner}
    choice = {"finishReason": None, "delta": {"reasoningDetails": [detail], "x": "toolName"}}
    other = {"finishReason": 1}
    usage = {"promptTokensDetails": {"cachedTokens": 1}}
    sent = {"type": "reasoning.server_tool_call", "tool_name": "w", "result": inner}
    assert as_sent({"choices": [choice, 1], "brandNew": other, "usage": usage}) == {
        "choices": [
            {"finish_reason": None, "delta": {"reasoning_details": [sent], "x": "toolName"}},
            1,
        ],
        "brandNew": other,
        "usage": {"prompt_tokens_details": {"cached_tokens": 1}},
    }


def test_what_is_sent_stays_as_it_is() -> None:
    chunk = {"choices": [{"finish_reason": "stop", "delta": {"tool_calls": []}}], "usage": None}
    assert as_sent(chunk) == chunk
    assert not shows_sdk(chunk)
    odd: tuple[Any, ...] = (None, {}, [], [1], "finishReason")
    assert not any(shows_sdk({"choices": one}) for one in odd)
    assert shows_sdk({"choices": [{"finishReason": None}]})


@pytest.mark.parametrize("odd", [{}, {"data": []}, {"data": {"a": 1}}, {"choices": [], "data": {}}])
def test_only_chunks_are_unwrapped(odd: dict[str, Any]) -> None:
    assert unwrapped(odd) is odd
    assert unwrapped({"data": {"choices": []}}) == {"choices": []}


def documented_example() -> Any:
    """The TypeScript literal of the vendor's page as JSON."""
    page = seed("openrouter-chunk-reference.md").read_text("utf-8")
    found = re.search(r"ChatStreamingResponseChunk = (\{.*?\n\});", page, re.DOTALL)
    assert found is not None
    quoted = re.sub(r"^( *)(\w+):", r'\1"\2":', found[1], flags=re.MULTILINE)
    return json.loads(re.sub(r",(\s*[}\]])", r"\1", quoted))


def test_the_vendor_s_own_example() -> None:
    exchange = read(OpenAIChat(), [documented_example()])
    (message,) = exchange.candidates
    reasoning, text, refusal, call = message.parts
    assert isinstance(reasoning, Reasoning) and reasoning.content == "<value>"
    assert isinstance(text, Text) and text.content == "<value>"
    assert isinstance(refusal, Refusal) and refusal.content == "<value>"
    assert isinstance(call, ToolCall)
    assert (call.id, call.name, call.arguments_text) == ("<id>", "<value>", "<value>")
    assert message.finish_reason is not None and message.finish_reason.raw == "tool_calls"
    assert exchange.error is not None
    assert (exchange.error.message, exchange.error.code) == ("<value>", "4181.38")
    assert exchange.usage is not None and exchange.usage.raw["completion_tokens"] == 6813.22
    assert (message.response_id, message.model, exchange.unknown) == ("<id>", "Model 3", ())
