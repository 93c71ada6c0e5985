"""A conversation as a page shows it: turn by turn, with the echo links between turns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from stream_cassette.cassette.visible import visible
from stream_cassette.conversation.model import Conversation, Exchange, Message
from stream_cassette.report.html_echo import EchoLink
from stream_cassette.report.html_parts import Anchor, MessageView, message_view, usage_words
from stream_cassette.report.html_text import plural

__all__ = ["ConversationView", "EchoView", "TurnView", "conversation_view", "error_words"]

_MESSAGES = 400  # of one conversation that are shown


@dataclass(frozen=True, slots=True, kw_only=True)
class EchoView:
    """One end of a link, at the request that carries it: `id` is its own, `to` the part's.

    `state` is `kept`, `held` (by the server), `error` or `warning`.
    """

    id: str
    to: str | None
    state: str
    label: str
    what: str
    path: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnView:
    """What a request adds to what was said, its echoes, and the answer.

    `places` are the interactions: the last is the one whose answer stands, those before it were
    tried in vain. `faults` tell of errors and early ends.
    """

    number: int
    places: tuple[int, ...]
    asked: tuple[MessageView, ...]
    echoes: tuple[EchoView, ...]
    answer: MessageView | None
    who: str
    usage: str
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationView:
    """The turns, and how many messages were left out of them."""

    title: str
    turns: tuple[TurnView, ...]
    left: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Turn:
    asked: tuple[Message, ...]
    answer: Message | None
    places: tuple[int, ...]
    exchanges: tuple[Exchange, ...]


def conversation_view(
    number: int, conversation: Conversation, links: Iterable[EchoLink], limit: int
) -> ConversationView:
    """The conversation; `number` makes its ids its own, `limit` is for the text of one part."""
    places = set(conversation.interactions)
    known = [
        (f"k{number}e{n}", link)
        for n, link in enumerate(links)
        if link.echoed in places and (link.issued is None or link.issued in places)
    ]
    turns = list(_turns(conversation))
    shown: list[TurnView] = []
    left = _MESSAGES
    for count, turn in enumerate(turns, 1):
        left -= len(turn.asked) + 1
        if left < 0 and shown:
            break
        shown.append(_turn(number, count, turn, known, limit))
    listed = ", ".join(map(str, conversation.interactions))
    noun = "interaction" if len(places) == 1 else "interactions"
    return ConversationView(
        title=f"{plural(len(turns), 'turn')} · {noun} {listed}",
        turns=tuple(shown),
        left=len(turns) - len(shown),
    )


def error_words(exchange: Exchange) -> str | None:
    """What the provider reported, or how the answer ended where it is not complete."""
    if exchange.error is not None:
        error = exchange.error
        said = ": ".join(filter(None, (error.type or error.code, error.message)))
        status = f" ({error.status})" if error.status else ""
        return f"Error{status}: {visible(said) or 'without a word'}"
    if exchange.termination == "complete":
        return None
    return _ENDS[exchange.termination]


_ENDS = {
    "truncated": "The answer was cut short.",
    "errored": "The answer ended with an error.",
    "aborted": "The client left before the end.",
}


def _turns(conversation: Conversation) -> Iterator[_Turn]:
    """Messages and exchanges in step: an answer is one of its exchange's candidates."""
    exchanges, places = conversation.exchanges, conversation.interactions
    done, asked = 0, list[Message]()
    for message in conversation.messages:
        found = _answered(message, exchanges, done)
        if found is None:
            asked.append(message)
            continue
        yield _Turn(
            asked=tuple(asked),
            answer=message,
            places=places[done : found + 1],
            exchanges=exchanges[done : found + 1],
        )
        done, asked = found + 1, []
    if asked or done < len(exchanges):
        yield _Turn(
            asked=tuple(asked), answer=None, places=places[done:], exchanges=exchanges[done:]
        )


def _answered(message: Message, exchanges: Sequence[Exchange], done: int) -> int | None:
    for place in range(done, len(exchanges)):
        if any(message is one for one in exchanges[place].candidates):
            return place
    return None


def _turn(
    number: int, count: int, turn: _Turn, known: Sequence[tuple[str, EchoLink]], limit: int
) -> TurnView:
    last = turn.exchanges[-1] if turn.exchanges else None
    at = turn.places[-1] if turn.places else None
    parts = turn.answer.parts if turn.answer is not None else ()
    anchors = {place: _anchor(number, at, place, known) for place in range(len(parts))}
    faults = [
        f"Interaction {place}: {said}" if len(turn.places) > 1 else said
        for place, exchange in zip(turn.places, turn.exchanges, strict=True)
        if (said := error_words(exchange)) is not None
    ]
    return TurnView(
        number=count,
        places=turn.places,
        asked=tuple(message_view(one, limit) for one in turn.asked),
        echoes=tuple(
            _echo(number, ident, link) for ident, link in known if link.echoed in turn.places
        ),
        answer=None if turn.answer is None else message_view(turn.answer, limit, anchors),
        who="" if last is None else _who(last),
        usage="" if last is None else usage_words(last.usage),
        faults=tuple(faults),
    )


def _anchor(
    number: int, at: int | None, place: int, known: Sequence[tuple[str, EchoLink]]
) -> Anchor:
    ends = tuple(
        (ident, _WHATS[link.kind], _state(link))
        for ident, link in known
        if link.issued == at and link.part == place
    )
    return Anchor(id=f"k{number}i{at}p{place}", ends=ends)


def _who(exchange: Exchange) -> str:
    name = visible(exchange.dialect)
    return f"{name} ({visible(exchange.vendor)})" if exchange.vendor else name


_WHATS = {
    "signature": "signature",
    "value": "opaque value",
    "call": "call",
    "result": "result",
}


def _echo(number: int, ident: str, link: EchoLink) -> EchoView:
    has_part = link.part is not None and link.issued is not None
    held = "kept by the server" if link.is_held else link.label
    return EchoView(
        id=ident,
        to=f"k{number}i{link.issued}p{link.part}" if has_part else None,
        state=_state(link),
        label=held if link.fault is None else link.fault,
        what=_WHATS[link.kind],
        path=link.path,
    )


def _state(link: EchoLink) -> str:
    if link.fault is not None:
        return link.severity or "error"
    return "held" if link.is_held else "kept"
