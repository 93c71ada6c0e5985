"""Two sessions with different answers to one question: each call gets its own, or is refused."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx2
import pytest
import trio

from stream_cassette.errors import SessionError
from stream_cassette.tape import Tape, use_cassette
from tests.support.stream_clients import client_options

URL = "http://a.example/"
QUESTION = {"who": "are you?"}
PLAIN = client_options(None)
OWN, REFUSED = "own", "refused"


def _ask(transport: Any = None) -> bytes:
    options = PLAIN if transport is None else {"transport": transport}
    with httpx2.Client(**options) as client:
        content: bytes = client.post(URL, json=QUESTION).content
        return content


async def _ask_async() -> bytes:
    async with httpx2.AsyncClient(**PLAIN) as client:
        content: bytes = (await client.post(URL, json=QUESTION)).content
        return content


@pytest.fixture
def paths(tmp_path: Path) -> list[Path]:
    """Two cassettes that answer the one question with their numbers."""
    paths = [tmp_path / f"{number}.yaml" for number in range(2)]
    for number, path in enumerate(paths):
        body = b"%d" % number
        inner = httpx2.MockTransport(lambda request, body=body: httpx2.Response(200, content=body))
        with use_cassette(path, record="all") as tape:
            _ask(tape.transport(inner))
    return paths


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    """Threads that were there before any session, as an SDK's own are."""
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: threading.get_ident(), range(4)))
        yield pool


# Ways to ask inside of a session, on asyncio


async def _task(tape: Tape, pool: ThreadPoolExecutor) -> bytes:
    return await asyncio.create_task(_ask_async())


async def _gather(tape: Tape, pool: ThreadPoolExecutor) -> bytes:
    (answer,) = await asyncio.gather(_ask_async())
    return answer


async def _task_group(tape: Tape, pool: ThreadPoolExecutor) -> bytes:
    async with asyncio.TaskGroup() as group:
        task = group.create_task(_ask_async())
    return task.result()


async def _to_thread(tape: Tape, pool: ThreadPoolExecutor) -> bytes:
    return await asyncio.to_thread(_ask)


async def _copied(tape: Tape, pool: ThreadPoolExecutor) -> bytes:
    run = contextvars.copy_context().run
    return await asyncio.get_running_loop().run_in_executor(pool, run, _ask)


async def _executor(tape: Tape, pool: ThreadPoolExecutor) -> bytes:
    return await asyncio.get_running_loop().run_in_executor(pool, _ask)


async def _own_executor(tape: Tape, pool: ThreadPoolExecutor) -> bytes:
    return await asyncio.get_running_loop().run_in_executor(None, _ask)


async def _explicit(tape: Tape, pool: ThreadPoolExecutor) -> bytes:
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(pool, _ask, tape.transport(httpx2))


async def _callback(tape: Tape, pool: ThreadPoolExecutor) -> bytes:
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[bytes] = loop.create_future()
    loop.call_soon(lambda: answer.set_result(_ask()))
    return await answer


async def _generator(tape: Tape, pool: ThreadPoolExecutor) -> bytes:
    async def answers() -> AsyncIterator[bytes]:
        yield b"first"
        yield await _ask_async()

    return [answer async for answer in answers()][1]


async def _nested(tape: Tape, pool: ThreadPoolExecutor) -> bytes:
    """In a session inside of this one; what is asked after it belongs here again."""
    inner = use_cassette(tape.path, unplayed="ignore")
    async with inner:
        assert await _ask_async() == tape.path.stem.encode()
    assert len(inner.played) == 1
    return await _ask_async()


Way = Callable[[Tape, ThreadPoolExecutor], Awaitable[bytes]]
WAYS: dict[Way, str] = {
    _task: OWN,
    _gather: OWN,
    _task_group: OWN,
    _to_thread: OWN,
    _copied: OWN,
    _executor: REFUSED,  # which copies no context
    _own_executor: REFUSED,
    _explicit: OWN,
    _callback: OWN,
    _generator: OWN,
    _nested: OWN,
}


