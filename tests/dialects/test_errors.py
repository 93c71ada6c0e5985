"""Errors as providers spell them."""

from __future__ import annotations

from typing import Any

import pytest

from stream_cassette.conversation.model import StreamError
from stream_cassette.dialects._errors import error_of, http_error

ROWS: dict[str, tuple[Any, tuple[str | None, str | None, str | None, int | None]]] = {
    # value → type, code, message, status
    "openai": (
        {"error": {"message": "m", "type": "invalid_request_error", "code": "c"}},
        ("invalid_request_error", "c", "m", None),
    ),
    "anthropic": (
        {"type": "error", "error": {"type": "overloaded_error", "message": "m"}},
        ("overloaded_error", None, "m", None),
    ),
    "openrouter": ({"error": {"message": "m", "code": 502}}, (None, "502", "m", 502)),
    "gemini": (
        {"error": {"code": 429, "message": "m", "status": "RESOURCE_EXHAUSTED"}},
        ("RESOURCE_EXHAUSTED", "429", "m", 429),
    ),
    "groq": (
        {"error": {"type": "t", "code": "tool_use_failed", "message": "m", "status_code": 400}},
        ("t", "tool_use_failed", "m", 400),
    ),
    "code as text": ({"error": {"message": "m", "code": "503"}}, (None, "503", "m", 503)),
    "flat": ({"message": "m", "code": "c"}, (None, "c", "m", None)),
    "ollama": ({"error": "m"}, (None, None, "m", None)),
    "fastapi": ({"detail": "m"}, (None, None, "m", None)),
    "text": ("m", (None, None, "m", None)),
    "nothing": (None, (None, None, None, None)),
    "code that is no status": ({"code": 1234}, (None, "1234", None, None)),
}


@pytest.mark.parametrize(("value", "said"), ROWS.values(), ids=ROWS.keys())
def test_error_of(value: Any, said: tuple[Any, ...]) -> None:
    error = error_of(value)
    assert (error.type, error.code, error.message, error.status) == said
    assert error.raw == value


def test_instead_of_an_answer_the_response_has_the_status() -> None:
    assert error_of({"error": {"code": 500}}, status=404).status == 404
    assert http_error('{"error":"m"}', 404).status == 404
    assert http_error('[{"error":{"message":"m"}}]', 404).message == "m"


def test_a_body_that_is_no_json_is_the_message() -> None:
    page = "<html>Bad Gateway</html>\n"
    expected = StreamError(message="<html>Bad Gateway</html>", status=502, raw=page)
    assert http_error(page, 502) == expected
    assert http_error("", 502) == StreamError(status=502)
