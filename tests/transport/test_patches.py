"""Patches go on, ask and tell, and come off without a trace."""

from __future__ import annotations

import _socket
import socket
import threading
from typing import Any

import pytest

from stream_cassette.transport._patches import (
    CONNECT,
    SEND,
    Patches,
    closing_refused,
    exempt,
    is_exempt,
    is_internet,
    of_sockets,
)


class Gate:
    """Remembers what it was asked and told; refuses names."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Any, Any]] = []
        self.told: dict[Any, list[str]] = {}

    def check(self, kind: str, host: Any, port: int | str | None = None) -> None:
        self.asked.append((kind, host, port))
        if str(host).endswith(".invalid"):
            raise PermissionError(host)

    def note(self, host: Any, addresses: Any) -> None:
        self.told[host] = list(addresses)


class Base:
    inherited = 1


class Owner(Base):
    own = 2


def test_back_as_it_was() -> None:
    patches, items = Patches(), [1]
    patches.set(Owner, "inherited", 10)
    patches.set(Owner, "own", 20)
    patches.set(Owner, "own", 30)
    patches.insert(items, 0)
    assert (Owner.inherited, Owner.own, items) == (10, 30, [0, 1])
    patches.take_away()
    assert (Owner.inherited, Owner.own, items) == (1, 2, [1])
    assert "inherited" not in vars(Owner)
    patches.take_away()


def test_what_somebody_else_has_put_there_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    patches, items = Patches(), [1]
    monkeypatch.setattr(Owner, "own", 2)
    patches.set(Owner, "own", 20)
    patches.insert(items, 0)
    Owner.own = 99
    items.clear()
    patches.take_away()
    assert Owner.own == 99
    assert items == []


@pytest.fixture
def gate() -> Any:
    gate, patches = Gate(), Patches()
    before = [dict(vars(owner)) for owner in (socket.socket, socket, _socket)]
    of_sockets(gate, patches)
    yield gate
    patches.take_away()
    assert [dict(vars(owner)) for owner in (socket.socket, socket, _socket)] == before


def test_addresses_are_asked_about_before_any_look_up(gate: Gate) -> None:
    name = ("nobody.invalid", 80)
    for method, *args in (
        ("connect", name),
        ("connect_ex", name),
        ("sendto", b"x", name),
        ("sendto", b"x", 0, name),
        ("sendmsg", [b"x"], [], 0, name),
    ):
        with socket.socket() as sock, pytest.raises(PermissionError):
            getattr(sock, str(method))(*args)
    assert gate.asked == [
        *[(CONNECT, "nobody.invalid", 80)] * 2,
        *[(SEND, "nobody.invalid", 80)] * 3,
    ]


def test_what_is_no_host_and_port_is_left_to_the_socket(gate: Gate) -> None:
    one, other = socket.socketpair()
    one.sendmsg([b"x"])
    assert other.recv(1) == b"x"
    one.close()
    other.close()
    with socket.socket() as sock, pytest.raises(TypeError):
        sock.connect()  # type: ignore[call-arg]
    with socket.socket() as sock, pytest.raises(TypeError):
        sock.connect("127.0.0.1")
    assert gate.asked == []


def test_look_ups_are_told(gate: Gate) -> None:
    socket.getaddrinfo("localhost", 80)
    assert set(gate.told["localhost"]) <= {"127.0.0.1", "::1"}
    for function in (socket.gethostbyname, _socket.gethostbyname):
        gate.told.clear()
        function("localhost")
        assert gate.told == {"localhost": ["127.0.0.1"]}
    for function_ex in (socket.gethostbyname_ex, _socket.gethostbyname_ex):
        gate.told.clear()
        function_ex("localhost")
        assert gate.told["localhost"]
    assert socket.getnameinfo(("127.0.0.1", 80), socket.NI_NUMERICHOST)[0] == "127.0.0.1"


def test_exempt_is_for_one_thread_and_nests() -> None:
    seen: list[bool] = []
    with exempt():
        with exempt():
            pass
        thread = threading.Thread(target=lambda: seen.append(is_exempt()))
        thread.start()
        thread.join()
        seen.append(is_exempt())
    assert [*seen, is_exempt()] == [False, True, False]


def test_a_socket_whose_connection_is_refused_is_closed() -> None:
    for kind, closed in ((CONNECT, True), (SEND, False)):
        with socket.socket() as sock:
            with pytest.raises(PermissionError), closing_refused(kind, sock):
                raise PermissionError
            assert (sock.fileno() == -1) is closed


def test_internet_addresses() -> None:
    with socket.socket() as sock, socket.socket(socket.AF_UNIX) as unix:
        assert is_internet(sock, ("x", 1))
        assert not is_internet(sock, ("x",))
        assert not is_internet(sock, None)
        assert not is_internet(unix, "x")
