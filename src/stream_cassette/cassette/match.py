"""Which recorded interaction answers a request: the match key, named matchers, the index.

Each interaction plays once, in recorded order among equals. Look-up is by hash: a request's body
is parsed once, whatever the number of interactions. Masked places of a recorded request match
anything, so its key is taken with them left out, and so is the live one's.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeAlias

from stream_cassette.cassette.body import Body, body_key, body_of
from stream_cassette.cassette.difference import MISSING, Difference
from stream_cassette.cassette.jsonpath import Steps, parse_path, parse_pointer
from stream_cassette.cassette.model import Interaction, Request
from stream_cassette.cassette.nearest import Nearest, Sides, nearest_of
from stream_cassette.cassette.secret_names import DEFAULT, REDACTED, Redaction
from stream_cassette.cassette.url import masked_path, open_path, url_parts
from stream_cassette.errors import UsageError

__all__ = [
    "DEFAULT_MATCH_ON",
    "MATCHERS",
    "MISSING",
    "Difference",
    "Index",
    "MatchOptions",
    "Matcher",
    "Nearest",
]

Matcher: TypeAlias = Callable[[Request, Request], bool | None]
"""(live, recorded) → False for no match, True or None for a match; may raise AssertionError."""

DEFAULT_MATCH_ON = ("method", "scheme", "host", "port", "path", "query", "body")
# vcrpy's names; `headers` is compared pair by pair, the others make up the key
MATCHERS = (*DEFAULT_MATCH_ON, "uri", "raw_body", "headers")
_ROUTE = ("method", "scheme", "host", "port", "path")


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchOptions:
    """What has to be equal (`match_on`: names of MATCHERS, functions) and what never counts.

    `ignore_body` are JSON paths. `secrets` only decides which values a difference may show.
    Raises: UsageError.
    """

    match_on: tuple[str | Matcher, ...] = DEFAULT_MATCH_ON
    ignore_body: tuple[str, ...] = ()
    allow_repeats: bool = False
    secrets: Redaction = DEFAULT

    def __post_init__(self) -> None:
        for name in self.match_on:
            if not callable(name) and name not in MATCHERS:
                known = ", ".join(MATCHERS)
                raise UsageError(f"match_on: no matcher {name!r} (known: {known}, or a function)")
        for path in self.ignore_body:
            parse_path(path)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mask:
    """The places of a recorded request that match anything."""

    body: tuple[Steps, ...] = ()
    query: frozenset[str] = frozenset()
    form: frozenset[str] = frozenset()
    path: frozenset[int] = frozenset()
    is_any_body: bool = False


@lru_cache(maxsize=1024)
def _mask_of(masked: tuple[str, ...]) -> _Mask:
    return _Mask(
        body=tuple(parse_pointer(place) for place in sorted(masked) if place.startswith("/")),
        query=frozenset(p.removeprefix("query.") for p in masked if p.startswith("query.")),
        form=frozenset(p.removeprefix("form.") for p in masked if p.startswith("form.")),
        path=masked_path(masked),
        is_any_body="body" in masked,
    )


class _View:
    """A request while it is looked at: its body is parsed when first needed, and once."""

    __slots__ = ("_body", "request")

    def __init__(self, request: Request) -> None:
        self.request = request
        self._body: Body | None = None

    @property
    def body(self) -> Body:
        if self._body is None:
            self._body = body_of(self.request)
        return self._body


@dataclass(slots=True, kw_only=True)
class _Bucket:
    """The interactions of one key: those still to play, in order, and those played."""

    waiting: deque[int] = field(default_factory=deque)
    played: list[int] = field(default_factory=list)


class Index:
    """Recorded interactions by what they answer. Not thread-safe: its owner holds a lock."""

    def __init__(self, interactions: Sequence[Interaction], options: MatchOptions) -> None:
        self._interactions = tuple(interactions)
        self._options = options
        names = [name for name in options.match_on if isinstance(name, str)]
        self._route_names = tuple(name for name in names if name in _ROUTE)
        self._rest_names = tuple(n for n in names if n not in _ROUTE and n != "headers")
        functions: list[Matcher] = [name for name in options.match_on if callable(name)]
        self._functions = [_same_headers, *functions] if "headers" in names else functions
        self._ignored = tuple(parse_path(path) for path in options.ignore_body)
        self._masks: dict[Hashable, dict[_Mask, None]] = {}
        self._paths: dict[frozenset[int], None] = {}  # which segments of a path match anything
        self._buckets: dict[Hashable, _Bucket] = {}
        self._played: dict[int, None] = {}
        for position, interaction in enumerate(self._interactions):
            mask = _mask_of(interaction.masked)
            view = _View(interaction.request)
            route = self._route(view.request, mask.path)
            self._paths[mask.path] = None
            self._masks.setdefault(route, {})[mask] = None
            key = route, mask, self._key(view, mask)
            self._buckets.setdefault(key, _Bucket()).waiting.append(position)

    @property
    def played(self) -> tuple[int, ...]:
        """Indices of the interactions that were played, in the order of their first play."""
        return tuple(self._played)

    @property
    def unplayed(self) -> tuple[int, ...]:
        """Indices of the interactions never played, in recorded order."""
        return tuple(i for i in range(len(self._interactions)) if i not in self._played)

    def take(self, request: Request) -> int | None:
        """The index of the next unplayed interaction that answers the request, or None.

        With `allow_repeats`, the last one played answers again once none is left.
        """
        buckets = self._equal(request)
        best = self._next(request, buckets)
        if best is not None:
            return self._play(*best)
        if not self._options.allow_repeats:
            return None
        again = [self._first(request, reversed(bucket.played)) for bucket in buckets]
        return max((index for index in again if index is not None), default=None)

    def peek(self, request: Request) -> int | None:
        """The index that `take` would give of those unplayed, which stays where it is."""
        best = self._next(request, self._equal(request))
        return None if best is None else best[0]

    def _next(self, request: Request, buckets: Iterable[_Bucket]) -> tuple[int, _Bucket] | None:
        best: tuple[int, _Bucket] | None = None
        for bucket in buckets:
            found = self._first(request, bucket.waiting)
            if found is not None and (best is None or found < best[0]):
                best = found, bucket
        return best

    def recorded_times(self, request: Request) -> int:
        """How many recorded interactions answer the request, played or not."""
        indices = [i for bucket in self._equal(request) for i in (*bucket.played, *bucket.waiting)]
        return sum(self._accepted(request, index) for index in indices)

    def nearest(self, request: Request) -> Nearest | None:
        """The recorded interaction most like the request, or None if nothing is recorded."""
        if not self._interactions:
            return None
        sides = Sides(names=self._names(), ignored=self._ignored, secrets=self._options.secrets)
        return nearest_of(request, self._interactions, frozenset(self._played), sides)

    def _names(self) -> frozenset[str]:
        return frozenset(name for name in self._options.match_on if isinstance(name, str))

    def _equal(self, request: Request) -> list[_Bucket]:
        view = _View(request)
        found: list[_Bucket] = []
        for path in self._paths:
            route = self._route(request, path)
            keys = ((route, mask, self._key(view, mask)) for mask in self._masks.get(route, ()))
            found += (bucket for key in keys if (bucket := self._buckets.get(key)) is not None)
        return found

    def _first(self, request: Request, indices: Iterable[int]) -> int | None:
        return next((index for index in indices if self._accepted(request, index)), None)

    def _accepted(self, request: Request, index: int) -> bool:
        recorded = self._interactions[index].request
        try:
            return all(matches(request, recorded) is not False for matches in self._functions)
        except AssertionError:
            return False

    def _play(self, index: int, bucket: _Bucket) -> int:
        if bucket.waiting[0] == index:
            bucket.waiting.popleft()
        else:
            bucket.waiting.remove(index)
        bucket.played.append(index)
        self._played[index] = None
        return index

    def _route(self, request: Request, path: frozenset[int]) -> Hashable:
        url = url_parts(request.url)
        parts: dict[str, Hashable] = {
            "method": request.method.upper(),
            "scheme": url.scheme,
            "host": url.host,
            "port": url.port,
            "path": open_path(url.path, path),
        }
        return tuple(parts[name] for name in self._route_names)

    def _key(self, view: _View, mask: _Mask) -> Hashable:
        return tuple(self._part(name, view, mask) for name in self._rest_names)

    def _part(self, name: str, view: _View, mask: _Mask) -> Hashable:
        if name in ("body", "raw_body") and mask.is_any_body:
            return None
        if name == "raw_body" and not mask.body and not mask.form:
            return view.request.body
        if name in ("body", "raw_body"):
            key: Hashable = body_key(view.body, (*mask.body, *self._ignored), mask.form)
            return key
        url = url_parts(view.request.url)
        query = url.query
        if mask.query:
            query = tuple(pair for pair in query if pair[0] not in mask.query)
        if name == "query":
            return query
        return url.scheme, url.host, url.port, open_path(url.path, mask.path), query


def _same_headers(live: Request, recorded: Request) -> bool:
    """Equal names and values, case of names ignored; a masked recorded value matches anything."""
    left, right = _header_map(live), _header_map(recorded)
    hidden = {name for name, values in right.items() if REDACTED in values}
    return {n: v for n, v in left.items() if n not in hidden} == {
        n: v for n, v in right.items() if n not in hidden
    }


def _header_map(request: Request) -> dict[str, tuple[str, ...]]:
    values: dict[str, tuple[str, ...]] = {}
    for name, value in request.headers:
        values[name.lower()] = (*values.get(name.lower(), ()), value)
    return values
