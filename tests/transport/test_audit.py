"""One hook for all listeners, which idles when there are none."""

from __future__ import annotations

import http.client
import socket
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from stream_cassette.transport import audit


class Listener:
    """Remembers the connections; refuses them, if it is to."""

    def __init__(self, name: str, heard: list[tuple[str, Any]], *, refuses: bool = False) -> None:
        self._name = name
        self._heard = heard
        self._refuses = refuses

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event == "socket.connect":
            self._heard.append((self._name, arguments[1]))
            if self._refuses:
                raise PermissionError(self._name)


@pytest.fixture
def heard() -> Iterator[list[tuple[str, Any]]]:
    before = audit._listeners
    yield []
    audit._listeners = before


def connect() -> None:
    with socket.socket() as sock:
        sock.connect_ex(("127.0.0.1", 9))


def test_listeners_hear_in_order_until_one_raises(heard: list[tuple[str, Any]]) -> None:
    last, first = Listener("last", heard), Listener("first", heard)
    audit.listen(last)
    audit.listen(first, first=True)
    audit.listen(last)  # once is enough
    connect()
    assert heard == [("first", ("127.0.0.1", 9)), ("last", ("127.0.0.1", 9))]
    audit.listen(Listener("no", heard, refuses=True), first=True)
    with pytest.raises(PermissionError, match="no"):
        connect()
    assert heard[2:] == [("no", ("127.0.0.1", 9))]


def test_no_listener_hears_nothing_and_the_process_has_one_hook(
    heard: list[tuple[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    listener = Listener("x", heard)
    audit.listen(listener)
    monkeypatch.setattr(sys, "addaudithook", lambda hook: pytest.fail("a second hook"))
    audit.unlisten(listener)
    audit.unlisten(listener)
    connect()
    assert heard == []
    audit.listen(listener)
    connect()
    assert len(heard) == 1


def test_only_network_events_are_handed_on(heard: list[tuple[str, Any]]) -> None:
    events: list[str] = []
    audit.listen(lambda event, arguments: events.append(event))
    compile("1", "x", "eval")
    connect()
    assert events
    assert all(event.startswith("socket.") for event in events)


def test_the_family_is_the_outermost_client_on_the_stack() -> None:
    assert audit.family_on_stack() is None
    found: list[str | None] = []

    class Connection(http.client.HTTPConnection):
        def connect(self) -> None:
            found.append(audit.family_on_stack())
            raise ConnectionError

    with pytest.raises(ConnectionError):
        Connection("127.0.0.1").request("GET", "/")
    requests = pytest.importorskip("requests")
    adapter = requests.adapters.HTTPAdapter()
    adapter.get_connection_with_tls_context = lambda *a, **k: found.append(audit.family_on_stack())
    session = requests.Session()
    session.mount("http://", adapter)
    with pytest.raises(AttributeError):  # there is no connection to go on with
        session.get("http://127.0.0.1/")
    assert found == ["http.client", "requests"]
