"""An interaction without its steps: who, usage, status, error, extras.

A whole interaction repeats its request; what it repeats is not kept a second time.
Source: Gemini API reference, 'Interactions'; google-genai `types/interactions`; dialects' fact
sheet 7.2, 12, 13.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from stream_cassette.conversation.delta import (
    Delta,
    Extra,
    Failure,
    Finish,
    MessageStart,
    Unfamiliar,
    UsageDelta,
)
from stream_cassette.conversation.model import FinishReason, Unified
from stream_cassette.conversation.parts import JSON
from stream_cassette.dialects._errors import error_of
from stream_cassette.dialects._gemini_usage import INTERACTIONS, usage_of
from stream_cassette.dialects._json import text

__all__ = ["FINISH", "counted", "ended", "said_by", "who"]

FINISH: dict[str, Unified] = {
    "completed": "stop",  # or a tool call: the parts tell
    "requires_action": "tool_call",
    "incomplete": "length",
    "requires_continuation": "length",  # goes on in an answer to another request
    "failed": "error",
    "cancelled": "other",
    "budget_exceeded": "other",
    "queued": "unknown",  # of an interaction in the background that is not done
    "in_progress": "unknown",
}

# Members that the reader takes care of itself.
_CORE = frozenset(
    {"id", "object", "model", "status", "usage", "errors", "steps", "outputs", "role"}
)
# What is kept as an extra of the answer.
_KEPT = frozenset({"agent", "created", "updated", "service_tier", "continuation_token"}) | {
    "environment_id"
}
# What the interaction repeats of its request, or of its own steps.
_REPEATED = frozenset(
    {"input", "system_instruction", "tools", "generation_config", "response_format"}
    | {"response_mime_type", "response_modalities", "safety_settings", "previous_interaction_id"}
    | {"agent_config", "cached_content", "environment", "labels", "webhook_config", "store"}
    | {"background", "stream", "output_text", "output_image", "output_audio", "output_video"}
)


def who(interaction: Mapping[str, Any]) -> Delta:
    """Who answers; without a record at the server the id is empty."""
    return MessageStart(
        role="assistant",
        model=text(interaction.get("model")) or text(interaction.get("agent")),
        response_id=text(interaction.get("id")),
    )


def said_by(interaction: Mapping[str, Any]) -> Iterator[Delta]:
    """The extras of an interaction."""
    for name, value in interaction.items():
        if value is None or name in _CORE or name in _REPEATED:
            continue
        if name in _KEPT:
            yield Extra(name=name, value=value)
        else:
            yield Unfamiliar(kind="field", name=f"interaction.{name}", value=value)


def ended(interaction: Mapping[str, Any]) -> Iterator[Delta]:
    """Usage, errors and finish reason of an interaction, as far as it has them."""
    yield from counted(interaction.get("usage"))
    errors = interaction.get("errors")
    if isinstance(errors, list) and errors:
        yield Failure(error=error_of({"error": errors[0], "errors": errors}))
    if raw := text(interaction.get("status")):
        yield Finish(reason=FinishReason(unified=FINISH.get(raw, "other"), raw=raw))


def counted(raw: JSON) -> Iterator[Delta]:
    """The usage, where there is one."""
    if isinstance(raw, dict) and raw:
        yield UsageDelta(usage=usage_of(raw, INTERACTIONS))
