"""Units, and what they are called."""

from __future__ import annotations

import pytest

from stream_cassette.comparison.echo_parts import (
    Turn,
    content_of,
    is_unit,
    issued_of,
    named_of,
    stands_beside,
)
from stream_cassette.comparison.echo_rules import rule_of
from stream_cassette.conversation.parts import Compaction, Part, Reasoning, Text, ToolCall


def test_is_unit() -> None:
    rule = rule_of("anthropic-messages", None, None, Reasoning(path="content[0]"))
    assert is_unit(Reasoning(signature="s"), rule)
    assert is_unit(Reasoning(issued=("v",)), rule)
    assert not is_unit(Reasoning(content="Hm"), rule)
    nothing = rule_of("cohere-chat", None, None, Reasoning())
    assert not is_unit(Reasoning(signature="s"), nothing)


def test_text_alone_may_be_a_unit() -> None:
    part = Reasoning(content="Hm", path="choices[0].delta.reasoning")
    assert is_unit(part, rule_of("openai-chat", "deepseek", "deepseek-v4", part))
    assert not is_unit(Reasoning(), rule_of("openai-chat", "deepseek", "deepseek-v4", part))
    assert not is_unit(part, rule_of("openai-chat", "xai", "grok", part))


@pytest.mark.parametrize(
    ("part", "name"),
    [
        (Reasoning(), "reasoning"),
        (Reasoning(kind="encrypted"), "encrypted reasoning"),
        (ToolCall(name="w"), "call of 'w'"),
        (Compaction(), "compaction"),
        (Text(), "text"),
    ],
)
def test_named(part: Part, name: str) -> None:
    assert named_of(part) == name


def test_what_a_part_holds() -> None:
    assert issued_of(Reasoning(issued=("v",))) == issued_of(Compaction(issued=("v",))) == ("v",)
    assert issued_of(Text(signature="s")) == ()
    assert content_of(Text(content="a")) == content_of(Reasoning(content="a")) == "a"
    assert content_of(Compaction(content="a")) == ""


def test_beside_an_opaque_block() -> None:
    path = "choices[0].delta.reasoning_details"
    summary = Reasoning(kind="summary", path=f"{path}[0]")
    opaque = Reasoning(kind="encrypted", issued=("v",), path=f"{path}[1]")

    def beside(*parts: Part) -> bool:
        rules = tuple(rule_of("openai-chat", None, None, part) for part in parts)
        return stands_beside(Turn(recorded=parts, sent=(), base="", rules=rules, calls={}), 0)

    assert beside(summary, opaque)
    assert not beside(summary)
    assert not beside(opaque, summary)
    assert not beside(Reasoning(path=f"{path}[0]"), opaque)
