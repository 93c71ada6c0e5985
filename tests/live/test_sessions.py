"""Which session a call belongs to: its context's own, the innermost of one chain, or none."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import httpx2
import pytest
import respx
import trio
import vcr

from stream_cassette.errors import SessionError
from stream_cassette.store.files import read
from stream_cassette.tape import current_tape, use_cassette
from stream_cassette.transport.httpx_ import is_installed
from tests.support.scripted_server import ScriptedServer, reply
from tests.support.stream_clients import FLAVOURS, Ask, Flavour, Seen, ask_async, client_options

PLAIN = client_options(None)
SYNC = [Flavour("httpx", "sync"), Flavour("httpx2", "sync")]
ASYNC = tuple(flavour for flavour in FLAVOURS if flavour.mode != "sync")


def _ask(url: str) -> Ask:
    return Ask(url=url, how="request", client=PLAIN)


def _urls(path: Path) -> list[str]:
    return [interaction.request.url for interaction in read(path).interactions]


@pytest.mark.parametrize("flavour", FLAVOURS, ids=str)
def test_nested_sessions(server: ScriptedServer, tmp_path: Path, flavour: Flavour) -> None:
    before, during, after = (server.serve(reply(b"{}"), path=f"/{n}") for n in range(3))
    outer, inner = tmp_path / "outer.yaml", tmp_path / "inner.yaml"
    with use_cassette(outer, record="all") as outer_tape:
        flavour.ask(_ask(before))
        with use_cassette(inner, record="all") as inner_tape:
            assert current_tape() is inner_tape
            flavour.ask(_ask(during))
        assert current_tape() is outer_tape
        flavour.ask(_ask(after))
    assert _urls(outer) == [before, after]
    assert _urls(inner) == [during]


@pytest.mark.parametrize("flavour", ASYNC, ids=str)
def test_one_session_per_task(server: ScriptedServer, tmp_path: Path, flavour: Flavour) -> None:
    """Tasks copy the context: each of two, open at the same time, uses its own."""
    urls = [server.serve(reply(b"%d" % n)) for n in range(2)]
    paths = [tmp_path / f"{n}.yaml" for n in range(2)]
    opened: list[int] = []

    async def one(number: int) -> None:
        sleep = trio.sleep if flavour.mode == "trio" else asyncio.sleep
        async with use_cassette(paths[number], record="all"):
            opened.append(number)
            while len(opened) < 2:  # both are open from here on
                await sleep(0.001)
            seen = await ask_async(flavour.module, _ask(urls[number]))
            assert seen.chunks == (b"%d" % number,)
            opened.append(number)
            while len(opened) < 4:
                await sleep(0.001)

    async def both_trio() -> None:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(one, 0)
            nursery.start_soon(one, 1)

    async def both_asyncio() -> None:
        await asyncio.gather(one(0), one(1))

    flavour.run(both_trio if flavour.mode == "trio" else both_asyncio)
    assert [_urls(path) for path in paths] == [[urls[0]], [urls[1]]]


@pytest.mark.parametrize("flavour", SYNC, ids=str)
def test_one_session_per_thread(server: ScriptedServer, tmp_path: Path, flavour: Flavour) -> None:
    urls = [server.serve(reply(b"%d" % n)) for n in range(2)]
    paths = [tmp_path / f"{n}.yaml" for n in range(2)]
    barrier = threading.Barrier(2, timeout=10)

    def one(number: int) -> tuple[Any, ...]:
        with use_cassette(paths[number], record="all"):
            barrier.wait()
            seen = flavour.ask(_ask(urls[number]))
            barrier.wait()
        return seen.chunks

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(one, range(2))) == [(b"0",), (b"1",)]
    assert [_urls(path) for path in paths] == [[urls[0]], [urls[1]]]


@pytest.mark.parametrize("flavour", FLAVOURS, ids=str)
def test_a_bare_thread_uses_the_only_session(
    server: ScriptedServer, cassette_path: Path, flavour: Flavour
) -> None:
    url = server.serve(reply(b"{}"))
    with use_cassette(cassette_path, record="all"), ThreadPoolExecutor(1) as pool:
        assert pool.submit(flavour.ask, _ask(url)).result().status == 200
    assert _urls(cassette_path) == [url]


@pytest.mark.parametrize("flavour", FLAVOURS, ids=str)
def test_a_bare_thread_uses_the_innermost_of_a_chain(
    server: ScriptedServer, tmp_path: Path, flavour: Flavour
) -> None:
    urls = [server.serve(reply(b"{}"), path=f"/{n}") for n in range(2)]
    outer, inner = tmp_path / "outer.yaml", tmp_path / "inner.yaml"
    with use_cassette(outer, record="all"), ThreadPoolExecutor(1) as pool:
        with use_cassette(inner, record="all"):
            assert pool.submit(flavour.ask, _ask(urls[0])).result().status == 200
        assert pool.submit(flavour.ask, _ask(urls[1])).result().status == 200
    assert (_urls(inner), _urls(outer)) == ([urls[0]], [urls[1]])


@pytest.mark.parametrize("flavour", FLAVOURS, ids=str)
def test_a_call_that_belongs_to_none_of_two_is_refused(
    server: ScriptedServer, tmp_path: Path, flavour: Flavour
) -> None:
    """Never a guess: not the last opened, not the first, and not the network."""
    url = server.serve(reply(b"{}"))
    contexts = [contextvars.copy_context() for _ in range(2)]
    tapes = [use_cassette(tmp_path / f"{n}.yaml", record="all") for n in range(2)]
    for context, tape in zip(contexts, tapes, strict=True):
        context.run(tape.open)
    try:
        refused = flavour.ask(_ask(url))
        assert refused.error == "SessionError"
        assert "two sessions are open" in str(refused.message)
        assert "belongs to none" in str(refused.message)
        assert "tape.transport(...)" in str(refused.message)
        assert server.received == []
        with pytest.raises(SessionError):
            current_tape()
        assert contexts[1].run(flavour.ask, _ask(url)).status == 200
    finally:
        for context, tape in zip(contexts, tapes, strict=True):
            context.run(tape.close)
    assert [len(tape.recorded) for tape in tapes] == [0, 1]


def test_no_session_leaves_the_clients_alone(server: ScriptedServer, cassette_path: Path) -> None:
    originals = [
        getattr(getattr(module, owner), name)
        for module in (httpx, httpx2)
        for owner, name in _PATCHED
    ]
    with use_cassette(cassette_path, record="all"):
        SYNC[0].ask(_ask(server.serve(reply(b"{}"))))
    after = [
        getattr(getattr(module, owner), name)
        for module in (httpx, httpx2)
        for owner, name in _PATCHED
    ]
    assert after == originals
    assert SYNC[0].ask(_ask(server.serve(reply(b"live")))).chunks == (b"live",)
    assert len(read(cassette_path).interactions) == 1


_PATCHED = (
    ("HTTPTransport", "handle_request"),
    ("AsyncHTTPTransport", "handle_async_request"),
)


def test_a_stream_that_outlives_its_session(server: ScriptedServer, cassette_path: Path) -> None:
    """Closing the session ends its open takes; the caller reads on undisturbed."""
    url = server.serve(reply(b"x" * 100_000), path="/long")
    with httpx2.Client(trust_env=False) as client:
        with use_cassette(cassette_path, record="all"):
            response = client.send(client.build_request("GET", url), stream=True)
        assert response.read() == b"x" * 100_000
    (interaction,) = read(cassette_path).interactions
    assert interaction.response.ending.kind == "client-closed"


# Others who patch the same places, and take our patch with them when they leave


def _respx(_module: ModuleType) -> None:
    with respx.mock(assert_all_called=False):
        pass


def _pytest_httpx(module: ModuleType) -> None:
    """pytest-httpx sets the method, and on undo puts back what it found when its test began."""
    patch = pytest.MonkeyPatch()
    for owner, name in _PATCHED:
        patch.setattr(getattr(module, owner), name, lambda *args: None)
    patch.undo()


def _vcrpy(_module: ModuleType) -> None:
    with vcr.use_cassette("never-written.yaml", record_mode="none"):
        pass


OTHERS = {"respx": _respx, "pytest-httpx": _pytest_httpx, "vcrpy": _vcrpy}


@pytest.mark.parametrize("other", OTHERS)
@pytest.mark.parametrize("flavour", SYNC, ids=str)
def test_others_that_patch_and_leave(
    server: ScriptedServer, tmp_path: Path, flavour: Flavour, other: str
) -> None:
    """They were there before a session, and between two that are nested in a third."""
    urls = [server.serve(reply(b"{}"), path=f"/{n}") for n in range(2)]
    OTHERS[other](flavour.module)
    outer, first, second = (tmp_path / f"{n}.yaml" for n in ("outer", "first", "second"))
    tape = use_cassette(outer, record="all").open()
    with use_cassette(first, record="all"):
        flavour.ask(_ask(urls[0]))
    OTHERS[other](flavour.module)
    with use_cassette(second, record="all"):
        flavour.ask(_ask(urls[1]))
    tape.close()
    assert [_urls(first), _urls(second)] == [[urls[0]], [urls[1]]]


@pytest.mark.parametrize("other", OTHERS)
def test_a_patch_removed_by_others_is_installed_again(
    server: ScriptedServer, tmp_path: Path, other: str
) -> None:
    """The other began before our session and ended while it was open: the next one has it back."""
    flavour = Flavour("httpx", "sync")
    url = server.serve(reply(b"{}"), reply(b"{}"))
    entered = {
        "respx": lambda: respx.mock(assert_all_called=False),
        "pytest-httpx": lambda: _Undone(flavour.module),
        "vcrpy": lambda: vcr.use_cassette("never-written.yaml", record_mode="none"),
    }[other]()
    with entered:
        tape = use_cassette(tmp_path / "outer.yaml", record="all").open()
    assert is_installed(flavour.module) is (other == "respx")  # which patches below the transport
    path = tmp_path / "inner.yaml"
    with use_cassette(path, record="all"):
        seen: Seen = flavour.ask(_ask(url))
    tape.close()
    assert seen.chunks == (b"{}",)
    assert _urls(path) == [url]
    assert flavour.ask(_ask(url)).chunks == (b"{}",)
    assert len(server.received) == 2


class _Undone:
    """A patch as pytest-httpx makes it, around a block."""

    def __init__(self, module: ModuleType) -> None:
        self._patch = pytest.MonkeyPatch()
        self._module = module

    def __enter__(self) -> None:
        for owner, name in _PATCHED:
            self._patch.setattr(getattr(self._module, owner), name, lambda *args: None)

    def __exit__(self, *exc: object) -> None:
        self._patch.undo()
