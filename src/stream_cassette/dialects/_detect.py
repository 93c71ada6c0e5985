"""Names a response's dialect and vendor, for a reader: a label, nothing is decided by it.

The payload's first event decides, the request's path is a prior only: gateways serve every path.
"""

from __future__ import annotations

import json
from typing import Any

__all__ = ["dialect_of", "vendor_of"]

# The end of the request's path → the dialect that is usual there.
_PATHS = (
    ("/chat/completions", "openai-chat"),
    ("/completions", "openai-completions"),
    ("/responses", "openai-responses"),
    ("/messages", "anthropic-messages"),
    (":streamrawpredict", "anthropic-messages"),
    (":rawpredict", "anthropic-messages"),
    (":streamgeneratecontent", "gemini-generate"),
    (":generatecontent", "gemini-generate"),
    ("/interactions", "gemini-interactions"),
    ("/converse-stream", "bedrock-converse"),
    ("/converse", "bedrock-converse"),
    ("/invoke-with-response-stream", "bedrock-invoke"),
    ("/v2/chat", "cohere-chat"),
    ("/api/chat", "ollama-chat"),
    ("/api/generate", "ollama-generate"),
)

# The end of the host's name → who answers there, where that is not the dialect's own maker.
_HOSTS = {
    "ai-gateway.vercel.sh": "vercel",
    "openrouter.ai": "openrouter",
    "stepfun.com": "stepfun",
    "stepfun.ai": "stepfun",
    "api.deepseek.com": "deepseek",
    "api.x.ai": "xai",
    "api.groq.com": "groq",
    "api.mistral.ai": "mistral",
    "api.together.xyz": "together",
    "api.fireworks.ai": "fireworks",
    "openai.azure.com": "azure",
    "api.perplexity.ai": "perplexity",
    "aliyuncs.com": "dashscope",
    "api.moonshot.ai": "moonshot",
    "api.moonshot.cn": "moonshot",
    "api.z.ai": "zai",
    "bigmodel.cn": "zai",
    "snowflakecomputing.com": "snowflake",
}


def dialect_of(path: str, first: str) -> str | None:
    """The dialect by the first event's data (JSON) and the request's path, or None."""
    value = _object(first)
    by_payload = _by_payload(value)
    if by_payload is not None:
        return by_payload
    lower = path.lower()
    return next((name for end, name in _PATHS if lower.endswith(end)), None)


def vendor_of(host: str, first: str) -> str | None:
    """The vendor by host name, else by a mark in the first event; None for the dialect's own."""
    name = host.lower().partition(":")[0]
    for end, vendor in _HOSTS.items():
        if name == end or name.endswith("." + end):
            return vendor
    value = _object(first)
    ident, model = value.get("id"), value.get("model")
    if isinstance(ident, str) and ident.startswith("gen_"):
        return "vercel"
    if isinstance(ident, str) and ident.startswith("gen-"):
        return "openrouter"
    if isinstance(model, str) and model.startswith("step-"):
        return "stepfun"
    return "litellm" if "provider_specific_fields" in value else None


def _by_payload(value: dict[str, Any]) -> str | None:
    kind = value.get("type")
    if value.get("object") in ("chat.completion.chunk", "chat.completion"):
        return "openai-chat"
    if value.get("object") == "text_completion":
        return "openai-completions"
    if value.get("object") == "response":
        return "openai-responses"
    if isinstance(kind, str):
        if kind.startswith("response."):
            return "openai-responses"
        if kind in ("message_start", "message"):
            return "anthropic-messages"
        if kind == "message-start":
            return "cohere-chat"
    if value.get("jsonrpc") == "2.0":
        return "mcp"
    if "candidates" in value or "usageMetadata" in value or "promptFeedback" in value:
        return "gemini-generate"
    if isinstance(value.get("event_type"), str):
        return "gemini-interactions"
    if isinstance(value.get("done"), bool) and "created_at" in value:
        return "ollama-chat" if "message" in value else "ollama-generate"
    return None


def _object(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
