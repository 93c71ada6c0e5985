"""Rules on what was said: whether it is understood, and whether all of it is there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from typing import Final

from stream_cassette.cassette.model import Ending, Interaction, header
from stream_cassette.cassette.visible import visible
from stream_cassette.checks.finding import Finding
from stream_cassette.checks.subject import Subject, Told
from stream_cassette.conversation.model import Exchange, Unknown
from stream_cassette.conversation.parts import Generic, shortened
from stream_cassette.pipeline import frames_of
from stream_cassette.wire.framing import DECODERS, media_type

__all__ = [
    "broken_frame",
    "dialect_error",
    "ended_early",
    "incomplete_stream",
    "unknown_dialect",
    "unknown_part",
]

_FIRST_ERROR: Final = 400
_STREAMS: Final = frozenset(DECODERS) - {"application/json"}
_EVENTSTREAM: Final = "application/vnd.amazon.eventstream"
_MOST: Final = 5
_LONGEST: Final = 60

# parts that dialects keep as they came although they know them: a tool's protocol, an app's own
# data, the user's messages in an answer that compacts
_KEPT: Final = {"mcp": "*", "ui-messages": "*", "openai-responses": "message"}

_ENDINGS: Final = {
    "client-closed": "the client closed the stream before its end",
    "pending": "the client stopped waiting for the next chunk",
}


def unknown_dialect(subject: Subject) -> Iterator[Finding]:
    """`unknown-dialect`: streams that no dialect reads."""
    for number, (one, told) in enumerate(_both(subject)):
        media = _media(one)
        is_stream = media in _STREAMS and one.response.body and _is_answer(one)
        if told is None and is_stream and number not in subject.failed:
            message = f"no dialect reads this stream of {media}"
            yield subject.finding("unknown-dialect", message, interaction=number)


def unknown_part(subject: Subject) -> Iterator[Finding]:
    """`unknown-part`: what the dialect does not know in a request or an answer."""
    for number, (one, told) in enumerate(_both(subject)):
        if told is None:
            continue
        history, exchange = told
        faults = _faults(one) if exchange.unknown else []
        found = [
            *_named((part for part in exchange.unknown if part.name not in faults), ""),
            *_generic(told),
            *_named(history.unknown, " in the request"),
        ]
        if found:
            more = f" and {len(found) - _MOST} more" if len(found) > _MOST else ""
            message = f"{exchange.dialect} does not know {', '.join(found[:_MOST])}{more}"
            yield subject.finding("unknown-part", message, interaction=number)


def broken_frame(subject: Subject) -> Iterator[Finding]:
    """`broken-frame`: messages that contradict their own length or checksum."""
    for number, one in enumerate(subject.cassette.interactions):
        for fault in _faults(one):
            yield subject.finding("broken-frame", fault, interaction=number)


def dialect_error(subject: Subject) -> Iterator[Finding]:
    """`dialect-error`: interactions that a dialect fails on."""
    if any(told is None for told in subject.told):
        for number, why in subject.failed.items():
            yield subject.finding("dialect-error", why, interaction=number)


def incomplete_stream(subject: Subject) -> Iterator[Finding]:
    """`incomplete-stream`: answers that stop, though nothing says that the exchange did."""
    for number, (one, told) in enumerate(_both(subject)):
        if told is None or one.response.ending.kind != "complete" or not _is_answer(one):
            continue
        if told[1].termination != "truncated":
            continue
        if _is_reasoned(told[1]):
            message = f"the {told[1].dialect} answer says why it ends, and has no end marker"
            yield subject.finding("incomplete-stream", message, interaction=number, severity="info")
        else:
            message = f"marked complete, but the {told[1].dialect} answer has no end"
            yield subject.finding("incomplete-stream", message, interaction=number)


def ended_early(subject: Subject) -> Iterator[Finding]:
    """`ended-early`: exchanges that the client or the network broke off."""
    for number, one in enumerate(subject.cassette.interactions):
        if one.response.ending.kind != "complete":
            message = _ended(one.response.ending)
            yield subject.finding("ended-early", message, interaction=number)


def _is_reasoned(exchange: Exchange) -> bool:
    """Whether every candidate gave its reason to end: a vendor may leave out the marker."""
    reasons = [message.finish_reason for message in exchange.candidates]
    return bool(reasons) and all(one is not None and one.raw is not None for one in reasons)


def _both(subject: Subject) -> Iterable[tuple[Interaction, Told | None]]:
    return zip(subject.cassette.interactions, subject.told, strict=True)


def _is_answer(one: Interaction) -> bool:
    return 0 < one.response.status < _FIRST_ERROR


def _media(one: Interaction) -> str:
    return media_type(header(one.response.headers, "content-type"))


def _faults(one: Interaction) -> list[str]:
    """What is wrong with messages; only the binary framing can tell."""
    if _media(one) != _EVENTSTREAM:
        return []
    return [frame.fault for frame in frames_of(one.response) if frame.fault is not None]


def _named(found: Iterable[Unknown], where: str) -> Iterator[str]:
    for one in found:
        times = f" ×{one.count}" if one.count > 1 else ""
        yield f"the {one.kind} {_shown(one.name)}{where}{times}"


def _generic(told: Told) -> Iterator[str]:
    kept = _KEPT.get(told[1].dialect, "")
    named = {(one.kind, one.name) for one in (*told[1].unknown, *told[0].unknown)}
    kinds = dict.fromkeys(
        part.kind
        for message in told[1].candidates
        for part in message.parts
        if isinstance(part, Generic)
        if ("part", part.kind) not in named and not fnmatchcase(part.kind, kept)
    )
    yield from (f"the part {_shown(kind)}" for kind in kinds)


def _shown(name: str) -> str:
    return repr(shortened(visible(name), _LONGEST))


def _ended(ending: Ending) -> str:
    if ending.kind in _ENDINGS:
        return _ENDINGS[ending.kind]
    said = f": {shortened(visible(ending.message), _LONGEST)}" if ending.message else ""
    return f"the exchange ended in an error ({ending.error or 'other'}){said}"
