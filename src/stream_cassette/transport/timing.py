"""When a replay hands up what it has: waits by a timetable, sync and async.

A client's own read timeout holds, as it would on the wire: whoever waits longer for a chunk, or for
the head, gets the client's `ReadTimeout` at the time at which the wire would have raised it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType
from typing import Any

from stream_cassette.session.plan import Playback
from stream_cassette.transport import clock

__all__ = ["Timetable", "timetable"]


class Timetable:
    """The waits of one playback, which begins when this is made.

    With `skips`, a wait takes no time, and counts as if it had.
    """

    def __init__(self, client: ModuleType, playback: Playback, request: Any, *, skips: bool):
        self._client = client
        self._dues_ms = iter((playback.head_ms, *(playback.dues_ms or ())))
        self._head_ms: float | None = None
        self._limit_s = _read_timeout_s(request)
        self._skips = skips
        self._start_s: float | None = None
        self._skipped_s = 0.0

    def wait(self) -> None:
        """Wait until the head, the next chunk, or the end is due."""
        wait_s, limit = self._next(clock.monotonic())
        if wait_s:
            clock.wait(wait_s)
        if limit is not None:
            raise limit

    async def wait_async(self) -> None:
        """Wait until the head, the next chunk, or the end is due."""
        wait_s, limit = self._next(clock.monotonic_async())
        if wait_s:
            await clock.wait_async(wait_s)
        if limit is not None:
            raise limit

    def _next(self, now_s: float) -> tuple[float, Exception | None]:
        """Seconds to wait from now, and what to raise after."""
        now_s += self._skipped_s
        if self._start_s is None:
            self._start_s = now_s
        due_ms = next(self._dues_ms, 0.0)
        if self._head_ms is None:
            self._head_ms = due_ms
        else:
            due_ms += self._head_ms
        wait_s, limit = max(0.0, self._start_s + due_ms / 1000 - now_s), None
        if self._limit_s is not None and wait_s > self._limit_s:
            text = f"nothing was read for {self._limit_s:g} s: the replay's next chunk is due later"
            wait_s, limit = self._limit_s, self._client.ReadTimeout(text)
        if self._skips:
            self._skipped_s += wait_s
            wait_s = 0.0
        return wait_s, limit


def timetable(
    client: ModuleType, playback: Playback, request: Any, *, skips: bool
) -> Timetable | None:
    """The waits of a playback, None where it has none."""
    if playback.dues_ms is None and not playback.head_ms:
        return None
    return Timetable(client, playback, request, skips=skips)


def _read_timeout_s(request: Any) -> float | None:
    timeouts: Mapping[str, Any] = request.extensions.get("timeout") or {}
    limit = timeouts.get("read")
    return None if limit is None else float(limit)
