"""By what a message of an answer is known again where a later request carries it.

A history's messages are taken in runs, as clients may merge neighbours of one role. A run's key
stands for all that was said before it; tokens say what an answer has that another has not. What
clients may leave out or change without being somebody else is in neither: reasoning in keys, cache
marks, empty text, the way in which arguments are spelled.
Source: dialects' fact sheet 15.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import TypeAlias

from stream_cassette.conversation.media import Blob, File, Uri
from stream_cassette.conversation.model import Message
from stream_cassette.conversation.parts import (
    JSON,
    Compaction,
    Generic,
    Part,
    Reasoning,
    Refusal,
    ServerToolCall,
    Text,
    ToolCall,
    ToolCallResponse,
)

__all__ = [
    "Key",
    "Run",
    "Token",
    "canonical",
    "keys_of",
    "part_of_it",
    "rare",
    "runs_of",
    "text_of",
    "tokens_of",
]

Key: TypeAlias = bytes
Token: TypeAlias = tuple[str, str]

_SIZE = 16  # bytes of a digest
_RARE_CALL = 12  # characters from which on a call's id is nobody else's
_RARE_VALUE = 16
_ALPHABET = str.maketrans("-_", "+/")


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Neighbours of one role: the messages from `start` to `end` (not included), their parts."""

    role: str
    start: int
    end: int
    parts: tuple[Part, ...]


def runs_of(messages: Sequence[Message]) -> list[Run]:
    """The messages as runs; system messages in between belong to none and part none."""
    out: list[Run] = []
    for place, message in enumerate(messages):
        if message.role == "system":
            continue
        if out and out[-1].role == message.role:
            last = out.pop()
            parts = last.parts + message.parts
            out.append(Run(role=last.role, start=last.start, end=place + 1, parts=parts))
        else:
            out.append(Run(role=message.role, start=place, end=place + 1, parts=message.parts))
    return out


def keys_of(runs: Sequence[Run], *, loose: bool) -> list[Key]:
    """For each place between runs, from 0 to their number, what stands for all that is before it.

    The loose key takes an answer for any other and folds blanks.
    """
    key = b""
    out = [key]
    for run in runs:
        digest = blake2b(key, digest_size=_SIZE)
        digest.update(run.role.encode("utf-8", "surrogatepass"))
        if run.role != "assistant" or not loose:
            for said in _said(run.parts, fold=loose):
                digest.update(_digest(said))
        key = digest.digest()
        out.append(key)
    return out


def tokens_of(parts: Sequence[Part]) -> Iterator[Token]:
    """What tells an answer from others, or its echo, the strongest first; each token once."""
    found: dict[Token, None] = {}
    for rank in _RANKS:
        for part in parts:
            found.update(dict.fromkeys(rank(part)))
    if said := text_of(parts):
        found["text", _digest(said).hex()] = None
    for part in parts:
        found.update(dict.fromkeys(_weak(part)))
    return iter(found)


def text_of(parts: Sequence[Part]) -> str:
    """The text of the parts, blanks folded."""
    return _folded("".join(part.content for part in parts if isinstance(part, Text)))


def part_of_it(one: str, other: str) -> bool:
    """Whether one text begins or ends with the other: clients cut off thoughts, or a broken end."""
    short, long = sorted((one, other), key=len)
    return bool(short) and (long.startswith(short) or long.endswith(short))


def rare(token: Token) -> bool:
    """Whether the token can be no other answer's, whatever was said before it."""
    kind, value = token
    if kind == "call":
        return len(value) >= _RARE_CALL
    return kind == "value" and len(value) >= _RARE_VALUE


def _said(parts: Sequence[Part], *, fold: bool) -> Iterator[str]:
    """What a run says: its text in one piece, then everything else in order."""
    text = "".join(part.content for part in parts if isinstance(part, (Text, Refusal)))
    text = _folded(text) if fold else text
    yield f"text {text}" if text else ""
    for part in parts:
        if isinstance(part, ToolCall):
            yield f"call {part.name} {canonical(part.arguments)}"
        elif isinstance(part, ToolCallResponse):
            yield f"result {canonical(part.response)}"
        elif isinstance(part, Blob):
            yield f"blob {blake2b(part.data, digest_size=_SIZE).hexdigest()}"
        elif isinstance(part, Uri):
            yield f"uri {part.uri}"
        elif isinstance(part, File):
            yield f"file {part.file_id}"
        elif isinstance(part, Generic):
            yield f"generic {part.kind} {canonical(part.value)}"


def _calls(part: Part) -> Iterator[Token]:
    if isinstance(part, ToolCall) and part.id_synthesised:
        return
    if isinstance(part, (ToolCall, ToolCallResponse, ServerToolCall)) and part.id:
        yield "call", part.id


def _values(part: Part) -> Iterator[Token]:
    values = [part.signature] if part.signature else []
    if isinstance(part, (Reasoning, Compaction)):
        values += part.issued
    for value in values:  # Google's clients write base64 in the other alphabet
        yield "value", value.translate(_ALPHABET).rstrip("=")


def _ids(part: Part) -> Iterator[Token]:
    if isinstance(part, Reasoning) and part.id:
        yield "id", part.id


_RANKS = (_calls, _values, _ids)


def _weak(part: Part) -> Iterator[Token]:
    """What another answer to the same question might have too."""
    if isinstance(part, Reasoning) and (thought := _folded(part.content)):
        yield "thought", _digest(thought).hex()
    elif isinstance(part, Refusal) and part.content:
        yield "text", _digest(_folded(part.content)).hex()
    elif isinstance(part, Blob):
        yield "blob", blake2b(part.data, digest_size=_SIZE).hexdigest()
    elif isinstance(part, ToolCall):
        yield "does", f"{part.name} {_digest(canonical(part.arguments)).hex()}"
        yield "name", part.name


def _folded(text: str) -> str:
    return " ".join(text.split())


def canonical(value: JSON) -> str:
    """A JSON value as text, the same however its members were ordered."""
    try:
        return json.dumps(value, sort_keys=True, default=str)
    except (RecursionError, TypeError, ValueError):
        return "?"  # nested too deep: like any other of its kind


def _digest(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=_SIZE).digest()
