"""One candidate of a Gemini answer, over all its events: parts, finish reason, what stands beside.

Text appends to the text before it, thought to thought; a signed part, and one with members of its
own, stands alone: joined with a neighbour it could not be echoed. A function call is a part of its
own; where its arguments are streamed it stays open until a fragment that does not continue.
What the candidate says beside its content comes on several events: lists go on or are repeated
longer, everything else is said anew.
Source: Gemini API reference, 'Candidate', 'FinishReason'; dialects' fact sheet 7.1, 12.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from stream_cassette.conversation.delta import (
    Delta,
    Extra,
    Finish,
    MessageStart,
    PartDelta,
    PartSet,
    PartStart,
    Unfamiliar,
)
from stream_cassette.conversation.model import FinishReason, Unified
from stream_cassette.conversation.parts import JSON, Generic, Part, Reasoning, Text, ToolCall
from stream_cassette.dialects._gemini_args import PartialArguments
from stream_cassette.dialects._gemini_parts import DATA, part_of
from stream_cassette.dialects._json import mapping, text

__all__ = ["FINISH", "ROLES", "Candidate"]

FINISH: dict[str, Unified] = {
    "STOP": "stop",  # or a tool call: the parts tell
    "MAX_TOKENS": "length",
    "CONTINUATION": "length",  # goes on in an answer to another request
    "SAFETY": "content_filter",
    "RECITATION": "content_filter",
    "LANGUAGE": "content_filter",
    "BLOCKLIST": "content_filter",
    "PROHIBITED_CONTENT": "content_filter",
    "SPII": "content_filter",
    "MODEL_ARMOR": "content_filter",
    "ESCALATION": "content_filter",
    "IMAGE_SAFETY": "content_filter",
    "IMAGE_PROHIBITED_CONTENT": "content_filter",
    "IMAGE_RECITATION": "content_filter",
    "MALFORMED_FUNCTION_CALL": "error",
    "MALFORMED_RESPONSE": "error",
    "UNEXPECTED_TOOL_CALL": "error",
    "TOO_MANY_TOOL_CALLS": "error",
    "MISSING_THOUGHT_SIGNATURE": "error",
    # `$alt=json;enum-encoding=int`; above 8 the two services count differently
    "1": "stop",
    "2": "length",
    "3": "content_filter",
    "4": "content_filter",
    "6": "content_filter",
    "7": "content_filter",
    "8": "content_filter",
}
ROLES = {"model": "assistant", "function": "tool"}

_CORE = frozenset({"content", "index", "finishReason"})
# Members of a fragment that goes on with the open call.
_GOES_ON = frozenset({"partialArgs", "willContinue"})
# What a candidate says beside its content, kept under the provider's name.
_KEPT = frozenset(
    {"finishMessage", "safetyRatings", "groundingMetadata", "citationMetadata", "tokenCount"}
    | {"urlContextMetadata", "continuationToken", "avgLogprobs", "logprobsResult"}
    | {"groundingAttributions"}
)


class _OpenCall:
    """A call whose arguments are still coming."""

    def __init__(self, key: int, args: Mapping[str, Any]) -> None:
        self.key = key
        self.arguments = PartialArguments(args)


class Candidate:
    """Reads one candidate."""

    def __init__(self, index: int) -> None:
        self.finished = False
        self._index = index
        self._role: str | None = None
        self._parts = 0  # started so far; a part's number is its key
        self._open: type[Part] | None = None  # what a text piece without a signature appends to
        self._call: _OpenCall | None = None
        self._kept: dict[str, JSON] = {}

    def read(self, candidate: Mapping[str, Any]) -> Iterator[Delta]:
        """The deltas of one event's candidate."""
        content = mapping(candidate.get("content"))
        role = text(content.get("role"))
        if self._role is None:
            self._role = role
            yield MessageStart(candidate=self._index, role=ROLES.get(role or "", role))
        parts = content.get("parts")
        for part in parts if isinstance(parts, list) else ():
            yield from self._part(part)
        yield from self._beside(candidate)
        raw = candidate.get("finishReason")
        if isinstance(raw, (str, int)) and raw != "":
            self.finished = True
            word, detail = str(raw), candidate.get("finishMessage")
            reason = FinishReason(unified=FINISH.get(word, "other"), raw=word, detail=detail)
            yield Finish(candidate=self._index, reason=reason)
        elif raw:
            yield Unfamiliar(kind="field", name="candidates.finishReason", value=raw)

    def close(self) -> Iterator[Delta]:
        """What is known of a call that was cut off."""
        if self._call is not None:
            extra = {"partialArgs": self._call.arguments.value()}
            yield PartSet(candidate=self._index, key=self._call.key, values={"extra": extra})

    def _part(self, part: JSON) -> Iterator[Delta]:
        if isinstance(part, dict) and isinstance(part.get("functionCall"), dict):
            yield from self._function_call(part, part["functionCall"])
            return
        found = part_of(part, self._path())
        if found is None:
            return
        plain = isinstance(found, (Text, Reasoning)) and not (found.signature or found.extra)
        if plain and self._open is type(found):
            content = getattr(found, "content", "")
            yield PartDelta(self._index, self._parts - 1, content)
            return
        self._open = type(found) if plain else None
        yield from self._start(found)

    def _path(self) -> str:
        return f"candidates[{self._index}].content.parts[{self._parts}]"

    def _start(self, part: Part) -> Iterator[Delta]:
        yield PartStart(candidate=self._index, key=self._parts, part=part)
        self._parts += 1
        if isinstance(part, Generic):
            yield Unfamiliar(kind="part", name=part.kind, value=part.value)
        for name in sorted(DATA & part.extra.keys()):  # a part holds one thing
            yield Unfamiliar(kind="field", name=f"candidates.parts.{name}", value=part.extra[name])

    def _function_call(self, part: Mapping[str, Any], call: Mapping[str, Any]) -> Iterator[Delta]:
        self._open = None
        goes_on = call.get("willContinue") is True
        if text(call.get("name")):
            yield from self._ended()
            yield from self._called(part, call, streamed=goes_on or "partialArgs" in call)
        elif self._call is None or not call.keys() <= _GOES_ON:  # nothing that it could belong to
            yield Unfamiliar(kind="fragment", name="functionCall", value=part)
            return
        elif signature := text(part.get("thoughtSignature")):
            values = {"signature": signature}
            yield PartSet(candidate=self._index, key=self._call.key, values=values)
        yield from self._pieces(call.get("partialArgs"))
        if not goes_on:
            yield from self._ended()

    def _called(
        self, part: Mapping[str, Any], call: Mapping[str, Any], *, streamed: bool
    ) -> Iterator[Delta]:
        """A new call: whole, or open until its arguments have come."""
        bare = {name: value for name, value in call.items() if name != "partialArgs"}
        found = part_of({**part, "functionCall": bare}, self._path())
        if not isinstance(found, ToolCall):  # the member's other spelling says something else
            yield Unfamiliar(kind="part", name="functionCall", value={**part})
            return
        yield from self._start(replace(found, arguments=None) if streamed else found)
        if streamed:
            self._call = _OpenCall(self._parts - 1, mapping(call.get("args")))

    def _pieces(self, pieces: JSON) -> Iterator[Delta]:
        for piece in pieces if isinstance(pieces, list) else ():
            if self._call is not None and not self._call.arguments.take(piece):
                yield Unfamiliar(kind="fragment", name="functionCall.partialArgs", value=piece)

    def _ended(self) -> Iterator[Delta]:
        """The open call's arguments are whole."""
        if self._call is not None:
            values = {"arguments": self._call.arguments.value()}
            yield PartSet(candidate=self._index, key=self._call.key, values=values)
            self._call = None

    def _beside(self, candidate: Mapping[str, Any]) -> Iterator[Delta]:
        for name, value in candidate.items():
            if name in _CORE or value in (None, {}, []):  # most events bring empty ones
                continue
            if name not in _KEPT:
                yield Unfamiliar(kind="field", name=f"candidates.{name}", value=value)
                continue
            self._kept[name] = value = _said_more(self._kept.get(name), value)
            if name != "finishMessage" or "finishReason" not in candidate:
                yield Extra(candidate=self._index, name=name, value=value)


def _said_more(before: JSON, now: JSON) -> JSON:
    """What several events say, an object's lists joined where one does not repeat the other."""
    if not isinstance(before, dict) or not isinstance(now, dict):
        return now
    for name, value in now.items():
        known = before.get(name)
        if isinstance(known, list) and isinstance(value, list) and not _repeats(known, value):
            known.extend(value)
        else:
            before[name] = value
    return before


def _repeats(known: list[JSON], value: list[JSON]) -> bool:
    """Whether the list begins with what is known."""
    try:
        return value[: len(known)] == known
    except RecursionError:  # nested beyond all reason
        return False
