"""The faults that a client is tried with, and what it did about each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from stream_cassette.cassette.model import Interaction, Response, header
from stream_cassette.session.broken import framing_of
from stream_cassette.session.fault import Fault, FaultKind, Place
from stream_cassette.session.recut import frames_of
from stream_cassette.wire.yields import plain

__all__ = ["Case", "Outcome", "Reaction", "cases", "reaction_of", "table"]

Outcome: TypeAlias = Literal["passed", "asserted", "raised"]
"""How the test ended: it passed; its own assertion failed; or something was raised."""

_STALL_MS = 60_000.0
_NAME, _FAULT = 12, 24  # columns


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One thing that goes wrong, with the interaction that it goes wrong with."""

    name: str
    index: int
    fault: Fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaction:
    """What the client did. `error` is what it raised, or the test's assertion, in one line.

    `asked_again` counts how often it asked for the same again. `is_wrong`: it took a broken stream
    for a whole one.
    """

    case: Case
    outcome: Outcome
    error: str = ""
    asked_again: int = 0

    @property
    def is_wrong(self) -> bool:
        """Whether a broken stream was taken for a whole one."""
        breaks = self.case.fault.kind in ("cut", "reset", "error-event")
        return breaks and self.outcome != "raised" and not self.asked_again

    @property
    def text(self) -> str:
        """What it did, in words."""
        again = f"asked again {_times(self.asked_again)}" if self.asked_again else ""
        if self.outcome == "raised":
            return f"{again + ', then ' if again else ''}raised {self.error}"
        what = f"{again} and had the answer" if again else _TAKEN[self.case.fault.kind]
        if self.outcome == "asserted":
            return f"{what}; the test then fails: {self.error}"
        return what

    def to_dict(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "case": self.case.name,
            "interaction": self.case.index,
            "fault": str(self.case.fault),
            "outcome": self.outcome,
            "error": self.error,
            "asked_again": self.asked_again,
            "is_wrong": self.is_wrong,
            "text": self.text,
        }


# What a client did that neither raised nor asked again.
_TAKEN: dict[FaultKind, str] = {
    "cut": "accepted a truncated stream as complete",
    "reset": "accepted a broken connection as the end of the stream",
    "error-event": "accepted a stream that ended in an error as complete",
    "stall": "waited 60 s for the rest",
    "duplicate": "took the event that came twice",
    "status": "went on without the answer",
}


def cases(interactions: Sequence[Interaction]) -> tuple[Case, ...]:
    """What goes wrong, each with the first streamed answer, in the middle of it.

    Where nothing is streamed there is the first answer, and no faults between events.
    """
    streamed = [n for n, one in enumerate(interactions) if _is_streamed(one.response)]
    answered = [n for n, one in enumerate(interactions) if one.response.status]
    if not answered:
        return ()
    index = (streamed or answered)[0]
    middle = _middle(interactions[index].response)
    after_2_s = Fault(kind="status", status=429, retry_after=2)
    named: list[tuple[str, Fault]] = [
        ("early end", Fault(kind="cut", place=middle)),
        ("reset", Fault(kind="reset", place=middle)),
        ("stall", Fault(kind="stall", place=middle, stall_ms=_STALL_MS)),
        ("duplicate", Fault(kind="duplicate", place=middle)),
        ("error event", Fault(kind="error-event", place=middle)),
        ("429", after_2_s),
        ("529", Fault(kind="status", status=529)),
    ]
    if not streamed:
        named = [(n, f) for n, f in named if f.kind not in ("duplicate", "error-event")]
    return tuple(Case(name=name, index=index, fault=fault) for name, fault in named)


def reaction_of(case: Case, outcome: Outcome, error: str, asked_again: int) -> Reaction:
    """What the client did, with the first line of the error."""
    return Reaction(case=case, outcome=outcome, error=error, asked_again=asked_again)


def table(reactions: Sequence[Reaction]) -> str:
    """One line for each case."""
    lines = []
    for one in reactions:
        sign = "!" if one.is_wrong else " "
        fault = str(one.case.fault)
        lines.append(f"{sign} {one.case.name:<{_NAME}}{fault:<{_FAULT}} {one.text}")
    return "\n".join(lines)


def _is_streamed(response: Response) -> bool:
    body = plain(response.body, header(response.headers, "content-encoding"))
    return bool(body) and framing_of(response, body) != "whole"


def _middle(response: Response) -> Place:
    """After half of the frames, and one at least, but before the last."""
    body = plain(response.body, header(response.headers, "content-encoding"))
    count = len(frames_of(response, body))
    if framing_of(response, body) == "whole" or count < 2:
        return Place(number=50, unit="percent")
    return Place(number=max(count // 2, 1), unit="frame")


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
