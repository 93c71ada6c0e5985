"""Which call a tool's result answers, said without ids: where the call stands, seen from there."""

from __future__ import annotations

from dataclasses import dataclass, field

from stream_cassette.conversation.model import Message
from stream_cassette.conversation.parts import ToolCall, ToolCallResponse

__all__ = ["CallPlace", "Pairing"]

CallPlace = dict[str, int]
"""`turns_back`: 1 is the last message with calls; `call`: which of its calls, from 0."""


@dataclass(slots=True)
class _Open:
    call: ToolCall
    turn: int
    place: int


@dataclass(slots=True)
class Pairing:
    """Takes the messages one after the other.

    A result belongs to the last call with its id that has no result yet. Where the wire has no ids
    the client makes them up: such a call is found by its name, or by its place.
    """

    _turn: int = 0
    _open: list[_Open] = field(default_factory=list)

    def said(self, message: Message) -> None:
        """A message that may hold calls."""
        calls = [part for part in message.parts if isinstance(part, ToolCall)]
        if calls:
            self._turn += 1
            self._open += [
                _Open(call=call, turn=self._turn, place=place) for place, call in enumerate(calls)
            ]

    def answered(self, result: ToolCallResponse) -> CallPlace | None:
        """The place of the call that the result answers, from now on closed; None: of no call."""
        found = self._by_id(result) or self._without_id(result)
        if found is None:
            return None
        self._open.remove(found)
        return {"turns_back": self._turn - found.turn + 1, "call": found.place}

    def _by_id(self, result: ToolCallResponse) -> _Open | None:
        if result.id is None:
            return None
        same = [one for one in self._open if one.call.id == result.id]
        last = max((one.turn for one in same), default=0)
        return next((one for one in same if one.turn == last), None)

    def _without_id(self, result: ToolCallResponse) -> _Open | None:
        nameless = [
            one
            for one in self._open
            if one.turn == self._turn
            and (one.call.id is None or one.call.id_synthesised or result.id is None)
        ]
        named = [one for one in nameless if one.call.name == result.name]
        # a result with a name never answers a call of another
        return next(iter(named if result.name is not None else nameless), None)
