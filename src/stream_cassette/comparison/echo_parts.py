"""What echo checks speak of: a turn and its echo, the units in it, a fault.

Units are the parts of an answer that have to come back.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from stream_cassette.comparison.echo_finding import EchoKind
from stream_cassette.comparison.echo_rules import Rule, Severity
from stream_cassette.conversation.parts import Compaction, Generic, Part, Reasoning, Text, ToolCall

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
    # told from the others, once
    opaque_blocks: bool = field(init=False)  # one of the recorded blocks is a unit
    call_ids: frozenset[str | None] = field(init=False)  # of the recorded calls
    call_places: tuple[int, ...] = field(init=False)  # the recorded calls that were sent, in order
    keeps_ids: bool = field(init=False)  # a call was sent with the id of its item
    by_reference: bool = field(init=False)  # items were sent by their ids alone

    def __post_init__(self) -> None:
        blocks = zip(self.recorded, self.rules, strict=True)
        calls = [
            (self.recorded[one].extra.get("id"), self.sent[other].extra.get("id"))
            for one, other in self.calls.items()
        ]
        facts = {
            "opaque_blocks": any(
                rule.mode == "blocks" and is_unit(part, rule) for part, rule in blocks
            ),
            "call_ids": frozenset(one.id for one in self.recorded if isinstance(one, ToolCall)),
            "call_places": tuple(sorted(self.calls)),
            "keeps_ids": any(one is not None and one == other for one, other in calls),
            "by_reference": any(
                isinstance(one, Generic) and one.kind == "item_reference" for one in self.sent
            ),
        }
        for name, value in facts.items():
            object.__setattr__(self, name, value)


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
    summary = isinstance(part, Reasoning) and part.kind == "summary"
    return summary and rule.mode == "blocks" and turn.opaque_blocks


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
