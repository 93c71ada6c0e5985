"""A replay's waits: sync and async, and a client's own read timeout."""

from __future__ import annotations

import asyncio
import time
from types import ModuleType, SimpleNamespace
from typing import Any

import httpx
import httpx2
import pytest
import trio

from stream_cassette.cassette.model import Response
from stream_cassette.session.plan import Playback
from stream_cassette.transport import clock
from stream_cassette.transport.timing import Timetable, timetable

CLIENTS = pytest.mark.parametrize("client", [httpx, httpx2], ids=["httpx", "httpx2"])


def _request(read: float | None = None) -> Any:
    return SimpleNamespace(extensions={"timeout": {"read": read}})


def _playback(*dues_ms: float, head_ms: float = 0.0) -> Playback:
    return Playback(
        response=Response(status=200), pieces=iter(()), dues_ms=dues_ms, head_ms=head_ms
    )


def _table(playback: Playback, read: float | None = None, *, skips: bool = False) -> Timetable:
    return Timetable(httpx2, playback, _request(read), skips=skips)


def test_without_times_there_is_none() -> None:
    at_once = Playback(response=Response(status=200), pieces=iter(()))
    assert timetable(httpx2, at_once, _request(), skips=False) is None
    assert timetable(httpx2, _playback(0.0), _request(), skips=False) is not None


class Slept:
    """A clock that stands still but for its waits, which it keeps."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now, self.waits = 100.0, list[float]()
        monkeypatch.setattr(clock, "monotonic", lambda: self.now)
        monkeypatch.setattr(clock, "monotonic_async", lambda: self.now)
        monkeypatch.setattr(clock, "wait", self.wait)
        monkeypatch.setattr(clock, "wait_async", self.wait_async)

    def wait(self, seconds: float) -> None:
        self.waits.append(round(seconds, 6))
        self.now += seconds

    async def wait_async(self, seconds: float) -> None:
        self.wait(seconds)


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> Slept:
    return Slept(monkeypatch)


def test_each_wait_is_until_the_due_time(slept: Slept) -> None:
    table = _table(_playback(10, 30, 30, head_ms=200))
    for _ in range(4):
        table.wait()
    assert slept.waits == [0.2, 0.01, 0.02]


def test_a_client_that_takes_its_time_waits_less(slept: Slept) -> None:
    table = _table(_playback(1000, 2000, 2000))
    table.wait()
    slept.now += 0.75
    table.wait()
    slept.now += 5
    table.wait()
    assert slept.waits == [0.25]


def test_async_waits_the_same(slept: Slept) -> None:
    async def run() -> None:
        table = _table(_playback(10, 30, 30, head_ms=200))
        for _ in range(4):
            await table.wait_async()

    asyncio.run(run())
    assert slept.waits == [0.2, 0.01, 0.02]


@CLIENTS
def test_a_read_timeout_holds(client: ModuleType, slept: Slept) -> None:
    table = Timetable(client, _playback(6000, 6000), _request(5.0), skips=False)
    table.wait()
    with pytest.raises(client.ReadTimeout, match="nothing was read for 5 s"):
        table.wait()
    assert slept.waits == [5.0]


def test_a_read_timeout_holds_for_the_head(slept: Slept) -> None:
    async def run() -> None:
        with pytest.raises(httpx2.ReadTimeout):
            await _table(_playback(0, head_ms=6000), 5.0).wait_async()

    asyncio.run(run())
    assert slept.waits == [5.0]


def test_waits_that_are_skipped_take_no_time_but_count(slept: Slept) -> None:
    table = _table(_playback(3000, 10_000, 10_000), 5.0, skips=True)
    table.wait()
    table.wait()
    with pytest.raises(httpx2.ReadTimeout):
        table.wait()
    assert slept.waits == []


def test_the_clocks_are_those_of_the_loops() -> None:
    async def paced() -> float:
        started = time.perf_counter()
        table = _table(_playback(20, 20))
        await table.wait_async()
        await table.wait_async()
        return time.perf_counter() - started

    assert asyncio.run(paced()) >= 0.019
    assert trio.run(paced) >= 0.019
