"""A cassette as a page shows it: its row in the list, and its panel."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from stream_cassette.api import exchange_of, steps_of
from stream_cassette.cassette.model import Cassette, Interaction
from stream_cassette.cassette.visible import visible
from stream_cassette.comparison.echo import check
from stream_cassette.conversation.chain import Step, conversations_of
from stream_cassette.conversation.model import Conversation, Exchange
from stream_cassette.conversation.words import in_words
from stream_cassette.errors import DialectError
from stream_cassette.report.html_conversation import ConversationView, conversation_view
from stream_cassette.report.html_echo import EchoLink, links_of
from stream_cassette.report.html_interaction import (
    Caps,
    InteractionView,
    ending_words,
    interaction_view,
)
from stream_cassette.report.html_text import clip, plural

__all__ = ["CassetteView", "Reading", "Row", "cassette_view", "reading_of", "row_of"]

_OPENING = 110  # characters of the first words
_SEARCHED = 4_000  # characters of what was said that the search looks at
_FIRST_ERROR = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A cassette, read once: who went on from whom, every answer, conversations, echo links."""

    name: str
    cassette: Cassette
    exchanges: tuple[Exchange | None, ...]
    steps: tuple[Step, ...]
    conversations: tuple[Conversation, ...]
    links: tuple[EchoLink, ...]
    fault: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What the list says of a cassette, and what its filters look at.

    `who` are dialects, also with their vendors; `searched` is lower-case text. `troubles` say what
    is wrong with it, `states` are a run's words for it. `directory` is what all names begin with.
    """

    name: str
    opening: str
    size: str
    who: tuple[str, ...]
    finishes: tuple[str, ...]
    endings: tuple[str, ...]
    troubles: tuple[str, ...]
    states: tuple[str, ...]
    searched: str
    directory: str = ""

    @property
    def shown(self) -> tuple[str, str]:
        """The directory below the one that all cassettes share, and the name of the file."""
        inside = self.name.removeprefix(self.directory)
        directory, slash, file = visible(inside).rpartition("/")
        return directory + slash, file


@dataclass(frozen=True, slots=True, kw_only=True)
class CassetteView:
    """The panel: conversations and interactions; `left` interactions are not shown."""

    summary: str
    fault: str | None
    conversations: tuple[ConversationView, ...]
    interactions: tuple[InteractionView, ...]
    left: int = 0


def reading_of(name: str, cassette: Cassette) -> Reading:
    """The cassette, read; a dialect that fails at it leaves what was said unread."""
    try:
        steps = steps_of(cassette)
        known = {step.spoken.index: step.spoken.exchange for step in steps}
        exchanges = tuple(
            known.get(place) or exchange_of(one) for place, one in enumerate(cassette.interactions)
        )
    except DialectError as error:
        return Reading(
            name=name,
            cassette=cassette,
            exchanges=(None,) * len(cassette.interactions),
            steps=(),
            conversations=(),
            links=(),
            fault=visible(str(error)),
        )
    return Reading(
        name=name,
        cassette=cassette,
        exchanges=exchanges,
        steps=steps,
        conversations=conversations_of(steps),
        links=links_of(steps, check(steps)),
    )


def row_of(reading: Reading, states: Sequence[str] = ()) -> Row:
    """The cassette's row; `states` are its words of a run."""
    count = len(reading.cassette.interactions)
    return Row(
        name=reading.name,
        opening=_opening(reading),
        size=plural(count, "interaction"),
        who=tuple(_who(reading.exchanges)),
        finishes=tuple(_finishes(reading.exchanges)),
        endings=tuple(_endings(reading)),
        troubles=tuple(_troubles(reading)),
        states=tuple(states),
        searched=_searched(reading),
    )


def cassette_view(reading: Reading, caps: Caps) -> CassetteView:
    """The cassette's panel, as far as `caps` go."""
    cassette = reading.cassette
    told = {place for one in reading.conversations for place in one.interactions}
    pairs = list(zip(cassette.interactions, reading.exchanges, strict=True))
    shown = pairs[: caps.interactions]
    each = caps.shared(len(shown))
    words = (plural(len(pairs), "interaction"), plural(len(reading.conversations), "conversation"))
    return CassetteView(
        summary=" · ".join((*words, f"format {visible(cassette.format)}")),
        fault=reading.fault,
        conversations=tuple(
            conversation_view(number, one, reading.links, caps.part_chars)
            for number, one in enumerate(reading.conversations[: caps.interactions])
        ),
        interactions=tuple(
            interaction_view(place, one, exchange, each, is_bare=place not in told)
            for place, (one, exchange) in enumerate(shown)
        ),
        left=len(pairs) - len(shown),
    )


def _opening(reading: Reading) -> str:
    """The first words of a user; without any, what was asked for."""
    for conversation in reading.conversations:
        for message in conversation.messages:
            if message.role == "user" and message.parts:
                said = " ".join(in_words(part, _OPENING) for part in message.parts)
                if said.strip():
                    return clip(" ".join(said.split()), _OPENING).text
    for one in reading.cassette.interactions:
        url = urlsplit(one.request.url)
        asked = f"{one.request.method} {url.netloc.rpartition('@')[2]}{url.path}"
        return clip(asked, _OPENING).text
    return "no interaction"


def _who(exchanges: Iterable[Exchange | None]) -> Iterable[str]:
    found: dict[str, None] = {}
    for one in exchanges:
        if one is not None:
            name = visible(one.dialect)
            found[name] = None
            if one.vendor:
                found[f"{name} ({visible(one.vendor)})"] = None
    return found or ("no dialect",)


def _finishes(exchanges: Iterable[Exchange | None]) -> Iterable[str]:
    return dict.fromkeys(
        message.finish_reason.unified
        for one in exchanges
        if one is not None
        for message in one.candidates
        if message.finish_reason is not None
    )


def _troubles(reading: Reading) -> Iterable[str]:
    if reading.fault is not None:
        yield "dialect failed"
    errors = sum(
        _is_error(one, exchange)
        for one, exchange in zip(reading.cassette.interactions, reading.exchanges, strict=True)
    )
    if errors:
        yield plural(errors, "error")
    cut = sum(one is not None and one.termination == "truncated" for one in reading.exchanges)
    if cut:
        yield f"{cut} cut short"
    broken = sum(link.severity == "error" for link in reading.links)
    if broken:
        yield f"{broken} broken {'echo' if broken == 1 else 'echoes'}"
    if any(one is not None and one.unknown for one in reading.exchanges):
        yield "unknown parts"


def _endings(reading: Reading) -> Iterable[str]:
    """How the exchanges ended, and how the answers in them did."""
    words = [ending_words(one) for one in reading.cassette.interactions]
    words += [_ENDS[one.termination] for one in reading.exchanges if one is not None]
    return dict.fromkeys(words)


_ENDS = {
    "complete": "complete",
    "truncated": "cut short",
    "errored": "an error in the answer",
    "aborted": "closed by the client",
}


def _is_error(one: Interaction, exchange: Exchange | None) -> bool:
    if exchange is not None and exchange.error is not None:
        return True
    return one.response.status >= _FIRST_ERROR or one.response.ending.kind == "error"


def _searched(reading: Reading) -> str:
    """The name, the models, and what was said, up to a limit."""
    pieces, room = [reading.name], _SEARCHED
    for conversation in reading.conversations:
        for message in conversation.messages:
            pieces.append(message.model or "")
            for part in message.parts:
                said = in_words(part, room)
                pieces.append(said)
                room -= len(said)
                if room <= 0:
                    return visible(" ".join(pieces)).lower()
    return visible(" ".join(pieces)).lower()
