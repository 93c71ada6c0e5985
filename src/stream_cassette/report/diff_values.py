"""Places that differ, and what they hold, in words; for any way of showing a diff.

Everything that comes out is visible characters.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from stream_cassette.cassette.visible import visible
from stream_cassette.comparison.match import Divergence
from stream_cassette.conversation.model import Message
from stream_cassette.conversation.parts import shortened
from stream_cassette.conversation.words import in_words
from stream_cassette.diffing.model import (
    CassetteDiff,
    ConversationDiff,
    InteractionDiff,
    Pace,
    TreeDiff,
)

__all__ = [
    "counts_in_words",
    "heading_of",
    "in_a_line",
    "is_prose",
    "name_of",
    "pace_in_words",
    "said_by",
    "status_words",
    "value_in_words",
]

_VALUE = 100  # characters of a value
_SAID = frozenset({"content", "response"})
_PROSE = 40  # a text that is longer, or has several lines, is read by its words

_STATUS = {
    "same": "same",
    "changed": "changed",
    "added": "added",
    "removed": "removed",
    "renamed": "renamed",
    "unreadable": "can't be read",
}


def counts_in_words(tree: TreeDiff) -> str:
    """`2 changed, 1 added, 9 same`."""
    counts: dict[str, int] = tree.to_dict()["counts"]
    words = ("changed", "added", "removed", "renamed", "unreadable", "same")
    return ", ".join(f"{counts[word]} {word}" for word in words if word in counts)


def is_prose(one: Divergence) -> bool:
    """Whether both values are texts to be compared by their words."""
    if not (isinstance(one.left, str) and isinstance(one.right, str)):
        return False
    if one.steps[-1] in _SAID and one.steps[0] == "messages":
        return True
    return max(len(one.left), len(one.right)) > _PROSE or "\n" in one.left + one.right


def value_in_words(value: Any, limit: int = _VALUE) -> str:
    """The value as JSON on a line; a message by its parts."""
    if isinstance(value, dict) and "role" in value and "parts" in value:
        kinds = ", ".join(_part_in_words(part) for part in value["parts"])
        return visible(shortened(f"{value['role']}: {kinds or 'nothing'}", limit))
    if isinstance(value, dict) and "termination" in value:
        return visible(f"an answer ({value['termination']})")
    text = json.dumps(value, ensure_ascii=False, default=str)
    return visible(text if len(text) <= limit else text[: limit - 1] + "…")


def _part_in_words(part: Any) -> str:
    if part.get("type") == "tool_call":
        return f"{part.get('name')}({json.dumps(part.get('arguments'), ensure_ascii=False)})"
    said = part.get("content", part.get("response"))
    return said if isinstance(said, str) and said else str(part.get("type"))


def in_a_line(one: Divergence) -> str:
    """`messages[2].parts[1].arguments.city: "Zürich" → "Genève"`, whatever the values are."""
    path = visible(one.path)
    if one.kind == "left_only":
        return f"{path}: {value_in_words(one.left)} is gone"
    if one.kind == "right_only":
        return f"{path}: {value_in_words(one.right)} is new"
    return f"{path}: {value_in_words(one.left)} → {value_in_words(one.right)}"


def said_by(message: Message, limit: int) -> Iterator[str]:
    """A line for each part of the message, without its role."""
    for part in message.parts:
        yield visible(in_words(part, limit))
    if not message.parts:
        yield "nothing"


def name_of(one: CassetteDiff) -> str:
    """`weather.yaml`, if that is its path in both trees; else its name, or both names."""
    left, right = one.left, one.right
    known = [name for name in (left, right) if name is not None]
    if all(name.endswith((f"/{one.path}", f":{one.path}")) for name in known):
        return visible(one.path)
    if left is None or right is None or left == right:
        return visible(right or left or one.path)
    return visible(f"{left} → {right}")


def status_words(one: CassetteDiff) -> str:
    """What became of the file."""
    if one.status == "renamed" and one.has_changes:
        return "renamed and changed"
    return _STATUS[one.status]


def heading_of(one: ConversationDiff | InteractionDiff) -> str:
    """Which conversation or interaction it is, by the left cassette's numbers if it is there."""
    if isinstance(one, InteractionDiff):
        place = one.left if one.left is not None else one.right
        return visible(f"interaction {place} · {one.method} {one.url}")
    number = one.left if one.left is not None else one.right
    places = one.left_interactions if one.left is not None else one.right_interactions
    plural = "" if len(places) == 1 else "s"
    numbers = ", ".join(map(str, places))
    return visible(f"conversation {number} · {one.title} · interaction{plural} {numbers}")


def pace_in_words(pace: Pace) -> str:
    """How the answers came, where that is not alike: one line, or nothing."""
    words = []
    if pace.cuts_differ or pace.chunks[0] != pace.chunks[1]:
        words.append(f"cut otherwise: {_pair(pace.chunks, 'chunks')}")
    if pace.total_ms[0] != pace.total_ms[1]:
        words.append(f"last chunk {_pair(pace.total_ms, 'ms')}")
    if pace.head_ms[0] != pace.head_ms[1]:
        words.append(f"head {_pair(pace.head_ms, 'ms')}")
    if pace.tokens[0] != pace.tokens[1]:
        words.append(f"tokens {pace.tokens[0] or 'unknown'} → {pace.tokens[1] or 'unknown'}")
    return visible(" · ".join(words))


def _pair(values: tuple[float | None, float | None], unit: str) -> str:
    left, right = ("unknown" if value is None else f"{value:,g}" for value in values)
    return f"{left} {unit}" if left == right else f"{left} → {right} {unit}"
