"""One step of a streamed interaction: its start, its deltas.

A `model_output` step holds parts in a row: text goes on until media come between. Every other step
is one part, a thought besides the images in its summary.
Source: google-genai `types/interactions/stepdeltadata.py`; dialects' fact sheet 7.2.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from stream_cassette.conversation.delta import Delta, PartDelta, PartSet, PartStart, Unfamiliar
from stream_cassette.conversation.parts import JSON, Generic, Part, Reasoning, Text, ToolCall
from stream_cassette.dialects._interactions_parts import (
    CONTENTS,
    MEDIA,
    content_part,
    kind_of,
    listed,
    step_part,
)
from stream_cassette.dialects._json import mapping, text

__all__ = ["OpenStep"]

# type of a delta → the step that it belongs to, where that is not its own type
_BELONGS = {
    "text": "model_output",
    "text_annotation": "model_output",
    "text_annotation_delta": "model_output",
    "thought_summary": "thought",
    "thought_signature": "thought",
    "arguments_delta": "function_call",
} | dict.fromkeys(MEDIA, "model_output")
# The fields that a delta of a call or a result sets.
_SET = ("id", "name", "arguments", "response", "is_error", "signature")
_ONCE = frozenset({"arguments", "response"})


class OpenStep:
    """Reads one step; `number` counts the steps, an `index` may be given twice."""

    def __init__(self, number: int, index: Any, kind: str) -> None:
        # an earlier version of the API had contents where steps are now
        self.kind = "model_output" if kind in CONTENTS else kind
        self._number = number
        self._index = index
        self._parts = 0
        self._text = False  # the last part is text that goes on
        self._said = False  # the thought's text, the call's arguments have begun
        self._set: set[str] = set()  # what a hosted tool was given, or gave

    @classmethod
    def for_delta(cls, number: int, index: Any, delta: Mapping[str, Any]) -> OpenStep:
        """A step that was never started, by what is said of it."""
        kind = kind_of(delta)
        return cls(number, index, _BELONGS.get(kind, kind))

    def start(self, step: JSON) -> Iterator[Delta]:
        """The parts that the step begins with."""
        said = mapping(step)
        if self.kind == "model_output":
            contents = listed(said.get("content")) if said.get("type") == self.kind else [said]
            for one in contents:
                yield from self._content(one)
            return
        part = step_part(step, f"steps[{self._index}]", streamed=True)
        self._said = isinstance(part, Reasoning) and bool(part.content)
        self._set = {name for name in _ONCE if getattr(part, name, None)}
        yield from self._open(part)
        if self.kind == "thought":
            for one in listed(said.get("summary")):
                if mapping(one).get("type") != "text":
                    yield from self._content(one)

    def delta(self, delta: Mapping[str, Any]) -> Iterator[Delta]:
        """What the delta adds."""
        kind = kind_of(delta)
        known = kind in _BELONGS or kind.endswith(("_call", "_result"))
        if not known:
            yield Unfamiliar(kind="event", name=f"step.delta.{kind}", value=dict(delta))
        elif _BELONGS.get(kind, kind) != self.kind:
            yield Unfamiliar(kind="fragment", name=kind, value=dict(delta))
        elif kind in ("text", "text_annotation", "text_annotation_delta"):
            yield from self._write(delta)
        elif kind in MEDIA:
            yield from self._content(delta)
        elif kind == "thought_summary":
            yield from self._think(delta.get("content"))
        elif kind == "thought_signature":
            if signature := text(delta.get("signature")):
                yield self._values({"signature": signature})
        elif kind == "arguments_delta":
            yield from self._argue(delta)
        else:
            yield from self._tool(delta)

    def _path(self) -> str:
        return f"steps[{self._index}]" + (
            f".content[{self._parts}]" if self.kind == "model_output" else ""
        )

    def _open(self, part: Part) -> Iterator[Delta]:
        self._text = isinstance(part, Text)
        yield PartStart(key=(self._number, self._parts), part=part)
        self._parts += 1
        if isinstance(part, Generic):
            yield Unfamiliar(kind="part", name=part.kind, value=part.value)

    def _values(self, values: Mapping[str, JSON]) -> Delta:
        return PartSet(key=(self._number, 0), values=values)

    def _content(self, content: JSON) -> Iterator[Delta]:
        yield from self._open(content_part(content, self._path()))

    def _write(self, delta: Mapping[str, Any]) -> Iterator[Delta]:
        if not self._text:
            yield from self._open(Text(path=self._path()))
        said = content_part({**delta, "type": "text"}, "")
        if not isinstance(said, Text):
            yield Unfamiliar(kind="fragment", name=kind_of(delta), value=dict(delta))
            return
        key = (self._number, self._parts - 1)
        yield PartDelta(0, key, said.content, citations=said.citations)
        if said.extra:
            yield PartSet(key=key, values={"extra": said.extra})

    def _think(self, content: JSON) -> Iterator[Delta]:
        said = mapping(content)
        words = said.get("text")
        if said.get("type") != "text" or not isinstance(words, str):
            if content is not None:
                yield from self._content(content)
            return
        if not self._said and words:
            self._said = True
            yield self._values({"kind": "summary"})
        yield PartDelta(0, (self._number, 0), words)

    def _argue(self, delta: Mapping[str, Any]) -> Iterator[Delta]:
        words = delta.get("arguments")
        if isinstance(words, str):
            if words and not self._said:
                self._said = True
                yield self._values({"arguments": None, "arguments_text": ""})
            yield PartDelta(0, (self._number, 0), words)
        elif words is not None:
            yield Unfamiliar(kind="fragment", name="arguments_delta", value=dict(delta))
        values = {name: found for name in ("id", "signature") if (found := text(delta.get(name)))}
        if values:
            yield self._values(values)

    def _tool(self, delta: Mapping[str, Any]) -> Iterator[Delta]:
        """What a tool was given, or gave; said twice it is set anew, and reported."""
        part = step_part(delta, "")
        values = {
            name: value for name in _SET if (value := getattr(part, name, None)) not in (None, "")
        }
        if isinstance(part, ToolCall):
            values["arguments_text"] = None
        if part.extra:
            values["extra"] = part.extra
        once = _ONCE & values.keys()
        again, self._set = self._set & once, self._set | once
        if again:
            yield Unfamiliar(kind="fragment", name=kind_of(delta), value=dict(delta))
        yield self._values(values)
