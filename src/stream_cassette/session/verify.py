"""Whether a live run still is the recorded one: pairs, and what drifted in each.

Requests pair with recorded ones by order of sending within method and URL, save that a request
which equals another recorded one is taken for that. Values that earlier live answers issued are
read as the recorded ones. Everything here is a pure function of interactions.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeAlias

from stream_cassette.cassette.bindings import Bindings, issued_values
from stream_cassette.cassette.body import plain_bytes
from stream_cassette.cassette.difference import Difference
from stream_cassette.cassette.jsonpath import parse_path
from stream_cassette.cassette.match import Index, MatchOptions
from stream_cassette.cassette.model import Interaction, Request, Response, header
from stream_cassette.cassette.nearest import MOST_DIFFERENCES, Sides, differences_of
from stream_cassette.cassette.redact import redact, resized
from stream_cassette.cassette.secret_names import Redaction
from stream_cassette.cassette.url import url_parts
from stream_cassette.session.levels import (
    LEVELS,
    Answers,
    Level,
    Saying,
    answer_differences,
    default_level,
)
from stream_cassette.session.sayings import Sayings
from stream_cassette.wire.framing import Frame

__all__ = ["Drift", "Rules", "Verdict", "verdict_of"]

DriftKind: TypeAlias = Literal["changed", "beyond", "unasked"]
_ROUTE = ("scheme", "host", "port", "path")


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """One interaction that is not as it was recorded.

    `changed`: its request or its answer differ (`request`, `answer`; together at most five of
    `total` differences). `beyond`: a live request for which no recorded one is left. `unasked`:
    a recorded one that no live request came for. `index` is the recorded interaction's place,
    `live_index` the live one's, in order of sending.
    """

    kind: DriftKind
    method: str
    url: str
    index: int | None = None
    live_index: int | None = None
    level: str | None = None
    request: tuple[Difference, ...] = ()
    answer: tuple[Difference, ...] = ()
    total: int = 0

    def to_dict(self) -> dict[str, Any]:
        """The same as JSON."""
        return {
            "kind": self.kind,
            "method": self.method,
            "url": self.url,
            "index": self.index,
            "live_index": self.live_index,
            "level": self.level,
            "request": [difference.to_dict() for difference in self.request],
            "answer": [difference.to_dict() for difference in self.answer],
            "total": self.total,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What is compared and how. `level` None: what `default` says of the recorded interaction.

    `frames_of` cuts a response's decoded body, which is `decoded`. `sayings` are by level, for
    those at which a model's words do not count.
    """

    match: MatchOptions
    redaction: Redaction
    frames_of: Callable[[Response], Sequence[Frame]]
    decoded: Callable[[Response], bytes]
    level: str | None = None
    default: Callable[[Interaction], str] = default_level
    levels: dict[str, Level] = field(default_factory=lambda: LEVELS)
    sayings: dict[str, Saying] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """`drifts` in order of sending; `unasked` are the places of the recorded ones left over."""

    drifts: tuple[Drift, ...] = ()
    unasked: tuple[int, ...] = ()


def verdict_of(
    recorded: Iterable[Interaction], live: Iterable[Interaction], rules: Rules
) -> Verdict:
    """Hold the live interactions, in order of sending, to the recorded ones."""
    masked = [redact(one, rules.redaction) for one in recorded]
    pairs = _Pairs(masked, rules.match)
    bindings, sayings = Bindings(), Sayings()
    drifts: list[Drift] = []
    for number, raw in enumerate(live):
        one = redact(raw, rules.redaction)
        one = replace(one, request=_rebound(one.request, bindings, sayings))
        index, equal = pairs.of(one.request)
        if index is None:
            drifts.append(_drift("beyond", one, live_index=number))
            continue
        answers = _answers(masked[index], one, bindings, rules)
        bindings = answers.bindings
        request = () if equal else _request_differences(masked[index], one, rules.match)
        level = rules.level or rules.default(answers.recorded)
        if level in rules.sayings:
            sayings = sayings.learned(rules.sayings[level](answers))
        drift = _changed(request, answers, level, rules.levels[level])
        if drift is not None:
            drifts.append(replace(drift, index=index, live_index=number))
    left = pairs.left
    return Verdict(
        drifts=(*drifts, *(_drift("unasked", masked[index], index=index) for index in left)),
        unasked=left,
    )


