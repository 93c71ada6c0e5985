"""A virtual clock for an asyncio loop: where nothing is ready, its time jumps to the next timer.

The loop's own `time()` and its selector's `select()` are wrapped on that one loop. While a session
with `clock="virtual"` is open, a loop that would sleep until a timer is at that time at once: the
waits of a replay, `asyncio.sleep` and timeouts keep their order and take no time. It does not jump
while a thread of the loop's executor is at work, and gives sockets that it watches a moment first.
Closed again, the loop goes on from the time at which it is, at the pace of the real clock.

asyncio's own loops only: uvloop keeps its time where nobody reaches it, and trio wants a clock when
it starts (`trio.testing.MockClock(autojump_threshold=0)`; pytest-trio's `autojump_clock`).
"""

from __future__ import annotations

import asyncio
import sys
import warnings
from typing import Any

from stream_cassette.errors import StreamCassetteWarning
from stream_cassette.session.session import Session

__all__ = ["VirtualTime", "begin", "skips"]

_GRACE_S = 0.02  # for sockets of others that the loop watches
_TRIO = (
    'clock="virtual" has no hold on a trio run that has begun, so its waits are real: run it with '
    "trio.testing.MockClock(autojump_threshold=0), or pytest-trio's fixture autojump_clock"
)
_OTHER = 'clock="virtual" needs a loop of asyncio\'s own, this one is {}: its waits are real'

_ATTRIBUTE = "_stream_cassette_time"  # on the loop itself: a table of loops would keep them alive


def skips(session: Session) -> bool:
    """Whether an async replay leaves its waits out. Makes the loop's time virtual where asked."""
    if session.clock == "real":
        return False
    reason = begin(session)
    if reason is not None and session.clock == "virtual":
        warnings.warn(reason, StreamCassetteWarning, stacklevel=2)
    return reason is not None and session.clock == "quick"


def begin(session: Session) -> str | None:
    """Make the running loop's time virtual while the session is open; or why it can't be."""
    trio = sys.modules.get("trio")
    if trio is not None and trio.lowlevel.in_trio_run():
        return None if type(trio.lowlevel.current_clock()).__name__ == "MockClock" else _TRIO
    loop: Any = asyncio.get_running_loop()
    known: VirtualTime | None = getattr(loop, _ATTRIBUTE, None)
    if known is not None:
        known.serve(session)
        return None
    selector = getattr(loop, "_selector", None)
    if not isinstance(loop, asyncio.BaseEventLoop) or not hasattr(selector, "select"):
        named = f"{type(loop).__module__}.{type(loop).__qualname__}"
        return _OTHER.format(named)
    made = VirtualTime(loop, selector)
    made.serve(session)
    setattr(loop, _ATTRIBUTE, made)
    return None


class VirtualTime:
    """The time of one loop. `skipped_s` is how far it is ahead of the real one."""

    def __init__(self, loop: Any, selector: Any) -> None:
        self.skipped_s: float = 0.0
        self._sessions: list[Session] = []
        self._select = selector.select
        self._time = loop.time
        self._run_in_executor = loop.run_in_executor
        self._watched = selector.get_map if hasattr(selector, "get_map") else dict
        self._own = 1 if hasattr(loop, "_csock") else 0
        self._at_work = 0
        selector.select = self.select
        loop.time = self.time
        loop.run_in_executor = self.run_in_executor

    def serve(self, session: Session) -> None:
        """Jump while the session is open."""
        if not any(one is session for one in self._sessions):
            self._sessions = [*(one for one in self._sessions if one.is_open), session]

    def time(self) -> float:
        """Seconds on the loop's clock."""
        return float(self._time()) + self.skipped_s

    def select(self, timeout: float | None = None) -> Any:
        """What is ready; where nothing is, the time jumps by `timeout`."""
        jumps = not self._at_work and any(session.is_open for session in self._sessions)
        if not timeout or timeout < 0 or not jumps:
            return self._select(timeout)
        grace_s = _GRACE_S if len(self._watched()) > self._own else 0.0
        ready = self._select(min(timeout, grace_s))
        if not ready:
            self.skipped_s += max(0.0, timeout - min(timeout, grace_s))
        return ready

    def run_in_executor(self, executor: Any, function: Any, *args: Any) -> Any:
        """As the loop's own; time does not jump until it is done."""
        future = self._run_in_executor(executor, function, *args)
        self._at_work += 1
        future.add_done_callback(self._done)
        return future

    def _done(self, future: Any) -> None:
        self._at_work -= 1
