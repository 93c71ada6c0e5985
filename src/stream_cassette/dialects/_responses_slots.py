"""What is open in one Responses stream: its items by slot, and the parts that they gave.

A slot is an item's `output_index`; where an event has none, its `item_id` finds it. A part's key
is the slot and what tells the part from the others of its item.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple, TypeAlias

from stream_cassette.conversation.delta import Delta, PartEnd, PartStart, Unfamiliar
from stream_cassette.conversation.parts import Generic, Part, ServerToolCall, ToolCall
from stream_cassette.dialects._json import text
from stream_cassette.dialects._responses_issued import Issued
from stream_cassette.dialects._responses_items import KNOWN_ITEMS, item_parts

__all__ = ["Event", "Key", "Out", "Running", "Slots", "index_of", "misplaced", "report"]

Event: TypeAlias = Mapping[str, Any]
Out: TypeAlias = list[Delta]
Key: TypeAlias = tuple[int, str | int]


class Running(NamedTuple):
    """A part that text was appended to, and the event that said so: the next is mostly its like.

    `place` is the value of the event's `member`.
    """

    key: Key
    kind: str
    slot: int
    member: str
    place: Any

    def goes_on(self, event: Event) -> bool:
        """Whether an event of the same type says more of the same."""
        return bool(event.get("output_index") == self.slot and event.get(self.member) == self.place)


class Slots:
    """Items and parts. `resumed`: the stream goes on with what an earlier one started."""

    def __init__(self, *, resumed: bool = False) -> None:
        self.items: dict[int, dict[str, Any]] = {}  # as last seen
        self.done: dict[int, dict[str, Any]] = {}
        self.parts: dict[Key, Part] = {}  # as started, without what was appended since
        self.issued = Issued()
        self.running: Running | None = None
        self._resumed = resumed
        self._ids: dict[str, int] = {}

    def start(self, slot: int | None, item: dict[str, Any], out: Out) -> None:
        """An item opens; without a slot it takes the next one."""
        if slot is None:
            slot = max(self.items, default=-1) + 1
        self._know(slot, item)
        for name, part in self.issued.added(slot, item_parts(item, f"output[{slot}]")):
            self.open((slot, name), part, out)

    def finish(self, slot: int | None, item: dict[str, Any], out: Out) -> None:
        """An item is done."""
        ident = text(item.get("id"))
        if slot is None:
            slot = self._ids.get(ident or "", max(self.items, default=-1) + 1)
        self.done[slot] = item
        self.replace(slot, item, out)

    def replace(self, slot: int, item: dict[str, Any], out: Out) -> None:
        """What is known of an item by now takes the place of its parts."""
        self._know(slot, item)
        for name, part in self.issued.done(slot, item_parts(item, f"output[{slot}]")):
            self.end((slot, name), part, out)
            report(part, out)

    def open(self, key: Key, part: Part, out: Out) -> None:
        """A part starts."""
        if isinstance(part, (ToolCall, ServerToolCall)) and part.arguments_text is not None:
            part = replace(part, arguments=None)  # more may come: read when all has
        self.running = None
        self.parts[key] = part
        out.append(PartStart(key=key, part=part))
        report(part, out)

    def end(self, key: Key, part: Part, out: Out) -> None:
        """A part is what the provider says that it is."""
        self.running = None
        self.parts[key] = part
        out.append(PartEnd(key=key, part=part))

    def find(self, event: Event, wanted: str, out: Out) -> int | None:
        """The slot of the event's item, which is of the type `wanted`.

        An item that was never started is, and is reported. None, and a report, where an item of
        another type is, or where nothing says which item is meant.
        """
        slot = index_of(event, "output_index")
        ident = text(event.get("item_id"))
        if slot is None:
            slot = self._ids.get(ident or "")
        item = None if slot is None else self.items.get(slot)
        if slot is None or (item is not None and item.get("type") != wanted):
            misplaced(event, out)
            return None
        if item is None:
            if not self._resumed:
                misplaced(event, out)
            self.start(
                slot, {"type": wanted} if ident is None else {"type": wanted, "id": ident}, out
            )
        return slot

    def slot_of(self, item: Mapping[str, Any], position: int, count: int) -> int | None:
        """The slot of an item of the last event's output: by its id, else by its place there."""
        ident = text(item.get("id"))
        if ident is not None and ident in self._ids:
            return self._ids[ident]
        slots = sorted(self.items)
        if len(slots) != count:
            return None
        slot = slots[position]
        return slot if self.items[slot].get("type") == item.get("type") else None

    def grew(self, event: Event, key: Key, member: str) -> None:
        """Text was appended to a part; the event's `member` tells its place."""
        slot = index_of(event, "output_index")
        if slot is not None:
            self.running = Running(key, event["type"], slot, member, event.get(member))

    def _know(self, slot: int, item: dict[str, Any]) -> None:
        self.running = None
        self.items[slot] = item
        if ident := text(item.get("id")):
            self._ids[ident] = slot


def index_of(event: Event, name: str) -> int | None:
    """The event's index of that name; None where it has none."""
    value = event.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def misplaced(event: Event, out: Out) -> None:
    """The event belongs to nothing that is there: it is reported."""
    out.append(Unfamiliar(kind="fragment", name=str(event.get("type")), value=dict(event)))


def report(part: Part, out: Out) -> None:
    """A part of an unknown kind is reported."""
    if isinstance(part, Generic) and part.kind not in KNOWN_ITEMS:
        out.append(Unfamiliar(kind="part", name=part.kind, value=part.value))
