"""One open cassette: what to do about each request."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from stream_cassette.cassette.model import Interaction, Request, Response
from stream_cassette.session.broken import ErrorBytes, unspoken
from stream_cassette.session.plan import PLAIN, Plan, Playback, planned, played_plainly
from stream_cassette.session.player import Miss, Player
from stream_cassette.session.recorder import Recorder, Take

__all__ = ["Playback", "Session"]


@dataclass(slots=True, kw_only=True)
class Session:
    """Answers from `player`, records with `recorder`; at least one of them is there.

    `on_miss` makes the exception that a miss raises; None means the client family's own
    connection error. `plan` says how to replay; `error_bytes` is how its faults spell an error.
    `clock` is by which clock a replay waits: `real`, `virtual` where a loop has one, or `quick`,
    which leaves waits out where there is none. Requests of which `passes` says so go out untouched.
    """

    name: str
    player: Player | None
    recorder: Recorder | None
    frame_sizes: Callable[[Response], Iterable[int]]
    on_miss: Callable[[Miss], BaseException] | None
    ignore_hosts: frozenset[str] = frozenset()
    plan: Plan = PLAIN
    error_bytes: ErrorBytes = unspoken
    clock: str = "real"
    passes: Callable[[Request], bool] | None = None
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

    def lets_pass(self, request: Request) -> bool:
        """Whether the request goes out untouched, whatever its host."""
        return self.passes is not None and self.passes(request)

    def answer(self, request: Request) -> Playback | Take | Miss:
        """A recorded response to play, a take to record into, or a miss to raise."""
        if self.player is not None:
            playback = self._plainly(request) if self.plan.is_plain else self._by_plan(request)
            if playback is not None:
                return playback
        if self.recorder is not None:
            return self.recorder.start(request)
        assert self.player is not None
        miss = self.player.miss(request)
        self.misses.append(miss)
        return miss

    def _plainly(self, request: Request) -> Playback | None:
        assert self.player is not None
        interaction = self.player.take(request)
        if interaction is None:
            return None
        self.played.append(interaction)
        return played_plainly(interaction.response, self.plan, self.frame_sizes)

    def _by_plan(self, request: Request) -> Playback | None:
        assert self.player is not None
        found = self.player.find(request)
        if found is None:
            return None
        if found.fault is None:
            self.played.append(found.interaction)
        return planned(
            found.interaction,
            found.index,
            self.plan,
            fault=found.fault,
            frame_sizes=self.frame_sizes,
            error_bytes=self.error_bytes,
        )
