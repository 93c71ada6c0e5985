"""A conversation as the JSON value that is compared at a level: what does not count is left out.

Neighbours of one role are one message, unless both are answers: clients merge them, or not.
Adjacent text is joined, empty parts are gone, and a result names the place of its call instead of
an id. At `structure` and `text` there is no reasoning.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any, TypeAlias

from stream_cassette.comparison.ignore import MatchLevel, counts
from stream_cassette.comparison.pairing import Pairing
from stream_cassette.conversation.model import Conversation, Exchange, Message
from stream_cassette.conversation.parts import (
    JSON,
    Part,
    Reasoning,
    Refusal,
    ServerToolCall,
    Text,
    ToolCall,
    ToolCallResponse,
)
from stream_cassette.conversation.words import result_of

__all__ = ["IsVolatile", "never", "turns_of", "view_of"]

IsVolatile: TypeAlias = Callable[[str, Mapping[str, Any]], bool]
"""(name, the object that has it) → whether the provider's member never counts."""

_PROVIDERS = frozenset({"citations", "detail", "extra", "server_tool_call_response", "value"})
_DEEPEST = 60  # levels of the provider's own JSON that are looked through


def never(name: str, holder: Mapping[str, Any]) -> bool:
    """Nothing of the provider's own JSON is volatile."""
    return False


def view_of(
    conversation: Conversation, level: MatchLevel, is_volatile: IsVolatile = never
) -> dict[str, JSON]:
    """`messages` and `exchanges`, with the members that count at the level."""
    pairing = Pairing()
    messages = []
    for message in turns_of(conversation, level):
        pairing.said(message)
        messages.append(_message(message, level, pairing, is_volatile))
    exchanges = [_exchange(one, level, is_volatile) for one in conversation.exchanges]
    return {"messages": messages, "exchanges": exchanges}


def turns_of(conversation: Conversation, level: MatchLevel) -> list[Message]:
    """The messages that are compared, in order: merged, their parts joined, what is empty gone."""
    runs: list[list[Message]] = []
    is_answered = False  # whether the last run holds an answer
    for message in conversation.messages:
        is_answer = message.finish_reason is not None
        if runs and runs[-1][0].role == message.role and not (is_answered and is_answer):
            runs[-1].append(message)
            is_answered = is_answered or is_answer
        else:
            runs.append([message])
            is_answered = is_answer
    merged = (_one_message(run, level) for run in runs)
    return [one for one in merged if one.parts or one.finish_reason is not None]


def _one_message(run: Sequence[Message], level: MatchLevel) -> Message:
    parts = tuple(_joined([part for message in run for part in message.parts], level))
    reasons = (message.finish_reason for message in run)
    return replace(run[0], parts=parts, finish_reason=next(filter(None, reasons), None))


def _joined(parts: Sequence[Part], level: MatchLevel) -> Iterator[Part]:
    """The parts that are not empty, each stretch of text as one."""
    kept = (part for part in parts if isinstance(part, Text) or not _is_empty(part, level))
    for is_text, stretch in groupby(kept, key=lambda part: isinstance(part, Text)):
        if not is_text:
            yield from stretch
            continue
        text = _one_text([part for part in stretch if isinstance(part, Text)])
        if not _is_empty(text, level):
            yield text


def _one_text(texts: Sequence[Text]) -> Text:
    if len(texts) == 1:
        return texts[0]
    extra: dict[str, JSON] = {}
    for text in texts:
        extra.update(text.extra)
    return replace(
        texts[0],
        content="".join(text.content for text in texts),
        citations=tuple(cited for text in texts for cited in text.citations),
        extra=extra,
    )


def _is_empty(part: Part, level: MatchLevel) -> bool:
    if isinstance(part, Reasoning):
        opaque = part.signature or part.issued or part.kind in ("encrypted", "redacted")
        return level != "exact" or not (part.content or opaque)
    if isinstance(part, (Text, Refusal)):
        return not (part.content if level == "exact" else part.content.strip())
    return False


def _message(
    message: Message, level: MatchLevel, pairing: Pairing, is_volatile: IsVolatile
) -> dict[str, JSON]:
    out: dict[str, JSON] = {"role": message.role}
    out["parts"] = [_part(part, level, pairing, is_volatile) for part in message.parts]
    if message.finish_reason is not None:
        reason = message.finish_reason.to_dict()
        out["finish_reason"] = _counting("finish_reason", reason, level, is_volatile)
    rest = {"name": message.name, "extra": dict(message.extra)}
    known = {name: value for name, value in rest.items() if value}
    return out | _counting("message", known, level, is_volatile)


def _part(
    part: Part, level: MatchLevel, pairing: Pairing, is_volatile: IsVolatile
) -> dict[str, JSON]:
    members = part.to_dict()
    if isinstance(part, (ToolCall, ServerToolCall)) and part.arguments is None:
        # cut off, or no JSON: by their text
        owner = members if isinstance(part, ToolCall) else members["server_tool_call"]
        owner["arguments"] = part.arguments_text or None
    if isinstance(part, ToolCallResponse):
        members["answers"] = pairing.answered(part)
        members["response"] = result_of(part.response)
    out = _counting(part.type, members, level, is_volatile)
    if level == "text" and isinstance(out.get("content"), str):
        out["content"] = _folded(out["content"])
    if level == "text" and isinstance(out.get("response"), str):
        out["response"] = _folded(out["response"])
    return out


def _exchange(exchange: Exchange, level: MatchLevel, is_volatile: IsVolatile) -> dict[str, JSON]:
    members: dict[str, Any] = exchange.to_dict() | {"candidates": len(exchange.candidates)}
    for owner in ("error", "usage"):
        if members[owner] is not None:
            members[owner] = _counting(owner, members[owner], level, is_volatile)
    if level != "exact":
        members["error"] = exchange.error is not None
    elif len(exchange.candidates) > 1:
        cleared = [replace(m, parts=tuple(_joined(m.parts, level))) for m in exchange.candidates]
        members["others"] = [_message(m, level, Pairing(), is_volatile) for m in cleared]
    return _counting("exchange", members, level, is_volatile)


def _counting(
    owner: str, members: Mapping[str, JSON], level: MatchLevel, is_volatile: IsVolatile
) -> dict[str, JSON]:
    return {
        name: _stripped(value, is_volatile, _DEEPEST) if name in _PROVIDERS else value
        for name, value in members.items()
        if counts(owner, name, level)
    }


def _stripped(value: JSON, is_volatile: IsVolatile, depth: int) -> JSON:
    """The provider's own JSON less what never counts."""
    if not depth:
        return value
    if isinstance(value, dict):
        return {
            name: _stripped(each, is_volatile, depth - 1)
            for name, each in value.items()
            if not is_volatile(name, value)
        }
    if isinstance(value, list):
        return [_stripped(each, is_volatile, depth - 1) for each in value]
    return value


def _folded(text: str) -> str:
    return " ".join(text.split())
