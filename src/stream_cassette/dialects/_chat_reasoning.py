"""Reasoning in chat chunks: flat text, `reasoning_details`, LiteLLM's `thinking_blocks`.

Gateways send the same text twice, flat and as details: it is counted once, from the details.
The `index` of a detail is no identity while streaming: a block goes on until the type changes,
or the index or id changes to another value, or its signature has come and more text follows.
Source: dialects' fact sheet 3.2; OpenRouterTeam/ai-sdk-provider#519.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from stream_cassette.conversation.delta import Delta, PartDelta, PartSet, PartStart
from stream_cassette.conversation.parts import (
    JSON,
    Generic,
    Part,
    Reasoning,
    ReasoningKind,
    ServerToolCall,
    ServerToolCallResponse,
)
from stream_cassette.dialects._json import mapping, text

__all__ = ["ReasoningReader", "detail_parts"]

_KINDS: dict[str, tuple[ReasoningKind, str]] = {
    # type of a detail → our kind, and the member with its text
    "reasoning.text": ("text", "text"),
    "reasoning.summary": ("summary", "summary"),
    "thinking": ("text", "thinking"),  # LiteLLM's blocks
}
_OPAQUE: dict[str, tuple[ReasoningKind, str]] = {
    "reasoning.encrypted": ("encrypted", "data"),
    "redacted_thinking": ("redacted", "data"),
    "reasoning": ("encrypted", "encrypted_content"),  # LiteLLM's `reasoning_items`
}


class ReasoningReader:
    """The reasoning blocks of one choice; in a whole message each detail is a block."""

    def __init__(self, candidate: int, path: str, *, whole: bool) -> None:
        self._candidate = candidate
        self._path = path
        self._whole = whole
        self._flat = False
        self._count = 0
        self._open: dict[str, Any] | None = None  # the last detail's identity

    def flat(self, value: str, name: str = "reasoning") -> Iterator[Delta]:
        """Text of the member `name`: `reasoning` or `reasoning_content`."""
        if not self._flat:
            self._flat = True
            part = Reasoning(path=f"{self._path}.{name}")
            yield PartStart(candidate=self._candidate, key="reasoning", part=part)
        yield PartDelta(self._candidate, "reasoning", value)

    def details(self, entries: JSON, name: str) -> Iterator[Delta]:
        """The entries of `reasoning_details`, `thinking_blocks` or `reasoning_items`."""
        for entry in entries if isinstance(entries, list) else ():
            detail = mapping(entry)
            kind = str(detail.get("type"))
            if kind in _KINDS:
                yield from self._grow(detail, kind, name)
            else:
                for part in _opaque_parts(detail, kind):
                    yield self._started(part, name)
            if self._whole or kind not in _KINDS:
                self._open = None

    def _grow(self, detail: Mapping[str, Any], kind: str, name: str) -> Iterator[Delta]:
        ours, member = _KINDS[kind]
        said, signature = text(detail.get(member)), text(detail.get("signature"))
        if not self._continues(detail, kind, said):
            if said is None and signature is None:
                return
            self._open = {"type": kind}
            yield self._started(Reasoning(kind=ours), name)
        opened = self._open or {}
        key = ("detail", self._count)
        values: dict[str, JSON] = {}
        for one in ("id", "format"):
            if text(detail.get(one)) and one not in opened:
                opened[one] = values[one] = detail[one]
        if detail.get("index") is not None:
            opened.setdefault("index", detail["index"])
        if said is not None:
            yield PartDelta(self._candidate, key, said)
        if signature is not None:
            opened["signature"] = values["signature"] = signature
        if values:
            yield PartSet(candidate=self._candidate, key=key, values=values)

    def _continues(self, detail: Mapping[str, Any], kind: str, said: str | None) -> bool:
        opened = self._open
        if opened is None or opened["type"] != kind:
            return False
        if said is not None and "signature" in opened:
            return False  # signed text is finished
        index, ident = detail.get("index"), text(detail.get("id"))
        if index is not None and opened.get("index", index) != index:
            return False
        return ident is None or opened.get("id", ident) == ident

    def _started(self, part: Part, name: str) -> Delta:
        self._count += 1
        path = f"{self._path}.{name}[{self._count - 1}]"
        key = ("detail", self._count)
        return PartStart(candidate=self._candidate, key=key, part=replace(part, path=path))


def detail_parts(entries: JSON, path: str) -> Iterator[Part]:
    """The parts of whole entries, as a request carries them, each with its path."""
    for position, entry in enumerate(entries if isinstance(entries, list) else ()):
        detail = mapping(entry)
        kind = str(detail.get("type"))
        if kind in _KINDS:
            ours, member = _KINDS[kind]
            parts: list[Part] = [
                Reasoning(
                    kind=ours,
                    content=text(detail.get(member)) or "",
                    signature=text(detail.get("signature")),
                    id=text(detail.get("id")),
                    format=text(detail.get("format")),
                )
            ]
        else:
            parts = list(_opaque_parts(detail, kind))
        for part in parts:
            yield replace(part, path=f"{path}[{position}]")


def _opaque_parts(detail: Mapping[str, Any], kind: str) -> Iterator[Part]:
    """The parts of an entry that comes in one piece."""
    if kind in _OPAQUE:
        ours, member = _OPAQUE[kind]
        value = text(detail.get(member))
        summary = "".join(
            text(mapping(one).get("text")) or "" for one in detail.get("summary") or ()
        )
        yield Reasoning(
            kind=ours if value is not None or not summary else "summary",
            content=summary,
            issued=() if value is None else (value,),
            signature=text(detail.get("signature")),
            id=text(detail.get("id")),
            format=text(detail.get("format")),
        )
    elif kind == "reasoning.server_tool_call":
        name, ident = text(detail.get("tool_name")) or "", text(detail.get("tool_call_id"))
        yield ServerToolCall(id=ident, name=name, arguments=detail.get("arguments"))
        yield ServerToolCallResponse(id=ident, name=name, response=detail.get("result"))
    else:
        yield Generic(kind=kind, value=dict(detail))
