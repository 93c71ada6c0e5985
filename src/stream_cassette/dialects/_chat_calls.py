"""Which tool call a fragment of a chat chunk belongs to.

Servers disagree: an index may be missing, shared by parallel calls, or start anywhere; an id may
be missing, empty, repeated or fresh on each fragment; a name may come late. The rules, in order:

1. an id that was seen: that call;
2. an id that was not: a new call, unless its index is taken and the fragment names no function;
3. no id, a known index: that call, unless the fragment names another function, or the same one
   with whole arguments while the call's own are whole already;
4. no id, an unknown index: a new call;
5. neither: a name means a new call; without a name it is the only call there is, else nobody
   knows.

Source: dialects' fact sheet 3.1; the tracker in `@ai-sdk/provider-utils`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from stream_cassette.dialects._json import Progress

__all__ = ["Call", "CallTracker", "Fragment"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fragment:
    """One entry of `tool_calls`: what it says of id, index, name and arguments, None if nothing."""

    id: str | None = None
    index: int | None = None
    name: str | None = None
    arguments: str = ""


@dataclass(slots=True, eq=False)
class Call:
    """A call that was begun: its number in order of appearance and what is known of it."""

    number: int
    id: str | None = None
    name: str | None = None
    _unread: list[str] = field(default_factory=list)
    _progress: Progress = field(default_factory=Progress)

    def grow(self, arguments: str) -> None:
        """Take in more of the arguments' text."""
        self._unread.append(arguments)

    @property
    def complete(self) -> bool:
        """Whether the arguments are a whole JSON value by now; each piece is looked at once."""
        for piece in self._unread:
            self._progress.feed(piece)
        self._unread.clear()
        return self._progress.complete


class CallTracker:
    """The calls of one choice."""

    def __init__(self) -> None:
        self._calls: list[Call] = []
        self._by_id: dict[str, Call] = {}
        self._by_index: dict[int, Call] = {}

    def resolve(self, fragment: Fragment) -> tuple[Call | None, bool]:
        """The call that the fragment belongs to, and whether it is new; None where nobody knows."""
        call = self._known(fragment)
        if call is not None:
            if fragment.id and call.id is None:
                call.id = fragment.id
                self._by_id[fragment.id] = call
            return call, False
        if fragment.id is None and fragment.index is None and fragment.name is None and self._calls:
            return None, False
        return self._new(fragment), True

    def _known(self, fragment: Fragment) -> Call | None:
        if fragment.id is not None and fragment.id in self._by_id:
            return self._by_id[fragment.id]
        if fragment.index is None:
            nameless = fragment.id is None and fragment.name is None
            return self._calls[0] if nameless and len(self._calls) == 1 else None
        call = self._by_index.get(fragment.index)
        if call is None or fragment.name is None:
            return call
        if call.name is None:  # the name comes late
            return call if fragment.id is None or call.id is None else None
        if fragment.id is not None or fragment.name != call.name:
            return None
        return None if _whole(fragment.arguments) and call.complete else call

    def _new(self, fragment: Fragment) -> Call:
        call = Call(number=len(self._calls), id=fragment.id, name=fragment.name)
        self._calls.append(call)
        if fragment.id is not None:
            self._by_id[fragment.id] = call
        if fragment.index is not None:
            self._by_index[fragment.index] = call
        return call


def _whole(arguments: str) -> bool:
    progress = Progress()
    progress.feed(arguments)
    return progress.complete
