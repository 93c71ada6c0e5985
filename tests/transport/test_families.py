"""Both families are patched at once, and both are free again."""

from __future__ import annotations

import sys
from types import ModuleType

import httpx
import httpx2
import pytest

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
