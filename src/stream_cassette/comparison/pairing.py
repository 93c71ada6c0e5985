"""Which call a tool's result answers, said without ids: where the call stands, seen from there."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TypeAlias

from stream_cassette.conversation.model import Message
from stream_cassette.conversation.parts import ToolCall, ToolCallResponse

__all__ = ["CallPlace", "Pairing"]

CallPlace: TypeAlias = dict[str, int]
"""`turns_back`: 1 is the last message with calls; `call`: which of its calls, from 0."""


@dataclass(slots=True)
class _Open:
    turn: int
    place: int
    is_open: bool = True


_Queues: TypeAlias = dict[tuple[bool, str | None], deque[_Open]]


@dataclass(slots=True)
class Pairing:
    """Takes the messages one after the other.

    A result belongs to the last call with its id that has no result yet. Where the wire has no ids
    the client makes them up: such a call, of the last turn, is found by its name, or by its place.
    """

    _turn: int = 0
    # by id: the calls of each turn that has one with it
    _by_id: dict[str, list[deque[_Open]]] = field(default_factory=dict)
    # the last turn's calls: (only those whose id the client made up, their name or None for any)
    _unnamed: _Queues = field(default_factory=dict)

    def said(self, message: Message) -> None:
        """A message that may hold calls."""
        calls = [part for part in message.parts if isinstance(part, ToolCall)]
        if not calls:
            return
        self._turn += 1
        self._unnamed = {}
        for place, call in enumerate(calls):
            self._enter(call, _Open(turn=self._turn, place=place))

    def _enter(self, call: ToolCall, entry: _Open) -> None:
        made_up = call.id is None or call.id_synthesised
        for only_made_up in (False, True) if made_up else (False,):
            for name in (None, call.name):
                self._unnamed.setdefault((only_made_up, name), deque()).append(entry)
        if call.id is not None:
            turns = self._by_id.setdefault(call.id, [])
            if not turns or not turns[-1] or turns[-1][-1].turn != entry.turn:
                turns.append(deque())
            turns[-1].append(entry)

    def answered(self, result: ToolCallResponse) -> CallPlace | None:
        """The place of the call that the result answers, from now on closed; None: of no call."""
        found = self._with_id(result.id) or _first_open(
            self._unnamed.get((result.id is not None, result.name))
        )
        if found is None:
            return None
        found.is_open = False
        return {"turns_back": self._turn - found.turn + 1, "call": found.place}

    def _with_id(self, ident: str | None) -> _Open | None:
        turns = self._by_id.get(ident, []) if ident is not None else []
        while turns:
            found = _first_open(turns[-1])
            if found is not None:
                return found
            turns.pop()
        return None


def _first_open(queue: deque[_Open] | None) -> _Open | None:
    while queue and not queue[0].is_open:
        queue.popleft()
    return queue[0] if queue else None
