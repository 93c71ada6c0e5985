"""Anthropic content blocks, as answers and requests hold them, to parts.

Shared by everything that speaks Messages: first-party, Vertex, Bedrock's InvokeModel.
Source: Anthropic API reference, 'Messages'; dialects' fact sheet 6, 15.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable, Mapping
from typing import Any

from stream_cassette.conversation.media import Blob, File, Uri
from stream_cassette.conversation.parts import (
    JSON,
    Compaction,
    Generic,
    Part,
    Reasoning,
    ServerToolCall,
    ServerToolCallResponse,
    Text,
    ToolCall,
    ToolCallResponse,
)
from stream_cassette.dialects._history import modality_of
from stream_cassette.dialects._json import mapping, text

__all__ = ["KNOWN_BLOCKS", "part_of"]

Block = Mapping[str, Any]


def part_of(block: Block, path: str, *, streamed: bool = False) -> Part:
    """The part that a block is; `streamed`: its `input` is a placeholder, deltas follow.

    A block of an unknown type is a Generic.
    """
    kind = str(block.get("type"))
    make = _BLOCKS.get(kind)
    if make is not None:
        return make(block, path, streamed)
    if kind.endswith("_tool_result"):  # web_search_, code_execution_, mcp_, … and siblings
        return _server_result(block, path, streamed)
    return Generic(kind=kind, value=dict(block), path=path)


def _rest(block: Block, *names: str) -> dict[str, JSON]:
    """The members that have no field of their own."""
    known = {"type", *names}
    return {name: value for name, value in block.items() if name not in known and value is not None}


def _text(block: Block, path: str, streamed: bool) -> Part:
    cited = block.get("citations")
    return Text(
        content=text(block.get("text")) or "",
        citations=tuple(cited) if isinstance(cited, list) else (),
        extra=_rest(block, "text", "citations"),
        path=path,
    )


def _thinking(block: Block, path: str, streamed: bool) -> Part:
    return Reasoning(
        content=text(block.get("thinking")) or "",
        signature=text(block.get("signature")),
        extra=_rest(block, "thinking", "signature"),
        path=path,
    )


def _redacted(block: Block, path: str, streamed: bool) -> Part:
    data = text(block.get("data"))
    issued = () if data is None else (data,)
    return Reasoning(kind="redacted", issued=issued, extra=_rest(block, "data"), path=path)


def _tool_use(block: Block, path: str, streamed: bool) -> Part:
    given = block.get("input")
    return ToolCall(
        id=text(block.get("id")),
        name=text(block.get("name")) or "",
        arguments=(given or None) if streamed else given,
        arguments_text="" if streamed and not given else None,
        extra=_rest(block, "id", "name", "input"),
        path=path,
    )


def _server_tool_use(block: Block, path: str, streamed: bool) -> Part:
    given = block.get("input")
    return ServerToolCall(
        id=text(block.get("id")),
        name=text(block.get("name")) or "",
        arguments=(given or None) if streamed else given,
        arguments_text="" if streamed and not given else None,
        extra=_rest(block, "id", "name", "input"),
        path=path,
    )


def _server_result(block: Block, path: str, streamed: bool) -> Part:
    return ServerToolCallResponse(
        id=text(block.get("tool_use_id")),
        name=str(block.get("type")).removesuffix("_tool_result"),
        response=block.get("content"),
        extra=_rest(block, "tool_use_id", "content"),
        path=path,
    )


def _tool_result(block: Block, path: str, streamed: bool) -> Part:
    content, is_error = block.get("content"), block.get("is_error")
    if isinstance(content, list) and len(content) == 1:
        only = mapping(content[0])
        # a list of one text says the same as the text
        if only.get("type") == "text" and set(only) <= {"type", "text", "cache_control"}:
            content = only.get("text")
    return ToolCallResponse(
        id=text(block.get("tool_use_id")),
        response=content,
        is_error=is_error if isinstance(is_error, bool) else None,
        extra=_rest(block, "tool_use_id", "content", "is_error"),
        path=path,
    )


def _compaction(block: Block, path: str, streamed: bool) -> Part:
    opaque = text(block.get("encrypted_content"))
    return Compaction(
        content=text(block.get("content")) or "",
        issued=() if opaque is None else (opaque,),
        signature=text(block.get("signature")),
        extra=_rest(block, "content", "encrypted_content", "signature"),
        path=path,
    )


def _media(block: Block, path: str, streamed: bool) -> Part:
    source = mapping(block.get("source"))
    kind = "image" if block.get("type") == "image" else "document"
    extra, mime_type = _rest(block, "source"), text(source.get("media_type"))
    if url := text(source.get("url")):
        return Uri(uri=url, modality=kind, mime_type=mime_type, extra=extra, path=path)
    if ident := text(source.get("file_id")):
        return File(file_id=ident, modality=kind, mime_type=mime_type, extra=extra, path=path)
    data = text(source.get("data"))
    if data is None or source.get("type") not in ("base64", "text"):
        return Generic(kind=kind, value=dict(block), path=path)
    try:
        content = data.encode() if source["type"] == "text" else b64decode(data)
    except ValueError:  # not base64, or half a character
        return Generic(kind=kind, value=dict(block), path=path)
    modality = modality_of(mime_type)
    return Blob(data=content, modality=modality, mime_type=mime_type, extra=extra, path=path)


def _upload(block: Block, path: str, streamed: bool) -> Part:
    extra = _rest(block, "file_id")
    return File(file_id=str(block.get("file_id")), extra=extra, path=path)


_BLOCKS: dict[str, Callable[[Block, str, bool], Part]] = {
    "text": _text,
    "thinking": _thinking,
    "redacted_thinking": _redacted,
    "tool_use": _tool_use,
    "server_tool_use": _server_tool_use,
    "mcp_tool_use": _server_tool_use,
    "tool_result": _tool_result,
    "compaction": _compaction,
    "image": _media,
    "document": _media,
    "container_upload": _upload,
}

# Known, but without a part of their own: `fallback` marks that another model took over.
KNOWN_BLOCKS = frozenset({"fallback", "search_result"})
