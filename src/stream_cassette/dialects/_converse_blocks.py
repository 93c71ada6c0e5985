"""Content blocks of Amazon Bedrock's Converse, in answers and requests, to parts.

A block is a union: its one member says what it is. Nova's own format has the same blocks.
Source: botocore `bedrock-runtime` service model, 'ContentBlock'; dialects' fact sheet 8, 15.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from stream_cassette.conversation.media import Blob, Uri
from stream_cassette.conversation.parts import (
    JSON,
    Generic,
    Part,
    Reasoning,
    ServerToolCall,
    ServerToolCallResponse,
    Text,
    ToolCall,
    ToolCallResponse,
)
from stream_cassette.dialects._json import mapping, text

__all__ = ["KNOWN_BLOCKS", "part_of", "parts_of", "result_of", "tool_part"]

Block = Mapping[str, Any]


def parts_of(content: JSON, path: str) -> tuple[Part, ...]:
    """The parts of a list of blocks; text alone is one part.

    A cache point is no part: it marks the one before it.
    """
    if isinstance(content, str):
        return (Text(content=content, path=path),) if content else ()
    out: list[Part] = []
    for position, entry in enumerate(content if isinstance(content, list) else ()):
        block = mapping(entry)
        if set(block) == {"cachePoint"} and out:
            marked = {**out[-1].extra, "cachePoint": block["cachePoint"]}
            out[-1] = replace(out[-1], extra=marked)
        else:
            out.append(part_of(block, f"{path}[{position}]"))
    return tuple(out)


def part_of(block: Block, path: str) -> Part:
    """The part that a block is; one of an unknown type is a Generic."""
    kind = next((name for name in block if name in _BLOCKS), None)
    if kind is None:
        return Generic(kind=next(iter(block), "empty"), value=dict(block), path=path)
    part = _BLOCKS[kind](block[kind], path)
    if part is None:
        return Generic(kind=kind, value=dict(block), path=path)
    rest = _rest(block, kind)
    return replace(part, extra={**part.extra, **rest}) if rest else part


def tool_part(said: Block, path: str) -> Part:
    """A `toolUse`: the client's tool, or with `type: server_tool_use` one of Bedrock's.

    A start in a stream has no `input`: deltas bring it as text.
    """
    ident, name, given = text(said.get("toolUseId")), text(said.get("name")), said.get("input")
    pending = None if "input" in said else ""
    if said.get("type") == "server_tool_use":
        rest = _rest(said, "toolUseId", "name", "input", "type")
        return ServerToolCall(
            id=ident,
            name=name or "",
            arguments=given,
            arguments_text=pending,
            extra=rest,
            path=path,
        )
    known = ("toolUseId", "name", "input", *(("type",) if said.get("type") == "tool_use" else ()))
    rest = _rest(said, *known)
    return ToolCall(
        id=ident, name=name or "", arguments=given, arguments_text=pending, extra=rest, path=path
    )


def result_of(said: Block, path: str, *, server: bool = False) -> Part:
    """A `toolResult`: of the client's tool; `server`, or where it has a `type`, of Bedrock's."""
    ident, response = text(said.get("toolUseId")), _response(said.get("content"))
    status, kind = said.get("status"), text(said.get("type"))
    if server or (kind and kind != "tool_result"):
        return ServerToolCallResponse(
            id=ident,
            name=(kind or "").removesuffix("_result"),
            response=response,
            extra=_rest(said, "toolUseId", "content", "type"),
            path=path,
        )
    return ToolCallResponse(
        id=ident,
        response=response,
        is_error=status == "error" if isinstance(status, str) else None,
        extra=_rest(said, "toolUseId", "content", "status", "type"),
        path=path,
    )


def _rest(block: Block, *names: str) -> dict[str, JSON]:
    """The members that have no field of their own."""
    return {name: value for name, value in block.items() if name not in names and value is not None}


def _response(content: JSON) -> JSON:
    """A result's content; a list of one text says the same as the text."""
    if isinstance(content, list) and len(content) == 1:
        only = mapping(content[0])
        if set(only) == {"text"}:
            return only["text"]
    return content


def _text(said: JSON, path: str) -> Part | None:
    return Text(content=said, path=path) if isinstance(said, str) else None


def _reasoning(said: JSON, path: str) -> Part | None:
    value = mapping(said)
    if data := text(value.get("redactedContent")):
        rest = _rest(value, "redactedContent")
        return Reasoning(kind="redacted", issued=(data,), extra=rest, path=path)
    inner = mapping(value.get("reasoningText"))
    if not inner:
        return None
    return Reasoning(
        content=text(inner.get("text")) or "",
        signature=text(inner.get("signature")),
        extra=_rest(value, "reasoningText") | _rest(inner, "text", "signature"),
        path=path,
    )


def _cited(said: JSON, path: str) -> Part | None:
    value = mapping(said)
    content, citations = value.get("content"), value.get("citations")
    if not isinstance(content, list):
        return None
    return Text(
        content="".join(text(mapping(one).get("text")) or "" for one in content),
        citations=tuple(citations) if isinstance(citations, list) else (),
        extra=_rest(value, "content", "citations"),
        path=path,
    )


def _guarded(said: JSON, path: str) -> Part | None:
    value = mapping(said)
    inner = mapping(value.get("text"))
    if "text" not in inner:
        return None
    kept = {"guardContent": _rest(inner, "text")} | _rest(value, "text")
    return Text(content=text(inner["text"]) or "", extra=kept, path=path)


def _media(said: JSON, path: str, modality: str) -> Part | None:
    value = mapping(said)
    source, form = mapping(value.get("source")), text(value.get("format"))
    extra = _rest(value, "source", "format") | _rest(source, "bytes", "s3Location", "text")
    mime_type = _MIME_TYPES.get(form, f"{modality}/{form}") if form else None
    if uri := text(mapping(source.get("s3Location")).get("uri")):
        extra |= _rest(mapping(source["s3Location"]), "uri")
        return Uri(uri=uri, modality=modality, mime_type=mime_type, extra=extra, path=path)
    data, plain = source.get("bytes"), text(source.get("text"))
    try:
        content = b64decode(data) if isinstance(data, str) else (plain or "").encode()
    except ValueError:  # not base64, or half a character
        return None
    if not isinstance(data, str) and plain is None:
        return None
    return Blob(data=content, modality=modality, mime_type=mime_type, extra=extra, path=path)


# Formats of documents; those of other media are the subtypes of their MIME types.
_MIME_TYPES = {
    "pdf": "application/pdf",
    "csv": "text/csv",
    "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xls": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "html": "text/html",
    "txt": "text/plain",
    "md": "text/markdown",
}

_BLOCKS: dict[str, Callable[[Any, str], Part | None]] = {
    "text": _text,
    "toolUse": lambda said, path: tool_part({"input": None, **mapping(said)}, path),
    "toolResult": lambda said, path: result_of(mapping(said), path),
    "reasoningContent": _reasoning,
    "citationsContent": _cited,
    "guardContent": _guarded,
    "image": lambda said, path: _media(said, path, "image"),
    "document": lambda said, path: _media(said, path, "document"),
    "video": lambda said, path: _media(said, path, "video"),
    "audio": lambda said, path: _media(said, path, "audio"),
}

# Known, but without a part of their own.
KNOWN_BLOCKS = frozenset({"searchResult", "toolAddition", "toolRemoval", "cachePoint", *_BLOCKS})