class _Pairs:
    """The recorded interactions that a live request may be; each is given once."""

    def __init__(self, recorded: Sequence[Interaction], match: MatchOptions) -> None:
        self._index = Index(recorded, match)
        self._names = frozenset(name for name in match.match_on if isinstance(name, str))
        masked = {place for one in recorded for place in one.masked}
        self._secret_query = {p.removeprefix("query.") for p in masked if p.startswith("query.")}
        self._hides_query = match.secrets.hides_query
        self._given: set[int] = set()
        self._count = len(recorded)
        self._waiting: dict[Hashable, deque[int]] = {}
        for index, one in enumerate(recorded):
            self._waiting.setdefault(self._route(one.request), deque()).append(index)

    @property
    def left(self) -> tuple[int, ...]:
        """Those never given."""
        return tuple(index for index in range(self._count) if index not in self._given)

    def of(self, request: Request) -> tuple[int | None, bool]:
        """The place of the request's recorded one, if there is any; whether they are equal."""
        index, equal = self._equal(request), True
        if index is None:
            waiting = self._waiting.get(self._route(request), deque())
            while waiting and waiting[0] in self._given:
                waiting.popleft()
            index, equal = (waiting[0] if waiting else None), False
        if index is not None:
            self._given.add(index)
        return index, equal

    def _equal(self, request: Request) -> int | None:
        """The next recorded one that answers the request, also again where repeats are allowed."""
        before: int | None = None
        while (found := self._index.take(request)) is not None:
            # what was given by order is still there for the index, once
            if found not in self._given or found == before:
                return found
            before = found
        return None

    def _route(self, request: Request) -> Hashable:
        """Method and URL, as far as they are matched; secret parameters are left out."""
        url = url_parts(request.url)
        whole = "uri" in self._names
        parts: list[Hashable] = [getattr(url, n) for n in _ROUTE if whole or n in self._names]
        if whole or "query" in self._names:
            parts.append(tuple(pair for pair in url.query if not self._is_secret(pair[0])))
        if "method" in self._names:
            parts.append(request.method.upper())
        return tuple(parts)

    def _is_secret(self, name: str) -> bool:
        return name in self._secret_query or self._hides_query(name)


def _drift(
    kind: DriftKind, one: Interaction, *, index: int | None = None, live_index: int | None = None
) -> Drift:
    return Drift(
        kind=kind,
        method=one.request.method,
        url=one.request.url,
        index=index,
        live_index=live_index,
    )


def _rebound(request: Request, bindings: Bindings, sayings: Sayings) -> Request:
    """The request with issued values, and words that do not count, as they were recorded.

    A compressed body comes out plain.
    """
    plain = plain_bytes(request)
    body = sayings.body(bindings.body(plain))
    request = replace(request, url=bindings.url(request.url))
    if body == plain:
        return request
    kept = tuple(pair for pair in request.headers if pair[0].lower() != "content-encoding")
    return replace(request, headers=resized(kept, len(body)), body=body)


def _answers(recorded: Interaction, live: Interaction, earlier: Bindings, rules: Rules) -> Answers:
    typed = _typed(recorded, live)
    issued = (_issued(side.response, rules) for side in (typed, live))
    return Answers(
        recorded=typed,
        live=live,
        earlier=earlier,
        bindings=earlier.learned(*issued),
        frames_of=rules.frames_of,
        decoded=rules.decoded,
    )


def _typed(recorded: Interaction, live: Interaction) -> Interaction:
    """The recorded one, with the live one's media type if it kept none (or masked it)."""
    if "/" in (header(recorded.response.headers, "content-type") or ""):
        return recorded
    kept = tuple(p for p in recorded.response.headers if p[0].lower() != "content-type")
    given = tuple(p for p in live.response.headers if p[0].lower() == "content-type")
    return replace(recorded, response=replace(recorded.response, headers=(*kept, *given)))


def _changed(
    request: tuple[Difference, ...], answers: Answers, level: str, compare: Level
) -> Drift | None:
    answer = tuple(answer_differences(answers, compare))
    if not request and not answer:
        return None
    return replace(
        _drift("changed", answers.live),
        level=level,
        request=request[:MOST_DIFFERENCES],
        answer=answer[: max(0, MOST_DIFFERENCES - len(request))],
        total=len(request) + len(answer),
    )


def _request_differences(
    recorded: Interaction, live: Interaction, match: MatchOptions
) -> tuple[Difference, ...]:
    sides = Sides(
        names=frozenset(name for name in match.match_on if isinstance(name, str)),
        ignored=tuple(parse_path(path) for path in match.ignore_body),
        secrets=match.secrets,
    )
    found = tuple(differences_of(live.request, recorded, sides))
    # only spelled differently, or told apart by a function
    return found or (Difference(path="match_on", recorded="a match", live="no match"),)


def _issued(response: Response, rules: Rules) -> dict[tuple[str, ...], tuple[str, ...]]:
    frames = rules.frames_of(response)
    return issued_values((frame.event or "", frame.data) for frame in frames if frame.dispatch)
