"""Which interaction of one cassette is which of another, and what ids stand for which.

Pairs are by method and URL, equal requests first, then in order of sending; the order among others
does not count. Linear in what there is.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import TypeAlias, TypeVar

from stream_cassette.cassette.bindings import Bindings, issued_values
from stream_cassette.cassette.body import plain_bytes
from stream_cassette.cassette.model import Cassette, Interaction, Request
from stream_cassette.cassette.settled import ISSUED_VALUE
from stream_cassette.cassette.url import url_parts
from stream_cassette.diffing.requests import body_value
from stream_cassette.meaning import frames_of

__all__ = [
    "Numbered",
    "Pair",
    "bindings_of",
    "first_alike",
    "own_bindings",
    "pairs_of",
    "rebound",
    "same_request",
]

_T = TypeVar("_T")

Numbered: TypeAlias = tuple[int, Interaction]
"""An interaction with its place in the cassette."""
Pair: TypeAlias = tuple[Numbered | None, Numbered | None]


def first_alike(
    left: Sequence[_T], right: Sequence[_T], keys: Iterable[Callable[[_T], Hashable]]
) -> Iterator[tuple[_T | None, _T | None]]:
    """Pairs by the first key that two have in common, each in its order; each is given once.

    In the left one's order; what is left over of the right one stands at the end.
    """
    given: dict[int, int] = {}
    free = dict.fromkeys(range(len(right)))
    for key_of in keys:
        if len(given) == len(left) or not free:
            break
        waiting: dict[Hashable, deque[int]] = {}
        for place in free:
            waiting.setdefault(key_of(right[place]), deque()).append(place)
        for place, one in enumerate(left):
            found = waiting.get(key_of(one)) if place not in given else None
            if found:
                given[place] = found.popleft()
                del free[given[place]]
    for place, one in enumerate(left):
        yield one, right[given[place]] if place in given else None
    yield from ((None, right[place]) for place in free)


def pairs_of(left: Sequence[Numbered], right: Sequence[Numbered]) -> list[Pair]:
    """Which interaction is which; those of the left side in order, then what is left over."""
    keys: list[Callable[[Numbered], Hashable]] = [_same, _route, _host]
    found = first_alike(left, right, keys)
    return list(found)


def bindings_of(left: Cassette, right: Cassette) -> Bindings:
    """What the right cassette's answers issued, as what the left one's did in its place."""
    bindings = Bindings()
    numbered = [tuple(enumerate(one.interactions)) for one in (left, right)]
    for one, other in pairs_of(*numbered):
        if one is not None and other is not None:
            bindings.learn(_issued(one[1]), _issued(other[1]))
    return bindings


def own_bindings(cassette: Cassette) -> Bindings:
    """What the cassette's answers issued, as one word: for a text that two runs have in common."""
    bindings = Bindings()
    for one in cassette.interactions:
        issued = _issued(one)
        words = {place: (ISSUED_VALUE,) * len(values) for place, values in issued.items()}
        bindings.learn(words, issued)
    return bindings


def rebound(cassette: Cassette, bindings: Bindings) -> Cassette:
    """The cassette with its requests as they would carry the other one's values."""
    if not bindings:
        return cassette
    return replace(
        cassette,
        interactions=tuple(
            replace(one, request=_rebound(one.request, bindings)) for one in cassette.interactions
        ),
    )


def same_request(one: Interaction) -> Hashable:
    """What two requests have in common that ask for the same; ids aside."""
    value = body_value(one.request, whole=False)
    if value is None:
        return _route((0, one)), sha256(one.request.body).digest()
    try:
        return _route((0, one)), json.dumps(value, sort_keys=True)
    except RecursionError:
        return _route((0, one)), sha256(one.request.body).digest()


def _same(one: Numbered) -> Hashable:
    return same_request(one[1])


def _route(one: Numbered) -> Hashable:
    return one[1].request.method.upper(), url_parts(one[1].request.url)


def _host(one: Numbered) -> Hashable:
    """The method and the host: a path may hold an id, or a model."""
    return one[1].request.method.upper(), url_parts(one[1].request.url).host


def _issued(one: Interaction) -> dict[tuple[str, ...], tuple[str, ...]]:
    frames = frames_of(one.response)
    return issued_values((frame.event or "", frame.data) for frame in frames if frame.dispatch)


def _rebound(request: Request, bindings: Bindings) -> Request:
    plain = plain_bytes(request)
    body, url = bindings.body(plain), bindings.url(request.url)
    if body == plain:
        return replace(request, url=url)
    kept = tuple(pair for pair in request.headers if pair[0].lower() != "content-encoding")
    return replace(request, url=url, headers=kept, body=body)
