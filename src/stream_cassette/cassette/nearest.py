"""The recorded interaction most like a request that none answers, and how the two differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from stream_cassette.cassette.body import Body, body_of
from stream_cassette.cassette.body_mask import mask_body
from stream_cassette.cassette.difference import MISSING, Difference, differing, size
from stream_cassette.cassette.head_mask import masked_values
from stream_cassette.cassette.jsonpath import Steps, parse_pointer, path_text, without
from stream_cassette.cassette.model import Interaction, Request
from stream_cassette.cassette.secret_names import REDACTED, Redaction
from stream_cassette.cassette.url import masked_path, open_path, url_parts

__all__ = ["MOST_DIFFERENCES", "Nearest", "Sides", "differences_of", "nearest_of"]

MOST_DIFFERENCES = 5
_MOST_COMPARED = 200  # interactions whose bodies are compared in full
_PLAYED_COST = 3  # an unplayed interaction is meant, unless a played one is much nearer
_OTHER_KIND_COST = 50  # a JSON body against a form, say


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearest:
    """A recorded interaction, its first differences (at most five), and whether it was played.

    No differences means that it does answer the request, and was played before.
    """

    index: int
    differences: tuple[Difference, ...]
    already_played: bool

    def to_dict(self) -> dict[str, Any]:
        """The same as JSON."""
        return {
            "index": self.index,
            "differences": [difference.to_dict() for difference in self.differences],
            "already_played": self.already_played,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """What is compared: the matchers' names, the body paths that don't count, what is hidden."""

    names: frozenset[str]
    ignored: tuple[Steps, ...]
    secrets: Redaction


def nearest_of(
    live: Request, interactions: Sequence[Interaction], played: frozenset[int], sides: Sides
) -> Nearest:
    """The most alike of `interactions` (not empty): by method, host and path, then by body."""
    order = sorted(
        range(len(interactions)),
        key=lambda i: (
            _distance(live, interactions[i], sides),
            abs(len(live.body) - len(interactions[i].request.body)),
            i in played,
            i,
        ),
    )
    least = _distance(live, interactions[order[0]], sides)
    body = body_of(live)
    best: tuple[int, int, list[Difference]] | None = None
    for index in order[:_MOST_COMPARED]:
        if _distance(live, interactions[index], sides) > least:
            break
        found = _found(live, body, interactions[index], sides)
        cost = sum(weight for weight, _ in found)
        cost += _PLAYED_COST if index in played and cost else 0
        if best is None or (cost, index) < best[:2]:
            best = cost, index, [difference for _, difference in found]
    assert best is not None
    return Nearest(
        index=best[1],
        differences=tuple(best[2][:MOST_DIFFERENCES]),
        already_played=best[1] in played,
    )


def differences_of(live: Request, interaction: Interaction, sides: Sides) -> list[Difference]:
    """Every place where the request is not that of the interaction, its masked places aside."""
    return [difference for _, difference in _found(live, body_of(live), interaction, sides)]


def _found(
    live: Request, body: Body, interaction: Interaction, sides: Sides
) -> list[tuple[int, Difference]]:
    try:
        return list(_differences(live, body, interaction, sides))
    except RecursionError:
        deep = "JSON nested too deep to compare"
        return [(_OTHER_KIND_COST, Difference(path="body", recorded=deep, live=deep))]


def _distance(live: Request, recorded: Interaction, sides: Sides) -> int:
    """How far apart the request lines are: host counts most, then path, then method."""
    weights = {"url.host": 8, "url.path": 4, "method": 2, "url.scheme": 1, "url.port": 1}
    return sum(weights[path] for path, _, _ in _heads(live, recorded, sides))


def _heads(live: Request, interaction: Interaction, sides: Sides) -> Iterator[tuple[str, Any, Any]]:
    recorded = interaction.request
    ours, theirs = url_parts(live.url), url_parts(recorded.url)
    if "method" in sides.names and live.method.upper() != recorded.method.upper():
        yield "method", recorded.method, live.method
    for name in ("scheme", "host", "port"):
        one, other = getattr(theirs, name), getattr(ours, name)
        if (name in sides.names or "uri" in sides.names) and one != other:
            yield f"url.{name}", one, other
    anything = masked_path(interaction.masked)
    differ = open_path(theirs.path, anything) != open_path(ours.path, anything)
    if sides.names & {"path", "uri"} and differ:
        yield "url.path", theirs.path, masked_values(ours.path, sides.secrets)


def _differences(
    live: Request, body: Body, interaction: Interaction, sides: Sides
) -> Iterator[tuple[int, Difference]]:
    """Each difference with its weight, secrets hidden."""
    recorded = interaction.request
    for path, one, other in _heads(live, interaction, sides):
        yield 1, Difference(path=path, recorded=one, live=other)
    if sides.names & {"query", "uri"}:
        hidden = {name for name, _ in url_parts(live.url).query if sides.secrets.hides_query(name)}
        pairs = url_parts(recorded.url).query, url_parts(live.url).query
        yield from _named("query", *pairs, interaction.masked, (hidden, sides.secrets))
    if "headers" in sides.names:
        yield from _headers(live, recorded, sides)
    if sides.names & {"body", "raw_body"}:
        yield from _bodies(body, body_of(recorded), interaction.masked, sides)


def _headers(live: Request, recorded: Request, sides: Sides) -> Iterator[tuple[int, Difference]]:
    left = tuple((name.lower(), value) for name, value in recorded.headers)
    right = tuple((name.lower(), value) for name, value in live.headers)
    masked = tuple(f"headers.{name}" for name, value in left if value == REDACTED)
    hidden = {name for name, _ in (*left, *right) if sides.secrets.hides_header(name)}
    yield from _named("headers", left, right, masked, (hidden, sides.secrets))


def _named(
    where: str,
    recorded: tuple[tuple[str, str], ...],
    live: tuple[tuple[str, str], ...],
    masked: tuple[str, ...],
    secret: tuple[set[str], Redaction],
) -> Iterator[tuple[int, Difference]]:
    """The pairs that differ; `secret`: names whose values are not shown, and what else is not."""
    for name in dict.fromkeys(name for name, _ in (*recorded, *live)):
        one = [value for key, value in recorded if key == name]
        other = [value for key, value in live if key == name]
        if one == other or f"{where}.{name}" in masked:
            continue
        shown = [_joined(values, name, secret) for values in (one, other)]
        yield 1, Difference(path=f"{where}.{name}", recorded=shown[0], live=shown[1])


def _joined(values: list[str], name: str, secret: tuple[set[str], Redaction]) -> object:
    if not values:
        return MISSING
    return REDACTED if name in secret[0] else masked_values(", ".join(values), secret[1])


def _bodies(
    live: Body, recorded: Body, masked: tuple[str, ...], sides: Sides
) -> Iterator[tuple[int, Difference]]:
    if "body" in masked:
        return
    if live.kind == recorded.kind == "json":
        yield from _json_bodies(live.value, recorded.value, masked, sides)
    elif live.kind == recorded.kind == "form":
        pairs = (*live.value, *recorded.value)
        hidden = {name for name, _ in pairs if sides.secrets.hides_form(name)}
        pairs_of = recorded.value, live.value
        yield from _named("form", *pairs_of, masked, (hidden, sides.secrets))
    elif (live.kind, live.value) != (recorded.kind, recorded.value):
        one, other = _shown(recorded, sides.secrets), _shown(live, sides.secrets)
        weight = 1 if live.kind == recorded.kind else _OTHER_KIND_COST
        yield weight, Difference(path="body", recorded=one, live=other)


def _json_bodies(
    live: Any, recorded: Any, masked: tuple[str, ...], sides: Sides
) -> Iterator[tuple[int, Difference]]:
    pointers = tuple(parse_pointer(place) for place in masked if place.startswith("/"))
    for steps in (*pointers, *sides.ignored):
        live, recorded = without(live, steps), without(recorded, steps)
    for path, one, other in differing(recorded, live):
        secret = any(isinstance(step, str) and sides.secrets.hides_field(step) for step in path)
        shown = [_without_secrets(value, sides.secrets, secret) for value in (one, other)]
        weight = max(size(one), size(other))
        yield weight, Difference(path=path_text(path), recorded=shown[0], live=shown[1])


def _without_secrets(value: Any, secrets: Redaction, secret: bool) -> Any:
    if isinstance(value, dict):
        return {
            key: _without_secrets(child, secrets, secret or secrets.hides_field(key))
            for key, child in value.items()
        }
    if isinstance(value, list):
        return [_without_secrets(child, secrets, secret) for child in value]
    if not isinstance(value, str):
        return value
    return REDACTED if secret else masked_values(value, secrets)


def _shown(body: Body, secrets: Redaction) -> object:
    """A body of bytes: its text if it has any, secrets masked; else its kind or its size."""
    if body.kind in ("json", "form"):
        return f"a {'JSON' if body.kind == 'json' else 'form'} body"
    if not body.value:
        return MISSING
    if body.kind == "multipart":
        return b"".join(body.value)
    try:
        return mask_body(body.value, "", secrets)[0].decode()
    except UnicodeDecodeError:
        return body.value
