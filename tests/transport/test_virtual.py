"""The virtual clock: recorded seconds in no time, with timeouts where they were."""

from __future__ import annotations

import asyncio
import sys
import threading
import time
import warnings
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest
import trio
import trio.testing

from stream_cassette.errors import StreamCassetteWarning
from stream_cassette.session.options import ClockName
from stream_cassette.tape import use_cassette
from tests.support.paced_answers import FRAMES, URL, forty_seconds

NO_TIME_S = 5.0  # of 40


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return forty_seconds(tmp_path / "a.yaml", count=2)


async def _read(client: httpx2.AsyncClient) -> list[bytes]:
    async with client.stream("GET", URL) as response:
        return [chunk async for chunk in response.aiter_raw()]


def _in_no_time(path: Path, work: Callable[[httpx2.AsyncClient], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        settings: dict[str, Any] = {"pace": "recorded", "clock": "virtual", "unplayed": "ignore"}
        async with use_cassette(path, **settings):
            async with httpx2.AsyncClient(timeout=None) as client:
                return await work(client)

    started = time.perf_counter()
    result = asyncio.run(run())
    assert time.perf_counter() - started < NO_TIME_S
    return result


def test_forty_seconds_take_none_and_the_loop_says_forty(path: Path) -> None:
    async def work(client: httpx2.AsyncClient) -> tuple[list[bytes], float]:
        loop = asyncio.get_running_loop()
        started = loop.time()
        return await _read(client), loop.time() - started

    chunks, took = _in_no_time(path, work)
    assert chunks == list(FRAMES)
    assert 40 <= took < 41


@pytest.mark.parametrize("limit_s", [9.9, 21.9, 39.9])
def test_a_timeout_strikes_where_it_would(path: Path, limit_s: float) -> None:
    async def work(client: httpx2.AsyncClient) -> int:
        seen = 0
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(limit_s):
                async with client.stream("GET", URL) as response:
                    async for _ in response.aiter_raw():
                        seen += 1
        return seen

    assert _in_no_time(path, work) == {9.9: 0, 21.9: 1, 39.9: 2}[limit_s]


def test_streams_side_by_side_keep_their_order(path: Path) -> None:
    async def work(client: httpx2.AsyncClient) -> list[str]:
        order: list[str] = []

        async def late() -> None:
            await asyncio.sleep(15)
            order.append("slept 15 s")

        async def stream() -> None:
            async with client.stream("GET", URL) as response:
                async for chunk in response.aiter_raw():
                    order.append(chunk.decode().strip())

        await asyncio.gather(stream(), late())
        return order

    assert _in_no_time(path, work) == ["data: one", "slept 15 s", "data: two", "data: [DONE]"]


def test_a_read_timeout_of_the_client_strikes(path: Path) -> None:
    async def work(client: httpx2.AsyncClient) -> None:
        client.timeout = httpx2.Timeout(10)
        with pytest.raises(httpx2.ReadTimeout):
            await _read(client)

    _in_no_time(path, work)


def test_time_does_not_jump_while_a_thread_works(path: Path) -> None:
    async def work(client: httpx2.AsyncClient) -> str:
        await _read(client)
        done = threading.Event()
        threading.Timer(0.1, done.set).start()
        async with asyncio.timeout(30):
            await asyncio.get_running_loop().run_in_executor(None, done.wait)
        return "no timeout"

    assert _in_no_time(path, work) == "no timeout"


def test_sockets_that_are_watched_are_heard_before_a_jump(path: Path) -> None:
    async def work(client: httpx2.AsyncClient) -> bytes:
        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(await reader.readline())
            writer.close()

        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        async with server:
            await _read(client)
            reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
            writer.write(b"hello\n")
            async with asyncio.timeout(30):
                line = await reader.readline()
            writer.close()
            return line

    assert _in_no_time(path, work) == b"hello\n"


def test_time_goes_on_when_the_tape_is_closed(path: Path) -> None:
    async def run() -> tuple[float, float]:
        loop = asyncio.get_running_loop()
        async with use_cassette(path, pace="recorded", clock="virtual", unplayed="ignore"):
            async with httpx2.AsyncClient(timeout=None) as client:
                await _read(client)
        closed = loop.time()
        started = time.perf_counter()
        await asyncio.sleep(0.05)
        return loop.time() - closed, time.perf_counter() - started

    by_loop, real = asyncio.run(run())
    assert by_loop >= 0.045 and real >= 0.045


def test_a_sync_client_waits_for_nothing(path: Path) -> None:
    started = time.perf_counter()
    with use_cassette(path, pace="recorded", clock="virtual", unplayed="ignore"):
        with httpx2.Client(timeout=None) as client, client.stream("GET", URL) as response:
            assert list(response.iter_raw()) == list(FRAMES)
        with httpx2.Client(timeout=15) as client, client.stream("GET", URL) as response:
            with pytest.raises(httpx2.ReadTimeout):
                list(response.iter_raw())
    assert time.perf_counter() - started < NO_TIME_S


async def _paced(path: Path, pace: str, kind: ClockName = "virtual") -> None:
    async with use_cassette(path, pace=pace, clock=kind, unplayed="ignore"):
        async with httpx2.AsyncClient(timeout=None) as client:
            await _read(client)


@pytest.mark.skipif(sys.platform == "win32", reason="uvloop is not there")
def test_uvloop_waits_for_real_and_says_so(path: Path) -> None:
    uvloop = pytest.importorskip("uvloop")
    with pytest.warns(StreamCassetteWarning, match=r"this one is uvloop.*its waits are real"):
        uvloop.run(_paced(path, "10000x"))


def test_trio_waits_for_real_and_says_so(path: Path) -> None:
    with pytest.warns(StreamCassetteWarning, match="autojump_clock"):
        trio.run(_paced, path, "10000x")


def test_a_quick_clock_leaves_waits_out_where_it_has_to(path: Path) -> None:
    started = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        trio.run(_paced, path, "recorded", "quick")
        asyncio.run(_paced(path, "recorded", "quick"))
    assert time.perf_counter() - started < NO_TIME_S


def test_trio_with_its_own_virtual_clock(path: Path) -> None:
    started = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        trio.run(_paced, path, "recorded", clock=trio.testing.MockClock(autojump_threshold=0))
    assert time.perf_counter() - started < NO_TIME_S
