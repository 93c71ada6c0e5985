"""One exchange three times: bare, while recording, and on replay, which must reach no server."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from stream_cassette.cassette.model import Cassette, Interaction
from stream_cassette.store.files import read
from stream_cassette.tape import use_cassette
from tests.support.scripted_exchange import Script
from tests.support.scripted_server import Lockstep, ScriptedServer
from tests.support.stream_clients import Ask, Flavour, Seen


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundTrip:
    """What the caller saw each time, and what the file holds."""

    bare: Seen
    recorded: Seen
    replayed: Seen
    cassette: Cassette

    @property
    def only(self) -> Interaction:
        """The one interaction recorded."""
        (interaction,) = self.cassette.interactions
        return interaction

    @property
    def stored(self) -> tuple[bytes, ...]:
        """The chunks of the one interaction, as the file has them."""
        chunks = self.only.response.chunks
        assert chunks is not None
        return tuple(chunk.data for chunk in chunks)


def round_trip(
    server: ScriptedServer,
    path: Path,
    flavour: Flavour,
    script_of: Callable[[], Script],
    ask: Ask,
    *,
    tls: bool = False,
    **options: Any,
) -> RoundTrip:
    """Ask bare, record, replay; `options` go to both sessions.

    Each run gets a script of its own. A `Lockstep` must not stall, and the replay must reach no
    server.
    """
    scripts = [script_of(), script_of()]
    url = server.serve(*scripts, tls=tls)
    bare = flavour.ask(_told(replace(ask, url=url), scripts[0]))
    with use_cassette(path, record="all", **options):
        recorded = flavour.ask(_told(replace(ask, url=url), scripts[1]))
    for script in scripts:
        assert not isinstance(script, Lockstep) or script.stalled is None
    arrived = len(server.received)
    with use_cassette(path, **options):
        replayed = flavour.ask(replace(ask, url=url))
    assert len(server.received) == arrived, "the replay reached the server"
    return RoundTrip(bare=bare, recorded=recorded, replayed=replayed, cassette=read(path))


def _told(ask: Ask, script: Script) -> Ask:
    """The question, with each chunk that the caller holds reported to a `Lockstep`."""
    if not isinstance(script, Lockstep):
        return ask
    return replace(ask, on_chunk=lambda _chunk: script.delivered())
