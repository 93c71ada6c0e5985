"""The levels of `verify` that look at what was said: for answers that a dialect claims.

Two answers are two conversations here, compared as `compare` does. At `conversation` (also called
`structure`) the words of a model do not count: it finds others in every run. What counts is what
the code has to do with them: roles, parts and their order, which tools are called with which
arguments, why the answer ended, whether there was an error or a refusal.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Final

from stream_cassette import meaning
from stream_cassette.cassette.difference import MISSING, Difference
from stream_cassette.cassette.model import Interaction, header
from stream_cassette.cassette.volatile_names import never_counts
from stream_cassette.comparison.ignore import MatchLevel, counts
from stream_cassette.comparison.match import Divergence, compare
from stream_cassette.conversation.model import Conversation, Exchange, Message
from stream_cassette.session.levels import LEVELS, Answers, Level, Saying
from stream_cassette.wire.framing import media_type

__all__ = ["is_spoken", "levels", "sayings"]

_MATCH: Final[dict[str, MatchLevel]] = {
    "conversation": "structure",
    "structure": "structure",
    "text": "text",
    "exact": "exact",
}
# a protocol of tools, not of models: its answers are data, held to as other JSON is
_ASIDE = frozenset({"mcp"})


def is_spoken(interaction: Interaction) -> bool:
    """Whether a dialect claims the interaction, as an answer of a model. Raises: DialectError."""
    label = meaning.label_of(interaction)
    return label is not None and label[0] not in _ASIDE


def levels() -> dict[str, Level]:
    """The levels by name, for `Rules`."""
    return {name: partial(_differences, level=level) for name, level in _MATCH.items()}


def sayings() -> dict[str, Saying]:
    """For each of these levels, the words that do not count there."""
    return {name: partial(_sayings, level=level) for name, level in _MATCH.items()}


def _differences(answers: Answers, *, level: MatchLevel) -> Iterator[Difference]:
    kinds = [media_type(header(one.headers, "content-type")) for one in answers.sides]
    exchanges = _exchanges(answers)
    if exchanges is None:
        yield from LEVELS["frames"](answers)
        return
    if kinds[0] != kinds[1]:
        yield _received("headers.content-type", *kinds)
    if answers.are_prefixes:
        exchanges = _shared(*exchanges)
    sides = (Conversation(messages=one.candidates, exchanges=(one,)) for one in exchanges)
    found = compare(*sides, level=level, is_volatile=never_counts)
    yield from map(_difference, found)


def _exchanges(answers: Answers) -> tuple[Exchange, Exchange] | None:
    """What both answers say; None if no dialect reads one of them, or neither says anything."""
    recorded, live = (meaning.exchange_of(one) for one in (answers.recorded, answers.live))
    if recorded is None or live is None or not (_says(recorded) or _says(live)):
        return None
    return recorded, live


def _says(exchange: Exchange) -> bool:
    """Whether there is anything in the answer that the dialect understood."""
    return exchange.error is not None or any(
        message.parts or message.finish_reason for message in exchange.candidates
    )


def _shared(recorded: Exchange, live: Exchange) -> tuple[Exchange, Exchange]:
    """Of two answers that the caller left early: the parts that both have, less the last one."""
    pairs = zip(recorded.candidates, live.candidates, strict=False)
    cut = [_both(one, other) for one, other in pairs]
    left, right = (tuple(pair[side] for pair in cut) for side in (0, 1))
    return replace(recorded, candidates=left), replace(live, candidates=right)


def _both(recorded: Message, live: Message) -> tuple[Message, Message]:
    count = max(0, min(len(recorded.parts), len(live.parts)) - 1)
    one, other = (
        replace(side, parts=side.parts[:count], finish_reason=None) for side in (recorded, live)
    )
    return one, other


def _difference(found: Divergence) -> Difference:
    recorded = MISSING if found.kind == "right_only" else found.left
    live = MISSING if found.kind == "left_only" else found.right
    return _received(found.path, recorded, live)


def _received(path: str, recorded: object, live: object) -> Difference:
    return Difference(path=path, recorded=recorded, live=live, verb="received")


def _sayings(answers: Answers, *, level: MatchLevel) -> Iterator[tuple[str, str]]:
    exchanges = _exchanges(answers)
    for recorded, live in zip(*(one.candidates for one in exchanges or ()), strict=False):
        if not counts("text", "content", level):  # clients join it
            yield live.text, recorded.text
        by_kind = [_said(side, level) for side in (live, recorded)]
        for kind, texts in by_kind[0].items():
            yield from zip(texts, by_kind[1].get(kind, ()), strict=False)


def _said(message: Message, level: MatchLevel) -> dict[str, list[str]]:
    """Kind of part → what such parts say that does not count at the level."""
    said: dict[str, list[str]] = {}
    for part in message.parts:
        if part.grows is not None and not counts(part.type, part.grows, level):
            said.setdefault(part.type, []).append(getattr(part, part.grows) or "")
    return said