async def _all_open(paths: list[Path], way: Way, pool: ThreadPoolExecutor) -> list[Any]:
    """A task for each cassette; all are open before the first asks, until the last has."""
    count = {"open": 0, "done": 0}

    async def until(what: str) -> None:
        count[what] += 1
        while count[what] < len(paths):
            await asyncio.sleep(0.001)

    async def one(path: Path) -> bytes:
        async with use_cassette(path, unplayed="ignore") as tape:
            await until("open")
            try:
                return await way(tape, pool)
            finally:
                await until("done")

    return await asyncio.gather(*map(one, paths), return_exceptions=True)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__.strip("_"))
def test_two_sessions_on_asyncio(paths: list[Path], pool: ThreadPoolExecutor, way: Way) -> None:
    answers = asyncio.run(_all_open(paths, way, pool))
    if WAYS[way] == OWN:
        assert answers == [b"0", b"1"]
    else:
        assert [type(answer) for answer in answers] == [SessionError, SessionError]
        assert "copy the context" in str(answers[0])


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__.strip("_"))
def test_the_only_session_on_asyncio(paths: list[Path], pool: ThreadPoolExecutor, way: Way) -> None:
    assert asyncio.run(_all_open(paths[:1], way, pool)) == [b"0"]


# Trio, threads, and what comes late


@pytest.mark.parametrize("in_thread", [False, True], ids=["nursery", "to_thread"])
def test_two_sessions_on_trio(paths: list[Path], in_thread: bool) -> None:
    answers: dict[str, bytes] = {}
    opened: list[Path] = []

    async def one(path: Path) -> None:
        async with use_cassette(path) as tape:
            opened.append(path)
            while len(opened) < 2:
                await trio.sleep(0.001)
            async with trio.open_nursery() as nursery:
                nursery.start_soon(two, tape)
            opened.append(path)
            while len(opened) < 4:
                await trio.sleep(0.001)

    async def two(tape: Tape) -> None:
        answer = await trio.to_thread.run_sync(_ask) if in_thread else await _ask_async()
        answers[tape.path.stem] = answer

    async def both() -> None:
        async with trio.open_nursery() as nursery:
            for path in paths:
                nursery.start_soon(one, path)

    trio.run(both)
    assert answers == {"0": b"0", "1": b"1"}


def test_many_threads_with_a_session_each(paths: list[Path]) -> None:
    """Opening and closing all the time: the patch goes with none of them."""

    def one(number: int) -> bytes:
        with use_cassette(paths[number % 2]) as tape:
            answer = _ask()
        assert tape.unintercepted == frozenset()
        return answer

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(one, range(200)))
    assert answers == [b"0", b"1"] * 100


def test_two_tapes_side_by_side_in_one_context(paths: list[Path]) -> None:
    """The second is inside of the first; each may be asked through its own transport."""
    with use_cassette(paths[0]) as first, use_cassette(paths[1]) as second:
        answers = [_ask(tape.transport(httpx2)) for tape in (first, second)]
    assert answers == [b"0", b"1"]


def test_tapes_closed_in_another_order(paths: list[Path]) -> None:
    first = use_cassette(paths[0]).open()
    second = use_cassette(paths[1]).open()
    first.close()
    assert _ask() == b"1"
    second.close()
    with use_cassette(paths[0]):
        assert _ask() == b"0"


def test_a_response_that_is_read_in_another_session(paths: list[Path]) -> None:
    """A stream belongs to the session that its request was sent in, also when that is over."""
    with httpx2.Client(**PLAIN) as client:
        with use_cassette(paths[0]) as first:
            request = client.build_request("POST", URL, json=QUESTION)
            response = client.send(request, stream=True)
        with use_cassette(paths[1]) as second:
            assert response.read() == b"0"
            assert _ask() == b"1"
    assert (len(first.played), len(second.played)) == (1, 1)


