"""Both families are patched at once, and both are free again."""

from __future__ import annotations

import sys
import threading
from types import ModuleType

import httpx
import httpx2
import pytest

from stream_cassette.session.session import Session
from stream_cassette.transport import families, httpx_


def test_on_and_off() -> None:
    before = httpx.HTTPTransport.handle_request, httpx2.HTTPTransport.handle_request
    families.install()
    try:
        assert httpx_.is_installed(httpx)
        assert httpx_.is_installed(httpx2)
    finally:
        families.uninstall()
    assert before == (httpx.HTTPTransport.handle_request, httpx2.HTTPTransport.handle_request)


def test_a_reloaded_client_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    class Sync:
        def handle_request(self) -> None: ...

    class Async:
        async def handle_async_request(self) -> None: ...

    again = ModuleType("httpx")
    again.HTTPTransport, again.AsyncHTTPTransport = Sync, Async  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "httpx", again)
    families.install()
    assert httpx_.is_installed(again)
    families.uninstall()
    assert not httpx_.is_installed(again)


def test_the_patch_stays_while_one_leaves_and_another_enters() -> None:
    """Between the last session's closing and the next one's opening, in two threads."""
    stop = threading.Event()
    bare: list[int] = []

    def open_and_close() -> None:
        while not stop.is_set():
            session = Session(
                name="x", player=None, recorder=None, frame_sizes=lambda _: (), on_miss=None
            )
            families.enter(session)
            for _ in range(20):
                if not httpx_.is_installed(httpx2):
                    bare.append(1)
            families.leave(session)
            bare.extend(1 for _ in session.unintercepted)

    threads = [threading.Thread(target=open_and_close) for _ in range(4)]
    for thread in threads:
        thread.start()
    threading.Event().wait(0.3)
    stop.set()
    for thread in threads:
        thread.join(20)
    assert bare == []
    assert not httpx_.is_installed(httpx2)
