"""Findings for a person: one line each, then what to do, then how many there were."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple, TypeAlias

from stream_cassette.cassette.visible import visible
from stream_cassette.checks.finding import Finding, Severity
from stream_cassette.checks.rules import RULES
from stream_cassette.checks.run import Outcome

__all__ = ["Line", "findings_lines", "rules_lines"]

Style: TypeAlias = Literal["error", "warning", "info", "dim"]


class Line(NamedTuple):
    """One line without its end, and how it may be styled; `style` is None for plain text."""

    text: str
    style: Style | None = None


def findings_lines(outcome: Outcome) -> Iterator[Line]:
    """`path:line: severity rule: message` for each; remedies, notes and the sum below."""
    for one in outcome.findings:
        yield Line(_said(one), one.severity)
    remedies = dict.fromkeys((one.rule, one.remedy) for one in outcome.findings)
    if remedies:
        yield Line("")
    for rule, remedy in remedies:
        yield Line(visible(f"{rule}: {remedy}"), "dim")
    for path in outcome.fixed:
        yield Line(visible(f"{path}: mended"))
    for note in outcome.notes:
        yield Line(visible(f"note: {note}"), "dim")
    yield Line(_sum(outcome))


def rules_lines() -> Iterator[Line]:
    """Every rule: its id, how grave it is, and what it looks for."""
    family = ""
    for rule in RULES.values():
        if rule.family != family:
            family = rule.family
            yield Line(family)
        needs = f" (with --{rule.needs})" if rule.needs else ""
        yield Line(f"  {rule.id:<26} {rule.severity:<8} {rule.what}{needs}")
        yield Line(f"  {'':<35} {rule.remedy}", "dim")


def _said(one: Finding) -> str:
    place = one.path if one.line is None else f"{one.path}:{one.line}"
    which = "" if one.interaction is None else f"interaction {one.interaction}: "
    return visible(f"{place}: {one.severity} {one.rule}: {which}{one.message}")


def _sum(outcome: Outcome) -> str:
    counts = outcome.counts()
    found = ", ".join(_count(counts[level], level) for level in counts if counts[level])
    paths = {one.path for one in outcome.findings}
    # a file that could not be examined may have shown a secret
    those = (
        f"{len(paths)} of them" if paths.issubset(outcome.checked) else _count(len(paths), "file")
    )
    where = f" in {those}" if found else ""
    parts = [f"{_count(len(outcome.checked), 'cassette')} checked, {found or 'nothing found'}"]
    parts += [_count(len(outcome.fixed), "file") + " mended"] if outcome.fixed else []
    parts += [_others(len(outcome.skipped))] if outcome.skipped else []
    parts += [f"{len(outcome.failed):,} not readable"] if outcome.failed else []
    return parts[0] + where + "".join(f", {part}" for part in parts[1:])


def _others(number: int) -> str:
    return f"{number:,} other file{'' if number == 1 else 's'} passed over"


def _count(number: int, noun: str | Severity) -> str:
    if noun == "info":
        return f"{number:,} info"
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
