"""Events about a Responses reasoning item: its summary, and its text where the model shows it.

The entries of an item follow each other in one part, an empty line between them.
"""

from __future__ import annotations

from stream_cassette.conversation.delta import PartDelta, PartSet
from stream_cassette.conversation.parts import JSON, Reasoning, ReasoningKind
from stream_cassette.dialects._json import mapping, text
from stream_cassette.dialects._responses_slots import Event, Key, Out, Slots, index_of, misplaced

__all__ = ["Thoughts"]


class Thoughts:
    """The reasoning items in the slots."""

    def __init__(self, slots: Slots) -> None:
        self._slots = slots
        self._kinds: dict[int, ReasoningKind] = {}  # by slot: what its first part holds
        self._said: set[tuple[Key, int]] = set()  # entries that have said something
        self._last: dict[Key, int] = {}  # by part: the entry that spoke last

    def delta(self, event: Event, out: Out) -> None:
        """A piece of an entry."""
        said = event.get("delta")
        self._grow(event, said.get("text") if isinstance(said, dict) else said, out)

    def done(self, event: Event, out: Out) -> None:
        """An entry once more; of one that came without deltas, for the first time."""
        self._grow(event, event.get("text"), out, once=True)

    def part(self, event: Event, out: Out) -> None:
        """An entry that opens, mostly empty, or is done."""
        self._grow(event, mapping(event.get("part")).get("text", ""), out, once=True)

    def _grow(self, event: Event, said: JSON, out: Out, *, once: bool = False) -> None:
        slot = self._slots.find(event, "reasoning", out)
        if slot is None:
            return
        if not isinstance(said, str):
            misplaced(event, out)
            return
        if not said:
            return
        kind: ReasoningKind = "summary" if "summary" in event["type"] else "text"
        member = "summary_index" if kind == "summary" else "content_index"
        place = index_of(event, member) or 0
        key = self._key(slot, kind, out)
        if once and (key, place) in self._said:
            return
        if self._last.setdefault(key, place) != place:
            said = "\n\n" + said
        self._last[key] = place
        self._said.add((key, place))
        out.append(PartDelta(0, key, said))
        if not once:
            self._slots.grew(event, key, member)

    def _key(self, slot: int, kind: ReasoningKind, out: Out) -> Key:
        """The part for a kind of text: the item's own, or a second one if that holds the other."""
        if slot not in self._kinds:
            self._kinds[slot] = kind
            out.append(PartSet(key=(slot, "reasoning"), values={"kind": kind}))
        if self._kinds[slot] == kind:
            return (slot, "reasoning")
        key = (slot, str(kind))
        if key not in self._slots.parts:
            ident = text(self._slots.items[slot].get("id"))
            part = Reasoning(kind=kind, id=ident, path=f"output[{slot}]")
            self._slots.open(key, part, out)
        return key
