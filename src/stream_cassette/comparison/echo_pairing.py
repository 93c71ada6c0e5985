"""An answer's units paired with what a request carries of them.

Each is paired with an equal part, else with one that shares its opaque value, its text or its id,
else with the next of its kind. Everything is looked up, so that nothing is quadratic.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable
from typing import TypeAlias

from stream_cassette.comparison.echo_parts import (
    Turn,
    content_of,
    is_unit,
    issued_of,
    stands_beside,
)
from stream_cassette.comparison.echo_rules import Rule, carrier_of
from stream_cassette.conversation.parts import Part, Reasoning, Text, ToolCall

__all__ = ["paired"]

_ALPHABET = str.maketrans("+/", "-_")

Keys: TypeAlias = list[Hashable]


def paired(turn: Turn) -> dict[int, int]:
    """Places of recorded parts → places of sent ones; calls are paired already."""
    pairs, taken = dict(turn.calls), set(turn.calls.values())
    wanted = [
        place
        for place, part in enumerate(turn.recorded)
        if not isinstance(part, ToolCall)
        and (is_unit(part, turn.rules[place]) or stands_beside(turn, place))
    ]
    for keys_of, wanted_of in _PASSES:
        if not wanted:
            break
        known = _table(turn, keys_of, taken)
        for place in wanted:
            part, rule = turn.recorded[place], turn.rules[place]
            carrier = carrier_of(part) if rule.in_member else None
            for key in wanted_of(part, rule):
                free = known.get((type(part), carrier, key), deque())
                while free and free[0] in taken:
                    free.popleft()
                if free:
                    pairs[place] = free.popleft()
                    taken.add(pairs[place])
                    break
        wanted = [place for place in wanted if place not in pairs]
    return pairs


def _table(
    turn: Turn, keys_of: Callable[[Part], Keys], taken: set[int]
) -> dict[Hashable, deque[int]]:
    """The sent parts by their type, their member or any, and their keys."""
    known: dict[Hashable, deque[int]] = {}
    for place, part in enumerate(turn.sent):
        if place not in taken:
            for key in keys_of(part):
                for carrier in (None, carrier_of(part)):
                    known.setdefault((type(part), carrier, key), deque()).append(place)
    return known


def _values(part: Part) -> list[str]:
    values = [part.signature] if part.signature else []
    return [_plain(value) for value in (*values, *issued_of(part))]


def _plain(value: str) -> str:
    return value.translate(_ALPHABET).rstrip("=")


def _wholes(part: Part) -> Keys:
    return [(value, content_of(part)) for value in _values(part)]


def _own_values(part: Part) -> Keys:
    return [*_values(part)]


def _any_values(part: Part) -> Keys:
    provisional = part.provisional if isinstance(part, Reasoning) else ()
    return [*_values(part), *map(_plain, provisional)]


def _ids(part: Part) -> Keys:
    ident = getattr(part, "id", None)
    return [ident] if ident else []


def _contents(part: Part) -> Keys:
    return [content_of(part)] if content_of(part) else []


def _kinds(part: Part) -> Keys:
    return [getattr(part, "kind", ""), "any"]


def _wanted_kinds(part: Part, rule: Rule) -> Keys:
    if isinstance(part, Text):  # text without its signature is any text
        return []
    return [getattr(part, "kind", "") if rule.mode == "blocks" else "any"]


def _whatever(keys: Callable[[Part], Keys]) -> Callable[[Part, Rule], Keys]:
    return lambda part, rule: keys(part)


# Passes of the pairing: the keys of a sent part, and those that a recorded part looks for.
_PASSES: tuple[tuple[Callable[[Part], Keys], Callable[[Part, Rule], Keys]], ...] = (
    (_wholes, _whatever(_wholes)),
    (_own_values, _whatever(_any_values)),
    (_contents, _whatever(_contents)),  # a gateway gives all blocks of an item its id
    (_ids, _whatever(_ids)),
    (_kinds, _wanted_kinds),
)
