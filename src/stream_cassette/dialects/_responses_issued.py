"""The opaque values that a Responses stream gives for one item, and which of them may come back.

One item has up to three, all different: with `output_item.added`, with `output_item.done`, and in
the last event. The next request may carry either of the last two, never the first.
Source: dialects' fact sheet 5, 14.
"""

from __future__ import annotations

from dataclasses import replace

from stream_cassette.conversation.parts import Compaction, Part, Reasoning
from stream_cassette.dialects._responses_items import Parts

__all__ = ["Issued"]


class Issued:
    """The values seen so far, by slot."""

    def __init__(self) -> None:
        self._provisional: dict[int, tuple[str, ...]] = {}
        self._final: dict[int, tuple[str, ...]] = {}

    def added(self, slot: int, parts: Parts) -> Parts:
        """The parts of an item that opens: its value is provisional."""
        for _, part in parts:
            if isinstance(part, (Reasoning, Compaction)) and part.issued:
                self._provisional[slot] = part.issued
        return self._valued(slot, parts)

    def done(self, slot: int, parts: Parts) -> Parts:
        """The parts of an item that is done."""
        self._final.pop(slot, None)
        return self.last(slot, parts)

    def last(self, slot: int | None, parts: Parts) -> Parts:
        """The parts of an item of the last event; None: nobody knows which it was before."""
        if slot is None:
            return parts
        for _, part in parts:
            if isinstance(part, (Reasoning, Compaction)):
                known = self._final.get(slot, ())
                self._final[slot] = tuple(dict.fromkeys((*known, *part.issued)))
        return self._valued(slot, parts)

    def _valued(self, slot: int, parts: Parts) -> Parts:
        final = self._final.get(slot, ())
        first = tuple(one for one in self._provisional.get(slot, ()) if one not in final)
        return [
            (name, _with(part, final, first) if number == 0 else part)
            for number, (name, part) in enumerate(parts)
        ]


def _with(part: Part, final: tuple[str, ...], first: tuple[str, ...]) -> Part:
    if isinstance(part, Reasoning):
        return replace(part, issued=final, provisional=first)
    return replace(part, issued=final) if isinstance(part, Compaction) else part
