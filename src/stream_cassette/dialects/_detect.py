"""Names dialect and vendor where no class here reads the dialect yet: a label, no more.

The payload's first event decides, the request's path is a prior only: gateways serve every path.
"""

from __future__ import annotations

import json
from typing import Any

from stream_cassette.dialects._vendors import by_host

__all__ = ["dialect_of", "vendor_of"]

# The end of the request's path → the dialect that is usual there.
_PATHS = (
    ("/converse-stream", "bedrock-converse"),
    ("/converse", "bedrock-converse"),
    ("/invoke-with-response-stream", "bedrock-invoke"),
    ("/v2/chat", "cohere-chat"),
    ("/api/chat", "ollama-chat"),
    ("/api/generate", "ollama-generate"),
)
_OWN_MAKERS = frozenset({"bedrock"})
_IDS = {"gen_": "vercel", "gen-": "openrouter"}


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
    named = by_host(host.lower().partition(":")[0])
    if named is not None:
        return None if named in _OWN_MAKERS else named
    ident = str(_object(first).get("id"))
    return next((vendor for begin, vendor in _IDS.items() if ident.startswith(begin)), None)


def _by_payload(value: dict[str, Any]) -> str | None:
    kind = value.get("type")
    if kind == "message-start":
        return "cohere-chat"
    if value.get("jsonrpc") == "2.0":
        return "mcp"
    if isinstance(value.get("done"), bool) and "created_at" in value:
        return "ollama-chat" if "message" in value else "ollama-generate"
    return None


def _object(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
