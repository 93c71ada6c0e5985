"""Parts of the AI SDK's UI messages: what stands in a stream's chunks and in a message alike.

Signatures and opaque values stand in `providerMetadata`, below the provider's name.
Source: AI SDK reference, 'UIMessage', 'Stream Protocols'; dialects' fact sheet 11.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

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
from stream_cassette.dialects._history import media, modality_of
from stream_cassette.dialects._json import mapping, text

__all__ = ["KNOWN", "call_of", "file_of", "opaque_of", "parts_of", "result_of"]

_SIGNATURES = ("signature", "thoughtSignature")
_ISSUED = ("redactedData", "reasoningEncryptedContent")
# Kept as they come: they have no part of their own.
KNOWN = frozenset({"source-url", "source-document", "tool-approval-request", "step-start"})


def opaque_of(chunk: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that `providerMetadata` sets: extra, and signature or issued values."""
    metadata = chunk.get("providerMetadata")
    if not metadata:
        return {}
    out: dict[str, Any] = {"extra": {"providerMetadata": metadata}}
    for one in mapping(metadata).values():
        value = mapping(one)
        signature = next((found for name in _SIGNATURES if (found := text(value.get(name)))), None)
        issued = tuple(found for name in _ISSUED if (found := text(value.get(name))))
        if signature is not None:
            out["signature"] = signature
        if issued:
            out["issued"] = issued
    return out


def call_of(said: Mapping[str, Any], *, path: str | None = None) -> Part:
    """A tool call whose input is whole; one that the provider executes is a server's."""
    ident, name = text(said.get("toolCallId")), text(said.get("toolName")) or ""
    opaque = opaque_of({"providerMetadata": said.get("callProviderMetadata"), **said})
    extra = opaque.get("extra", {})
    if said.get("errorText") is not None and "output" not in said:
        extra = {**extra, "errorText": said["errorText"]}
    given = said.get("input")
    if said.get("providerExecuted") is True:
        return ServerToolCall(id=ident, name=name, arguments=given, extra=extra, path=path)
    signature = opaque.get("signature")
    return ToolCall(
        id=ident, name=name, arguments=given, signature=signature, extra=extra, path=path
    )


def result_of(said: Mapping[str, Any], *, path: str | None = None) -> Part:
    """A tool's result: its output, or the text of its error."""
    ident, error = text(said.get("toolCallId")), said.get("errorText")
    response, name = said.get("output") if error is None else error, text(said.get("toolName"))
    if said.get("providerExecuted") is True:
        extra = {} if error is None else {"is_error": True}
        return ServerToolCallResponse(
            id=ident, name=name or "", response=response, extra=extra, path=path
        )
    return ToolCallResponse(
        id=ident, name=name, response=response, is_error=error is not None, path=path
    )


def file_of(said: Mapping[str, Any], path: str) -> Part:
    """A file by its URL, which may hold it."""
    modality = modality_of(text(said.get("mediaType")))
    return media(text(said.get("url")) or "", modality=modality, path=path)


def parts_of(entry: Mapping[str, Any], path: str) -> tuple[Part, ...]:
    """The parts of a UI message; a tool's part is its call, and its result where one is there."""
    parts, out = entry.get("parts"), list[Part]()
    for position, one in enumerate(parts if isinstance(parts, list) else ()):
        said, where = mapping(one), f"{path}.parts[{position}]"
        kind = str(said.get("type"))
        if kind.startswith("tool-") or kind == "dynamic-tool":
            out += _tool(said, kind, where)
        else:
            out.append(_part(said, kind, where))
    return tuple(out)


def _part(said: Mapping[str, Any], kind: str, path: str) -> Part:
    opaque: dict[str, JSON] = opaque_of(said)
    if kind == "text":
        opaque.pop("issued", None)
        return Text(content=text(said.get("text")) or "", path=path, **opaque)
    if kind == "reasoning":
        return Reasoning(content=text(said.get("text")) or "", path=path, **opaque)
    if kind == "file":
        return file_of(said, path)
    return Generic(kind=kind, value=dict(said), path=path)


def _tool(said: Mapping[str, Any], kind: str, path: str) -> list[Part]:
    named = {"toolName": kind.removeprefix("tool-"), **said}
    done = text(said.get("state")) in ("output-available", "output-error")
    call = call_of({name: value for name, value in named.items() if name != "errorText"}, path=path)
    return [call, result_of(named, path=path)] if done else [call]
