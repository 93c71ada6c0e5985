"""Parts in words for a person: one line, as long as asked for."""

from __future__ import annotations

import json

from stream_cassette.conversation.model import StreamError, Usage
from stream_cassette.conversation.parts import (
    JSON,
    Part,
    Refusal,
    Text,
    ToolCall,
    ToolCallResponse,
    shortened,
)

__all__ = ["error_in_words", "in_words", "result_of", "usage_in_words"]

# what Gemini's clients, whose results are objects, wrap the text of a tool in
_WRAPPERS = ("result", "output", "content", "error")


def in_words(part: Part, limit: int) -> str:
    """What the part says, on one line of at most `limit` characters; ids and signatures left out.

    `weather({"location": "Florence, Italy"})` for a call, the text for text and results.
    """
    if isinstance(part, Text):
        return shortened(part.content, limit)
    if isinstance(part, Refusal):
        return shortened(f"refusal: {part.content}", limit)
    if isinstance(part, ToolCall):
        return _call(part, limit)
    if isinstance(part, ToolCallResponse):
        failed = "error: " if part.is_error else ""
        return shortened(failed + _text(result_of(part.response)), limit)
    return shortened(part.short(), limit)


def result_of(response: JSON) -> JSON:
    """A tool's result as its text, where it is text, whatever the provider wraps it in."""
    if isinstance(response, dict) and len(response) == 1:
        (name,) = response
        if name in _WRAPPERS and isinstance(response[name], (str, list)):
            return result_of(response[name])
    if isinstance(response, list):
        texts = [one.get("text") if isinstance(one, dict) else None for one in response]
        if texts and all(isinstance(text, str) for text in texts):
            return "".join(filter(None, texts))
    return response


def usage_in_words(usage: Usage | None) -> str:
    """`424 in, 110 out`; as much of it as is known."""
    if usage is None:
        return ""
    known = ((usage.input_tokens, "in"), (usage.output_tokens, "out"))
    return ", ".join(f"{count:,} {word}" for count, word in known if count is not None)


def error_in_words(error: StreamError) -> str:
    """`overloaded_error: Overloaded (529)`; as much of it as is known."""
    status = "" if error.status is None else str(error.status)
    named = next((name for name in (error.type, error.code) if name and name != status), None)
    said = ": ".join(filter(None, (named, error.message))) or "without a word"
    return f"{said} ({status})" if status else said


def _call(part: ToolCall, limit: int) -> str:
    arguments = part.arguments_text if part.arguments_text is not None else part.arguments
    room = limit - len(part.name) - 2
    if room < 1:
        return shortened(f"{part.name}(…)", limit)
    return f"{part.name}({shortened(_text(arguments), room)})"


def _text(value: JSON) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
