"""Gemini's response objects, streamed or whole, to deltas.

Every event is a fragment of one response: candidates by their `index` (missing: 0), usage as
counted so far. Nothing marks the end: an answer is whole when each candidate has its finish
reason, or the prompt was blocked, and the body is over.
Source: Gemini API reference, 'GenerateContentResponse'; dialects' fact sheet 7.1, 12, 13.
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
    MessageStart,
    Unfamiliar,
    UsageDelta,
)
from stream_cassette.conversation.model import FinishReason
from stream_cassette.dialects._errors import error_of
from stream_cassette.dialects._gemini_candidate import Candidate
from stream_cassette.dialects._gemini_usage import GENERATE, usage_of
from stream_cassette.dialects._json import mapping, text

__all__ = ["EventReader"]

_CORE = frozenset({"candidates", "usageMetadata", "modelVersion", "responseId", "error"})
_KEPT = frozenset({"promptFeedback", "createTime", "modelStatus"})


class EventReader:
    """Reads one answer's events; `streamed` False: there is one, and it is all."""

    def __init__(self, *, streamed: bool) -> None:
        self._streamed = streamed
        self._candidates: dict[int, Candidate] = {}
        self._known: tuple[str | None, str | None] = (None, None)  # model, response id
        self._blocked = False
        self._read = False

    def read(self, event: Mapping[str, Any]) -> Iterator[Delta]:
        """The deltas of one event."""
        self._read = True
        known = text(event.get("modelVersion")), text(event.get("responseId"))
        if known != self._known:
            self._known = known
            yield MessageStart(candidate=None, model=known[0], response_id=known[1])
        candidates = event.get("candidates")
        for one in candidates if isinstance(candidates, list) else ():
            if isinstance(one, dict):
                yield from self._candidate(_index(one)).read(one)
            else:
                yield Unfamiliar(kind="field", name="candidates", value=one)
        yield from self._top(event)
        if usage := mapping(event.get("usageMetadata")):
            yield UsageDelta(usage=usage_of(usage, GENERATE))
        if error := event.get("error"):
            yield Failure(error=error_of({"error": error}))

    def close(self) -> Iterator[Delta]:
        """Calls that were cut off, and the end where there is one."""
        for one in self._candidates.values():
            yield from one.close()
        finished = all(one.finished for one in self._candidates.values())
        if self._streamed:
            whole = self._blocked or (bool(self._candidates) and finished)
        else:
            whole = self._read
        if whole:
            yield End(marker=False)

    def _candidate(self, index: int) -> Candidate:
        return self._candidates.setdefault(index, Candidate(index))

    def _top(self, event: Mapping[str, Any]) -> Iterator[Delta]:
        for name, value in event.items():
            if name in _CORE or value is None:
                continue
            if name not in _KEPT:
                yield Unfamiliar(kind="field", name=name, value=value)
                continue
            yield Extra(name=name, value=value)
            reason = mapping(value).get("blockReason")
            if name == "promptFeedback" and isinstance(reason, (str, int)) and reason:
                self._blocked = True
                blocked = FinishReason(unified="content_filter", raw=str(reason), detail=value)
                yield Finish(reason=blocked)


def _index(candidate: Mapping[str, Any]) -> int:
    index = candidate.get("index")
    return index if isinstance(index, int) else 0
