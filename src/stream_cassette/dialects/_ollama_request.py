"""What a request to Ollama carries: messages or a prompt, tools, model.

Tool calls have their arguments as an object, and an id only from newer clients; a result names its
tool. Images are base64 without a type.
Source: Ollama API pages; dialects' fact sheet 10, 15.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator, Mapping
from typing import Any

from stream_cassette.conversation.media import Blob
from stream_cassette.conversation.model import History, Message
from stream_cassette.conversation.parts import (
    JSON,
    Generic,
    Part,
    Reasoning,
    Text,
    ToolCall,
    ToolCallResponse,
)
from stream_cassette.dialects._history import function_tools, turns
from stream_cassette.dialects._json import mapping, text

__all__ = ["call_of", "read_request"]


def read_request(body: Mapping[str, Any]) -> History:
    """The history that the request's body carries."""
    entries = body.get("messages")
    messages = [
        _message(mapping(entry), f"messages[{position}]")
        for position, entry in enumerate(entries if isinstance(entries, list) else ())
    ]
    if "messages" not in body:
        messages = _prompted(body)
    return History(
        messages=turns(messages),
        tools=function_tools(body.get("tools")),
        model=text(body.get("model")),
    )


def call_of(call: Mapping[str, Any], path: str | None = None) -> ToolCall:
    """A tool call of an answer or a request; arguments as text are kept as they came."""
    function = mapping(call.get("function"))
    given = function.get("arguments")
    known = ("name", "arguments", "index")
    extra = {name: one for name, one in function.items() if name not in known and one is not None}
    return ToolCall(
        id=text(call.get("id")),
        name=text(function.get("name")) or "",
        arguments=None if isinstance(given, str) else ({} if given is None else given),
        arguments_text=given if isinstance(given, str) else None,
        extra=extra,
        path=path,
    )


def _message(entry: Mapping[str, Any], path: str) -> Message:
    role, content = text(entry.get("role")) or "user", entry.get("content")
    if role == "tool":
        said = ToolCallResponse(
            id=text(entry.get("tool_call_id")),
            name=text(entry.get("tool_name")) or text(entry.get("name")),
            response=content,
            path=f"{path}.content",
        )
        return Message(role=role, parts=(said,), path=path)
    return Message(role=role, parts=tuple(_said(entry, path)), path=path)


def _said(entry: Mapping[str, Any], path: str) -> Iterator[Part]:
    if thought := text(entry.get("thinking")):
        yield Reasoning(content=thought, path=f"{path}.thinking")
    content = entry.get("content")
    if said := text(content):
        yield Text(content=said, path=f"{path}.content")
    elif content and not isinstance(content, str):
        yield Generic(kind="content", value=content, path=f"{path}.content")
    yield from _images(entry.get("images"), f"{path}.images")
    calls = entry.get("tool_calls")
    for position, one in enumerate(calls if isinstance(calls, list) else ()):
        yield call_of(mapping(one), f"{path}.tool_calls[{position}]")


def _images(images: JSON, path: str) -> Iterator[Part]:
    for position, one in enumerate(images if isinstance(images, list) else ()):
        where = f"{path}[{position}]"
        try:
            yield Blob(data=b64decode(one), modality="image", path=where)
        except (ValueError, TypeError):
            yield Generic(kind="image", value=one, path=where)


def _prompted(body: Mapping[str, Any]) -> list[Message]:
    """The messages of `/api/generate`; `context` stands for those that went before."""
    out: list[Message] = []
    if system := text(body.get("system")):
        out.append(Message(role="system", parts=(Text(content=system, path="system"),)))
    parts: list[Part] = []
    if body.get("context"):
        parts.append(Generic(kind="context", value=body["context"], path="context"))
    for name in ("prompt", "suffix"):
        if said := text(body.get(name)):
            parts.append(Text(content=said, path=name))
    parts += _images(body.get("images"), "images")
    return [*out, Message(role="user", parts=tuple(parts), path="prompt")] if parts else out
