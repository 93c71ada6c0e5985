"""Event-stream messages of Amazon Bedrock, as frames and as bytes: for tests."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any

from stream_cassette.dialects._bedrock_errors import message_bytes
from stream_cassette.wire.framing import Frame, frames

__all__ = ["EVENTSTREAM", "chunk", "event", "exception", "message"]

EVENTSTREAM = "application/vnd.amazon.eventstream"


def message(name: str, value: Any, kind: str = "event") -> bytes:
    """One message; `kind` is `event` or `exception`."""
    headers = {f":{kind}-type": name, ":content-type": "application/json", ":message-type": kind}
    return message_bytes(headers, json.dumps(value).encode())


def event(name: str, value: Any) -> Frame:
    """An event as a frame."""
    return _frame(message(name, value))


def exception(name: str, value: Any) -> Frame:
    """An exception as a frame."""
    return _frame(message(name, value, "exception"))


def chunk(payload: Any, **more: Any) -> Frame:
    """A payload of InvokeModel's stream as a frame; text as it is."""
    text = payload if isinstance(payload, str) else json.dumps(payload)
    return event("chunk", {"bytes": b64encode(text.encode()).decode(), **more})


def _frame(data: bytes) -> Frame:
    (only,) = frames(data, EVENTSTREAM)
    return only
