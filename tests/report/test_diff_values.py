"""Places, values and headings of a diff in words."""

from __future__ import annotations

from typing import Any

import pytest

from stream_cassette.cassette.difference import MISSING
from stream_cassette.diffing.model import (
    CassetteDiff,
    ConversationDiff,
    InteractionDiff,
    Pace,
    TreeDiff,
)
from stream_cassette.diffing.rules import divergence
from stream_cassette.report.diff_values import (
    counts_in_words,
    heading_of,
    in_a_line,
    is_prose,
    name_of,
    pace_in_words,
    said_by,
    status_words,
    value_in_words,
)
from tests.support.talks import answer, asked, call, said

LINES = {
    "changed": (("a", 0), 1, 2, "a[0]: 1 → 2"),
    "gone": (("a",), "x", MISSING, 'a: "x" is gone'),
    "new": (("a",), MISSING, {"b": [1]}, 'a: {"b": [1]} is new'),
    "hidden": (("a\u202e",), "\x1b", "b", r'["a\u202e"]: "\u001b" → "b"'),
    "a message": (
        ("messages", 1),
        {"role": "user", "parts": [{"type": "text", "content": "hi"}]},
        MISSING,
        "messages[1]: user: hi is gone",
    ),
    "an answer": (("exchanges", 0), {"termination": "complete"}, MISSING, "(complete)"),
}


@pytest.mark.parametrize(("steps", "left", "right", "line"), LINES.values(), ids=LINES.keys())
def test_lines(steps: tuple[str | int, ...], left: Any, right: Any, line: str) -> None:
    found = in_a_line(divergence(steps, left, right))
    assert line in found and found.isprintable()


def test_values() -> None:
    assert value_in_words("x" * 500).endswith("…")
    parts = [{"type": "tool_call", "name": "f", "arguments": {"a": 1}}, {"type": "reasoning"}]
    assert (
        value_in_words({"role": "assistant", "parts": parts}) == 'assistant: f({"a": 1}), reasoning'
    )
    assert value_in_words({"role": "assistant", "parts": []}) == "assistant: nothing"


@pytest.mark.parametrize(
    ("steps", "left", "right", "prose"),
    [
        (("messages", 0, "parts", 0, "content"), "a", "b", True),
        (("messages", 0, "parts", 0, "arguments", "city"), "a", "b", False),
        (("x",), "a" * 50, "b", True),
        (("x",), "a\nb", "b", True),
        (("x",), "a" * 50, 1, False),
    ],
)
def test_prose(steps: tuple[str | int, ...], left: Any, right: Any, prose: bool) -> None:
    assert is_prose(divergence(steps, left, right)) is prose


def test_what_was_said() -> None:
    assert list(said_by(answer(said("a\x1b"), call()), 90)) == [
        "a\\u{1B}",
        'weather({"location": "Florence, Italy"})',
    ]
    assert list(said_by(asked(), 90)) == ["nothing"]


def test_names() -> None:
    both = CassetteDiff(left="a", right="b", path="x")
    assert name_of(both) == "a → b"
    assert name_of(CassetteDiff(left="a", right="a", path="x")) == "a"
    assert name_of(CassetteDiff(left=None, right="b\n", path="x")) == "b\\u{A}"
    assert status_words(both) == "same"
    assert name_of(CassetteDiff(left="HEAD:t/x.yaml", right="t/x.yaml", path="x.yaml")) == "x.yaml"
    assert name_of(CassetteDiff(left=None, right="t/x.yaml", path="x.yaml")) == "x.yaml"


def test_statuses() -> None:
    changed = InteractionDiff(status="changed", left=0, right=0, method="GET", url="u")
    renamed = CassetteDiff(left="a", right="b", path="b", status="renamed", interactions=(changed,))
    assert status_words(renamed) == "renamed and changed"
    tree = TreeDiff(
        left="a", right="b", files=(renamed, CassetteDiff(left="c", right="c", path="c"))
    )
    assert counts_in_words(tree) == "1 renamed, 1 same"


def test_headings() -> None:
    one = InteractionDiff(status="added", left=None, right=3, method="GET", url="http://a")
    assert heading_of(one) == "interaction 3 · GET http://a"
    talk = ConversationDiff(
        status="changed", left=1, right=0, left_interactions=(2,), title="openai-chat"
    )
    assert heading_of(talk) == "conversation 1 · openai-chat · interaction 2"


def test_pace() -> None:
    assert pace_in_words(Pace()) == ""
    pace = Pace(
        chunks=(3, 1_000),
        cuts_differ=True,
        total_ms=(12.5, None),
        head_ms=(1.0, 2.0),
        tokens=("1 in", ""),
    )
    assert pace_in_words(pace) == (
        "cut otherwise: 3 → 1,000 chunks · last chunk 12.5 → unknown ms · head 1 → 2 ms · "
        "tokens 1 in → unknown"
    )
    assert pace_in_words(Pace(chunks=(3, 3), cuts_differ=True)) == "cut otherwise: 3 chunks"
