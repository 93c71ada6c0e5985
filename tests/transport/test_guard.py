"""What a guard refuses and lets through, in any thread, nested, and nothing after it."""

from __future__ import annotations

import _socket
import socket
import threading

import pytest

from stream_cassette.transport import audit
from stream_cassette.transport.guard import Attempt, Guard
from stream_cassette.transport.hosts import Hosts

AWAY = ("192.0.2.1", 80)


class Refused(BaseException):
    """What these guards raise."""

    def __init__(self, attempt: Attempt) -> None:
        super().__init__(attempt.text)


def guard(*hosts: str) -> Guard:
    return Guard(Hosts.parse(hosts), Refused)


def reach(address: tuple[str, int] = AWAY) -> None:
    with _socket_of(_socket.socket) as sock:
        sock.settimeout(0.01)
        sock.connect_ex(address)


def _socket_of(kind: type[_socket.socket]) -> socket.socket:
    return socket.socket(fileno=kind(socket.AF_INET, socket.SOCK_STREAM).detach())


@pytest.mark.parametrize(
    ("attempt", "text"),
    [
        (
            Attempt(kind="a connection to", host="a.example", port=443),
            "a connection to a.example:443",
        ),
        (Attempt(kind="to send to", host="2001:db8::1", port=53), "to send to [2001:db8::1]:53"),
        (
            Attempt(kind="a DNS look-up of", host="a.example", client="requests", thread="T-1"),
            "a DNS look-up of a.example through requests in thread 'T-1'",
        ),
        (
            Attempt(kind="a reverse DNS look-up of", host="2001:db8::1"),
            "a reverse DNS look-up of 2001:db8::1",
        ),
    ],
)
def test_what_an_attempt_says(attempt: Attempt, text: str) -> None:
    assert attempt.text == text


def test_bare_sockets_and_functions_imported_before() -> None:
    look_up, by_name = _socket.getaddrinfo, socket.gethostbyname
    with guard():
        bare = _socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        with pytest.raises(Refused, match=r"a connection to 192.0.2.1:80"):
            bare.connect(AWAY)
        with pytest.raises(Refused, match=r"a DNS look-up of nobody.invalid"):
            look_up("nobody.invalid", 80)
        with pytest.raises(Refused, match=r"a DNS look-up of nobody.invalid"):
            by_name(b"nobody.invalid")


def test_threads_that_run_already_are_guarded_and_named() -> None:
    told: list[str] = []
    go, done = threading.Event(), threading.Event()

    def later() -> None:
        go.wait(10)
        try:
            reach()
        except Refused as error:
            told.append(str(error))
        done.set()

    thread = threading.Thread(target=later, name="uploader")
    thread.start()
    with guard():
        go.set()
        assert done.wait(10)
    thread.join()
    assert told == ["a connection to 192.0.2.1:80 in thread 'uploader'"]


def test_the_innermost_decides_and_any_order_of_ending_is_fine() -> None:
    outer, inner = guard(), guard("192.0.2.0/24")
    outer.begin()
    inner.begin()
    reach()
    outer.end()
    reach()
    with pytest.raises(Refused):
        reach(("198.51.100.1", 80))
    inner.end()
    reach(("198.51.100.1", 80))
    outer.begin()
    with pytest.raises(Refused):
        reach()
    outer.end()
    reach()


def test_nothing_listens_and_nothing_is_patched_after() -> None:
    listeners, attributes = audit._listeners, dict(vars(socket.socket))
    functions = dict(vars(_socket)), dict(vars(socket))
    with guard():
        with guard():
            assert audit._listeners != listeners
        assert dict(vars(socket.socket)) != attributes
    assert audit._listeners == listeners
    assert dict(vars(socket.socket)) == attributes
    assert (dict(vars(_socket)), dict(vars(socket))) == functions


def test_a_patch_that_stays_in_use_asks_nobody_any_more() -> None:
    with guard():
        connect_ex, look_up = socket.socket.connect_ex, _socket.getaddrinfo
    with socket.socket() as sock:
        sock.settimeout(0.01)
        assert connect_ex(sock, AWAY) != 0
    assert look_up("localhost", 80)


def test_allowed_names_open_their_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    def known(host: str, port: int | None, *rest: int) -> list[object]:
        if host != "known.invalid":
            raise socket.gaierror(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.0.2.9", port or 0))]

    monkeypatch.setattr(_socket, "getaddrinfo", known)
    with guard("known.invalid", "gone.invalid"):
        reach(("192.0.2.9", 80))  # looked up before, by somebody
        with pytest.raises(Refused):
            reach(("192.0.2.8", 80))
    with guard("*.invalid"):
        with pytest.raises(Refused):
            reach(("192.0.2.9", 80))
        socket.getaddrinfo("known.invalid", 80)
        reach(("192.0.2.9", 80))
    with guard():
        with pytest.raises(Refused):
            reach(("192.0.2.9", 80))


def test_the_machines_own_name_is_looked_up_freely() -> None:
    with guard():
        assert socket.getfqdn()
        with pytest.raises(Refused, match=r"a reverse DNS look-up of 192.0.2.1"):
            socket.gethostbyaddr("192.0.2.1")
        with pytest.raises(Refused, match=r"a reverse DNS look-up of 192.0.2.1"):
            socket.getnameinfo(AWAY, 0)
        assert socket.gethostbyaddr("127.0.0.1")
