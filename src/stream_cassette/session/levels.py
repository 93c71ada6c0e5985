"""How closely a live answer is held to the recorded one: the levels, as functions in a table.

`frames`: the media type, and the sequence of frames, event names and JSON data by path; what
differs from run to run (ids, times, counts, padding) is left out, and so is how the body was cut.
`bytes`: media type, coding and target of a redirect, and every byte of the decoded body.
Status and ending count at every level.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from stream_cassette.cassette.bindings import Bindings
from stream_cassette.cassette.difference import MISSING, Difference, differing
from stream_cassette.cassette.jsonpath import path_text
from stream_cassette.cassette.model import Interaction, Response, header
from stream_cassette.cassette.settled import (
    BY_CALLER,
    how_ended,
    is_framed,
    items_of,
    unstarred,
)
from stream_cassette.wire.framing import Frame, media_type

__all__ = [
    "LEVELS",
    "NAMES",
    "SPOKEN",
    "Answers",
    "Level",
    "Saying",
    "answer_differences",
    "default_level",
]

_HEADERS = ("content-type", "content-encoding", "location")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """Two answers to one request, secrets masked in both; the live request is rebound.

    `earlier` are the values that earlier answers issued, `bindings` those of this one as well.
    `frames_of` cuts a response's decoded body, which is `decoded`.
    """

    recorded: Interaction
    live: Interaction
    earlier: Bindings
    bindings: Bindings
    frames_of: Callable[[Response], Sequence[Frame]]
    decoded: Callable[[Response], bytes]

    @property
    def sides(self) -> tuple[Response, Response]:
        """The responses, the recorded one first."""
        return self.recorded.response, self.live.response

    @property
    def are_prefixes(self) -> bool:
        """Whether the caller left both early, so that only what both have can be compared."""
        return all(one.ending.kind in BY_CALLER for one in self.sides)


Level: TypeAlias = Callable[[Answers], Iterator[Difference]]
"""Both answers → where they differ, besides status and ending."""
Saying: TypeAlias = Callable[[Answers], Iterator[tuple[str, str]]]
"""Both answers → words of the live one that do not count, each with the recorded ones for it."""


def default_level(recorded: Interaction) -> str:
    """`frames` for what is streamed and for JSON, `bytes` for anything else."""
    return "frames" if is_framed(recorded.response) else "bytes"


def answer_differences(answers: Answers, level: Level) -> Iterator[Difference]:
    """Where the live answer is not the recorded one: status, ending, then by the level."""
    recorded, live = answers.sides
    has_heads = bool(recorded.status and live.status)
    if has_heads and recorded.status != live.status:
        yield _received("status", recorded.status, live.status)
    if how_ended(recorded.ending) != how_ended(live.ending):
        yield _received("ending", how_ended(recorded.ending), how_ended(live.ending))
    if has_heads:
        yield from level(answers)


def by_bytes(answers: Answers) -> Iterator[Difference]:
    """The level `bytes`."""
    for name in _HEADERS:
        recorded, live = (header(response.headers, name) for response in answers.sides)
        live = live if live is None else answers.earlier.url(live)
        if recorded != live:
            sides = (MISSING if value is None else value for value in (recorded, live))
            yield _received(f"headers.{name}", *sides)
    yield from _bodies(answers)


def _bodies(answers: Answers) -> Iterator[Difference]:
    recorded, live = (answers.decoded(response) for response in answers.sides)
    live = answers.earlier.body(live)
    if answers.are_prefixes:
        shorter = min(len(recorded), len(live))
        recorded, live = recorded[:shorter], live[:shorter]
    if recorded == live:
        return
    try:
        texts = unstarred(recorded.decode()), unstarred(live.decode())
    except UnicodeDecodeError:
        pairs = enumerate(zip(recorded, live, strict=False))
        at = next((n for n, (a, b) in pairs if a != b), min(len(recorded), len(live)))
        sizes = (f"{len(body)} bytes" for body in (recorded, live))
        yield _received(f"body (from byte {at})", *sizes)
        return
    if texts[0] != texts[1]:
        yield _received("body", *texts)


def by_frames(answers: Answers) -> Iterator[Difference]:
    """The level `frames`."""
    kinds = [media_type(header(one.headers, "content-type")) for one in answers.sides]
    if kinds[0] != kinds[1]:
        yield _received("headers.content-type", *kinds)
    framed = kinds[0] == kinds[1] and is_framed(answers.recorded.response)
    try:
        found = list(_frames(answers, is_json="json" in kinds[0])) if framed else None
    except RecursionError:  # nested too deep for its places to be found
        found = None
    yield from _bodies(answers) if found is None else found


def _frames(answers: Answers, *, is_json: bool) -> Iterator[Difference]:
    both = [answers.frames_of(response) for response in answers.sides]
    recorded, live = items_of(both[0], Bindings()), items_of(both[1], answers.bindings)
    if answers.are_prefixes:
        shorter = min(len(recorded), len(live))
        recorded, live = recorded[:shorter], live[:shorter]
    if is_json and len(recorded) == len(live) == 1:
        yield from _values((), recorded[0]["data"], live[0]["data"])
    else:
        yield from _values(("frames",), recorded, live)


def _values(path: tuple[str, ...], recorded: Any, live: Any) -> Iterator[Difference]:
    for steps, one, other in differing(recorded, live, path):
        yield _received(path_text(steps), one, other)


def _received(path: str, recorded: object, live: object) -> Difference:
    return Difference(path=path, recorded=recorded, live=live, verb="received")


# a level joins by a row; those that need more than bytes and frames come in from above
LEVELS: dict[str, Level] = {"frames": by_frames, "bytes": by_bytes}
# those of what was said, which come in so; `conversation` and `structure` are one
SPOKEN = ("conversation", "structure", "text", "exact")
NAMES = (*SPOKEN, *LEVELS)
