"""Names whose values differ from run to run: rows."""

from __future__ import annotations

from typing import Any

import pytest

from stream_cassette.cassette.volatile_names import ISSUED, VOLATILE, is_issued, is_volatile


@pytest.mark.parametrize(
    ("name", "holder", "issued"),
    [
        ("id", {}, True),
        ("tool_call_id", {}, True),
        ("toolUseId", {}, True),
        ("responseId", {}, True),
        ("thoughtSignature", {}, True),
        ("thought_signature", {}, True),
        ("encrypted_content", {}, True),
        ("traceId", {}, True),
        ("invocationId", {}, True),
        ("data", {"type": "redacted_thinking"}, True),
        ("data", {"type": "reasoning.encrypted"}, True),
        ("data", {"type": "image"}, False),
        ("data", {}, False),
        ("content", {}, False),
        ("name", {}, False),
    ],
)
def test_issued(name: str, holder: dict[str, Any], issued: bool) -> None:
    assert is_issued(name, holder) is issued


@pytest.mark.parametrize(
    ("name", "depth", "volatile"),
    [
        ("created", 0, True),
        ("created_at", 3, True),
        ("usageMetadata", 0, True),
        ("x_groq", 0, True),
        ("eventTime", 0, True),
        ("operationTotalTimeMs", 4, True),
        ("system_fingerprint", 1, True),
        ("p", 0, True),
        ("p", 1, False),
        ("finish_reason", 2, False),
        ("content", 0, False),
    ],
)
def test_volatile(name: str, depth: int, volatile: bool) -> None:
    assert is_volatile(name, depth) is volatile


def test_no_name_is_both_and_all_are_in_the_plain_spelling() -> None:
    assert not ISSUED.keys() & VOLATILE.keys()
    assert all(name.isalnum() and name.islower() for name in (*ISSUED, *VOLATILE))
