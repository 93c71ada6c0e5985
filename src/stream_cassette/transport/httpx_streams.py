"""Byte streams of the httpx families: one that tees into a take, one that plays a recording.

A client insists on subclasses of its own stream classes, so they are made once per module.
The async ones are no generators: trio warns of those when a caller leaves them half read.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from functools import cache
from types import ModuleType, SimpleNamespace
from typing import Any

from stream_cassette.cassette.model import COMPLETE, LONGEST_WAIT_MS, Ending
from stream_cassette.session.recorder import Take
from stream_cassette.session.session import Playback
from stream_cassette.transport import clock
from stream_cassette.transport.failures import ending_of, error_of, is_cancellation, is_own_close
from stream_cassette.transport.timing import Timetable

__all__ = ["ending_while_waiting", "finish", "finish_async", "streams"]


def ending_while_waiting(error: BaseException, started: float) -> Ending:
    """How a wait that began at `started` (monotonic seconds) ended."""
    if is_cancellation(error):
        waited_ms = round((clock.monotonic() - started) * 1000, 1)
        return Ending(kind="pending", waited_ms=min(waited_ms, LONGEST_WAIT_MS))
    return Ending(kind="client-closed") if is_own_close(error) else ending_of(error)


def finish(client: ModuleType, ending: Ending) -> None:
    """Raise what the recording ended with; return where it was complete."""
    if ending.kind == "pending":
        clock.wait(_patience(ending))
    if ending != COMPLETE:
        raise _failure(client, ending)


async def finish_async(client: ModuleType, ending: Ending) -> None:
    """Raise what the recording ended with; return where it was complete."""
    if ending.kind == "pending":
        await clock.wait_async(_patience(ending))
    if ending != COMPLETE:
        raise _failure(client, ending)


def _patience(ending: Ending) -> float:
    """Seconds that a cancelled read waits on replay: as long as it did, and one more."""
    return (ending.waited_ms or 0) / 1000 + 1


def _failure(client: ModuleType, ending: Ending) -> Exception:
    if ending.kind == "error":
        return error_of(client, ending)
    left = (
        "closed the stream here"
        if ending.kind == "client-closed"
        else f"was cancelled here after waiting {ending.waited_ms or 0:g} ms"
    )
    error: Exception = client.ReadError(
        f"nothing more was recorded: the client {left}; "
        "read no further, or re-record with --stream-record=all"
    )
    return error


def timed(pieces: Iterator[bytes], timing: Timetable) -> Iterator[bytes]:
    """Each piece when it is due; the end when that is."""
    timing.wait()
    for piece in pieces:
        yield piece
        timing.wait()


@cache
def streams(client: ModuleType) -> SimpleNamespace:
    """The module's four stream classes: Taken, AsyncTaken, Played, AsyncPlayed."""
    taken, played = _sync_streams(client)
    async_taken, async_played = _async_streams(client)
    return SimpleNamespace(
        Taken=taken, AsyncTaken=async_taken, Played=played, AsyncPlayed=async_played
    )


def _sync_streams(client: ModuleType) -> tuple[type, type]:
    class Taken(client.SyncByteStream):  # type: ignore[name-defined, misc]
        """Hands every chunk on as it comes, after the take has it."""

        def __init__(self, take: Take, inner: Any) -> None:
            self._take = take
            self._inner = inner

        def __iter__(self) -> Iterator[bytes]:
            self._chunks = iter(self._inner)
            return self

        def __next__(self) -> bytes:
            started = clock.monotonic()
            try:
                data: bytes = next(self._chunks)
            except StopIteration:
                self._take.end(COMPLETE)
                raise
            except BaseException as error:
                self._take.end(ending_while_waiting(error, started))
                raise
            self._take.chunk(data)
            return data

        def close(self) -> None:
            self._take.leave()
            self._inner.close()

    class Played(client.SyncByteStream):  # type: ignore[name-defined, misc]
        """The recorded pieces, then the recorded ending."""

        def __init__(self, playback: Playback, timing: Timetable | None = None) -> None:
            self._playback = playback
            self._timing = timing

        def __iter__(self) -> Iterator[bytes]:
            if self._timing is None:
                yield from self._playback.pieces
            else:
                yield from timed(self._playback.pieces, self._timing)
            finish(client, self._playback.response.ending)

    return Taken, Played


def _async_streams(client: ModuleType) -> tuple[type, type]:
    class AsyncTaken(client.AsyncByteStream):  # type: ignore[name-defined, misc]
        """Hands every chunk on as it comes, after the take has it.

        An iterator and no generator: a generator around another one, left half way, would keep
        the inner one from being closed in time.
        """

        def __init__(self, take: Take, inner: Any) -> None:
            self._take = take
            self._inner = inner

        def __aiter__(self) -> AsyncIterator[bytes]:
            self._chunks = aiter(self._inner)
            return self

        async def __anext__(self) -> bytes:
            started = clock.monotonic()
            try:
                data: bytes = await anext(self._chunks)
            except StopAsyncIteration:
                self._take.end(COMPLETE)
                raise
            except BaseException as error:
                self._take.end(ending_while_waiting(error, started))
                raise
            self._take.chunk(data)
            return data

        async def aclose(self) -> None:
            self._take.leave()
            await self._inner.aclose()

    class AsyncPlayed(client.AsyncByteStream):  # type: ignore[name-defined, misc]
        """The recorded pieces, then the recorded ending."""

        def __init__(self, playback: Playback, timing: Timetable | None = None) -> None:
            self._pieces = iter(playback.pieces)
            self._timing = timing
            self._ending = playback.response.ending

        def __aiter__(self) -> AsyncIterator[bytes]:
            return self

        async def __anext__(self) -> bytes:
            if self._timing is not None:
                await self._timing.wait_async()
            for piece in self._pieces:
                return piece
            await finish_async(client, self._ending)
            raise StopAsyncIteration

    return AsyncTaken, AsyncPlayed
