"""What echo checks speak of: a turn and its echo, the units in it, a fault.

Units are the parts of an answer that have to come back.
"""

from __future__ import annotations

from dataclasses import dataclass

from stream_cassette.comparison.echo_finding import EchoKind
from stream_cassette.comparison.echo_rules import Rule, Severity
from stream_cassette.conversation.parts import Compaction, Part, Reasoning, Text, ToolCall

__all__ = ["Fault", "Turn", "content_of", "is_unit", "issued_of", "named_of", "stands_beside"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is wrong with the echo of one part: at `path`, in words, on both sides.

    `what` is the thing that is not as it was, `said` what is the matter with it.
    """

    kind: EchoKind
    severity: Severity
    part: Part
    path: str
    what: str
    said: str
    recorded: str | None = None
    sent: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """An answer's parts, and those of the messages that carry it in a later request.

    `base` is the path of the message that does, or would. `mandatory` is False outside the current
    tool loop: there parts may be left out.
    """

    recorded: tuple[Part, ...]
    sent: tuple[Part, ...]
    base: str
    rules: tuple[Rule, ...]  # of the recorded parts
    calls: dict[int, int]  # places of calls: recorded → sent
    mandatory: bool = True


def is_unit(part: Part, rule: Rule) -> bool:
    """Whether the part of an answer is one that has to come back."""
    if rule.mode == "none":
        return False
    if rule.mode == "text":
        return isinstance(part, Reasoning) and bool(part.content)
    return bool(part.signature) or bool(issued_of(part))


def stands_beside(turn: Turn, place: int) -> bool:
    """Whether the part is reasoning that stands beside opaque blocks of the same carrier."""
    part, rule = turn.recorded[place], turn.rules[place]
    if rule.mode != "blocks" or not isinstance(part, Reasoning) or part.kind != "summary":
        return False
    return any(
        one.mode == "blocks" and is_unit(other, one)
        for other, one in zip(turn.recorded, turn.rules, strict=True)
    )


def issued_of(part: Part) -> tuple[str, ...]:
    """The opaque values that a part holds beside a signature."""
    return part.issued if isinstance(part, (Reasoning, Compaction)) else ()


def content_of(part: Part) -> str:
    """The text of reasoning, or text itself; of anything else none."""
    return part.content if isinstance(part, (Reasoning, Text)) else ""


def named_of(part: Part) -> str:
    """What the part is called in a message."""
    if isinstance(part, ToolCall):
        return f"call of {part.name!r}"
    if isinstance(part, Reasoning):
        return "reasoning" if part.kind == "text" else f"{part.kind} reasoning"
    return part.type.replace("_", " ")
