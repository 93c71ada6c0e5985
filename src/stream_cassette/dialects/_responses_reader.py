"""Events of OpenAI's Responses to deltas.

A part is found by its item's slot: ids change from event to event at some compatibles. Text and
arguments append as they come; every `done` event replaces what it is about, a done item its
parts, and the output of the last event everything. Where that output is missing or empty, the
done items stand in the order of their slots. A delta for what was never started starts it, and
is reported, but in a resumed stream.
Source: OpenAI API reference, 'Streaming events'; dialects' fact sheet 5.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from stream_cassette.conversation.delta import (
    Delta,
    End,
    Failure,
    MessageStart,
    PartDelta,
    PartStart,
    Snapshot,
    Unfamiliar,
)
from stream_cassette.conversation.parts import JSON, Part
from stream_cassette.dialects._json import mapping, text
from stream_cassette.dialects._responses_aside import Aside
from stream_cassette.dialects._responses_items import item_parts
from stream_cassette.dialects._responses_message import Contents
from stream_cassette.dialects._responses_slots import (
    Event,
    Out,
    Slots,
    index_of,
    misplaced,
    report,
)
from stream_cassette.dialects._responses_thought import Thoughts
from stream_cassette.dialects._responses_top import error_event, said_at_end, said_by, who

__all__ = ["STATUS_ONLY", "TERMINAL", "EventReader"]

# The last event → the status of a response that does not say its own.
TERMINAL = {
    "response.completed": "completed",
    "response.incomplete": "incomplete",
    "response.failed": "failed",
    "response.cancelled": "cancelled",
    "response.done": "completed",  # xAI
}

# Nothing but how far a hosted tool is, or that audio is over.
_TOOLS = frozenset(
    {"web_search", "file_search", "code_interpreter", "mcp", "image_generation", "tool_search"}
    | {"x_search", "code_execution"}  # xAI
)
_STEPS = ("in_progress", "searching", "interpreting", "executing", "generating", "completed")
STATUS_ONLY = frozenset(
    {f"response.{tool}_call.{step}" for tool in _TOOLS for step in (*_STEPS, "failed")}
    | {f"response.mcp_list_tools.{step}" for step in (*_STEPS, "failed")}
    | {"response.audio.done", "response.audio.transcript.done", "response.compaction.compacting"}
    | {"keepalive", "ping"}  # compatibles
)

_ASSISTANT = MessageStart(role="assistant")

# Beginning of an event's type → the item that it is about, the member that its text belongs to.
_GROWING = {
    "response.function_call_arguments": ("function_call", "arguments"),
    "response.custom_tool_call_input": ("custom_tool_call", "input"),
    "response.mcp_call_arguments": ("mcp_call", "arguments"),
}


class EventReader:
    """Reads one answer's events. `resumed`: the stream goes on where an earlier one ended."""

    def __init__(self, *, resumed: bool = False) -> None:
        self._slots = slots = Slots(resumed=resumed)
        self._contents = contents = Contents(slots)
        self._thoughts = thoughts = Thoughts(slots)
        self._aside = aside = Aside(slots)
        # ids may change from event to event: the last response says who answered
        self._last: Event = {}
        self._over = False
        self._by_type: dict[Any, Callable[[Event, Out], None]] = {
            "response.output_text.delta": contents.delta,
            "response.output_text.done": contents.done,
            "response.refusal.delta": contents.delta,
            "response.refusal.done": contents.done,
            "response.output_text.annotation.added": contents.annotation,
            "response.content_part.added": self._part_added,
            "response.content_part.done": self._part_done,
            "response.reasoning_summary_text.delta": thoughts.delta,
            "response.reasoning_summary_text.done": thoughts.done,
            "response.reasoning_summary_part.added": thoughts.part,
            "response.reasoning_summary_part.done": thoughts.part,
            "response.reasoning_text.delta": thoughts.delta,
            "response.reasoning_text.done": thoughts.done,
            "response.reasoning.delta": thoughts.delta,  # the Open Responses' names, also below
            "response.reasoning.done": thoughts.done,
            "response.reasoning_summary.delta": thoughts.delta,
            "response.reasoning_summary.done": thoughts.done,
            "response.reasoning_part.added": thoughts.part,  # vLLM, and Bedrock with it
            "response.reasoning_part.done": thoughts.part,
            "response.output_item.added": self._added,
            "response.output_item.done": self._done,
            "response.code_interpreter_call_code.delta": aside.code,
            "response.code_interpreter_call_code.done": aside.code,
            "response.shell_call_command.added": aside.command,
            "response.shell_call_command.delta": aside.command,
            "response.shell_call_command.done": aside.command,
            "response.shell_call_output_content.delta": aside.printed,
            "response.shell_call_output_content.done": aside.printed,
            "response.image_generation_call.partial_image": aside.preview,
            "response.audio.delta": aside.audio,
            "response.audio.transcript.delta": aside.transcript,
            "response.created": self._life,
            "response.queued": self._life,
            "response.in_progress": self._life,
            "error": self._error,
            **dict.fromkeys(TERMINAL, self._terminal),
            **{f"{begin}.delta": self._grow for begin in _GROWING},
            **{f"{begin}.done": self._grown for begin in _GROWING},
        }

    def read(self, event: Event) -> list[Delta]:
        """The deltas of one event."""
        out: Out = []
        kind, running = text(event.get("type")), self._slots.running
        if running is not None and kind == running.kind and running.goes_on(event):
            said = event.get("delta")
            if isinstance(said, str) and not event.get("logprobs"):
                return [PartDelta(0, running.key, said)]
        read = self._by_type.get(kind)
        if read is not None:
            read(event, out)
        elif kind is None and event.get("error"):
            self._error(event, out)
        elif kind not in STATUS_ONLY:
            out.append(Unfamiliar(kind="event", name=str(event.get("type")), value=dict(event)))
        return out

    def whole(self, response: Event) -> list[Delta]:
        """The deltas of an answer that came whole."""
        out = [who(response), *said_by(response, {})]
        self._output(response.get("output"), out)
        return [*out, *said_at_end(response, None), End(marker=False)]

    def close(self) -> list[Delta]:
        """What a stream without its last event has left to say."""
        out: Out = []
        if not self._over:
            out += [who(self._last)] if self._last else []
            self._leave(out)
        return out

    def _leave(self, out: Out) -> None:
        for slot, item in self._aside.filled():
            self._slots.replace(slot, item, out)
        self._contents.close(out)
        for part in self._aside.sound():
            out.append(PartStart(key="audio", part=part))

    def _life(self, event: Event, out: Out) -> None:
        response = mapping(event.get("response"))
        self._last = response
        out.append(_ASSISTANT)
        out.extend(said_by(response, event))
        for slot, item in enumerate(_listed(response.get("output"))):
            self._slots.start(slot, dict(mapping(item)), out)

    def _terminal(self, event: Event, out: Out) -> None:
        response = mapping(event.get("response"))
        out += [who(response), who(self._last)]
        out.extend(said_by(response, event))
        self._output(response.get("output"), out)
        out.extend(said_at_end(response, TERMINAL[event["type"]]))
        out.append(End())

    def _output(self, output: JSON, out: Out) -> None:
        """The output of the last event; where there is none, the done items in their order."""
        slots, self._over = self._slots, True
        listed = [mapping(item) for item in _listed(output)]
        last = [(slots.slot_of(one, n, len(listed)), one) for n, one in enumerate(listed)]
        if not last and slots.done.keys() >= slots.items.keys():
            last = [(slot, slots.done[slot]) for slot in sorted(slots.done)]
        if not last:
            self._leave(out)
            return
        parts: list[Part] = []
        for number, (slot, item) in enumerate(last):
            for _, part in slots.issued.last(slot, item_parts(item, f"output[{number}]")):
                parts.append(part)
                report(part, out)
        out.append(Snapshot(parts=(*parts, *self._aside.sound())))

    def _error(self, event: Event, out: Out) -> None:
        out.append(Failure(error=error_event(event)))

    def _added(self, event: Event, out: Out) -> None:
        item = event.get("item")
        if isinstance(item, dict):
            self._slots.start(index_of(event, "output_index"), item, out)
        elif item is not None:  # compatibles send null, and mean nothing by it
            misplaced(event, out)

    def _done(self, event: Event, out: Out) -> None:
        item, slot = event.get("item"), index_of(event, "output_index")
        if not isinstance(item, dict):
            misplaced(event, out)
            return
        self._slots.finish(slot, item, out)
        if slot is not None:
            self._aside.drop(slot)
            self._contents.drop(slot)

    def _part_added(self, event: Event, out: Out) -> None:
        self._part(event, out, self._contents.part_added)

    def _part_done(self, event: Event, out: Out) -> None:
        self._part(event, out, self._contents.part_done)

    def _part(self, event: Event, out: Out, read: Callable[[Event, Out], None]) -> None:
        if mapping(event.get("part")).get("type") == "reasoning_text":
            self._thoughts.part(event, out)
        else:
            read(event, out)

    def _grow(self, event: Event, out: Out) -> None:
        """A delta of a call's arguments."""
        wanted, _ = _GROWING[event["type"].removesuffix(".delta")]
        slot, said = self._slots.find(event, wanted, out), event.get("delta")
        if slot is not None and isinstance(said, str):
            out.append(PartDelta(0, (slot, "call"), said))
            self._slots.grew(event, (slot, "call"), "output_index")
        elif slot is not None:
            misplaced(event, out)

    def _grown(self, event: Event, out: Out) -> None:
        """A call's arguments once more, as a whole."""
        wanted, member = _GROWING[event["type"].removesuffix(".done")]
        slot, whole = self._slots.find(event, wanted, out), event.get(member)
        if slot is not None and isinstance(whole, str):
            self._slots.replace(slot, {**self._slots.items[slot], member: whole}, out)
        elif slot is not None:
            misplaced(event, out)


def _listed(value: JSON) -> list[Any]:
    return value if isinstance(value, list) else []
