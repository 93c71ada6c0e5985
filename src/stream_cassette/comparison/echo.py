"""What each request had to carry back of the answers before it, and did not.

A conversation is walked request by request. Of the answers of the current tool loop, everything
that is signed or opaque has to be there, unaltered and in order (see `echo_rules`); of the one
before it, what is there has to be unaltered. Another model, another provider or a compaction in
between voids that. Where the server holds the history, only results and their calls are looked at.
Source: dialects' fact sheet 14.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from stream_cassette.comparison.echo_calls import call_faults, calls_paired, result_faults
from stream_cassette.comparison.echo_finding import EchoFinding
from stream_cassette.comparison.echo_parts import Fault, Turn, is_unit
from stream_cassette.comparison.echo_rules import rule_of
from stream_cassette.comparison.echo_server import removals
from stream_cassette.comparison.echo_turns import Echo, Places, before
from stream_cassette.comparison.echo_units import faults_of
from stream_cassette.conversation.chain import Step
from stream_cassette.conversation.parts import Compaction, Generic, ToolCall

__all__ = ["check", "units_examined"]


def check(steps: Sequence[Step]) -> tuple[EchoFinding, ...]:
    """All findings about the requests of these steps, in their order."""
    places = Places()
    findings: list[EchoFinding] = []
    told: dict[int, set[tuple[str, str]]] = {}  # by step: what is wrong with its results
    for step in steps:
        for echo in places.echoes(step):
            findings += _echo_findings(echo, step)
        found = [*_results(step)]
        said = told.get(id(step.previous), set())
        told[id(step)] = {(fault.kind, fault.path) for fault in found}
        findings += [
            _finding(fault, step, {})
            for fault in found
            if (fault.kind, fault.path) not in said  # an earlier request's fault, carried along
        ]
        findings += removals(step)
    return tuple(findings)


def units_examined(steps: Sequence[Step]) -> int:
    """How many signed or opaque parts of earlier answers the steps' requests were held to."""
    places = Places()
    return sum(
        is_unit(part, rule)
        for step in steps
        for echo in places.echoes(step)
        for turn in (_turn(echo, step),)
        for part, rule in zip(turn.recorded, turn.rules, strict=True)
        if turn.mandatory or turn.sent
    )


def _turn(echo: Echo, step: Step) -> Turn:
    """The answers that still bind the request, against what stands there."""
    history = step.spoken.history
    binding = [answer for answer in echo.answers if _binds(answer.step, step)]
    exchange = step.spoken.exchange
    recorded = tuple(part for answer in binding for part in answer.parts)
    return Turn(
        recorded=recorded,
        sent=echo.sent,
        base=echo.base,
        rules=tuple(
            rule_of(exchange.dialect, exchange.vendor, history.model, part) for part in recorded
        ),
        calls=calls_paired(recorded, echo.sent),
        mandatory=echo.mandatory,
    )


def _binds(answered: Step, asking: Step) -> bool:
    """Whether the same model of the same provider is asked that answered then."""
    ours, theirs = asking.spoken, answered.spoken
    pairs = (
        (ours.exchange.dialect, theirs.exchange.dialect),
        (ours.exchange.vendor, theirs.exchange.vendor),
        (ours.history.model, theirs.history.model),
    )
    return all(None in pair or pair[0] == pair[1] for pair in pairs)


def _echo_findings(echo: Echo, step: Step) -> Iterator[EchoFinding]:
    turn = _turn(echo, step)
    owners = {id(part): answer.step for answer in echo.answers for part in answer.parts}
    for fault in faults_of(turn):
        yield _finding(fault, step, owners, outside=not turn.mandatory)
    if turn.mandatory and turn.sent:
        dialect = step.spoken.exchange.dialect
        for fault in call_faults(dialect, turn.recorded, turn.sent, turn.calls, turn.base):
            if fault.kind != "call-missing" or not turn.by_reference:
                yield _finding(fault, step, owners)


def _results(step: Step) -> Iterator[Fault]:
    """Calls and results that don't fit; not where some of them are out of sight."""
    history = step.spoken.history
    if step.link.again and step.link.held:
        return
    for message in history.messages:
        for part in message.parts:
            if isinstance(part, Compaction):
                return
            if isinstance(part, Generic) and part.kind == "item_reference":
                return
    open_calls: list[ToolCall] = []
    if history.previous_id is not None:
        known = before(step)
        if known is None:
            return
        previous, link = known
        candidates = previous.spoken.exchange.candidates[link.candidate : link.candidate + 1]
        open_calls = [
            part for one in candidates for part in one.parts if isinstance(part, ToolCall)
        ]
    yield from result_faults(step.spoken.exchange.dialect, history.messages, open_calls)


def _finding(
    fault: Fault, step: Step, owners: dict[int, Step], *, outside: bool = False
) -> EchoFinding:
    owner = owners.get(id(fault.part))
    what = fault.what.replace("TURN's", "" if owner is None else f"turn {owner.turn}'s")
    if owner is None:
        text = f"turn {step.turn}: {what} at {fault.path} {fault.said}"
    else:
        text = f"turn {step.turn} does not echo {what}: {fault.path} {fault.said}"
    sides = [
        f"{name}: {value}"
        for name, value in (("recorded", fault.recorded), ("sent", fault.sent))
        if value is not None
    ]
    if owner is not None and sides:
        text += f" ({'; '.join(sides)})"
    return EchoFinding(
        kind=fault.kind,
        severity="warning" if outside else fault.severity,
        interaction=step.spoken.index,
        turn=step.turn,
        path=fault.path,
        message=text,
        answer=None if owner is None else owner.spoken.index,
        answered_turn=None if owner is None else owner.turn,
        answer_path=None if owner is None else fault.part.path,
        recorded=fault.recorded,
        sent=fault.sent,
    )
