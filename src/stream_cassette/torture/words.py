"""A set of cuts in words: which bytes of which event arrive apart."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from stream_cassette.cassette.model import Response, header
from stream_cassette.cassette.visible import visible
from stream_cassette.session.broken import framing_of
from stream_cassette.session.recut import frames_of, media_of
from stream_cassette.wire.framing import Frame
from stream_cassette.wire.places import places
from stream_cassette.wire.yields import plain

__all__ = ["Text", "apart", "together"]

# What one frame of a framing is called; frames are counted from 0.
_NOUNS = {"sse": "event", "ndjson": "line", "eventstream": "message"}
_COUNTS = {2: "two", 3: "three", 4: "four", 5: "five"}
_AROUND = 8  # bytes shown on either side of a cut that is in no place of a kind
_LENGTHS = (10, 12)  # bytes of a surrogate pair's escapes, and of a message's prelude
# where str.splitlines ends a line, and event streams and NDJSON do not
_LINE_ENDS = re.compile("[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_FIELD = re.compile(rb"(?:\xef\xbb\xbf)?(?:data|event|id|retry): ?")
_NAMES = {0x0A: "LF", 0x0D: "CR"}


@dataclass(frozen=True, slots=True)
class _Unit:
    """Bytes that belong together, from `start` to `end`, and what they are."""

    start: int
    end: int
    kind: str


class Text:
    """One answer, as far as its cuts have to be told of."""

    def __init__(self, response: Response) -> None:
        self.body: bytes = plain(response.body, header(response.headers, "content-encoding"))
        self._noun: str = _NOUNS.get(framing_of(response, self.body), "")
        self._frames: Sequence[Frame] = frames_of(response, self.body)
        self._starts = [frame.start for frame in self._frames]
        media = media_of(response, self.body)
        self._kinds = dict(places(self.body, media, self._frames))

    def units(self, cuts: Iterable[int]) -> Iterator[str]:
        """What is cut apart, in words, one for each unit that is cut."""
        by_unit: dict[_Unit, list[int]] = {}
        for at in sorted(cuts):
            by_unit.setdefault(self._unit(at), []).append(at)
        for unit, inside in by_unit.items():
            yield self._told(unit, inside)

    def where(self, at: int) -> str:
        """`event 12`, or `the body` where it is not streamed."""
        number = bisect_right(self._starts, at) - 1
        return f"{self._noun} {max(number, 0)}" if self._noun else "the body"

    def is_between(self, at: int) -> bool:
        """Whether the cut is between two frames."""
        return bool(self._noun) and at in self._starts

    def advice(self, at: int) -> str:
        """What a client that fails at such a cut may have done."""
        kind = self._unit(at).kind
        if kind == "character":
            return "a chunk may end inside a character: decode incrementally, not chunk by chunk"
        frame = self._frames[max(bisect_right(self._starts, at) - 1, 0)]
        ends = _LINE_ENDS.search(frame.raw.decode("utf-8", "replace"))
        if ends is not None and self._noun in ("event", "line"):
            code = f"U+{ord(ends[0]):04X}"
            return f"{self.where(at)} holds {code}, at which str.splitlines() ends a line"
        if kind == "crlf":
            return "a chunk may end between CR and LF: a CR at its end may have its LF to come"
        return "a chunk may end anywhere: keep what is no whole line yet until more has come"

    def _unit(self, at: int) -> _Unit:
        kind = self._kinds.get(at, "")
        if self.is_between(at):
            return _Unit(at, at, "between")
        if kind == "character":
            start = at
            while self.body[start] & 0xC0 == 0x80:
                start -= 1
            end = at
            while end < len(self.body) and self.body[end] & 0xC0 == 0x80:
                end += 1
            return _Unit(start, end, kind)
        start, end = self._run(at, kind)
        return _Unit(start, end, kind)

    def _run(self, at: int, kind: str) -> tuple[int, int]:
        """The bytes around a cut that are shown with it."""
        if kind in ("crlf", "terminator"):
            start, end = at, at
            while start > 0 and self.body[start - 1] in _NAMES:
                start -= 1
            while end < len(self.body) and self.body[end] in _NAMES:
                end += 1
            return start, end
        if kind == "field":  # the place behind it is one, too
            start = max(self.body.rfind(b"\n", 0, at), self.body.rfind(b"\r", 0, at)) + 1
            field = _FIELD.match(self.body, start)
            return start, at if field is None else field.end()
        if kind:
            start, end = at, at
            while self._kinds.get(start) == kind and at - start < _LENGTHS[1]:
                start -= 1
            while self._kinds.get(end) == kind and end - at < _LENGTHS[1]:
                end += 1
            return start, end
        start, end = max(0, at - _AROUND), min(len(self.body), at + _AROUND)
        while start > 0 and self.body[start] & 0xC0 == 0x80:
            start -= 1
        while end < len(self.body) and self.body[end] & 0xC0 == 0x80:
            end += 1
        return start, end

    def _told(self, unit: _Unit, cuts: list[int]) -> str:
        if unit.kind == "between":
            return f"{self.where(cuts[0] - 1)} | {self.where(cuts[0])}"
        place = self.where(cuts[0] - 1 if unit.kind in ("terminator", "crlf") else unit.start)
        ends = [unit.start, *cuts, unit.end]
        parts = [self.body[start:end] for start, end in pairwise(ends)]
        if unit.kind == "character":
            text = self.body[unit.start : unit.end].decode("utf-8", "replace")
            code = f"U+{ord(text[0]):04X}"
            return (
                f"bytes {' | '.join(part.hex(' ').upper() for part in parts)} of {code} in {place}"
            )
        shown = "|".join(_shown(part) for part in parts)
        what = {
            "surrogate": f"the escapes {shown} of one character",
            "escape": f"the escape {shown}",
            "crlf": f"{' | '.join(_named(part) for part in parts if part)}",
            "terminator": f"{' | '.join(_named(part) for part in parts if part)}",
            "field": f"the field name `{shown}`",
            "marker": f"the end marker `{shown}`",
            "prelude": f"the lengths or a checksum ({' | '.join(p.hex(' ') for p in parts)})",
        }.get(unit.kind, f"`{shown}`")
        return f"{what} in {place}"


def _named(part: bytes) -> str:
    return " ".join(_NAMES.get(byte, _shown(bytes([byte]))) for byte in part)


def _shown(part: bytes) -> str:
    """The text, with what is not seen written out; bytes that are none as escapes."""
    return visible(part.decode("utf-8", "backslashreplace"))


def apart(texts: Sequence[Text], cuts: Iterable[tuple[int, int]]) -> str:
    """`bytes E2 | 80 A8 of U+2028 in event 12 arrive in two chunks`.

    `cuts` are (interaction, byte of its decoded body).
    """
    by_answer: dict[int, list[int]] = {}
    for index, at in cuts:
        by_answer.setdefault(index, []).append(at)
    told: list[str] = []
    for index, several in by_answer.items():
        where = f" of interaction {index}" if len(texts) > 1 else ""
        told += [f"{unit}{where}" for unit in texts[index].units(several)]
    count = sum(map(len, by_answer.values())) + 1
    if len(told) > 1:
        return f"{', and '.join(told)} arrive in separate chunks"
    return f"{told[0]} arrive in {_COUNTS.get(count, str(count))} chunks"


def together(texts: Sequence[Text], cuts: Iterable[tuple[int, int]]) -> str:
    """`event 3 and event 4 arrive in one chunk`: what the recorded cuts kept apart."""
    told: list[str] = []
    for index, at in cuts:
        text = texts[index]
        where = f" of interaction {index}" if len(texts) > 1 else ""
        if text.is_between(at):
            told.append(f"{text.where(at - 1)} and {text.where(at)}{where}")
        else:
            (unit,) = text.units([at])
            told.append(f"{unit}{where}, recorded apart,")
    return f"{', and '.join(told)} arrive in one chunk"
