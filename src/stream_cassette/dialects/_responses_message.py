"""Events about a Responses message's content: text, refusal, citations, probabilities."""

from __future__ import annotations

from typing import Any

from stream_cassette.conversation.delta import PartDelta, PartSet
from stream_cassette.conversation.parts import JSON, Part, Refusal, Text
from stream_cassette.dialects._json import mapping
from stream_cassette.dialects._responses_content import content_part, members
from stream_cassette.dialects._responses_slots import Event, Key, Out, Slots, index_of, misplaced

__all__ = ["Contents"]

# Beginning of an event's type → the content that it is about, and the member with its text.
_SAID = {
    "response.output_text": ("output_text", "text", Text),
    "response.refusal": ("refusal", "refusal", Refusal),
}


class Contents:
    """The contents of the messages in the slots."""

    def __init__(self, slots: Slots) -> None:
        self._slots = slots
        self._cited: dict[Key, dict[int, JSON]] = {}  # by `annotation_index`
        self._logprobs: dict[Key, list[JSON]] = {}

    def part_added(self, event: Event, out: Out) -> None:
        """`response.content_part.added`."""
        self._key(event, mapping(event.get("part")), out)

    def part_done(self, event: Event, out: Out) -> None:
        """`response.content_part.done`: the whole content once more."""
        entry = mapping(event.get("part"))
        key = self._key(event, entry, out)
        if key is not None:
            self._end(key, entry, out)

    def delta(self, event: Event, out: Out) -> None:
        """`response.output_text.delta`, `response.refusal.delta`."""
        kind, _, wanted = _SAID[event["type"].removesuffix(".delta")]
        said, key = event.get("delta"), self._key(event, {"type": kind}, out)
        if key is None:
            return
        if not isinstance(said, str) or not isinstance(self._slots.parts[key], wanted):
            misplaced(event, out)
            return
        if said:
            out.append(PartDelta(0, key, said))
            self._slots.grew(event, key, "content_index")
        if (more := event.get("logprobs")) and isinstance(more, list):
            self._logprobs.setdefault(key, []).extend(more)

    def done(self, event: Event, out: Out) -> None:
        """`response.output_text.done`, `response.refusal.done`: the whole text once more."""
        kind, member, _ = _SAID[event["type"].removesuffix(".done")]
        key, whole = self._key(event, {"type": kind}, out), event.get(member)
        if key is None:
            return
        if not isinstance(whole, str):
            misplaced(event, out)
            return
        logprobs = event.get("logprobs") or self._logprobs.get(key)
        entry: dict[str, Any] = {"type": kind, member: whole, "logprobs": logprobs}
        if cited := self._cited.get(key):
            entry["annotations"] = [cited[place] for place in sorted(cited)]
        self._end(key, entry, out)

    def annotation(self, event: Event, out: Out) -> None:
        """`response.output_text.annotation.added`: the place that it names counts."""
        key = self._key(event, {"type": "output_text"}, out)
        if key is None:
            return
        if not isinstance(self._slots.parts[key], Text):
            misplaced(event, out)
            return
        cited = self._cited.setdefault(key, {})
        place = index_of(event, "annotation_index")
        cited[len(cited) if place is None else place] = event.get("annotation")

    def close(self, out: Out) -> None:
        """What no `done` event has said: the stream broke off."""
        for key, cited in self._cited.items():
            citations = tuple(cited[place] for place in sorted(cited))
            out.append(PartDelta(0, key, citations=citations))
        for key, logprobs in self._logprobs.items():
            out.append(PartSet(key=key, values={"extra": {"logprobs": logprobs}}))

    def drop(self, slot: int) -> None:
        """The item of a slot is done: what was kept for it is in there."""
        for kept in (self._cited, self._logprobs):
            for key in [key for key in kept if key[0] == slot]:
                del kept[key]

    def _key(self, event: Event, entry: JSON, out: Out) -> Key | None:
        """The key of the event's content, which is opened as `entry` if it was not there."""
        slot = self._slots.find(event, "message", out)
        if slot is None:
            return None
        key = (slot, index_of(event, "content_index") or 0)
        if key not in self._slots.parts:
            self._slots.open(key, self._part(key, entry), out)
        return key

    def _end(self, key: Key, entry: JSON, out: Out) -> None:
        self._cited.pop(key, None)
        self._logprobs.pop(key, None)
        self._slots.end(key, self._part(key, entry), out)

    def _part(self, key: Key, entry: JSON) -> Part:
        slot, place = key
        extra = members(self._slots.items[slot], "content", "role")
        return content_part(entry, f"output[{slot}].content[{place}]", extra)
