"""Events about reasoning: summaries, raw text, how entries are joined."""

from __future__ import annotations

from typing import Any

import pytest

from stream_cassette.conversation.parts import Reasoning
from tests.support.response_events import added, at, done, event, parts, strange, terminal

BEGUN = added("reasoning", id="r", summary=[])


def summary(place: int, text: Any, kind: str = "text.delta") -> dict[str, Any]:
    said = {"delta": text} if kind == "text.delta" else {"text": text}
    if kind.startswith("part"):
        said = {"part": {"type": "summary_text", "text": text}}
    return event(f"reasoning_summary_{kind}", output_index=0, summary_index=place, **said)


def raw(text: str, kind: str = "delta", place: int = 0) -> dict[str, Any]:
    return event(
        f"reasoning_text.{kind}", **at(0, place), **{"delta" if kind == "delta" else "text": text}
    )


def test_entries_of_a_summary_are_joined_by_an_empty_line() -> None:
    said = [summary(0, "a"), summary(0, "b"), summary(1, ""), summary(1, "c")]
    assert parts(BEGUN, *said) == (Reasoning(content="ab\n\nc", kind="summary", id="r"),)


def test_raw_text() -> None:
    assert parts(BEGUN, raw("a"), raw("b"), raw("c", place=1)) == (
        Reasoning(content="ab\n\nc", kind="text", id="r"),
    )


@pytest.mark.parametrize("kind", ["text.done", "part.done", "part.added"])
def test_an_entry_that_comes_at_once(kind: str) -> None:
    """A compatible may leave the deltas out; with them, nothing is said twice."""
    assert parts(BEGUN, summary(0, "ab", kind)) == (
        Reasoning(content="ab", kind="summary", id="r"),
    )
    assert parts(BEGUN, summary(0, "a"), summary(0, "b"), summary(0, "ab", kind)) == (
        Reasoning(content="ab", kind="summary", id="r"),
    )


@pytest.mark.parametrize("name", ["content_part", "reasoning_part"])
def test_content_parts_of_raw_text(name: str) -> None:
    opened = event(f"{name}.added", **at(), part={"type": "reasoning_text", "text": ""})
    whole = event(f"{name}.done", **at(), part={"type": "reasoning_text", "text": "ab"})
    wanted = (Reasoning(content="ab", kind="text", id="r"),)
    assert parts(BEGUN, opened, raw("a"), raw("b"), raw("ab", "done"), whole) == wanted
    assert parts(BEGUN, opened, whole) == wanted
    assert strange(BEGUN, opened, raw("ab"), whole) == []


def test_the_same_under_other_names() -> None:
    """Open Responses; an older OpenAI wrapped the text in an object."""
    said = [event("reasoning.delta", **at(), delta=one) for one in ("a", {"text": "b"})]
    said.append(event("reasoning.done", **at(), text="ab"))
    assert parts(BEGUN, *said) == (Reasoning(content="ab", kind="text", id="r"),)
    said = [event("reasoning_summary.delta", output_index=0, summary_index=0, delta="a")]
    assert parts(BEGUN, *said) == (Reasoning(content="a", kind="summary", id="r"),)


def test_a_summary_without_an_index_is_one_all_the_same() -> None:
    said = event("reasoning_summary_text.delta", output_index=0, delta="a")
    assert parts(BEGUN, said, said) == (Reasoning(content="aa", kind="summary", id="r"),)


def test_a_summary_and_its_text_are_two_parts() -> None:
    begun = [BEGUN, raw("t"), summary(0, "s"), raw("T"), summary(0, "S")]
    assert parts(*begun) == (
        Reasoning(content="tT", kind="text", id="r"),
        Reasoning(content="sS", kind="summary", id="r"),
    )
    item = {"type": "reasoning", "id": "r", "summary": [{"text": "s"}], "content": [{"text": "tT"}]}
    assert parts(*begun, terminal(item)) == (
        Reasoning(content="s", kind="summary", id="r"),
        Reasoning(content="tT", kind="text", id="r"),
    )


def test_what_is_done_counts() -> None:
    ended = done("reasoning", id="r", summary=[{"type": "summary_text", "text": "clear"}])
    assert parts(BEGUN, summary(0, "garbled"), ended) == (
        Reasoning(content="clear", kind="summary", id="r"),
    )


@pytest.mark.parametrize("odd", [None, 7, ["a"]])
def test_what_is_no_text_is_reported(odd: Any) -> None:
    assert strange(BEGUN, summary(0, odd)) == [
        ("fragment", "response.reasoning_summary_text.delta")
    ]
    assert strange(added("message"), summary(0, "a")) == [
        ("fragment", "response.reasoning_summary_text.delta")
    ]
