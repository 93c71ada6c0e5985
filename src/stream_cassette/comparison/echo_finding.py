"""What was not echoed as it had to be: a value, and the words for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from stream_cassette.comparison.echo_rules import Severity

__all__ = ["EchoFinding", "EchoKind", "abbreviated", "extent"]

EchoKind: TypeAlias = Literal[
    "missing",
    "altered",
    "provisional",
    "moved",
    "call-missing",
    "call-id",
    "call-name",
    "arguments",
    "call-without-result",
    "result-without-call",
    "removed-by-server",
]

_HEAD, _TAIL = 8, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class EchoFinding:
    """One thing that a request had to carry back, and did not, or not as it was.

    The request is that of `interaction`, turn `turn` of its conversation (from 1); `path` is the
    place in its body. The answer is that of interaction `answer`, turn `answered_turn`, at
    `answer_path`; None where the fault lies within the request alone. `recorded` and `sent` say
    what was on both sides, opaque values abbreviated; `message` is all of it in words. `severity`
    is `error` where a provider refuses the request, `warning` where something is lost.
    """

    kind: EchoKind
    severity: Severity
    interaction: int
    turn: int
    path: str
    message: str
    answer: int | None = None
    answered_turn: int | None = None
    answer_path: str | None = None
    recorded: str | None = None
    sent: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """All members."""
        return {
            "kind": self.kind,
            "severity": self.severity,
            "interaction": self.interaction,
            "turn": self.turn,
            "path": self.path,
            "answer": self.answer,
            "answered_turn": self.answered_turn,
            "answer_path": self.answer_path,
            "recorded": self.recorded,
            "sent": self.sent,
            "message": self.message,
        }

    def __str__(self) -> str:
        return self.message


def abbreviated(value: str) -> str:
    """How long an opaque value is, and its two ends: `568 characters, EqUDCkYI…gB`."""
    plural = "" if len(value) == 1 else "s"
    short = len(value) <= _HEAD + _TAIL + 1
    shown = value if short else f"{value[:_HEAD]}…{value[-_TAIL:]}"
    return f"{len(value)} character{plural}, {shown}" if value else "empty"


def extent(recorded: str, sent: str) -> tuple[str, str]:
    """How long two texts are, and where they part: never what they say, as it may be private."""
    same = next(
        (
            place
            for place, (one, other) in enumerate(zip(recorded, sent, strict=False))
            if one != other
        ),
        min(len(recorded), len(sent)),
    )
    return f"{len(recorded)} characters", f"{len(sent)} characters, another from {same} on"
