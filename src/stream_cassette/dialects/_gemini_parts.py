"""Gemini's content parts, as answers and requests hold them, to parts.

A part has one of nine members with its data, beside it `thoughtSignature` and `thought`; clients
write camelCase or snake_case, the server camelCase. A signature belongs to its part alone, whatever
its kind. Base64 comes in either alphabet.
Source: Gemini API reference, 'Content', 'Part'; dialects' fact sheet 7.1, 14, 15.
"""

from __future__ import annotations

import re
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
from stream_cassette.dialects._history import modality_of
from stream_cassette.dialects._json import mapping, text

__all__ = ["CODE_EXECUTION", "DATA", "bytes_of", "camel_case", "part_of"]

CODE_EXECUTION = "code_execution"

_UNDERSCORE = re.compile(r"_([a-z0-9])")
_ALPHABET = str.maketrans("-_", "+/")
_BESIDE = frozenset({"thought", "thoughtSignature"})


def camel_case(value: JSON) -> dict[str, Any]:
    """The object with its own keys in camelCase; its values as they are."""
    found = mapping(value)
    if not any("_" in key for key in found):
        return found
    return {_UNDERSCORE.sub(lambda one: one[1].upper(), key): each for key, each in found.items()}


def bytes_of(data: JSON) -> bytes | None:
    """What base64 of either alphabet, padded or not, stands for; None for what is none."""
    if not isinstance(data, str):
        return None
    plain = data.translate(_ALPHABET).rstrip("=")
    try:
        return b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except ValueError:
        return None


def part_of(part: JSON, path: str) -> Part | None:
    """The part, or None for one that says nothing; of an unknown kind it is a Generic."""
    said = camel_case(part)
    kind = next((name for name in _PARTS if said.get(name) is not None), None)
    signature = text(said.get("thoughtSignature"))
    thought = said.get("thought") is True
    known = _BESIDE | {kind}
    extra = {name: each for name, each in said.items() if name not in known and each is not None}
    if kind is None:
        if extra or not isinstance(part, dict):
            name = next(iter(extra), type(part).__name__)
            return Generic(kind=name, value=part, signature=signature, path=path)
        return Text(signature=signature, path=path) if signature else None
    built = _PARTS[kind](said[kind])
    if built is None:
        return Generic(kind=kind, value=part, signature=signature, path=path)
    if thought and isinstance(built, Text):
        built = Reasoning(content=built.content)
    elif thought:
        extra["thought"] = True
    if isinstance(built, (Text, Reasoning)) and not (built.content or signature or extra):
        return None  # a carrier of what stands beside the content
    return replace(built, signature=signature, extra={**built.extra, **extra}, path=path)


def _rest(value: Mapping[str, Any], *names: str) -> dict[str, JSON]:
    """The members that have no field of their own."""
    return {key: each for key, each in value.items() if key not in names and each is not None}


def _text(value: JSON) -> Part | None:
    return Text(content=value) if isinstance(value, str) else None


def _call(value: JSON) -> Part | None:
    call = camel_case(value)
    name = text(call.get("name"))
    if name is None:
        return None
    given = call.get("args")
    return ToolCall(
        id=text(call.get("id")),
        name=name,
        arguments={} if given is None else given,
        extra=_rest(call, "id", "name", "args", "willContinue"),
    )


def _response(value: JSON) -> Part | None:
    if not isinstance(value, dict):
        return None
    said = camel_case(value)
    return ToolCallResponse(
        id=text(said.get("id")),
        name=text(said.get("name")),
        response=said.get("response"),
        extra=_rest(said, "id", "name", "response"),
    )


def _inline(value: JSON) -> Part | None:
    said = camel_case(value)
    mime_type, data = text(said.get("mimeType")), bytes_of(said.get("data"))
    if data is None:
        return None
    return Blob(
        data=data,
        modality=modality_of(mime_type),
        mime_type=mime_type,
        extra=_rest(said, "mimeType", "data"),
    )


def _file(value: JSON) -> Part | None:
    said = camel_case(value)
    mime_type, uri = text(said.get("mimeType")), text(said.get("fileUri"))
    if uri is None:
        return None
    return Uri(
        uri=uri,
        modality=modality_of(mime_type),
        mime_type=mime_type,
        extra=_rest(said, "mimeType", "fileUri"),
    )


def _code(value: JSON) -> Part | None:
    if not isinstance(value, dict):
        return None
    ident, code = text(value.get("id")), _rest(value, "id")
    return ServerToolCall(id=ident, name=CODE_EXECUTION, arguments=code)


def _code_result(value: JSON) -> Part | None:
    if not isinstance(value, dict):
        return None
    ident, result = text(value.get("id")), _rest(value, "id")
    return ServerToolCallResponse(id=ident, name=CODE_EXECUTION, response=result)


def _server_call(value: JSON) -> Part | None:
    said = camel_case(value)
    if not said:
        return None
    return ServerToolCall(
        id=text(said.get("id")),
        name=str(said.get("toolType") or ""),
        arguments=said.get("args") or {},
        extra=_rest(said, "id", "toolType", "args"),
    )


def _server_response(value: JSON) -> Part | None:
    said = camel_case(value)
    if not said:
        return None
    return ServerToolCallResponse(
        id=text(said.get("id")),
        name=str(said.get("toolType") or ""),
        response=said.get("response"),
        extra=_rest(said, "id", "toolType", "response"),
    )


# What a part holds is one of these; of several, the first one counts, and the rest are extras.
_PARTS: dict[str, Callable[[JSON], Part | None]] = {
    "functionCall": _call,
    "text": _text,
    "functionResponse": _response,
    "inlineData": _inline,
    "fileData": _file,
    "executableCode": _code,
    "codeExecutionResult": _code_result,
    "toolCall": _server_call,
    "toolResponse": _server_response,
}
DATA = frozenset(_PARTS)