def test_a_generator_asks_in_the_session_in_which_it_runs(paths: list[Path]) -> None:
    def answers() -> Iterator[bytes]:
        while True:
            yield _ask()

    generator = answers()
    with use_cassette(paths[0]):
        assert next(generator) == b"0"
    with use_cassette(paths[1]):
        assert next(generator) == b"1"
    generator.close()


def test_a_task_that_outlives_its_session_is_refused_between_two_others(
    paths: list[Path], tmp_path: Path
) -> None:
    async def late(go_on: asyncio.Event) -> bytes:
        await go_on.wait()
        return await _ask_async()

    async def first(go_on: asyncio.Event) -> asyncio.Task[bytes]:
        async with use_cassette(paths[0], unplayed="ignore"):
            return asyncio.create_task(late(go_on))

    async def other(path: Path, open_: asyncio.Event, done: asyncio.Event) -> None:
        async with use_cassette(path, unplayed="ignore"):
            open_.set()
            await done.wait()

    async def all_() -> None:
        go_on, done = asyncio.Event(), asyncio.Event()
        straggler = await asyncio.create_task(first(go_on))
        opened = [asyncio.Event(), asyncio.Event()]
        others = [
            asyncio.create_task(other(p, o, done)) for p, o in zip(paths, opened, strict=True)
        ]
        for event in opened:
            await event.wait()
        go_on.set()
        with pytest.raises(SessionError, match="two sessions are open"):
            await straggler
        done.set()
        await asyncio.gather(*others)

    asyncio.run(all_())


def test_requests_are_kept_in_the_order_in_which_they_were_sent(tmp_path: Path) -> None:
    """Forty at once, whose answers come in the opposite order."""
    path = tmp_path / "x.yaml"
    waits = [asyncio.Event() for _ in range(40)]

    async def answer(request: httpx2.Request) -> httpx2.Response:
        number = int(request.content)
        if number + 1 < len(waits):
            await waits[number + 1].wait()
        waits[number].set()
        return httpx2.Response(200, content=request.content)

    async def all_() -> None:
        async with use_cassette(path, record="all") as tape:
            transport = tape.async_transport(httpx2.MockTransport(answer))
            async with httpx2.AsyncClient(transport=transport) as client:
                numbers = range(len(waits))
                posts = (client.post(URL, content=str(number)) for number in numbers)
                got = await asyncio.gather(*posts)
        assert [int(response.content) for response in got] == list(numbers)

    asyncio.run(all_())
    with use_cassette(path, unplayed="ignore") as tape:
        kept = tape.cassette.interactions
    assert [int(interaction.request.body) for interaction in kept] == list(range(len(waits)))


def test_a_session_that_closes_under_many_threads(tmp_path: Path) -> None:
    """Whoever came in time is kept, whole; whoever did not is refused, or goes on alone."""
    path = tmp_path / "x.yaml"
    got: list[bytes] = []
    gate = threading.Barrier(9)

    def answer(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, content=request.content)

    def ask_on(client: httpx2.Client, number: int) -> None:
        gate.wait(20)
        for step in range(200):
            content = b"%d.%d" % (number, step)
            try:
                client.post(URL, content=content)
            except SessionError:
                return
            got.append(content)

    tape = use_cassette(path, record="all").open()
    with httpx2.Client(transport=tape.transport(httpx2.MockTransport(answer))) as client:
        threads = [threading.Thread(target=ask_on, args=(client, n)) for n in range(8)]
        for thread in threads:
            thread.start()
        gate.wait(20)
        threading.Event().wait(0.05)
        tape.close()
        for thread in threads:
            thread.join(60)
    kept = {interaction.request.body: interaction.response for interaction in tape.recorded}
    assert set(got) <= set(kept)
    for content, response in kept.items():
        if content in got:
            assert response.body in (content, b"")  # cut off by the closing, or whole
    assert len(list(tmp_path.iterdir())) == 1
