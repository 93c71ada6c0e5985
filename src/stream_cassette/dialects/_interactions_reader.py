"""Events of Gemini's Interactions API, and its whole interaction, to deltas.

Steps are found by their `index`. Text, thought summaries and arguments append; signatures, and what
hosted tools were given and gave, are set. A delta for a step that was never started starts it, and
is reported. An earlier version of the API had other names for the same events.
Source: Gemini API reference, 'Interactions'; google-genai `types/interactions`; dialects' fact
sheet 7.2.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from stream_cassette.conversation.delta import (
    Delta,
    End,
    Extra,
    Failure,
    Finish,
    Snapshot,
    Unfamiliar,
)
from stream_cassette.conversation.model import FinishReason, StreamError
from stream_cassette.conversation.parts import JSON, Generic
from stream_cassette.dialects._errors import error_of
from stream_cassette.dialects._interactions_parts import kind_of, listed, step_parts
from stream_cassette.dialects._interactions_step import OpenStep
from stream_cassette.dialects._interactions_top import FINISH, counted, ended, said_by, who
from stream_cassette.dialects._json import mapping, text

__all__ = ["COMPLETED", "EventReader"]

COMPLETED = frozenset({"interaction.completed", "interaction.complete"})

_PLUMBING = frozenset({"event_type", "event_id"})
# Members of an event that are read; anything else is reported.
_MEMBERS = {
    "interaction.created": {"interaction"},
    "interaction.completed": {"interaction"},
    "interaction.status_update": {"interaction_id", "status", "usage", "continuation_token"},
    "step.start": {"index", "step", "content"},
    "step.delta": {"index", "delta", "metadata"},
    "step.stop": {"index", "usage", "step_usage"},
    "error": {"error"},
}
_EARLIER = {
    "interaction.start": "interaction.created",
    "interaction.complete": "interaction.completed",
    "content.start": "step.start",
    "content.delta": "step.delta",
    "content.stop": "step.stop",
}
_NOT_DONE = frozenset({"queued", "in_progress"})


class EventReader:
    """Reads one answer's events."""

    def __init__(self) -> None:
        self._steps: dict[Any, OpenStep] = {}  # by index
        self._count = 0
        self._failed = False

    def read(self, event: Mapping[str, Any]) -> Iterator[Delta]:
        """The deltas of one event."""
        given = text(event.get("event_type")) or ""
        kind = _EARLIER.get(given, given)
        if kind not in _MEMBERS:
            yield Unfamiliar(kind="event", name=given, value=dict(event))
            return
        if kind == "step.delta":  # nearly all events are this one
            yield from self._delta(event)
        elif kind == "step.start":
            yield from self._start(event, event.get("step") or event.get("content"))
        elif kind == "step.stop":
            yield from self._stop(event)
        elif kind == "error":
            self._failed = True
            yield Failure(error=error_of({"error": event.get("error")}))
        elif kind == "interaction.status_update":
            yield from self._status(event)
        else:
            yield from self._about(mapping(event.get("interaction")), kind)
        for name in event.keys() - _PLUMBING - _MEMBERS[kind]:
            yield Unfamiliar(kind="field", name=f"{given}.{name}", value=event[name])

    def whole(self, interaction: Mapping[str, Any]) -> Iterator[Delta]:
        """The deltas of a whole interaction; the API's earlier version called steps outputs."""
        yield who(interaction)
        yield from self._parts(interaction)
        yield from said_by(interaction)
        yield from ended(interaction)
        if interaction.get("status") == "failed" and not interaction.get("errors"):
            yield Failure(error=StreamError(raw=dict(interaction)))
        yield End(marker=False)

    def _about(self, interaction: Mapping[str, Any], kind: str) -> Iterator[Delta]:
        yield who(interaction)
        yield from said_by(interaction)
        yield from self._parts(interaction)
        if kind == "interaction.created":
            yield from counted(interaction.get("usage"))
            return
        yield from ended(interaction)
        if interaction.get("status") == "failed" and not (
            self._failed or interaction.get("errors")
        ):
            yield Failure(error=StreamError(raw=dict(interaction)))
        yield End()

    def _parts(self, interaction: Mapping[str, Any]) -> Iterator[Delta]:
        """All steps at once, where an interaction holds them; those of the user are no answer."""
        name = "steps" if interaction.get("steps") else "outputs"
        said = [mapping(one) for one in listed(interaction.get(name))]
        if not said:
            return
        answered = [one for one in said if one.get("type") != "user_input"]
        parts = tuple(
            part
            for place, one in enumerate(said)
            if one.get("type") != "user_input"
            for part in step_parts(one, f"{name}[{place}]")
        )
        yield Snapshot(parts=parts)
        if len(answered) < len(said):
            asked = [one for one in said if one.get("type") == "user_input"]
            yield Extra(name="user_input", value=asked)
        for part in parts:
            if isinstance(part, Generic):
                yield Unfamiliar(kind="part", name=part.kind, value=part.value)
        for one in answered:
            if error := one.get("error"):
                yield Failure(error=error_of({"error": error}))

    def _status(self, event: Mapping[str, Any]) -> Iterator[Delta]:
        yield from counted(event.get("usage"))
        if token := event.get("continuation_token"):
            yield Extra(name="continuation_token", value=token)
        raw = text(event.get("status"))
        if raw is not None and raw not in _NOT_DONE:
            yield Finish(reason=FinishReason(unified=FINISH.get(raw, "other"), raw=raw))

    def _start(self, event: Mapping[str, Any], step: JSON) -> Iterator[Delta]:
        index = _index(event)
        opened = OpenStep(self._count, index, kind_of(mapping(step)))
        self._count += 1
        self._steps[index] = opened
        yield from opened.start(step)
        if error := mapping(step).get("error"):
            yield Failure(error=error_of({"error": error}))

    def _delta(self, event: Mapping[str, Any]) -> Iterator[Delta]:
        index, delta = _index(event), mapping(event.get("delta"))
        opened = self._steps.get(index)
        if opened is None:
            self._steps[index] = opened = OpenStep.for_delta(self._count, index, delta)
            self._count += 1
            yield from opened.start({"type": opened.kind})
            yield Unfamiliar(kind="fragment", name="step.delta", value=dict(event))
        yield from opened.delta(delta)
        yield from counted(mapping(event.get("metadata")).get("total_usage"))

    def _stop(self, event: Mapping[str, Any]) -> Iterator[Delta]:
        yield from counted(event.get("usage"))
        if used := event.get("step_usage"):
            yield Extra(candidate=0, name="step_usage", value=[used], extend=True)


def _index(event: Mapping[str, Any]) -> Any:
    """The step's index; what can be none counts as the first step's."""
    index = event.get("index")
    return index if isinstance(index, (int, str)) else 0
