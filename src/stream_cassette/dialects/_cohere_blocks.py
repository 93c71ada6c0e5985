"""What Cohere's messages hold, in answers and requests, to parts.

Content blocks are text, thinking and images; the plan before tool calls is reasoning of the format
`tool_plan`. Source: Cohere API reference, 'Chat (v2)'; dialects' fact sheet 9, 15.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from stream_cassette.conversation.parts import (
    JSON,
    Generic,
    Part,
    Reasoning,
    Text,
    ToolCall,
    ToolCallResponse,
)
from stream_cassette.dialects._history import arguments_of, media
from stream_cassette.dialects._json import mapping, text

__all__ = ["KNOWN_BLOCKS", "PLAN", "block_of", "call_of", "content_of", "result_of"]

Block = Mapping[str, Any]
PLAN = "tool_plan"
# Known; `document` has no part of its own.
KNOWN_BLOCKS = frozenset({"text", "thinking", "image_url", "document"})


def content_of(content: JSON, path: str) -> Iterator[Part]:
    """The parts of a message's content: text, or a list of blocks."""
    if isinstance(content, str) and content:
        yield Text(content=content, path=path)
    for position, one in enumerate(content if isinstance(content, list) else ()):
        yield block_of(mapping(one), f"{path}[{position}]")


def block_of(block: Block, path: str | None = None) -> Part:
    """The part that a content block is; one of an unknown type is a Generic."""
    kind = str(block.get("type"))
    if kind == "text":
        said = text(block.get("text")) or ""
        return Text(content=said, extra=_rest(block, "type", "text"), path=path)
    if kind == "thinking":
        said = text(block.get("thinking")) or ""
        return Reasoning(content=said, extra=_rest(block, "type", "thinking"), path=path)
    url = text(mapping(block.get("image_url")).get("url"))
    if kind == "image_url" and url is not None:
        return media(url, modality="image", path=path or "")
    return Generic(kind=kind, value=dict(block), path=path)


def call_of(call: Block, path: str | None = None, *, streamed: bool = False) -> ToolCall:
    """A tool call; `streamed`: more of its arguments is to come."""
    function = mapping(call.get("function"))
    given = function.get("arguments")
    sent = (given or "") if given is None or isinstance(given, str) else None
    value = given if sent is None else arguments_of(sent)
    return ToolCall(
        id=text(call.get("id")),
        name=text(function.get("name")) or "",
        arguments=None if streamed else value,
        arguments_text=sent,
        extra=_rest(call, "id", "type", "function") | _rest(function, "name", "arguments"),
        path=path,
    )


def result_of(entry: Block, path: str) -> ToolCallResponse:
    """A tool's result; a list of one text says the same as the text."""
    content = entry.get("content")
    if isinstance(content, list) and len(content) == 1:
        only = mapping(content[0])
        if only.get("type") == "text" and set(only) == {"type", "text"}:
            content = only["text"]
    return ToolCallResponse(id=text(entry.get("tool_call_id")), response=content, path=path)


def _rest(block: Block, *names: str) -> dict[str, JSON]:
    """The members that have no field of their own."""
    return {name: value for name, value in block.items() if name not in names and value is not None}
