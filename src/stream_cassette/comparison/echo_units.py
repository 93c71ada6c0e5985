"""An answer's reasoning and signatures against what a request carries of them.

Units are paired (see `echo_pairing`); what is left is missing; of what is paired, the difference
is told; then the order is looked at.
Source: dialects' fact sheet 14, 'Comparing "verbatim"'.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode
from bisect import bisect
from collections.abc import Iterator

from stream_cassette.comparison.echo_finding import abbreviated, extent
from stream_cassette.comparison.echo_pairing import paired
from stream_cassette.comparison.echo_parts import (
    Fault,
    Turn,
    content_of,
    is_unit,
    issued_of,
    named_of,
    stands_beside,
)
from stream_cassette.comparison.echo_rules import Rule, is_item, wanted_path
from stream_cassette.conversation.parts import Part, Reasoning, ToolCall

__all__ = ["faults_of"]

_ALPHABET = str.maketrans("+/", "-_")


def faults_of(turn: Turn) -> Iterator[Fault]:
    """Everything that is wrong with a turn's reasoning and signatures."""
    pairs = paired(turn)
    for place, (part, rule) in enumerate(zip(turn.recorded, turn.rules, strict=True)):
        if not (is_unit(part, rule) or stands_beside(turn, place)):
            continue
        if place in pairs:
            yield from _differences(part, turn.sent[pairs[place]], rule, turn)
        elif is_unit(part, rule):
            yield from _missing(place, part, rule, turn)
    yield from _moved(turn, pairs)


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
    ident = sent.id if isinstance(sent, Reasoning) else None
    if part.id and part.id != ident and part.id in turn.call_ids:
        yield Fault(
            kind="altered",
            severity="warning",
            part=part,
            path=f"{sent.path}.id",
            what=f"the call to which TURN's {named_of(part)} belongs",
            said="is not what it was",
            recorded=part.id,
            sent=ident,
        )


def _altered(part: Part, sent: Part, rule: Rule) -> Iterator[Fault]:
    """What differs between a recorded part and the one that was sent for it."""
    path, named = sent.path or "", named_of(part)
    if part.signature and sent.signature not in rule.instead:
        where, what = path + rule.signature, f"the signature of TURN's {named}"
        yield from _value((part.signature,), sent.signature, rule, (part, where, what))
    if issued := issued_of(part):
        value = next(iter(issued_of(sent)), None)
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
    if rule.altered and rule.signed_text and content_of(part) != content_of(sent):
        recorded, told = extent(content_of(part), content_of(sent))
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
    if not turn.mandatory or turn.by_reference or not rule.missing or isinstance(part, ToolCall):
        return
    base = _before(place, turn) if is_item(part) else turn.base
    named, issued = named_of(part), issued_of(part)
    if part.signature:
        what, suffix, value = f"the signature of TURN's {named}", rule.signature, part.signature
    elif issued:
        what, suffix, value = f"the opaque value of TURN's {named}", rule.opaque, issued[-1]
    else:
        what, suffix, value = f"TURN's {named}", "", ""
    alone = rule.missing_alone if turn.keeps_ids else None
    yield Fault(
        kind="missing",
        severity=alone or rule.missing,
        part=part,
        path=wanted_path(part, base) + suffix,
        what=what,
        said="is missing",
        recorded=abbreviated(value) if value else f"{len(content_of(part))} characters",
    )


def _before(place: int, turn: Turn) -> str:
    """Where an item that is missing would stand: before the next call of its turn."""
    number = bisect(turn.call_places, place)
    if number == len(turn.call_places):
        return turn.base
    return turn.sent[turn.calls[turn.call_places[number]]].path or turn.base


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
        what=f"TURN's {named_of(part)} in its place",
        said=f"stands {'before' if other < place else 'after'} {there}",
    )
