"""Time."""

from __future__ import annotations

import asyncio
import re

from stream_cassette.transport import clock


def test_now_is_utc_with_milliseconds() -> None:
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", clock.now())


def test_waiting_takes_time() -> None:
    started = clock.monotonic()
    clock.wait(0.01)
    asyncio.run(clock.wait_async(0.01))
    assert clock.monotonic() - started >= 0.02
