"""Record an exchange while its directory is watched, and replay it to others."""

from __future__ import annotations

import json
import os
import re
from base64 import b64decode
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from stream_cassette.tape import use_cassette
from stream_cassette.wire.framing import Frame, frames
from tests.support.leak_places import Answer, Asked, Place
from tests.support.leak_secrets import Secret
from tests.support.leak_watch import Needles, leaks_in
from tests.support.scripted_exchange import Exchange
from tests.support.scripted_server import Lockstep, ScriptedServer
from tests.support.stream_clients import Ask, Flavour, Seen, client_options

__all__ = ["Case", "Recorded", "masked_only", "record", "replay", "reset", "watched"]

EVENTSTREAM = "application/vnd.amazon.eventstream"
PLAIN = client_options(None)
CLIENT = Flavour("httpx2", "sync")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A secret at a place."""

    place: Place
    secret: Secret

    def __str__(self) -> str:
        return f"{self.place.id}-{self.secret.id}".replace(" ", "_")

    @property
    def needles(self) -> Needles:
        """What must not be in any file."""
        return Needles(self.secret.parts or (self.secret.text,))


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What the client saw, where the cassette is, and what leaked meanwhile."""

    seen: Seen
    url: str
    path: Path
    leaks: list[str]
    looks: int


async def reset(exchange: Exchange) -> None:
    """Break the connection off."""
    exchange.reset()


def asking(url: str, asked: Asked) -> Ask:
    """The request, at the server's address."""
    at = url.replace("://", f"://{asked.userinfo}", 1) + asked.path
    return Ask(url=at, headers=dict(asked.headers), content=asked.content, client=PLAIN)


def watched(
    directory: Path, needles: Needles, patch: pytest.MonkeyPatch, *, last: bool = False
) -> Any:
    """A list of leaks, how often was looked, and a look at the directory that adds to both.

    Syncs and renames look first. `last` as for `leaks_in`.
    """
    leaks: list[str] = []
    looks = [0]

    def look(*_: object) -> None:
        looks[0] += 1
        leaks.extend(leaks_in(directory, needles, last=last))

    for name in ("replace", "fsync"):
        real = getattr(os, name)

        def first_look(*args: Any, real: Any = real, **rest: Any) -> Any:
            look()
            return real(*args, **rest)

        patch.setattr(os, name, first_look)
    return leaks, looks, look


def record(server: ScriptedServer, directory: Path, case: Case, **options: Any) -> Recorded:
    """Record the case; the directory is looked at after each chunk, at each sync and rename."""
    secret = case.secret
    answer: Answer = case.place.answer(secret.text)
    script = Lockstep(
        server,
        [piece for piece in answer.pieces if piece],
        headers=[(name, value.encode().decode("latin-1")) for name, value in answer.headers],
        status=answer.status,
        finish=reset if answer.breaks else None,
    )
    url = server.serve(script, path="")
    path = directory / "cassettes" / "live.yaml"
    with pytest.MonkeyPatch.context() as patch:
        for name, value in secret.environ.items():
            patch.setenv(name, value)
        leaks, looks, look = watched(directory, case.needles, patch)

        def on_chunk(_: object) -> None:
            look()
            script.delivered()

        ask = replace(asking(url, case.place.ask(secret.text)), on_chunk=on_chunk)
        with use_cassette(path, record="all", redact=secret.redact, **options):
            seen = CLIENT.ask(ask)
        look()
    return Recorded(seen=seen, url=url, path=path, leaks=leaks, looks=looks[0])


def replay(recorded: Recorded, case: Case, text: str) -> Seen:
    """What a client with another secret in its place gets."""
    with use_cassette(recorded.path, redact=case.secret.redact):
        return CLIENT.ask(asking(recorded.url, case.place.ask(text)))


def masked_only(before: bytes, after: bytes) -> str | None:
    """None if the two differ by masks alone, and what is JSON stays so; else what is wrong."""
    if len(before) != len(after):
        return f"{len(before)} bytes became {len(after)}"
    pairs = zip(_without_coded(before), _without_coded(after), strict=True)
    changed = {b for a, b in pairs if a != b} | _changed_inside(before, after)
    if changed - set(b"*A"):
        return f"changed to {bytes(sorted(changed))!r}"
    for media in (
        (EVENTSTREAM,) if _messages(before) else ("text/event-stream", "application/x-ndjson")
    ):
        for old, new in zip(frames(before, media), frames(after, media), strict=True):
            if (old.fault is None) != (new.fault is None):
                return f"{media}: {new.fault}"
            if _is_json(old.data) and not _is_json(new.data):
                return f"{media}: no JSON any more: {new.data[:80]!r}"
    if _is_json(before.decode("utf-8", "replace")) and not _is_json(after.decode()):
        return "no JSON any more"
    return None


_CODED = re.compile(rb'(?<="bytes": ")(?:e|W)[A-Za-z0-9+/]*=*')  # JSON in base64


def _without_coded(body: bytes) -> bytes:
    """The body without what is JSON in base64; of an event stream, without checksums too."""
    body = b"".join(frame.raw[:-4] for frame in _messages(body)) or body
    return _CODED.sub(lambda coded: bytes(len(coded[0])), body)


def _messages(body: bytes) -> list[Frame]:
    """The messages of an event stream; none if it is no such."""
    found = frames(body, EVENTSTREAM)
    return found if all(frame.headers for frame in found) else []


def _changed_inside(before: bytes, after: bytes) -> set[int]:
    """What the bytes of JSON in base64 were changed to."""
    found = zip(_CODED.findall(before), _CODED.findall(after), strict=True)
    pairs = ((b64decode(old), b64decode(new)) for old, new in found)
    return {b for old, new in pairs for a, b in zip(old, new, strict=True) if a != b}


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
