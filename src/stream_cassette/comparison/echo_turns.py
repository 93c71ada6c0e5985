"""Where a request carries the answers before it, and which of them it still has to.

Mandatory are the answers of the current tool loop: those after the last message of the user's own.
A message that stands in one with a tool's result is not the user's own.
Source: dialects' fact sheet 14, 7.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from stream_cassette.conversation.chain import Link, Step
from stream_cassette.conversation.likeness import Run, runs_of
from stream_cassette.conversation.media import Blob, File, Uri
from stream_cassette.conversation.model import Message
from stream_cassette.conversation.parts import Compaction, Part, Text

__all__ = ["Answer", "Echo", "Places", "before"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An earlier answer: whose it is, and its parts."""

    step: Step
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Echo:
    """Answers that belong in one place of a request, in order, and the parts that stand there.

    `base` is the path of the message that carries them, or of what stands where it should.
    """

    answers: tuple[Answer, ...]
    sent: tuple[Part, ...]
    base: str
    mandatory: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where a request carries the answer that it goes on from.

    `at` is the number of its run, None where no message carries it; `after` the number of runs
    behind it, `asks` whether one of them is the user's own.
    """

    previous: Step
    link: Link
    runs: Sequence[Run]
    at: int | None
    after: int
    asks: bool
    compacted: int  # the number of the last run with a compaction, -1 for none


def before(step: Step) -> tuple[Step, Link] | None:
    """The step whose answer a request goes on from, past the trials that failed; and the link."""
    first = step
    while first.link.again and first.previous is not None:
        first = first.previous
    if first.previous is None:
        return None
    link = step.link
    if step is not first:
        link = Link(
            candidate=first.link.candidate,
            start=link.start,
            end=link.end,
            held=first.link.held or link.held,
        )
    return first.previous, link


class Places:
    """Where requests carry answers; each request is looked at once."""

    def __init__(self) -> None:
        self._known: dict[int, _Place | None] = {}

    def echoes(self, step: Step) -> list[Echo]:
        """The answers that the request has to carry, or might; the earliest first."""
        place = self._of(step)
        if place is None:
            return []
        messages = step.spoken.history.messages
        if place.at is None:
            base = messages[place.link.end].path if place.link.end < len(messages) else None
            echo = Echo(
                answers=_answers([place]), sent=(), base=base or "", mandatory=not place.asks
            )
            return [echo]
        out: list[Echo] = []
        group, at, here = [place], place.at, place
        while True:
            earlier = None if here.asks else self._of(here.previous)
            if earlier is None or earlier.at is None or earlier.after:
                out.append(self._echo(group, place, at, messages))
                group = []
            if earlier is None or earlier.at is None:
                break
            at -= earlier.after + 1 if earlier.after else 0
            if earlier.asks or at < 0 or place.runs[at].role != "assistant":
                break
            group.append(earlier)
            here = earlier
        return out[::-1]

    def _echo(
        self, group: list[_Place], last: _Place, at: int, messages: Sequence[Message]
    ) -> Echo:
        run = last.runs[at]
        return Echo(
            answers=_answers(group) if last.compacted <= at else (),
            sent=run.parts,
            base=messages[run.start].path or "",
            mandatory=not last.asks,
        )

    def _of(self, step: Step) -> _Place | None:
        key = id(step)
        if key not in self._known:
            self._known[key] = _place(step)
        return self._known[key]


def _place(step: Step) -> _Place | None:
    found = before(step)
    if found is None or found[1].held:
        return None
    previous, link = found
    messages = step.spoken.history.messages
    runs = runs_of(messages)
    at = next((place for place, run in enumerate(runs) if run.start == link.start), None)
    if link.start == link.end:
        at = None
    return _Place(
        previous=previous,
        link=link,
        runs=runs,
        at=at,
        after=0 if at is None else len(runs) - 1 - at,
        asks=_asks(messages[link.end :]),
        compacted=max(
            (
                place
                for place, run in enumerate(runs)
                if any(isinstance(part, Compaction) for part in run.parts)
            ),
            default=-1,
        ),
    )


def _answers(group: Sequence[_Place]) -> tuple[Answer, ...]:
    """The answers of a group, whose last comes first in it."""
    return tuple(
        Answer(
            step=place.previous,
            parts=place.previous.spoken.exchange.candidates[place.link.candidate].parts,
        )
        for place in reversed(group)
    )


def _asks(messages: Sequence[Message]) -> bool:
    """Whether one of the messages is the user's own."""
    results = {message.path for message in messages if message.role == "tool"} - {None}
    return any(
        message.role == "user"
        and message.path not in results
        and any(
            isinstance(part, (Blob, Uri, File)) or (isinstance(part, Text) and part.content)
            for part in message.parts
        )
        for message in messages
    )
