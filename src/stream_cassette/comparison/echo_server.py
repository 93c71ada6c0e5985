"""Reasoning that the server itself says it did not take: `input_transformations`.

Source: dialects' fact sheet 5, 6.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from stream_cassette.comparison.echo_finding import EchoFinding
from stream_cassette.conversation.chain import Step
from stream_cassette.conversation.parts import JSON, Reasoning

__all__ = ["removals"]

_NAME = "input_transformations"
_INDEX = re.compile(r"\.(\d+)")


def removals(step: Step) -> Iterator[EchoFinding]:
    """What the answer to the step's request says of the request's reasoning."""
    exchange = step.spoken.exchange
    extras = [exchange.extra, *(message.extra for message in exchange.candidates)]
    said = next((extra[_NAME] for extra in extras if extra.get(_NAME)), None)
    for entry in said if isinstance(said, list) else ():
        if isinstance(entry, dict):
            yield _removal(entry, step)


def _removal(entry: dict[str, JSON], step: Step) -> EchoFinding:
    action = str(entry.get("action") or entry.get("type") or "changed")
    reason = str(entry.get("reason") or "no reason given")
    path = _path(entry, step)
    what = f"of turn {step.turn} was not taken as it was sent: {action}, {reason}"
    return EchoFinding(
        kind="removed-by-server",
        severity="warning",
        interaction=step.spoken.index,
        turn=step.turn,
        path=path,
        message=f"the reasoning at {path} {what}",
        recorded=reason,
    )


def _path(entry: dict[str, JSON], step: Step) -> str:
    """The place in the request: Anthropic names it, OpenAI the item's id."""
    if isinstance(named := entry.get("path"), str):
        return _INDEX.sub(r"[\1]", named)
    ident = entry.get("id")
    found = (
        part.path
        for message in step.spoken.history.messages
        for part in message.parts
        if isinstance(part, Reasoning) and part.id == ident
    )
    return next((path for path in found if path), f"input (item {ident})")
