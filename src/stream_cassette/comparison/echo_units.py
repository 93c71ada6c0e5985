"""An answer's reasoning and signatures against what a request carries of them.

Units are the parts of an answer that have to come back. Each is paired with a part of the request:
an equal one, else one that shares its opaque value, its id or its text, else the next of its kind.
What is left is missing; of what is paired, the difference is told; then the order is looked at.
Source: dialects' fact sheet 14, 'Comparing "verbatim"'.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode
from collections import deque
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from stream_cassette.comparison.echo_finding import EchoKind, abbreviated, extent
from stream_cassette.comparison.echo_rules import Rule, Severity, carrier_of, is_item, wanted_path
from stream_cassette.conversation.parts import (
    Compaction,
    Generic,
    Part,
    Reasoning,
    Text,
    ToolCall,
)

__all__ = ["Fault", "Turn", "faults_of", "is_unit"]

_ALPHABET = str.maketrans("+/", "-_")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is wrong with the echo of one part: at `path`, in words, on both sides.

    `what` is the thing that is not as it was, `said` what is the matter with it.
    """

    kind: EchoKind
    severity: Severity
    part: Part
    path: str
    what: str
    said: str
    recorded: str | None = None
    sent: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """An answer's parts, and those of the messages that carry it in a later request.

    `base` is the path of the message that does, or would. `mandatory` is False outside the current
    tool loop: there parts may be left out.
    """

    recorded: tuple[Part, ...]
    sent: tuple[Part, ...]
    base: str
    rules: tuple[Rule, ...]  # of the recorded parts
    calls: dict[int, int]  # places of calls: recorded → sent
    mandatory: bool = True


def is_unit(part: Part, rule: Rule) -> bool:
    """Whether the part of an answer is one that has to come back."""
    if rule.mode == "none":
        return False
    if rule.mode == "text":
        return isinstance(part, Reasoning) and bool(part.content)
    return bool(part.signature) or bool(_issued(part))


def faults_of(turn: Turn) -> Iterator[Fault]:
    """Everything that is wrong with a turn's reasoning and signatures."""
    pairs = _paired(turn)
    for place, (part, rule) in enumerate(zip(turn.recorded, turn.rules, strict=True)):
        if not (is_unit(part, rule) or _beside(turn, place)):
            continue
        if place in pairs:
            yield from _differences(part, turn.sent[pairs[place]], rule, turn)
        elif is_unit(part, rule):
            yield from _missing(place, part, rule, turn)
    yield from _moved(turn, pairs)


def _issued(part: Part) -> tuple[str, ...]:
    return part.issued if isinstance(part, (Reasoning, Compaction)) else ()


def _beside(turn: Turn, place: int) -> bool:
    """Whether the part is reasoning that stands beside opaque blocks of the same carrier."""
    part, rule = turn.recorded[place], turn.rules[place]
    if rule.mode != "blocks" or not isinstance(part, Reasoning) or part.kind != "summary":
        return False
    return any(
        one.mode == "blocks" and is_unit(other, one)
        for other, one in zip(turn.recorded, turn.rules, strict=True)
    )


def _bytes(value: str) -> bytes | None:
    try:
        plain = value.translate(_ALPHABET).rstrip("=")
        return urlsafe_b64decode(plain + "=" * (-len(plain) % 4))
    except ValueError:
        return None


def _equal(one: str, other: str, rule: Rule) -> bool:
    """Whether two opaque values are the same; base64 of either alphabet where the row says so."""
    if one == other or rule.mode != "decoded":
        return one == other
    decoded = _bytes(one)
    return decoded is not None and decoded == _bytes(other)


Keys: TypeAlias = list[Hashable]


