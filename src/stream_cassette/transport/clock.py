"""Time: the monotonic clock, the calendar, and waiting, sync and async."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

__all__ = ["monotonic", "monotonic_async", "now", "wait", "wait_async"]

monotonic: Callable[[], float] = time.perf_counter
"""Seconds from any point, never back."""


def monotonic_async() -> float:
    """Seconds on the clock by which `wait_async` waits: the running loop's own."""
    import anyio

    return anyio.current_time()


def now() -> str:
    """The time in UTC, ISO 8601 with milliseconds and Z."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def wait(seconds: float) -> None:
    """Block this thread."""
    time.sleep(seconds)


async def wait_async(seconds: float) -> None:
    """Wait under asyncio or trio."""
    import anyio

    await anyio.sleep(seconds)
