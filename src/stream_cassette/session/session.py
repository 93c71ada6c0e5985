"""One open cassette: what to do about each request."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from stream_cassette.cassette.model import Interaction, Request, Response
from stream_cassette.session.plan import pieces
from stream_cassette.session.player import Miss, Player
from stream_cassette.session.recorder import Recorder, Take

__all__ = ["Playback", "Session"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Playback:
    """A recorded response and the pieces in which its body is handed up, once."""

    response: Response
    pieces: Iterator[bytes]


@dataclass(slots=True, kw_only=True)
class Session:
    """Answers from `player`, records with `recorder`; at least one of them is there.

    `on_miss` makes the exception that a miss raises; None means the client family's own
    connection error.
    """

    name: str
    player: Player | None
    recorder: Recorder | None
    frame_sizes: Callable[[Response], Iterable[int]]
    on_miss: Callable[[Miss], BaseException] | None
    ignore_hosts: frozenset[str] = frozenset()
    parent: Session | None = None
    is_open: bool = False
    misses: list[Miss] = field(default_factory=list)
    played: list[Interaction] = field(default_factory=list)
    unintercepted: set[str] = field(default_factory=set)

    def ignores(self, url: str) -> bool:
        """Whether requests to the URL's host pass untouched; `*.example.com` takes subdomains."""
        if not self.ignore_hosts:
            return False
        host = (urlsplit(url).hostname or "").lower()
        return any(
            host == name or (name.startswith("*.") and host.endswith(name[1:]))
            for name in self.ignore_hosts
        )

    def answer(self, request: Request) -> Playback | Take | Miss:
        """A recorded response to play, a take to record into, or a miss to raise."""
        if self.player is not None:
            interaction = self.player.take(request)
            if interaction is not None:
                self.played.append(interaction)
                response = interaction.response
                return Playback(response=response, pieces=pieces(response, self.frame_sizes))
        if self.recorder is not None:
            return self.recorder.start(request)
        assert self.player is not None
        miss = self.player.miss(request)
        self.misses.append(miss)
        return miss