def _paired(turn: Turn) -> dict[int, int]:
    """Places of recorded parts → places of sent ones; calls are paired already."""
    pairs, taken = dict(turn.calls), set(turn.calls.values())
    for keys_of, wanted_of in _PASSES:
        known: dict[Hashable, deque[int]] = {}
        for place, part in enumerate(turn.sent):
            if place not in taken:
                for key in keys_of(part):
                    for carrier in (None, carrier_of(part)):
                        found = known.setdefault((type(part), carrier, key), deque())
                        found.append(place)
        for place, part in enumerate(turn.recorded):
            if place in pairs or isinstance(part, ToolCall):
                continue
            if not (is_unit(part, turn.rules[place]) or _beside(turn, place)):
                continue
            carrier = carrier_of(part) if turn.rules[place].in_member else None
            for key in wanted_of(part, turn.rules[place]):
                free = known.get((type(part), carrier, key), deque())
                while free and free[0] in taken:
                    free.popleft()
                if free:
                    pairs[place] = free.popleft()
                    taken.add(pairs[place])
                    break
    return pairs


def _values(part: Part) -> list[str]:
    values = [part.signature] if part.signature else []
    return [_plain(value) for value in (*values, *_issued(part))]


def _plain(value: str) -> str:
    return value.translate(_ALPHABET).rstrip("=")


def _wholes(part: Part) -> Keys:
    return [(value, _content(part)) for value in _values(part)]


def _own_values(part: Part) -> Keys:
    return [*_values(part)]


def _any_values(part: Part) -> Keys:
    provisional = part.provisional if isinstance(part, Reasoning) else ()
    return [*_values(part), *map(_plain, provisional)]


def _ids(part: Part) -> Keys:
    ident = getattr(part, "id", None)
    return [ident] if ident else []


def _contents(part: Part) -> Keys:
    return [_content(part)] if _content(part) else []


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


def _content(part: Part) -> str:
    return part.content if isinstance(part, (Reasoning, Text)) else ""


def _named(part: Part) -> str:
    """What the part is called in a message."""
    if isinstance(part, ToolCall):
        return f"call of {part.name!r}"
    if isinstance(part, Reasoning):
        return "reasoning" if part.kind == "text" else f"{part.kind} reasoning"
    return part.type.replace("_", " ")


def _differences(part: Part, sent: Part, rule: Rule, turn: Turn) -> Iterator[Fault]:
    if rule.mode == "text":
        return
    for fault in _altered(part, sent, rule):
        if fault.kind != "missing" or turn.mandatory:
            yield fault
    yield from _untied(part, sent, rule, turn)


def _untied(part: Part, sent: Part, rule: Rule, turn: Turn) -> Iterator[Fault]:
    """An encrypted entry that belongs to a call by its id, and does no longer."""
    if rule.mode != "blocks" or not isinstance(part, Reasoning) or part.kind != "encrypted":
        return
    ids = (one.id for one in turn.recorded if isinstance(one, ToolCall))
    ident = sent.id if isinstance(sent, Reasoning) else None
    if part.id and part.id != ident and part.id in ids:
        yield Fault(
            kind="altered",
            severity="warning",
            part=part,
            path=f"{sent.path}.id",
            what=f"the call to which TURN's {_named(part)} belongs",
            said="is not what it was",
            recorded=part.id,
            sent=ident,
        )


def _altered(part: Part, sent: Part, rule: Rule) -> Iterator[Fault]:
    """What differs between a recorded part and the one that was sent for it."""
    path, named = sent.path or "", _named(part)
    if part.signature and sent.signature not in rule.instead:
        where, what = path + rule.signature, f"the signature of TURN's {named}"
        yield from _value((part.signature,), sent.signature, rule, (part, where, what))
    if issued := _issued(part):
        value = next(iter(_issued(sent)), None)
        where, what = path + rule.opaque, f"the opaque value of TURN's {named}"
        if isinstance(part, Reasoning) and value in part.provisional and value not in issued:
            yield Fault(
                kind="provisional",
                severity="error",
                part=part,
                path=where,
                what=what,
                said="is the provisional one of the item's beginning, which can't be taken back",
                recorded=" or ".join(map(abbreviated, issued)),
                sent=abbreviated(value or ""),
            )
        else:
            yield from _value(issued, value, rule, (part, where, what))
    if rule.altered and rule.signed_text and _content(part) != _content(sent):
        recorded, told = extent(_content(part), _content(sent))
        yield Fault(
            kind="altered",
            severity=rule.altered,
            part=part,
            path=path + rule.text,
            what=f"the text of TURN's {'signed ' if part.signature else ''}{named}",
            said="is not what it was",
            recorded=recorded,
            sent=told,
        )


