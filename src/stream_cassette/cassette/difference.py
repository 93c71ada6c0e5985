"""Where two JSON values differ, for a person to read: paths, and lists of messages aligned."""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import Enum
from typing import Any, TypeAlias

__all__ = ["MISSING", "Difference", "describe", "differing", "printable", "size"]

_SHORT = 60  # characters shown whole
_AROUND = 24  # characters shown on either side of where two texts part
_ROWS = 400  # longer middles of two lists are paired by index


class _Missing(Enum):
    MISSING = "missing"


MISSING = _Missing.MISSING
_Path: TypeAlias = tuple[str | int, ...]
_Found: TypeAlias = tuple[_Path, Any, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One place where the live request is not the recorded one.

    `path` is a JSON path into the body (`messages[2].content`), or `method`, `url.host`,
    `query.NAME`, `headers.NAME`, `form.NAME`, `body`; either value may be MISSING. `verb` says
    what the live side did: a request was "sent", an answer "received".
    """

    path: str
    recorded: object
    live: object
    verb: str = "sent"

    def __str__(self) -> str:
        if self.live is MISSING:
            return f"{self.path} is missing (recorded: {describe(self.recorded)})"
        if self.recorded is MISSING:
            return f"{self.path} is not in the recording ({self.verb}: {describe(self.live)})"
        if isinstance(self.recorded, str) and isinstance(self.live, str):
            return f"{self.path}: {_texts(self.recorded, self.live, self.verb)}"
        return f"{self.path}: recorded {describe(self.recorded)}, {self.verb} {describe(self.live)}"

    def to_dict(self) -> dict[str, Any]:
        """The path, both sides as shown (None where missing), and the line of text."""
        sides = {"recorded": self.recorded, "live": self.live}
        shown = {key: None if v is MISSING else describe(v) for key, v in sides.items()}
        return {"path": self.path, **shown, "text": str(self)}


def describe(value: object) -> str:
    """A value on one short line: `"hi"`, `568 characters, EqUDCkYI…gB`, `list of 3 items`."""
    if isinstance(value, str):
        return _quoted(value) if len(value) <= _SHORT else _abbreviated(value)
    if isinstance(value, (bytes, bytearray)):
        return f"{len(value)} bytes"
    try:
        text = json.dumps(value, ensure_ascii=False, default=str)
    except (ValueError, RecursionError):
        text = ""
    if text and len(text) <= _SHORT:
        return printable(text)
    if isinstance(value, dict):
        names = printable(", ".join(map(str, list(value)[:6])) + (", …" if len(value) > 6 else ""))
        return f"object with {_counted(len(value), 'member')} ({names})"
    if isinstance(value, list):
        return f"list of {_counted(len(value), 'item')}"
    return printable(text[:_SHORT] + "…")


def printable(text: str) -> str:
    """The text with all that a terminal or a reader may take for something else escaped."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else f"\\u{{{ord(c):x}}}" for c in text)


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _quoted(text: str) -> str:
    return printable(json.dumps(text, ensure_ascii=False))


def _abbreviated(text: str) -> str:
    if any(c.isspace() for c in text):
        return f'{len(text)} characters, {_quoted(text[: _SHORT - 12])[:-1]}…"'
    return f"{len(text)} characters, {printable(text[:8])}…{printable(text[-2:])}"


def _texts(recorded: str, live: str, verb: str) -> str:
    """Two texts: whole if short, abbreviated if opaque, else the part where they part."""
    if max(len(recorded), len(live)) <= _SHORT:
        return f"recorded {_quoted(recorded)}, {verb} {_quoted(live)}"
    pairs = zip(recorded, live, strict=False)
    at = next((i for i, (a, b) in enumerate(pairs) if a != b), min(len(recorded), len(live)))
    if " " in recorded and " " in live:
        shown = [_quoted(_excerpt(text, at)) for text in (recorded, live)]
        return f"recorded {shown[0]}, {verb} {shown[1]} (from character {at})"
    return f"recorded {describe(recorded)}, {verb} {describe(live)} (from character {at})"


def _excerpt(text: str, at: int) -> str:
    start, end = max(0, at - _AROUND), at + _AROUND
    return ("…" if start else "") + text[start:end] + ("…" if text[end:] else "")


def size(value: object) -> int:
    """How many leaves a value has; 0 for MISSING."""
    pending, leaves = [value], 0
    while pending:
        one = pending.pop()
        children = one.values() if isinstance(one, dict) else one if isinstance(one, list) else None
        if children:
            pending.extend(children)
        else:
            leaves += one is not MISSING
    return leaves


def differing(recorded: Any, live: Any, path: _Path = ()) -> Iterator[_Found]:
    """Every (path, recorded, live) where the values differ; a list's items aligned first.

    Indices are the live value's, save where only the recorded one has the item.
    """
    if type(recorded) is dict and type(live) is dict:
        for key in dict.fromkeys((*recorded, *live)):
            yield from _side(recorded.get(key, MISSING), live.get(key, MISSING), (*path, key))
    elif type(recorded) is list and type(live) is list:
        for left, right in _aligned(recorded, live):
            one = MISSING if left is None else recorded[left]
            other = MISSING if right is None else live[right]
            index = right if right is not None else left
            assert index is not None
            yield from _side(one, other, (*path, index))
    elif not _same(recorded, live):
        yield path, recorded, live


def _side(recorded: Any, live: Any, path: _Path) -> Iterator[_Found]:
    if recorded is MISSING or live is MISSING:
        yield path, recorded, live
    else:
        yield from differing(recorded, live, path)


def _same(a: Any, b: Any) -> bool:
    """JSON equality: `true` is not 1, at any depth."""
    if isinstance(a, bool) or isinstance(b, bool):
        return a is b
    if type(a) is dict and type(b) is dict:
        return a.keys() == b.keys() and all(_same(a[key], b[key]) for key in a)
    if type(a) is list and type(b) is list:
        return len(a) == len(b) and all(map(_same, a, b))
    return bool(a == b)


def _aligned(recorded: list[Any], live: list[Any]) -> Iterator[tuple[int | None, int | None]]:
    """Which item of one list is which of the other: (recorded index, live index) pairs."""
    shorter = min(len(recorded), len(live))
    head = 0
    while head < shorter and _same(recorded[head], live[head]):
        head += 1
    tail = 0
    while tail < shorter - head and _same(recorded[-1 - tail], live[-1 - tail]):
        tail += 1
    yield from _middle(recorded, live, head, len(recorded) - tail, len(live) - tail)


def _middle(
    recorded: list[Any], live: list[Any], head: int, left_end: int, right_end: int
) -> Iterator[tuple[int | None, int | None]]:
    lefts, rights = range(head, left_end), range(head, right_end)
    if len(lefts) == len(rights) or max(len(lefts), len(rights)) > _ROWS:
        yield from _paired(lefts, rights)
        return
    labels = [_label(recorded[i]) for i in lefts], [_label(live[j]) for j in rights]
    for _, i0, i1, j0, j1 in SequenceMatcher(None, *labels, autojunk=False).get_opcodes():
        yield from _paired(lefts[i0:i1], rights[j0:j1])


def _paired(lefts: range, rights: range) -> Iterator[tuple[int | None, int | None]]:
    yield from zip(lefts, rights, strict=False)
    both = min(len(lefts), len(rights))
    yield from ((left, None) for left in lefts[both:])
    yield from ((None, right) for right in rights[both:])


def _label(item: Any) -> Hashable:
    """What an item is, whatever it says: a message's role, a part's type, an event's name."""
    if isinstance(item, dict):
        return tuple(str(item.get(key)) for key in ("role", "type", "name", "event"))
    return type(item).__name__, item if isinstance(item, (str, int, float, bool)) else None
