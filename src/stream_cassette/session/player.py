"""What a cassette answers to a request: a recorded interaction, or a miss that says why not."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, TypeAlias

from stream_cassette.cassette.difference import printable
from stream_cassette.cassette.match import Index, MatchOptions, Nearest
from stream_cassette.cassette.model import Cassette, Interaction, Request
from stream_cassette.cassette.redact import DEFAULT, Redaction, mask_url, masked_text
from stream_cassette.session.fault import Fault

__all__ = ["Explain", "Found", "Miss", "Player"]

RERECORD = "pytest --stream-record=all, or use_cassette(..., record='all')"

Explain: TypeAlias = Callable[[Request, Interaction], str | None]
"""(live request, nearest interaction) → what the difference means, if that is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Miss:
    """A request that no recorded interaction answers.

    `command` re-records; `note` says what the difference means where that is known. An equal
    request was made `asked` times, this one included, and is `recorded` times in the cassette.
    Values that `secrets` names are never shown.
    """

    cassette: str
    request: Request = field(repr=False)
    nearest: Nearest | None
    command: str
    note: str | None = None
    asked: int = 1
    recorded: int = 0
    secrets: Redaction = field(default=DEFAULT, repr=False)

    @property
    def message(self) -> str:
        """The whole story in a few lines; never a secret's value."""
        line = f"{self.request.method} {mask_url(self.request.url, self.secrets)[0]}"
        head = f"{self.cassette} has no answer to {printable(line)}"
        notes = [self.note] if self.note else []
        return "\n".join([head, *self._why(), *notes, f"to record it: {self.command}"])

    def _why(self) -> list[str]:
        if self.nearest is None:
            return ["the cassette has no interactions, or does not exist"]
        if self.recorded:
            counts = f"recorded {_times(self.recorded)} and was asked {_times(self.asked)}"
            hint = "each interaction plays once (allow_repeats=True lets it answer again)"
            return [f"the same request is {counts}; {hint}"]
        played = ", already played" if self.nearest.already_played else ", not played yet"
        which = f"nearest is interaction {self.nearest.index}{played}"
        paths = {difference.path for difference in self.nearest.differences}
        lines = []
        if paths & {"url.host", "url.path", "method"}:
            lines.append("nothing at all is recorded for this method, host and path")
        if not self.nearest.differences:
            return [*lines, f"{which}; a function of match_on tells them apart"]
        shown = [f"  {difference}" for difference in self.nearest.differences]
        return [*lines, f"{which}; it differs in:", *shown]

    def to_dict(self) -> dict[str, Any]:
        """The same as JSON; the request by method, URL (masked) and size only."""
        return {
            "cassette": self.cassette,
            "method": self.request.method,
            "url": mask_url(self.request.url, self.secrets)[0],
            "body_bytes": len(self.request.body),
            "nearest": None if self.nearest is None else self.nearest.to_dict(),
            "command": self.command,
            "note": self.note,
            "asked": self.asked,
            "recorded": self.recorded,
            "message": self.message,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What answers: an interaction, its place in the cassette, and what is wrong on purpose."""

    interaction: Interaction
    index: int
    fault: Fault | None = None


class Player:
    """Answers requests from a cassette, from any thread.

    `faults` are by interaction: each answers once, in order, before the interaction is taken.
    """

    def __init__(
        self,
        cassette: Cassette,
        options: MatchOptions,
        *,
        name: str,
        command: str = RERECORD,
        explain: Explain | None = None,
        faults: Mapping[int, Sequence[Fault]] | None = None,
    ) -> None:
        self._faults = {index: list(those) for index, those in (faults or {}).items()}
        self._broken: list[tuple[int, Fault]] = []
        self._interactions = cassette.interactions
        self._index = Index(cassette.interactions, options)
        self._name, self._command, self._explain = name, command, explain
        self._secrets = options.secrets
        self._lock = Lock()
        self._missed: list[Request] = []

    @property
    def unplayed(self) -> tuple[int, ...]:
        """Indices of the interactions that never answered, broken or not, in recorded order."""
        with self._lock:
            answered = {index for index, _ in self._broken}
            return tuple(index for index in self._index.unplayed if index not in answered)

    @property
    def broken(self) -> tuple[tuple[int, Fault], ...]:
        """Which interactions were answered for by a fault, in the order in which that was."""
        with self._lock:
            return tuple(self._broken)

    def find(self, request: Request) -> Found | None:
        """What answers the request next; an interaction with a fault before it is not taken."""
        with self._lock:
            index = self._index.peek(request) if self._faults else None
            if index is not None and self._faults.get(index):
                fault = self._faults[index].pop(0)
                self._broken.append((index, fault))
                return Found(interaction=self._interactions[index], index=index, fault=fault)
            index = self._index.take(request)
        return None if index is None else Found(interaction=self._interactions[index], index=index)

    def take(self, request: Request) -> Interaction | None:
        """The next interaction that answers the request, or None."""
        with self._lock:
            index = self._index.take(request)
        return None if index is None else self._interactions[index]

    def miss(self, request: Request) -> Miss:
        """Why nothing answers the request."""
        with self._lock:
            nearest = self._index.nearest(request)
            recorded = self._index.recorded_times(request)
        note = None
        if nearest is not None and nearest.differences and self._explain is not None:
            told = self._explain(request, self._interactions[nearest.index])
            note = None if told is None else masked_text(told, self._secrets)
        with self._lock:
            self._missed.append(request)
            asked = recorded + self._missed.count(request) if recorded else 1
        return Miss(
            cassette=self._name,
            request=request,
            nearest=nearest,
            command=self._command,
            note=note,
            asked=asked,
            recorded=recorded,
            secrets=self._secrets,
        )


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
