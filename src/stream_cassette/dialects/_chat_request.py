"""What a chat request carries: messages, tools, model.

Content is text or a list of parts; reasoning comes back in any of the carriers of an answer.
Source: dialects' fact sheet 14, 15.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator, Mapping
from typing import Any

from stream_cassette.conversation.media import Blob, File
from stream_cassette.conversation.model import History, Message, Tool
from stream_cassette.conversation.parts import (
    JSON,
    Generic,
    Part,
    Reasoning,
    Refusal,
    Text,
    ToolCall,
    ToolCallResponse,
)
from stream_cassette.dialects._chat_reasoning import detail_parts
from stream_cassette.dialects._history import arguments_of, media, turns
from stream_cassette.dialects._json import mapping, text

__all__ = ["read_request"]

_ROLES = {"developer": "system", "function": "tool"}
_STRUCTURED = ("reasoning_details", "thinking_blocks", "reasoning_items")


def read_request(body: Mapping[str, Any]) -> History:
    """The history that a chat request's body carries."""
    entries = body.get("messages")
    messages = [
        _message(mapping(entry), f"messages[{position}]")
        for position, entry in enumerate(entries if isinstance(entries, list) else ())
    ]
    tools = body.get("tools")
    return History(
        messages=turns(messages),
        tools=tuple(_tool(mapping(one)) for one in (tools if isinstance(tools, list) else ())),
        model=text(body.get("model")),
    )


def _message(entry: Mapping[str, Any], path: str) -> Message:
    role = str(entry.get("role") or "user")
    role = _ROLES.get(role, role)
    parts = _result(entry, path) if role == "tool" else [*_said(entry, path), *_calls(entry, path)]
    name = None if role == "tool" else text(entry.get("name"))
    return Message(role=role, parts=tuple(parts), name=name, path=path)


def _result(entry: Mapping[str, Any], path: str) -> list[Part]:
    """A tool's result; a list of one text part says the same as the text."""
    content = entry.get("content")
    texts = content if isinstance(content, list) else ()
    if len(texts) == 1 and isinstance(mapping(texts[0]).get("text"), str):
        content = texts[0]["text"]
    name, ident = text(entry.get("name")), text(entry.get("tool_call_id"))
    return [ToolCallResponse(id=ident, name=name, response=content, path=path)]


def _said(entry: Mapping[str, Any], path: str) -> Iterator[Part]:
    yield from _reasoning(entry, path)
    content = entry.get("content")
    if isinstance(content, str):
        if content:
            yield Text(content=content, path=f"{path}.content")
    else:
        for position, part in enumerate(content if isinstance(content, list) else ()):
            yield from _content_part(mapping(part), f"{path}.content[{position}]")
    if refusal := text(entry.get("refusal")):
        yield Refusal(content=refusal, path=f"{path}.refusal")
    if ident := text(mapping(entry.get("audio")).get("id")):
        yield File(file_id=ident, modality="audio", path=f"{path}.audio")


def _reasoning(entry: Mapping[str, Any], path: str) -> Iterator[Part]:
    """The first carrier that is there: the others say the same."""
    for name in _STRUCTURED:
        if isinstance(entry.get(name), list) and entry[name]:
            yield from detail_parts(entry[name], f"{path}.{name}")
            return
    for name in ("reasoning", "reasoning_content"):
        if said := text(entry.get(name)):
            yield Reasoning(content=said, path=f"{path}.{name}")
            return


def _content_part(part: Mapping[str, Any], path: str) -> Iterator[Part]:
    kind = str(part.get("type"))
    extra = {"cache_control": part["cache_control"]} if part.get("cache_control") else {}
    if kind == "text":
        yield Text(content=str(part.get("text") or ""), extra=extra, path=path)
    elif kind == "refusal":
        yield Refusal(content=str(part.get("refusal") or ""), path=path)
    elif kind == "thinking":
        inner = part.get("thinking")
        pieces = inner if isinstance(inner, list) else [{"text": inner}]
        said = "".join(text(mapping(one).get("text")) or "" for one in pieces)
        yield Reasoning(content=said, signature=text(part.get("signature")), path=path)
    elif kind in ("image_url", "video_url", "audio_url", "input_audio", "file"):
        yield _media(kind, part, path)
    else:
        yield Generic(kind=kind, value=dict(part), path=path)


def _media(kind: str, part: Mapping[str, Any], path: str) -> Part:
    inner = part.get(kind)
    said = {"url": inner} if isinstance(inner, str) else mapping(inner)  # Mistral: the URL alone
    modality = kind.removesuffix("_url").removeprefix("input_").replace("file", "document")
    url = text(said.get("url")) or text(said.get("file_data"))
    if url:
        return media(url, modality=modality, path=path)
    if kind == "input_audio" and (data := text(said.get("data"))):
        return _sound(data, text(said.get("format")), path)
    if ident := text(said.get("file_id")):
        return File(file_id=ident, modality=modality, path=path)
    return Generic(kind=kind, value=dict(part), path=path)


def _sound(data: str, format: str | None, path: str) -> Part:
    try:
        content = b64decode(data)
    except ValueError:
        return Generic(kind="input_audio", value={"data": data, "format": format}, path=path)
    mime_type = f"audio/{format}" if format else None
    return Blob(data=content, modality="audio", mime_type=mime_type, path=path)


def _calls(entry: Mapping[str, Any], path: str) -> Iterator[Part]:
    calls = entry.get("tool_calls")
    for position, call in enumerate(calls if isinstance(calls, list) else ()):
        yield _call(mapping(call), f"{path}.tool_calls[{position}]")
    if isinstance(entry.get("function_call"), dict):
        yield _call({"function": entry["function_call"]}, f"{path}.function_call")


def _call(call: Mapping[str, Any], path: str) -> Part:
    custom = "custom" in call and "function" not in call
    function = mapping(call.get("custom" if custom else "function"))
    sent = function.get("input" if custom else "arguments")
    value: JSON = sent
    if isinstance(sent, str) and not custom:
        value = arguments_of(sent)
    google = mapping(mapping(call.get("extra_content")).get("google"))
    return ToolCall(
        id=text(call.get("id")),
        name=str(function.get("name") or ""),
        arguments={} if sent is None else value,
        arguments_text=sent if isinstance(sent, str) else None,
        signature=text(google.get("thought_signature")),
        custom=custom,
        path=path,
    )


def _tool(tool: Mapping[str, Any]) -> Tool:
    kind = str(tool.get("type") or "function")
    inner = mapping(tool.get(kind)) or tool
    return Tool(
        name=str(inner.get("name") or kind),
        kind=kind,
        description=text(inner.get("description")),
        parameters=inner.get("parameters"),
    )