def _value(
    issued: tuple[str, ...], sent: str | None, rule: Rule, where: tuple[Part, str, str]
) -> Iterator[Fault]:
    """An opaque value that is not there, or is another."""
    part, path, what = where
    recorded = abbreviated(issued[-1])
    if not sent:
        if rule.missing:
            yield Fault(
                kind="missing",
                severity=rule.missing,
                part=part,
                path=path,
                what=what,
                said="is missing",
                recorded=recorded,
            )
    elif rule.altered and not any(_equal(one, sent, rule) for one in issued):
        yield Fault(
            kind="altered",
            severity=rule.altered,
            part=part,
            path=path,
            what=what,
            said="is not what it was",
            recorded=recorded,
            sent=abbreviated(sent),
        )


def _missing(place: int, part: Part, rule: Rule, turn: Turn) -> Iterator[Fault]:
    """A unit that nothing was sent for."""
    held = any(isinstance(one, Generic) and one.kind == "item_reference" for one in turn.sent)
    if not turn.mandatory or held or not rule.missing or isinstance(part, ToolCall):
        return
    base = _before(place, turn) if is_item(part) else turn.base
    named, issued = _named(part), _issued(part)
    if part.signature:
        what, suffix, value = f"the signature of TURN's {named}", rule.signature, part.signature
    elif issued:
        what, suffix, value = f"the opaque value of TURN's {named}", rule.opaque, issued[-1]
    else:
        what, suffix, value = f"TURN's {named}", "", ""
    yield Fault(
        kind="missing",
        severity=_grave(rule, turn),
        part=part,
        path=wanted_path(part, base) + suffix,
        what=what,
        said="is missing",
        recorded=abbreviated(value) if value else f"{len(_content(part))} characters",
    )


def _grave(rule: Rule, turn: Turn) -> Severity:
    """How grave it is that a unit is missing altogether."""
    alone = any(
        (ident := turn.recorded[one].extra.get("id")) is not None
        and turn.sent[other].extra.get("id") == ident
        for one, other in turn.calls.items()
    )
    return rule.missing_alone if rule.missing_alone and alone else rule.missing or "warning"


def _before(place: int, turn: Turn) -> str:
    """Where an item that is missing would stand: before the next of its turn that was sent."""
    following = (turn.sent[turn.calls[one]].path for one in sorted(turn.calls) if one > place)
    return next((path for path in following if path), turn.base)


def _moved(turn: Turn, pairs: dict[int, int]) -> Iterator[Fault]:
    """The units that stand on the wrong side of another, or of a call; each once."""
    furthest: dict[str, int] = {}  # by group: the recorded part whose echo stands last so far
    told: set[int] = set()
    for place in sorted(pairs):
        part, rule = turn.recorded[place], turn.rules[place]
        if is_unit(part, rule):
            group = "line" if rule.in_line else "own"
        elif isinstance(part, ToolCall):
            group = "call"
        else:
            continue
        for name in _AGAINST[group]:
            other = furthest.get(name)
            if other is not None and pairs[place] < pairs[other]:
                unit, beside = (other, place) if group == "call" else (place, other)
                if unit not in told:
                    told.add(unit)
                    yield _out_of_order(turn, pairs, unit, beside)
        last = furthest.get(group)
        if last is None or pairs[place] > pairs[last]:
            furthest[group] = place


# Group of a part → the groups among which it has its place.
_AGAINST = {"call": ("line",), "line": ("line", "call"), "own": ("own",)}


def _out_of_order(turn: Turn, pairs: dict[int, int], place: int, other: int) -> Fault:
    part, rule = turn.recorded[place], turn.rules[place]
    here, there = turn.sent[pairs[place]].path or "", turn.sent[pairs[other]].path or ""
    return Fault(
        kind="moved",
        severity=rule.altered or "warning",
        part=part,
        path=here,
        what=f"TURN's {_named(part)} in its place",
        said=f"stands {'before' if other < place else 'after'} {there}",
    )
