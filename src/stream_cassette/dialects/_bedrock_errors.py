"""Errors of Amazon Bedrock: exception messages in a stream, and how to spell them.

An event-stream message whose `:message-type` is `exception` names itself in `:exception-type`
and says the rest in its payload; one of type `error` has a code and a text in its headers.
Source: botocore `bedrock-runtime` and `bedrock-agent-runtime` service models; dialects' fact
sheet 2.5, 8.
"""

from __future__ import annotations

import json
import struct
from binascii import crc32
from dataclasses import replace

from stream_cassette.conversation.delta import Failure
from stream_cassette.dialects._errors import error_of
from stream_cassette.dialects._json import object_of
from stream_cassette.wire.framing import Frame

__all__ = ["error_bytes", "failure_of", "message_bytes"]

_STATUSES = {
    "accessDeniedException": 403,
    "badGatewayException": 502,
    "conflictException": 409,
    "dependencyFailedException": 424,
    "internalServerException": 500,
    "modelErrorException": 424,
    "modelNotReadyException": 424,
    "modelStreamErrorException": 424,
    "modelTimeoutException": 408,
    "resourceNotFoundException": 404,
    "serviceQuotaExceededException": 400,
    "serviceUnavailableException": 503,
    "throttlingException": 429,
    "validationException": 400,
}
_BY_STATUS = {
    400: "validationException",
    408: "modelTimeoutException",
    424: "modelStreamErrorException",
    429: "throttlingException",
    503: "serviceUnavailableException",
}
_AROUND = 16  # bytes of a message that are neither headers nor payload


def failure_of(frame: Frame) -> Failure | None:
    """The error that the frame is, None for an event."""
    headers = dict(frame.headers)
    kind = headers.get(":message-type")
    if kind == "error":
        code, said = headers.get(":error-code"), headers.get(":error-message")
        raw = {name: str(value) for name, value in headers.items()}
        error = error_of({"code": str(code), "message": str(said)})
        return Failure(error=replace(error, raw=raw))
    name = frame.event or ""
    if kind != "exception" and not name.endswith("Exception"):
        return None
    value = object_of(frame.data)
    raw_value = frame.data if value is None else value
    error = error_of(raw_value, status=_STATUSES.get(name))
    return Failure(error=replace(error, type=name or None, raw=raw_value))


def error_bytes(status: int, framing: str) -> bytes:
    """A whole error body, or an exception message for a status in mid-stream."""
    body = json.dumps({"message": f"HTTP {status}"}).encode()
    if framing != "eventstream":
        return body
    name = _BY_STATUS.get(status, "internalServerException")
    headers = {":exception-type": name, ":content-type": "application/json"}
    return message_bytes({**headers, ":message-type": "exception"}, body)


def message_bytes(headers: dict[str, str], payload: bytes) -> bytes:
    """One event-stream message with text headers."""
    block = b"".join(
        struct.pack(">B", len(name)) + name.encode() + struct.pack(">BH", 7, len(value)) + value
        for name, value in ((name, text.encode()) for name, text in headers.items())
    )
    prelude = struct.pack(">II", len(block) + len(payload) + _AROUND, len(block))
    message = prelude + struct.pack(">I", crc32(prelude)) + block + payload
    return message + struct.pack(">I", crc32(message))
