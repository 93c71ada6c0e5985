"""What a Converse request carries: messages, system text first, tools; the model is in the path.

Nova's own format, which InvokeModel takes, has the same members.
Source: botocore `bedrock-runtime` service model, 'ConverseRequest'; dialects' fact sheet 8, 15.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from stream_cassette.conversation.model import History, Message, Tool
from stream_cassette.conversation.parts import JSON
from stream_cassette.dialects._converse_blocks import parts_of
from stream_cassette.dialects._history import turns
from stream_cassette.dialects._json import mapping, text

__all__ = ["model_of", "read_request"]

_MODEL = re.compile(r"/model/(?P<id>.+)/[a-z-]+$")


def model_of(path: str) -> str | None:
    """The model's id in the request's path, decoded, or None."""
    found = _MODEL.search(path)
    return None if found is None else unquote(found["id"])


def read_request(body: Mapping[str, Any], path: str) -> History:
    """The history that the request's body carries."""
    entries = body.get("messages")
    messages = [
        _message(mapping(entry), f"messages[{position}]")
        for position, entry in enumerate(entries if isinstance(entries, list) else ())
    ]
    system = parts_of(body.get("system"), "system")
    if system:
        messages.insert(0, Message(role="system", parts=system, path="system"))
    return History(
        messages=turns(messages), tools=_tools(body.get("toolConfig")), model=model_of(path)
    )


def _message(entry: Mapping[str, Any], path: str) -> Message:
    parts = parts_of(entry.get("content"), f"{path}.content")
    return Message(role=text(entry.get("role")) or "user", parts=parts, path=path)


def _tools(config: JSON) -> tuple[Tool, ...]:
    tools = mapping(config).get("tools")
    found = (_tool(mapping(one)) for one in (tools if isinstance(tools, list) else ()))
    return tuple(one for one in found if one is not None)


def _tool(tool: Mapping[str, Any]) -> Tool | None:
    """The tool; None for a cache point between tools."""
    if set(tool) == {"cachePoint"}:
        return None
    if "systemTool" in tool:
        name = text(mapping(tool["systemTool"]).get("name"))
        return Tool(name=name or "", kind="systemTool")
    spec = mapping(tool.get("toolSpec"))
    return Tool(
        name=text(spec.get("name")) or "",
        description=text(spec.get("description")),
        parameters=mapping(spec.get("inputSchema")).get("json"),
    )
