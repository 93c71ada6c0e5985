"""A cassette as text that is the same for two runs that say the same: what git compares.

Each value stands on a line of its own, so that a change is a change of few lines. Ids, times,
counts, signatures, cuts and pace are left out; whether something was signed is not. Nothing but
visible characters comes out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any

from stream_cassette.api import check_echo
from stream_cassette.cassette.bindings import Bindings, issued_values
from stream_cassette.cassette.model import Cassette, Interaction, Request
from stream_cassette.cassette.visible import visible
from stream_cassette.diffing.interactions import answer_view
from stream_cassette.diffing.pairs import own_bindings, rebound
from stream_cassette.diffing.requests import body_value, head_of, settings_of
from stream_cassette.diffing.rules import Rules
from stream_cassette.diffing.talks import Talk, talks_in
from stream_cassette.diffing.views import bound, exchange_view

__all__ = ["stable_text"]

_LEAD = ("type", "role", "parts", "content", "finish_reason")


def stable_text(cassette: Cassette) -> Iterator[str]:
    """Lines, without their ends: each conversation, then what is part of none."""
    bindings = own_bindings(cassette)
    talks = talks_in(cassette, Rules(), bindings)
    spoken: set[int] = set()
    for talk in talks:
        yield from _conversation(talk, cassette)
        spoken.update(talk.conversation.interactions)
    for finding in check_echo(cassette):
        yield f"echo: {finding.kind} at {visible(finding.path)} of request {finding.interaction}"
    for index, one in enumerate(rebound(cassette, bindings).interactions):
        if index not in spoken:
            yield from _interaction(one, bindings)


def _conversation(talk: Talk, cassette: Cassette) -> Iterator[str]:
    first = talk.steps[0].spoken.exchange
    yield f"conversation: {visible(first.dialect)}, {len(talk.steps)} answers"
    known: dict[str, str] = {}
    for place, step in enumerate(talk.steps):
        one = talk.interactions[place].request
        head = head_of(one)
        head["url"] = "{scheme}://{host}{path}".format(**head["url"])
        asked = head | settings_of(one, [step.spoken.history], whole=False)
        if carried := _carried(cassette.interactions[step.spoken.index].request):
            asked["issued values carried back"] = carried
        found = dict(_leaves(asked, ""))
        yield from _asked(found, known, place)
        known = found
    for value in talk.view.values:
        yield from _message(value)
    for place, step in enumerate(talk.steps):
        exchange = step.spoken.exchange
        ended = exchange_view(exchange, talk.interactions[place], talk.bindings, whole=False)
        yield f"  answer {place}: {', '.join(_ended(ended))}"
    yield ""


def _carried(request: Request) -> int:
    """How many ids and opaque values the request has: that one is gone is to be seen."""
    value = body_value(request, whole=True)
    if not isinstance(value, dict):
        return 0
    # member by member: what is called `input` may be the history
    members = (("", json.dumps(each)) for each in value.values())
    return sum(len(values) for values in issued_values(members).values())


def _asked(found: Mapping[str, str], known: Mapping[str, str], place: int) -> Iterator[str]:
    """What the request asks for, less what the one before it did."""
    changed = [path for path, text in found.items() if known.get(path) != text]
    gone = [path for path in known if path not in found]
    if changed or gone:
        yield f"  request {place}"
    yield from (f"    {path}: {found[path]}" for path in changed)
    yield from (f"    {path} is gone" for path in gone)


def _ended(ended: Mapping[str, Any]) -> Iterator[str]:
    yield f"{ended.get('termination')}"
    yield f"status {ended.get('status')}"
    if ended.get("ending") != "complete":
        yield f"{ended.get('ending')}"
    for name in ("error", "extra", "others"):
        if ended.get(name):
            yield f"{name} {_text(ended[name])}"


def _message(value: Mapping[str, Any]) -> Iterator[str]:
    yield f"  {visible(str(value['role']))}"
    for part in value["parts"]:
        yield from _part(part)
    if "finish_reason" in value:
        yield f"    → {visible(str(value['finish_reason']))}"
    rest = {name: each for name, each in value.items() if name not in _LEAD}
    yield from (f"    {path}: {text}" for path, text in _leaves(rest, ""))


def _part(part: Mapping[str, Any]) -> Iterator[str]:
    kind = str(part["type"])
    said = part.get("content", part.get("response"))
    rest = {name: each for name, each in part.items() if name not in ("type", "content")}
    if isinstance(said, str):
        rest.pop("response", None)
        if kind != "text":
            yield f"    {visible(kind)}"
        yield from (f"    | {visible(line.expandtabs(4))}".rstrip() for line in said.split("\n"))
    else:
        name = rest.pop("name", None)
        yield f"    {visible(kind)}{f' {visible(name)}' if isinstance(name, str) else ''}"
        if said is not None:
            rest["response"] = said
    yield from (f"      {path}: {text}" for path, text in _leaves(rest, ""))


def _interaction(one: Interaction, bindings: Bindings) -> Iterator[str]:
    yield visible(f"interaction: {one.request.method} {one.request.url}")
    value = body_value(one.request, whole=False)
    if value is not None:
        yield from (f"  request{path}: {text}" for path, text in _leaves(value, "."))
    elif one.request.body:
        yield f"  request: {_digest(one.request.body)}"
    came = answer_view(one.response)
    if isinstance(came, bytes):
        yield f"  status: {one.response.status}"
        yield from (f"  {line}" for line in _body(came))
    else:
        yield from (f"  {path}: {text}" for path, text in _leaves(bound(came, bindings), ""))
    yield ""


def _body(body: bytes) -> Iterator[str]:
    try:
        lines = body.decode().split("\n")
    except UnicodeDecodeError:
        yield f"response: {_digest(body)}"
        return
    yield from (f"| {visible(line.expandtabs(4))}".rstrip() for line in lines)


def _digest(body: bytes) -> str:
    return f"{len(body)} bytes, SHA-256 {sha256(body).hexdigest()}"


def _leaves(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """Each place with its value as JSON."""
    if isinstance(value, dict) and value:
        for name, each in sorted(value.items()):  # their order says nothing
            step = visible(str(name))
            yield from _leaves(each, f"{path}{'' if path in ('', '.') else '.'}{step}")
    elif isinstance(value, list) and value:
        for place, each in enumerate(value):
            yield from _leaves(each, f"{path}[{place}]")
    elif value not in ({}, []) or path.startswith("."):
        yield path, _text(value)


def _text(value: Any) -> str:
    return visible(json.dumps(value, ensure_ascii=False, default=str))
