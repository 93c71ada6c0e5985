"""Beside vcrpy, pytest-httpx and respx, in any order: the innermost answers, or nobody does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import respx
import vcr

from stream_cassette.errors import SessionError
from stream_cassette.store.files import read
from stream_cassette.tape import use_cassette
from tests.support.stream_clients import client_options

URL = "http://127.0.0.1:9/"  # where nobody listens
PLAIN = client_options(None)
OURS, THEIRS, REFUSED, NOBODY = "ours", "theirs", "refused", "nobody"


def _sync() -> str:
    try:
        with httpx.Client(**PLAIN) as client:
            return client.post(URL).text
    except SessionError:
        return REFUSED
    except httpx.ConnectError:
        return NOBODY


async def _ask_async() -> str:
    try:
        async with httpx.AsyncClient(**PLAIN) as client:
            return (await client.post(URL)).text
    except SessionError:
        return REFUSED
    except httpx.ConnectError:
        return NOBODY


def _asyncio() -> str:
    return asyncio.run(_ask_async())


def _make(path: Path, text: str) -> Path:
    inner = httpx.MockTransport(lambda request: httpx.Response(200, text=text))
    with use_cassette(path, record="all") as tape:
        httpx.Client(transport=tape.transport(inner)).post(URL)
    return path


# The others


@contextmanager
def _respx(_path: Path) -> Iterator[None]:
    with respx.mock(assert_all_called=False) as router:
        router.post(URL).respond(200, text=THEIRS)
        yield


@contextmanager
def _pytest_httpx(_path: Path) -> Iterator[None]:
    """As its fixture does it: sets both methods, and puts back what it found when it began."""

    def handle(self: Any, request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, text=THEIRS)

    async def handle_async(self: Any, request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, text=THEIRS)

    patch = pytest.MonkeyPatch()
    patch.setattr(httpx.HTTPTransport, "handle_request", handle)
    patch.setattr(httpx.AsyncHTTPTransport, "handle_async_request", handle_async)
    yield
    patch.undo()


@contextmanager
def _vcr(path: Path) -> Iterator[None]:
    _make(path, THEIRS)
    with vcr.use_cassette(str(path), record_mode="none", allow_playback_repeats=True):
        yield


Other = Callable[[Path], AbstractContextManager[None]]
OTHERS: list[Other] = [_respx, _pytest_httpx, _vcr]
ASKS = [_sync, _asyncio]

other_and_ask = [
    pytest.mark.parametrize("other", OTHERS, ids=lambda other: other.__name__.strip("_")),
    pytest.mark.parametrize("ask", ASKS, ids=lambda ask: ask.__name__.strip("_")),
]
pytestmark = [*other_and_ask, pytest.mark.usefixtures("_nothing_stays")]


@pytest.fixture
def _nothing_stays() -> Iterator[None]:
    """After one more session of ours, the clients are as they were."""
    before = httpx.HTTPTransport.handle_request, httpx.AsyncHTTPTransport.handle_async_request
    yield
    with use_cassette("nothing.yaml"):
        pass
    after = httpx.HTTPTransport.handle_request, httpx.AsyncHTTPTransport.handle_async_request
    assert after == before


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    """A cassette of ours."""
    return _make(tmp_path / "ours.yaml", OURS)


def test_ours_inside(ours: Path, tmp_path: Path, other: Other, ask: Callable[[], str]) -> None:
    with other(tmp_path / "theirs.yaml"):
        with use_cassette(ours, allow_repeats=True):
            assert ask() == OURS
        assert ask() == THEIRS
    assert ask() == NOBODY


def test_theirs_inside(ours: Path, tmp_path: Path, other: Other, ask: Callable[[], str]) -> None:
    """respx sits below the transport, and hears only of what no cassette answers."""
    with use_cassette(ours, allow_repeats=True) as tape:
        with other(tmp_path / "theirs.yaml"):
            assert ask() == (OURS if other is _respx else THEIRS)
        assert ask() == OURS
    assert ask() == NOBODY
    assert tape.unintercepted == frozenset()


def test_theirs_ends_first(
    ours: Path, tmp_path: Path, other: Other, ask: Callable[[], str]
) -> None:
    """They take our patch away with theirs: what comes by goes nowhere, or is told."""
    tape = use_cassette(ours, unplayed="ignore")
    with other(tmp_path / "theirs.yaml"):
        tape.open()
    try:
        answer = ask()
    finally:
        tape.close()
    if other is _respx:
        assert answer == OURS
        assert tape.unintercepted == frozenset()
        return
    # the event loop connects in a task of its own, whose stack says nothing
    assert answer == (REFUSED if ask is _sync else NOBODY)
    assert "httpx" in tape.unintercepted
    assert "another library took the interception of httpx away" in tape.warnings()[0]


def test_ours_ends_first(ours: Path, tmp_path: Path, other: Other, ask: Callable[[], str]) -> None:
    with ExitStack() as theirs:
        with use_cassette(ours, unplayed="ignore"):
            theirs.enter_context(other(tmp_path / "theirs.yaml"))
        assert ask() == THEIRS
    assert ask() == NOBODY


def test_ours_records_what_theirs_answers(
    tmp_path: Path, other: Other, ask: Callable[[], str]
) -> None:
    path = tmp_path / "new.yaml"
    with other(tmp_path / "theirs.yaml"), use_cassette(path, record="all"):
        assert ask() == THEIRS
    assert [i.response.body for i in read(path).interactions] == [THEIRS.encode()]
    with use_cassette(path):
        assert ask() == THEIRS
