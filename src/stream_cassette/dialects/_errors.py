"""Errors as providers spell them, in the middle of a stream or instead of an answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stream_cassette.conversation.model import StreamError
from stream_cassette.conversation.parts import JSON
from stream_cassette.dialects._json import loads, mapping, text

__all__ = ["error_of", "http_error"]

_MESSAGE = ("message", "error_message", "detail", "error", "title", "Message")
_TYPE = ("type", "status", "error_type", "__type")
_CODE = ("code", "status_code")


def error_of(value: JSON, *, status: int | None = None) -> StreamError:
    """An error by its JSON value: an object, the text alone, or an object that holds one.

    `status` is the response's, where the error came instead of an answer; else a `code` or
    `status_code` that can be an HTTP status is taken for it.
    """
    whole = mapping(value)
    nested = whole.get("error")
    inner: Mapping[str, Any] = nested if isinstance(nested, dict) else whole
    if not inner:
        return StreamError(message=text(value), status=status, raw=value)
    code = next((inner[name] for name in _CODE if inner.get(name) is not None), None)
    return StreamError(
        type=next((found for name in _TYPE if (found := text(inner.get(name)))), None),
        code=None if code is None else str(code),
        message=next((found for name in _MESSAGE if (found := text(inner.get(name)))), None),
        status=_status(inner) if status is None else status,
        raw=value,
    )


def http_error(body: str, status: int) -> StreamError:
    """What a body says that came with an error status; text that is no JSON is the message."""
    try:
        value = loads(body)
    except ValueError:
        return StreamError(message=body.strip() or None, status=status, raw=body or None)
    if isinstance(value, list) and value:  # Gemini wraps its error in an array
        return error_of(value[0], status=status)
    return error_of(value, status=status)


def _status(error: Mapping[str, Any]) -> int | None:
    for name in ("status_code", "code", "status"):
        value = error.get(name)
        if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) == 3:
            value = int(value)
        if isinstance(value, int) and 400 <= value < 600:
            return value
    return None
