"""Requests' histories, in the one shape that all dialects share."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import unquote_to_bytes

from stream_cassette.conversation.media import Blob, Uri
from stream_cassette.conversation.model import Message, Tool
from stream_cassette.conversation.parts import JSON, Part, ToolCallResponse
from stream_cassette.dialects._json import loads, mapping, text

__all__ = ["arguments_of", "function_tools", "media", "modality_of", "turns"]


def turns(messages: Iterable[Message]) -> tuple[Message, ...]:
    """Tool results in messages of their own, role `tool`; results in a row in one message.

    What else stood beside a result keeps its message, after the results.
    """
    out: list[Message] = []
    for message in messages:
        results = tuple(one for one in message.parts if isinstance(one, ToolCallResponse))
        rest = tuple(one for one in message.parts if not isinstance(one, ToolCallResponse))
        if results:
            if out and out[-1].role == "tool":
                out[-1] = replace(out[-1], parts=out[-1].parts + results)
            else:
                out.append(replace(message, role="tool", parts=results))
        if rest or not results:
            out.append(replace(message, parts=rest))
    return tuple(out)


def arguments_of(text: str) -> JSON:
    """The JSON value of arguments sent as text: `{}` for nothing, None for what is no JSON."""
    try:
        return loads(text) if text.strip() else {}
    except ValueError:
        return None


def modality_of(mime_type: str | None) -> str:
    """image, audio or video by the MIME type, else document."""
    kind = (mime_type or "").partition("/")[0]
    return kind if kind in ("image", "audio", "video") else "document"


def media(url: str, *, modality: str, path: str) -> Part:
    """Media by its URL: what a `data:` URL holds, else the address. Source: RFC 2397."""
    head, comma, data = url.partition(",")
    if not head.startswith("data:") or not comma:
        return Uri(uri=url, modality=modality, path=path)
    mime_type, *parameters = head.removeprefix("data:").split(";")
    try:
        content = b64decode(data) if "base64" in parameters else unquote_to_bytes(data)
    except ValueError:
        return Uri(uri=url, modality=modality, path=path)
    return Blob(data=content, modality=modality, mime_type=mime_type or None, path=path)


def function_tools(tools: JSON) -> tuple[Tool, ...]:
    """The tools offered as a list of `{"type": "function", "function": {...}}`."""
    return tuple(_function_tool(mapping(one)) for one in (tools if isinstance(tools, list) else ()))


def _function_tool(tool: Mapping[str, Any]) -> Tool:
    function = mapping(tool.get("function"))
    return Tool(
        name=text(function.get("name")) or "",
        kind=text(tool.get("type")) or "function",
        description=text(function.get("description")),
        parameters=function.get("parameters"),
    )
