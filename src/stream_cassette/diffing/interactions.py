"""Interactions compared as such: by frames, or byte by byte."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from stream_cassette.cassette.bindings import Bindings
from stream_cassette.cassette.difference import MISSING
from stream_cassette.cassette.model import Interaction, Response, header
from stream_cassette.cassette.settled import how_ended, items_of, unstarred
from stream_cassette.comparison.match import Divergence
from stream_cassette.diffing.bodies import byte_changes, first_other
from stream_cassette.diffing.model import InteractionDiff, Status
from stream_cassette.diffing.pace import pace_of
from stream_cassette.diffing.pairs import Numbered, pairs_of
from stream_cassette.diffing.requests import held_by, request_changes
from stream_cassette.diffing.rules import Rules, changes_at, divergence
from stream_cassette.meaning import decoded_body, frames_of, history_of
from stream_cassette.wire.framing import DECODERS, looks_like, media_type

__all__ = ["answer_view", "interaction_diffs"]

_HEADERS = ("content-type", "content-encoding", "location")
_CUTS_SHOWN = 8


def interaction_diffs(
    left: Sequence[Numbered], right: Sequence[Numbered], rules: Rules, bindings: Bindings
) -> tuple[InteractionDiff, ...]:
    """Each pair, in the left one's order, what only the right one has at the end.

    The right one's requests are rebound; `bindings` are for its answers.
    """
    found = []
    for one, other in pairs_of(left, right):
        if one is None or other is None:
            found.append(_single(one, other))
            continue
        kept = rules.kept(_changes(one[1], other[1], bindings, rules))
        found.append(_diff("changed" if kept else "same", one, other, kept))
    return tuple(found)


def answer_view(response: Response) -> dict[str, Any] | bytes:
    """What is compared of an answer at the level `frames`; its bytes, if it has no frames."""
    media = _media(response)
    out: dict[str, Any] = {"status": response.status, "ending": how_ended(response.ending)}
    if not _has_frames(media):
        return decoded_body(response)
    try:
        items = items_of(frames_of(response), Bindings())
    except RecursionError:
        return decoded_body(response)
    if "json" in media and len(items) == 1:
        return out | {"body": items[0].get("data")}
    return out | {"frames": items}


def _single(one: Numbered | None, other: Numbered | None) -> InteractionDiff:
    return _diff("removed" if other is None else "added", one, other, ())


def _diff(
    status: Status,
    one: Numbered | None,
    other: Numbered | None,
    differences: tuple[Divergence, ...],
) -> InteractionDiff:
    either = other or one
    assert either is not None
    return InteractionDiff(
        status=status,
        left=None if one is None else one[0],
        right=None if other is None else other[0],
        method=either[1].request.method,
        url=either[1].request.url,
        differences=differences,
        pace=pace_of([one[1]] if one else [], [other[1]] if other else []),
    )


def _changes(
    left: Interaction, right: Interaction, bindings: Bindings, rules: Rules
) -> list[Divergence]:
    if rules.level == "bytes":
        return _exact_changes(left, right, whole=rules.whole)
    histories = filter(None, (history_of(left), history_of(right)))
    held = frozenset(name for one in histories for name in held_by(one))
    found = request_changes(left.request, right.request, whole=rules.whole, held=held)
    found += _outcomes(left.response, right.response)
    if left.response.status and right.response.status:
        found += _answers(left.response, right.response, bindings, whole=rules.whole)
    return found


def _outcomes(left: Response, right: Response) -> list[Divergence]:
    sides = ({"status": one.status, "ending": how_ended(one.ending)} for one in (left, right))
    return changes_at(("response",), *sides)


def _answers(
    left: Response, right: Response, bindings: Bindings, *, whole: bool
) -> list[Divergence]:
    kinds = [_media(one) for one in (left, right)]
    if kinds[0] != kinds[1]:
        headers = divergence(("response", "headers", "content-type"), kinds[0], kinds[1])
        return [headers, *_bodies(left, right, bindings)]
    if not _has_frames(kinds[0]):
        return _bodies(left, right, bindings)
    try:
        one = items_of(frames_of(left), Bindings(), whole=whole)
        other = items_of(frames_of(right), bindings, whole=whole)
        if "json" in kinds[0] and len(one) == len(other) == 1:
            at = ("response", "body")
            return changes_at(at, one[0].get("data"), other[0].get("data"))
        return changes_at(("response", "frames"), one, other)
    except RecursionError:
        return _bodies(left, right, bindings)


def _media(response: Response) -> str:
    """The media type; where none was kept, or a mask in its place, what the body looks like."""
    media = media_type(header(response.headers, "content-type"))
    if "/" in media:
        return media
    body = decoded_body(response)
    return looks_like(body) or ("application/json" if body.lstrip()[:1] in (b"{", b"[") else media)


def _has_frames(media: str) -> bool:
    return media in DECODERS or "json" in media


def _bodies(left: Response, right: Response, bindings: Bindings) -> list[Divergence]:
    """The decoded bodies byte by byte, masks of one length."""
    one, other = decoded_body(left), bindings.body(decoded_body(right))
    if one != other and b"****" in one and b"****" in other:
        one, other = (_unmasked(body) for body in (one, other))
    return byte_changes(("response", "body"), one, other)


def _unmasked(body: bytes) -> bytes:
    return unstarred(body.decode("latin-1")).encode("latin-1")


def _exact_changes(left: Interaction, right: Interaction, *, whole: bool) -> list[Divergence]:
    """The level `bytes`: everything but times."""
    found = changes_at((), _exact_head(left, whole), _exact_head(right, whole))
    found += byte_changes(("request", "body"), left.request.body, right.request.body)
    found += byte_changes(("response", "body"), left.response.body, right.response.body)
    return found + _cuts(left.response, right.response)


def _exact_head(one: Interaction, whole: bool) -> dict[str, Any]:
    request, response = one.request, one.response
    asked: dict[str, Any] = {"method": request.method, "url": request.url}
    came: dict[str, Any] = {"status": response.status, "ending": how_ended(response.ending)}
    names = {name: header(response.headers, name) for name in _HEADERS}
    came["headers"] = {name: value for name, value in names.items() if value is not None}
    if whole:
        asked["headers"], came["headers"] = _all(request.headers), _all(response.headers)
        came |= {"reason": response.reason, "http_version": response.http_version}
    return {"request": asked, "response": came}


def _all(headers: Sequence[tuple[str, str]]) -> dict[str, str]:
    return {name.lower(): header(tuple(headers), name) or "" for name, _ in headers}


def _cuts(left: Response, right: Response) -> list[Divergence]:
    sizes = [_sizes(one) for one in (left, right)]
    if sizes[0] == sizes[1]:
        return []
    place = first_other(sizes[0] or [], sizes[1] or [])
    return [divergence(("response", "chunks"), *(_cut_from(one, place) for one in sizes))]


def _sizes(response: Response) -> list[int] | None:
    return None if response.cuts is None else [cut.size_bytes for cut in response.cuts]


def _cut_from(sizes: list[int] | None, place: int) -> Any:
    if sizes is None:
        return MISSING
    shown = sizes[place : place + _CUTS_SHOWN]
    return {"chunks": len(sizes), "from_chunk": place, "sizes": shown}
