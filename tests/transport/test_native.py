"""pycurl and uvloop ask too: imported before the guard or while it is on."""

from __future__ import annotations

import asyncio
import importlib
import socket
import sys
from typing import Any

import pytest

from stream_cassette.transport.guard import Attempt, Guard
from stream_cassette.transport.hosts import Hosts

NAME = "nobody.invalid"


class Refused(BaseException):
    """What these guards raise."""

    def __init__(self, attempt: Attempt) -> None:
        super().__init__(attempt.text)


@pytest.fixture
def guard() -> Guard:
    return Guard(Hosts(), Refused)


def fresh(name: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The module as a first import gives it; others of this run may have replaced it."""
    monkeypatch.delitem(sys.modules, name, raising=False)
    return importlib.import_module(name)


@pytest.fixture
def pycurl(monkeypatch: pytest.MonkeyPatch) -> Any:
    pytest.importorskip("pycurl")
    return fresh("pycurl", monkeypatch)


@pytest.fixture
def uvloop(monkeypatch: pytest.MonkeyPatch) -> Any:
    pytest.importorskip("uvloop")
    return fresh("uvloop", monkeypatch)


def handle(pycurl: Any, url: str) -> Any:
    made = pycurl.Curl()
    made.setopt(pycurl.URL, url)
    return made


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://nobody.invalid/v1", "nobody.invalid:443"),
        ("http://192.0.2.1:8080/", "192.0.2.1:8080"),
        ("nobody.invalid/v1", "an unknown host (its url has no scheme)"),
        ("ftp://nobody.invalid", "nobody.invalid"),
    ],
)
def test_handles(pycurl: Any, guard: Guard, url: str, target: str) -> None:
    with guard:
        made = handle(pycurl, url)
        for method in ("perform", "perform_rb", "perform_rs"):
            with pytest.raises(Refused) as caught:
                getattr(made, method)()
            assert str(caught.value) == f"a connection to {target}"


def test_files_and_other_attributes_are_free(pycurl: Any, guard: Guard, tmp_path: Any) -> None:
    (tmp_path / "x").write_bytes(b"here")
    with guard:
        made = handle(pycurl, f"file://{tmp_path}/x")
        assert made.perform_rb() == b"here"
        made.close()


def test_sets_of_handles(pycurl: Any, guard: Guard) -> None:
    with guard:
        many = pycurl.CurlMulti()
        with pytest.raises(Refused, match=r"a connection to nobody.invalid:80"):
            many.add_handle(handle(pycurl, "http://nobody.invalid/"))
        local = handle(pycurl, "http://127.0.0.1:9/")
        many.add_handle(local)
        many.remove_handle(local)
        with pytest.raises(pycurl.error):  # nobody listens there
            local.perform()


def test_a_class_that_stands_for_the_handles_is_patched_itself(
    pycurl: Any, guard: Guard, monkeypatch: pytest.MonkeyPatch
) -> None:
    """pytest-recording's way: an object in the place of the module, a class over the handles."""

    class Handle:
        def __init__(self) -> None:
            self.handle = pycurl.Curl()

        def __getattribute__(self, name: str) -> Any:
            return getattr(object.__getattribute__(self, "handle"), name, None)

        def __setattr__(self, name: str, value: Any) -> None:
            object.__setattr__(self, name, value)

    class Module:
        Curl = Handle

        def __getattr__(self, name: str) -> Any:
            return getattr(pycurl, name)

    module = Module()
    monkeypatch.setitem(sys.modules, "pycurl", module)
    before = Handle.__getattribute__
    with guard:
        with pytest.raises(Refused):
            handle(module, "http://nobody.invalid/").perform()
    assert Handle.__getattribute__ is before


@pytest.mark.parametrize("name", ["pycurl", "uvloop"])
def test_a_first_import_under_the_guard(
    name: str, guard: Guard, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip(name)
    monkeypatch.delitem(sys.modules, name)
    finders = list(sys.meta_path)
    with guard:
        module = importlib.import_module(name)
        patched = module.Curl if name == "pycurl" else module.Loop.getaddrinfo
        assert patched.__module__.startswith("stream_cassette")
        assert type(module.__loader__) is type(module.__spec__.loader)
        assert "stream_cassette" not in type(module.__loader__).__module__
    assert sys.meta_path == finders
    restored = module.Curl if name == "pycurl" else module.Loop.getaddrinfo
    assert not (getattr(restored, "__module__", None) or "").startswith("stream_cassette")


def test_what_is_not_installed_stays_so(guard: Guard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "pycurl", raising=False)
    monkeypatch.setattr(sys, "path", [])
    monkeypatch.setattr(sys, "path_importer_cache", {})
    with guard, pytest.raises(ImportError):
        importlib.import_module("pycurl")


async def _connect() -> None:
    await asyncio.open_connection(NAME, 80)


async def _look_up() -> None:
    await asyncio.get_running_loop().getaddrinfo(NAME, 80)


async def _reverse() -> None:
    await asyncio.get_running_loop().getnameinfo(("192.0.2.1", 80))


async def _socket() -> None:
    with socket.socket() as sock:
        sock.setblocking(False)
        await asyncio.get_running_loop().sock_connect(sock, (NAME, 80))


async def _datagram() -> None:
    loop = asyncio.get_running_loop()
    await loop.create_datagram_endpoint(asyncio.DatagramProtocol, remote_addr=(NAME, 80))


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (_connect, "a connection to nobody.invalid:80"),
        (_look_up, "a DNS look-up of nobody.invalid"),
        (_reverse, "a reverse DNS look-up of 192.0.2.1"),
        (_socket, "a connection to nobody.invalid:80"),
        (_datagram, "a connection to nobody.invalid:80"),
    ],
)
def test_loops(uvloop: Any, guard: Guard, call: Any, text: str) -> None:
    with guard, pytest.raises(Refused) as caught:
        uvloop.run(call())
    assert str(caught.value) == text


def test_a_numeric_address_is_no_look_up_and_loopback_passes(uvloop: Any, guard: Guard) -> None:
    async def main() -> None:
        loop = asyncio.get_running_loop()
        server = await asyncio.start_server(lambda r, w: w.close(), "127.0.0.1", 0)
        place = server.sockets[0].getsockname()
        reader, writer = await asyncio.open_connection(*place)
        assert await reader.read() == b""
        writer.close()
        await writer.wait_closed()
        assert await loop.getaddrinfo("192.0.2.1", 80)
        assert await loop.getaddrinfo(None, 80)
        server.close()
        await server.wait_closed()

    with guard:
        uvloop.run(main())
