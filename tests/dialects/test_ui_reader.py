"""Chunks of the UI message stream that are odd, early or out of order."""

from __future__ import annotations

from typing import Any

import pytest

from stream_cassette.conversation.model import Exchange, FinishReason
from stream_cassette.conversation.parts import Generic, Reasoning, Text, ToolCall, ToolCallResponse
from stream_cassette.dialects._ui_reader import UIReader
from tests.support.read_answers import fold, frame


def answer(*chunks: Any) -> Exchange:
    return fold(UIReader(), map(frame, chunks))


def chunk(kind: str, **said: Any) -> dict[str, Any]:
    return {"type": kind, **said}


@pytest.mark.parametrize(
    ("raw", "unified"),
    [("stop", "stop"), ("content-filter", "content_filter"), ("unknown", "other")],
)
def test_reasons(raw: str, unified: Any) -> None:
    found = answer(chunk("text-start", id="t"), chunk("finish", finishReason=raw), "[DONE]")
    assert found.candidates[0].finish_reason == FinishReason(unified=unified, raw=raw)
    assert (found.termination, found.end_marker) == ("complete", True)


def test_a_finish_without_a_reason() -> None:
    found = answer(chunk("finish", messageMetadata=1))
    assert found.candidates[0].extra == {"messageMetadata": 1}
    assert found.termination == "truncated"


def test_blocks_are_told_apart_by_kind_and_id() -> None:
    found = answer(
        chunk("text-start", id="1"),
        chunk("reasoning-start", id="1"),
        chunk("text-delta", id="1", delta="a"),
        chunk("reasoning-delta", id="1", delta="b"),
        chunk("text-delta", id="1", delta=7),
        chunk("text-end", id="1", providerMetadata={"x": {"redactedData": "r"}}),
    )
    text, reasoning = found.candidates[0].parts
    assert (text.to_dict()["content"], reasoning) == ("a", Reasoning(content="b"))
    assert found.unknown == ()


def test_reasoning_that_is_signed_and_issued_is_text() -> None:
    metadata = {"x": {"redactedData": "r", "signature": "s"}}
    found = answer(chunk("reasoning-start", id="1", providerMetadata=metadata))
    (only,) = found.candidates[0].parts
    assert isinstance(only, Reasoning)
    assert (only.kind, only.signature, only.issued) == ("text", "s", ("r",))


def test_ends_without_starts_are_reported() -> None:
    found = answer(chunk("text-end", id=[1]), chunk("tool-input-delta", toolCallId=None))
    assert found.candidates[0].parts[0] == Text()
    assert isinstance(found.candidates[0].parts[1], ToolCall)
    assert [one.name for one in found.unknown] == ["text-end", "tool-input-delta"]


def test_a_result_without_a_call() -> None:
    found = answer(chunk("tool-output-available", toolCallId="t", output=1))
    assert found.candidates[0].parts == (ToolCallResponse(id="t", response=1, is_error=False),)


def test_data_of_one_id_replaces() -> None:
    found = answer(
        chunk("data-x", id="1", data=1), chunk("data-y", id="1"), chunk("data-x", id="1")
    )
    assert found.candidates[0].parts == (
        Generic(kind="data-x", value={"type": "data-x", "id": "1"}),
        Generic(kind="data-y", value={"type": "data-y", "id": "1"}),
    )


@pytest.mark.parametrize("one", [{"type": "wink"}, {"type": ["text-start"]}, {}])
def test_what_is_unknown_is_kept(one: dict[str, Any]) -> None:
    (only,) = answer(one).unknown
    assert (only.kind, only.value) == ("event", one)


def test_no_json() -> None:
    (only,) = answer("nope").unknown
    assert (only.kind, only.name, only.value) == ("frame", "not JSON", "nope")
