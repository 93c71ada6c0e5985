"""The response object: status, usage, error, what is kept of it."""

from __future__ import annotations

from typing import Any

import pytest

from stream_cassette.conversation.model import FinishReason, StreamError, Usage
from stream_cassette.dialects._responses_top import FINISH, INCOMPLETE
from tests.support.response_events import answer, event, terminal


def whole(**members: Any) -> Any:
    return answer({"object": "response", **members})


@pytest.mark.parametrize("status", sorted(FINISH))
def test_each_status(status: str) -> None:
    (message,) = whole(status=status).candidates
    assert message.finish_reason == FinishReason(unified=FINISH[status], raw=status)


@pytest.mark.parametrize("reason", sorted(INCOMPLETE))
def test_why_it_is_incomplete(reason: str) -> None:
    details = {"reason": reason}
    (message,) = answer(terminal(status="incomplete", incomplete_details=details)).candidates
    assert message.finish_reason == FinishReason(
        unified=INCOMPLETE[reason], raw="incomplete", detail=details
    )


def test_what_is_not_listed_is_other() -> None:
    (message,) = whole(status="melted").candidates
    assert message.finish_reason == FinishReason(unified="other", raw="melted")
    (message,) = whole(status="incomplete", incomplete_details={"reason": "new"}).candidates
    assert message.finish_reason is not None and message.finish_reason.unified == "other"


def test_a_call_turns_stop_into_tool_call() -> None:
    call = {"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}"}
    hosted = {"type": "web_search_call", "id": "ws"}
    for item, unified in ((call, "tool_call"), (hosted, "stop")):
        (message,) = answer(terminal(item)).candidates
        assert message.finish_reason == FinishReason(unified=unified, raw="completed")


def test_the_event_tells_the_status_of_a_response_without_one() -> None:
    (message,) = answer(event("incomplete", response={})).candidates
    assert message.finish_reason == FinishReason(unified="other", raw="incomplete")


def test_usage() -> None:
    raw = {
        "input_tokens": 10,
        "input_tokens_details": {"cached_tokens": 4, "cache_write_tokens": 3},
        "output_tokens": 7,
        "output_tokens_details": {"reasoning_tokens": 5},
        "total_tokens": 17,
    }
    assert whole(usage=raw).usage == Usage(
        input_tokens=10,
        cache_read_tokens=4,
        cache_creation_tokens=3,
        output_tokens=7,
        reasoning_tokens=5,
        raw=raw,
    )
    assert whole(usage=None).usage is None
    assert whole(usage={"input_tokens": True, "output_tokens": "7"}).usage == Usage(
        raw={"input_tokens": True, "output_tokens": "7"}
    )


def test_failed() -> None:
    error = {"code": "server_error", "message": "no"}
    found = whole(status="failed", error=error)
    assert found.error == StreamError(
        code="server_error", message="no", after_frame=0, raw={"error": error}
    )
    assert (found.termination, found.candidates[0].finish_reason.unified) == ("errored", "error")
    assert whole(status="failed").error is not None
    assert whole(status="failed", error="no").error.message == "no"


def test_what_is_kept_what_is_repeated_and_what_is_unknown() -> None:
    found = whole(
        created_at=5,
        service_tier="flex",
        conversation={"id": "conv"},
        input_transformations=[{"id": "rs_1", "action": "removed"}],
        instructions="repeated",
        metadata={"repeated": "too"},
        moderation=None,
        brand_new=7,
    )
    assert found.extra == {
        "created_at": 5,
        "service_tier": "flex",
        "conversation": {"id": "conv"},
        "input_transformations": [{"id": "rs_1", "action": "removed"}],
    }
    assert [(one.kind, one.name, one.value) for one in found.unknown] == [
        ("field", "response.brand_new", 7)
    ]


def test_members_of_the_event() -> None:
    last = {**terminal(), "copilot_usage": {"a": 1}, "obfuscation": "x", "sequence_number": 4}
    found = answer({**last, "other": 1})
    assert found.extra == {"copilot_usage": {"a": 1}}
    assert [one.name for one in found.unknown] == ["response.other"]
