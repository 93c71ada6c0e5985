"""The event that ends a stream, in the dialects that no class here reads yet.

Only a top-level member of the frame's JSON counts: a model may write `[DONE]` in its answer.
Bedrock has no end marker: its streams end where the body ends.
Source: the provider's API pages; ollama and cohere by their SDKs.
"""

from __future__ import annotations

import json
from typing import Any

__all__ = ["is_end"]

# Top-level member → the values that end a stream.
_END_VALUES: dict[str, frozenset[Any]] = {
    "type": frozenset({"message-end"}),  # Cohere v2
}

# A frame without any of these holds no end marker: most frames are not parsed.
_HINTS = ("message-end", '"done"')


def is_end(data: str, *, ndjson: bool = False) -> bool:
    """Whether a frame's data is its dialect's end marker; `ndjson` for Ollama's `done: true`."""
    if not any(hint in data for hint in _HINTS):
        return False
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return False
    if not isinstance(value, dict):
        return False
    if ndjson and value.get("done") is True:
        return True
    return any(
        isinstance(value.get(key), str) and value[key] in ends for key, ends in _END_VALUES.items()
    )
