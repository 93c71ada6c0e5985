"""Chat chunks as OpenRouter's TypeScript SDK shows them: camelCase, in older releases under `data`.

The wire is snake_case; who prints what the SDK handed over keeps the other spelling. The names are
those that the SDK itself renames, no others, and only where it does: what a tool was called with is
not looked into.
Source: @openrouter/sdk 1.3.19, `models/chatstreamchunk`, `chatresult` and what they consist of;
its page `ChatStreamingResponseChunk` for the older releases.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stream_cassette.conversation.parts import JSON
from stream_cassette.dialects._json import mapping

__all__ = ["SPELLINGS", "as_sent", "finishes", "shows_sdk", "unwrapped"]

# As the SDK shows it → as it is sent.
SPELLINGS = {
    # a chunk or a whole answer
    "openrouterMetadata": "openrouter_metadata",
    "serviceTier": "service_tier",
    "systemFingerprint": "system_fingerprint",
    # its choices
    "finishReason": "finish_reason",
    "topLogprobs": "top_logprobs",
    # a delta or message
    "reasoningDetails": "reasoning_details",
    "toolCalls": "tool_calls",
    "toolCallId": "tool_call_id",
    "toolName": "tool_name",
    "imageUrl": "image_url",
    "expiresAt": "expires_at",
    # its error
    "errorType": "error_type",
    "providerCode": "provider_code",
    # usage
    "promptTokens": "prompt_tokens",
    "completionTokens": "completion_tokens",
    "totalTokens": "total_tokens",
    "promptTokensDetails": "prompt_tokens_details",
    "completionTokensDetails": "completion_tokens_details",
    "acceptedPredictionTokens": "accepted_prediction_tokens",
    "rejectedPredictionTokens": "rejected_prediction_tokens",
    "audioTokens": "audio_tokens",
    "cachedTokens": "cached_tokens",
    "cacheWriteTokens": "cache_write_tokens",
    "reasoningTokens": "reasoning_tokens",
    "videoTokens": "video_tokens",
    "isByok": "is_byok",
    "costDetails": "cost_details",
    "serverToolCost": "server_tool_cost",
    "upstreamInferenceCost": "upstream_inference_cost",
    "upstreamInferenceCompletionsCost": "upstream_inference_completions_cost",
    "upstreamInferencePromptCost": "upstream_inference_prompt_cost",
    "serverToolUseDetails": "server_tool_use_details",
    "toolCallsExecuted": "tool_calls_executed",
    "toolCallsRequested": "tool_calls_requested",
    "webSearchRequests": "web_search_requests",
    # how it was routed
    "generationTime": "generation_time",
    "costUsd": "cost_usd",
    "guardrailId": "guardrail_id",
    "guardrailScope": "guardrail_scope",
    "qualityFloor": "quality_floor",
    "throughputFloor": "throughput_floor",
    "versionGroup": "version_group",
}

# Members (as sent) that hold objects, or lists of them, in which the SDK renames, too.
_INSIDE = frozenset(
    {
        "choices", "delta", "message", "reasoning_details", "images", "audio", "error",
        "logprobs", "content", "refusal", "usage", "prompt_tokens_details",
        "completion_tokens_details", "cost_details", "server_tool_use_details",
        "openrouter_metadata", "pipeline", "params",
    }
)  # fmt: skip


def unwrapped(value: dict[str, Any]) -> dict[str, Any]:
    """The chunk itself, where it stands alone under `data`."""
    inner = mapping(value.get("data")) if "choices" not in value else {}
    return inner if "choices" in inner else value


def shows_sdk(chunk: Mapping[str, Any]) -> bool:
    """Whether the chunk is spelled as the SDK shows it: every choice has this member there."""
    choices = chunk.get("choices")
    return isinstance(choices, list) and any("finishReason" in mapping(one) for one in choices)


def finishes(chunk: Mapping[str, Any]) -> bool:
    """Whether a chunk, as sent, has a finish reason."""
    choices = chunk.get("choices")
    return isinstance(choices, list) and any(mapping(one).get("finish_reason") for one in choices)


def as_sent(value: JSON) -> JSON:
    """The chunk with the names that it has on the wire."""
    if isinstance(value, list):
        return [as_sent(one) for one in value]
    if not isinstance(value, dict):
        return value
    names = ((SPELLINGS.get(name, name), one) for name, one in value.items())
    return {name: as_sent(one) if name in _INSIDE else one for name, one in names}
