"""The table of what has to come back."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from stream_cassette.comparison.echo_rules import (
    NOTHING,
    carriers_of,
    is_item,
    rule_of,
    wanted_path,
)
from stream_cassette.conversation.parts import Compaction, Part, Reasoning, Text, ToolCall


@dataclass(frozen=True, kw_only=True)
class Case:
    """A part of an answer, and what its row says."""

    dialect: str
    part: Part
    vendor: str | None = None
    model: str | None = None
    mode: str
    missing: str | None


def thought(path: str, kind: str = "text") -> Reasoning:
    return Reasoning(path=path, kind=kind)  # type: ignore[arg-type]


DELTA = "choices[0].delta"
CALL = ToolCall(path="candidates[0].content.parts[0]")

CASES = [
    Case(dialect="anthropic-messages", part=thought("content[0]"), mode="literal", missing="error"),
    Case(
        dialect="anthropic-messages",
        part=Compaction(path="content[0]"),
        mode="literal",
        missing=None,
    ),
    Case(
        dialect="bedrock-converse",
        part=thought("output.message.content[0]"),
        mode="literal",
        missing="error",
    ),
    Case(dialect="bedrock-invoke", part=thought("content[0]"), mode="literal", missing="error"),
    Case(
        dialect="openai-responses",
        vendor="azure",
        part=thought("output[0]", "summary"),
        mode="issued",
        missing="warning",
    ),
    *(
        Case(
            dialect="openai-chat",
            vendor=vendor,
            part=thought(f"{DELTA}.reasoning_details[0]", kind),
            mode="blocks",
            missing=missing,
        )
        for vendor in ("vercel", "openrouter", "avian", "snowflake", None)
        for kind, missing in (("text", "error"), ("encrypted", "warning"), ("summary", None))
    ),
    Case(
        dialect="openai-chat",
        vendor="litellm",
        part=thought(f"{DELTA}.thinking_blocks[0]"),
        mode="literal",
        missing="error",
    ),
    Case(
        dialect="openai-chat",
        vendor="litellm",
        part=thought(f"{DELTA}.reasoning_items[0]", "encrypted"),
        mode="literal",
        missing="warning",
    ),
    Case(
        dialect="openai-chat",
        vendor="mistral",
        part=thought(f"{DELTA}.content"),
        mode="literal",
        missing="warning",
    ),
    Case(
        dialect="openai-chat",
        vendor="gemini",
        part=ToolCall(path=f"{DELTA}.tool_calls[0]"),
        mode="decoded",
        missing="error",
    ),
    Case(
        dialect="openai-chat",
        vendor="gemini",
        part=Text(path=f"{DELTA}.extra_content"),
        mode="none",
        missing=None,
    ),
    *(
        Case(
            dialect="openai-chat",
            vendor=vendor,
            model=model,
            part=thought(f"{DELTA}.reasoning"),
            mode=mode,
            missing=missing,
        )
        for vendor, model, mode, missing in (
            ("deepseek", "deepseek-v4-flash", "text", "error"),
            ("deepseek", "deepseek-reasoner", "text", "warning"),
            ("deepseek", "deepseek-r1", "none", None),
            ("moonshot", "kimi-k2-thinking", "text", "warning"),
            *((one, None, "none", None) for one in ("zai", "qwen", "minimax", "vllm", None)),
            *((one, None, "none", None) for one in ("xai", "groq", "ollama", "perplexity")),
        )
    ),
    Case(
        dialect="gemini-generate",
        model="gemini-3-pro-preview",
        part=CALL,
        mode="decoded",
        missing="error",
    ),
    Case(
        dialect="gemini-generate",
        model="gemini-2.5-flash",
        part=CALL,
        mode="decoded",
        missing="warning",
    ),
    Case(
        dialect="gemini-generate",
        part=Text(path="candidates[0].content.parts[0]"),
        mode="decoded",
        missing=None,
    ),
    Case(
        dialect="gemini-interactions",
        part=thought("steps[0]"),
        mode="decoded",
        missing="warning",
    ),
    Case(dialect="cohere-chat", part=thought("message.content[0]"), mode="none", missing=None),
    Case(dialect="ollama-chat", part=thought("message.thinking"), mode="none", missing=None),
    Case(dialect="openai-completions", part=Text(path="choices[0]"), mode="none", missing=None),
    Case(dialect="acme-chat", part=thought("said[0]"), mode="literal", missing="warning"),
]


@pytest.mark.parametrize(
    "case", CASES, ids=lambda one: f"{one.dialect}-{one.vendor}-{one.model}-{one.part.path}"
)
def test_row(case: Case) -> None:
    rule = rule_of(case.dialect, case.vendor, case.model, case.part)
    assert (rule.mode, rule.missing) == (case.mode, case.missing)
    assert (rule == NOTHING) is (case.mode == "none")


def test_carriers() -> None:
    part = thought(f"{DELTA}.reasoning_details[3]", "encrypted")
    assert carriers_of(part) == (
        *("reasoning_details:encrypted", "reasoning_details"),
        *("reasoning:encrypted", "reasoning", "*"),
    )
    assert carriers_of(Text()) == ("text", "*")


@pytest.mark.parametrize(
    ("path", "base", "wanted"),
    [
        (
            "choices[0].delta.reasoning_details[0]",
            "messages[2]",
            "messages[2].reasoning_details[0]",
        ),
        ("choices[0].message.tool_calls[1]", "messages[2]", "messages[2].tool_calls[1]"),
        ("content[0]", "messages[1]", "messages[1].content[0]"),
        ("candidates[0].content.parts[0]", "contents[1]", "contents[1].parts[0]"),
        ("output.message.content[0]", "messages[1]", "messages[1].content[0]"),
        ("output[0]", "input[2]", "input[2]"),
        ("steps[4]", "input[2]", "input[2]"),
        ("content[0]", "", "content[0]"),
    ],
)
def test_wanted_path(path: str, base: str, wanted: str) -> None:
    assert wanted_path(thought(path), base) == wanted
    assert is_item(thought(path)) is (wanted == base)
