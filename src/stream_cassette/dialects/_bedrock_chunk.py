"""The envelope of InvokeModel's stream: a message `chunk` whose `bytes` is base64 of one payload.

Source: botocore `bedrock-runtime` service model, 'PayloadPart'; dialects' fact sheet 8.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping
from typing import Any

from stream_cassette.conversation.delta import Delta, Unfamiliar
from stream_cassette.conversation.model import Usage
from stream_cassette.dialects._json import mapping, object_of
from stream_cassette.wire.framing import Frame

__all__ = [
    "GUARDRAIL",
    "INTERVENED",
    "METRICS",
    "OURS",
    "is_last",
    "opened",
    "payload_of",
    "usage_of",
]

GUARDRAIL, INTERVENED = "amazon-bedrock-guardrailAction", "INTERVENED"
METRICS = "amazon-bedrock-invocationMetrics"
OURS = "amazon-bedrock-"  # how all of its own members begin


def opened(frame: Frame) -> tuple[str | None, list[Delta]]:
    """The text that a chunk holds, None if it holds none, and the report of unknown members."""
    chunk = mapping(object_of(frame.data))
    strange: list[Delta] = [
        Unfamiliar(kind="field", name=f"chunk.{name}", value=one)
        for name, one in chunk.items()
        if name not in ("bytes", "p") and one is not None
    ]
    data = chunk.get("bytes")
    if not isinstance(data, str):
        return None, strange
    try:
        return b64decode(data).decode("utf-8", "replace"), strange
    except ValueError:
        return None, strange


def payload_of(frame: Frame) -> dict[str, Any] | None:
    """The JSON object that a chunk holds, or None."""
    said, _ = opened(frame)
    return None if said is None else object_of(said)


def is_last(payload: Mapping[str, Any]) -> bool:
    """Whether nothing follows: Bedrock's metrics came, or a guardrail cut the answer off."""
    return METRICS in payload or payload.get(GUARDRAIL) == INTERVENED


def usage_of(metrics: Mapping[str, Any]) -> Usage:
    """What Bedrock itself counted; cached input is counted apart."""

    def count(name: str) -> int | None:
        value = metrics.get(name)
        return value if isinstance(value, int) else None

    fresh, read = count("inputTokenCount"), count("cacheReadInputTokenCount")
    made = count("cacheWriteInputTokenCount")
    return Usage(
        input_tokens=None if fresh is None else fresh + (read or 0) + (made or 0),
        cache_read_tokens=read,
        cache_creation_tokens=made,
        output_tokens=count("outputTokenCount"),
        raw=dict(metrics),
    )
