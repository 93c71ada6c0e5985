"""In which line of a file each interaction begins.

The reader keeps no lines: a cassette is a value. Who has something to say of an interaction asks
here, and only then. JSON is read as YAML, which it nearly is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

import yaml

__all__ = ["interaction_lines", "interaction_starts", "lines_at"]

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_OURS: Final = b"\n- request:"
# what the list is called: vcrpy's and ours, langchain's, Ruby VCR's and betamax's, HAR's
_LISTS: Final = frozenset({"interactions", "requests", "http_interactions", "entries"})
_DEEPEST: Final = 3  # of a mapping that may hold the list: HAR's is in `log`


def interaction_starts(data: bytes, count: int) -> tuple[int, ...]:
    """The offsets in bytes of our writer's `count` items, vcrpy's too; none of another layout."""
    starts, at = [], data.find(_OURS)
    while at >= 0:
        starts.append(at + 1)
        at = data.find(_OURS, at + 1)
    return tuple(starts) if len(starts) == count else ()


def interaction_lines(data: bytes, count: int) -> tuple[int, ...]:
    """The lines, from 1, of the file's `count` interactions; none where they can't be told.

    A file that has no list, and one interaction, is that interaction.
    """
    starts = interaction_starts(data, count)
    if starts:
        return lines_at(data, starts)
    try:
        lines = _parsed(data)
    except yaml.YAMLError:
        lines = []
    if not lines and count == 1:
        return (1,)
    return tuple(lines) if len(lines) == count else ()


def lines_at(data: bytes, starts: Iterable[int]) -> tuple[int, ...]:
    """The lines of these offsets, which ascend."""
    lines, line, at = [], 1, 0
    for start in starts:
        line += data.count(b"\n", at, start)
        at = start
        lines.append(line)
    return tuple(lines)


def _parsed(data: bytes) -> list[int]:
    """By the parser's events: the items of the first list of a known name, or of the root."""
    loader = _LOADER(data)
    get: Callable[[], Any] = loader.get_event
    try:
        get()  # StreamStart
        if type(get()) is yaml.StreamEndEvent:
            return []
        root = get()
        if type(root) is yaml.SequenceStartEvent:
            return _items(get)
        return _found(get, 1) or [] if type(root) is yaml.MappingStartEvent else []
    finally:
        loader.dispose()


def _found(get: Callable[[], Any], depth: int) -> list[int] | None:
    """The list's items, in a mapping that has begun; None where it has none."""
    while type(key := get()) is not yaml.MappingEndEvent:
        _skip(key, get)
        value = get()
        kind = type(value)
        if kind is yaml.SequenceStartEvent and getattr(key, "value", "") in _LISTS:
            return _items(get)
        if kind is yaml.MappingStartEvent and depth < _DEEPEST:
            found = _found(get, depth + 1)
            if found is not None:
                return found
        else:
            _skip(value, get)
    return None


def _items(get: Callable[[], Any]) -> list[int]:
    """The lines of the items of a list that has begun."""
    lines = []
    while type(item := get()) is not yaml.SequenceEndEvent:
        lines.append(item.start_mark.line + 1)
        _skip(item, get)
    return lines


def _skip(event: Any, get: Callable[[], Any]) -> None:
    """Go on behind the node that the event begins; not by recursion, however deep it is."""
    depth = int(isinstance(event, yaml.CollectionStartEvent))
    while depth:
        kind = type(get())
        depth += kind in (yaml.MappingStartEvent, yaml.SequenceStartEvent)
        depth -= kind in (yaml.MappingEndEvent, yaml.SequenceEndEvent)
