"""Places inside JSON values: paths as people write them, JSON pointers, removal.

A path is `messages[2].content`, `$.metadata.user_id`, `tools[*].id`, `["odd name"].x`, `..id`
(at any depth), or a JSON pointer `/messages/2/content` (RFC 6901).
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from enum import Enum
from functools import lru_cache
from typing import Any, TypeAlias

from stream_cassette.errors import UsageError

__all__ = [
    "Steps",
    "Wild",
    "covers",
    "parse_path",
    "parse_pointer",
    "path_text",
    "pointer_text",
    "without",
]


class Wild(Enum):
    """A step that stands for many: every member or item; or any place from here down."""

    EVERY = "*"
    ANYWHERE = ".."


Step: TypeAlias = str | int | Wild
Steps: TypeAlias = tuple[Step, ...]

_TOKEN = re.compile(
    r"""(?P<deep>\.\.)
      | \.?\[(?P<index>-?\d+)\]
      | \.?\[(?P<quoted>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')\]
      | \.?\[(?P<every>\*)\]
      | \.?(?P<name>[^.\[\]"']+)""",
    re.VERBOSE,
)
_PLAIN_NAME = re.compile(r"[A-Za-z_$][A-Za-z0-9_$-]*")


@lru_cache(maxsize=1024)
def parse_path(path: str) -> Steps:
    """The steps of a path or JSON pointer. Raises: UsageError."""
    if path.startswith("/"):
        return parse_pointer(path)
    rest = path.removeprefix("$")
    steps: list[Step] = []
    position = 0
    while position < len(rest):
        match = _TOKEN.match(rest, position)
        if match is None:
            raise UsageError(f"not a JSON path: {path!r} (like messages[2].content, tools[*].id)")
        steps.append(_step(match))
        position = match.end()
    if not steps or steps[-1] is Wild.ANYWHERE:
        raise UsageError(f"not a JSON path: {path!r} (it names no place)")
    return tuple(steps)


def _step(match: re.Match[str]) -> Step:
    if match["deep"]:
        return Wild.ANYWHERE
    if match["index"]:
        return int(match["index"])
    if match["quoted"]:
        return re.sub(r"\\(.)", r"\1", match["quoted"][1:-1])
    name = match["every"] or match["name"]
    return Wild.EVERY if name == "*" else name


@lru_cache(maxsize=1024)
def parse_pointer(pointer: str) -> Steps:
    """The steps of a JSON pointer; whether digits are an index depends on the value they meet."""
    parts = pointer.split("/")[1:]
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in parts)


def pointer_text(steps: Sequence[str | int]) -> str:
    """The steps as a JSON pointer (RFC 6901)."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)


def path_text(steps: Sequence[str | int]) -> str:
    """The steps as a path: `messages[2].reasoning_details[0].signature`; "body" for the root."""
    text = ""
    for step in steps:
        if isinstance(step, int):
            text += f"[{step}]"
        elif _PLAIN_NAME.fullmatch(step):
            text += f".{step}" if text else step
        else:
            text += f"[{json.dumps(step)}]"
    return text or "body"


def covers(steps: Steps, place: Sequence[str | int]) -> bool:
    """Whether the place is one that the steps stand for, or lies below one."""
    if not steps:
        return True
    if not place:
        return False
    if steps[0] is Wild.ANYWHERE:
        return any(covers(steps[1:], place[start:]) for start in range(len(place)))
    same = steps[0] is Wild.EVERY or str(steps[0]) == str(place[0])
    return same and covers(steps[1:], place[1:])


def without(value: Any, steps: Steps) -> Any:
    """`value` less what is at `steps`; what is changed is copied, the rest is shared."""
    step, rest = steps[0], steps[1:]
    if step is Wild.ANYWHERE:
        value = without(value, rest)
        return _mapped(value, lambda child: without(child, steps))
    if step is Wild.EVERY:
        if rest:
            return _mapped(value, lambda child: without(child, rest))
        return type(value)() if isinstance(value, (dict, list)) else value
    if isinstance(value, dict) and isinstance(step, str) and step in value:
        return _replaced_member(value, step, rest)
    if isinstance(value, list):
        return _replaced_item(value, step, rest)
    return value


def _mapped(value: Any, change: Any) -> Any:
    if isinstance(value, dict):
        return {key: change(child) for key, child in value.items()}
    if isinstance(value, list):
        return [change(child) for child in value]
    return value


def _replaced_member(value: dict[str, Any], step: str, rest: Steps) -> dict[str, Any]:
    if rest:
        return {**value, step: without(value[step], rest)}
    return {key: child for key, child in value.items() if key != step}


def _replaced_item(value: list[Any], step: Step, rest: Steps) -> list[Any]:
    index = _index(step)
    if index is None or not -len(value) <= index < len(value):
        return value
    copy = list(value)
    if rest:
        copy[index] = without(copy[index], rest)
    else:
        copy[index] = None  # kept as a place, so that later indices still point where they did
    return copy


def _index(step: Step) -> int | None:
    if isinstance(step, int):
        return step
    return int(step) if isinstance(step, str) and step.isascii() and step.isdigit() else None
