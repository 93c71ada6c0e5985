"""The streams handed to a client: tee and playback, without a socket."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from types import ModuleType
from typing import Any

import httpx
import httpx2
import pytest

from stream_cassette.cassette.model import COMPLETE, Ending, Request, Response
from stream_cassette.session.memory import MemoryBook
from stream_cassette.session.recorder import Recorder
from stream_cassette.session.session import Playback
from stream_cassette.transport import clock
from stream_cassette.transport.httpx_streams import streams

CLIENTS = pytest.mark.parametrize("client", [httpx, httpx2], ids=["httpx", "httpx2"])
GET = Request(method="GET", url="http://a/")


class Inner:
    """Two chunks, then `error` if there is one."""

    def __init__(self, error: BaseException | None = None) -> None:
        self.error = error
        self.closed = False

    def __iter__(self) -> Iterator[bytes]:
        yield b"a"
        yield b"b"
        if self.error is not None:
            raise self.error

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for data in self:
            yield data

    def close(self) -> None:
        self.closed = True

    async def aclose(self) -> None:
        self.closed = True


def _recorder() -> Recorder:
    return Recorder(
        MemoryBook(), clock=clock.monotonic, now=clock.now, is_finished=lambda *_, **__: False
    )


def _ending(recorder: Recorder) -> Ending:
    return recorder.interactions()[0].response.ending


def _take(recorder: Recorder) -> Any:
    take = recorder.start(GET)
    take.head(status=200, reason="", headers=(), http_version=None)
    return take


@CLIENTS
def test_each_chunk_is_kept_before_it_is_handed_on(client: ModuleType) -> None:
    recorder = _recorder()
    take = _take(recorder)
    inner = Inner()
    stream = streams(client).Taken(take, inner)
    assert isinstance(stream, client.SyncByteStream)
    seen = [(data, len(take._log._pieces)) for data in stream]
    stream.close()
    assert seen == [(b"a", 1), (b"b", 2)]
    assert inner.closed
    assert _ending(recorder) == COMPLETE


@CLIENTS
def test_async_chunks(client: ModuleType) -> None:
    recorder = _recorder()

    async def read() -> list[bytes]:
        stream = streams(client).AsyncTaken(_take(recorder), Inner())
        return [data async for data in stream]

    assert asyncio.run(read()) == [b"a", b"b"]
    assert _ending(recorder) == COMPLETE


@CLIENTS
def test_a_reader_that_stops_and_closes(client: ModuleType) -> None:
    recorder = _recorder()
    stream = streams(client).Taken(_take(recorder), Inner())
    assert next(iter(stream)) == b"a"
    stream.close()
    assert _ending(recorder) == Ending(kind="client-closed")


@CLIENTS
def test_an_error_passes_and_is_kept(client: ModuleType) -> None:
    recorder = _recorder()
    stream = streams(client).Taken(_take(recorder), Inner(client.ReadError("gone")))
    with pytest.raises(client.ReadError, match="gone"):
        list(stream)
    assert _ending(recorder) == Ending(kind="error", error="reset", message="gone")


@CLIENTS
def test_a_cancelled_wait_says_how_long_it_was(client: ModuleType) -> None:
    recorder = _recorder()
    stream = streams(client).Taken(_take(recorder), Inner(KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        list(stream)
    ending = _ending(recorder)
    assert ending.kind == "pending"
    assert ending.waited_ms is not None and ending.waited_ms < 1000


@CLIENTS
def test_playback_ends_as_recorded(client: ModuleType) -> None:
    ending = Ending(kind="error", error="read-timeout", message="slow")
    playback = Playback(response=Response(status=200, ending=ending), pieces=(b"a",))
    chunks = iter(streams(client).Played(playback))
    assert next(chunks) == b"a"
    with pytest.raises(client.ReadTimeout, match="slow"):
        next(chunks)


@CLIENTS
def test_reading_on_after_a_close_says_so(client: ModuleType) -> None:
    left = Response(status=200, ending=Ending(kind="client-closed"))
    stream = streams(client).AsyncPlayed(Playback(response=left, pieces=()))

    async def read() -> list[bytes]:
        return [data async for data in stream]

    with pytest.raises(client.ReadError, match="the client closed the stream here"):
        asyncio.run(read())


def test_a_cancelled_read_waits_as_it_did(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr(clock, "wait", waited.append)
    ending = Ending(kind="pending", waited_ms=250.0)
    playback = Playback(response=Response(status=200, ending=ending), pieces=())
    with pytest.raises(httpx.ReadError, match="cancelled here after waiting 250 ms"):
        list(streams(httpx).Played(playback))
    assert waited == [1.25]
