"""Refuse the network, save this machine and allowed hosts, for as long as a guard is on.

Every attempt of the process counts, from whatever thread: Python's audit events cannot be got
around by `_socket.socket`, by a function imported beforehand or by asyncio. An attempt that is
refused raises before anything has left the machine. What the events do not show is closed by
patches, which are there only while a guard is on (see `_patches`, `_native`).

Of nested guards the innermost decides. What is refused:

- connecting, and sending without a connection, to an address or name of another machine;
- looking up a name, or the name of an address. A look-up of an allowed name passes, and the
  addresses it gave may be connected to for the time of the guard; a numeric address in
  `getaddrinfo` is no look-up.

Binding, listening, accepting, sockets of other families (AF_UNIX) and connections that are open
already are free.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from stream_cassette.transport import _native, _patches, audit
from stream_cassette.transport._patches import CONNECT, LOOK_UP, REVERSE, SEND, Patches
from stream_cassette.transport.hosts import Hosts, address_of, host_text

__all__ = ["Attempt", "Guard"]

# packages besides those that detect.py warns of: intercepted clients by a way of their own, and
# what runs them
_FAMILIES = audit.FAMILIES | {
    "httpx": "httpx",
    "httpx2": "httpx2",
    "httpcore": "httpcore",
    "httpcore2": "httpcore2",
    "pycurl": "pycurl",
    "websockets": "websockets",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What somebody wanted. `client` is the library on the stack, `thread` the name of a thread
    other than the main one; None where there is none. `port` is None for look-ups.
    """

    kind: str
    host: str
    port: int | str | None = None
    client: str | None = None
    thread: str | None = None

    @property
    def text(self) -> str:
        """`a connection to api.openai.com:443 through requests`."""
        host = f"[{self.host}]" if self.port is not None and ":" in self.host else self.host
        target = host if self.port is None else f"{host}:{self.port}"
        via = f" through {self.client}" if self.client else ""
        thread = f" in thread {self.thread!r}" if self.thread else ""
        return f"{self.kind} {target}{via}{thread}"


class Guard:
    """On from `begin` to `end`, or as a context manager.

    `refuse` makes the exception for an attempt; it is called in the thread that attempted, on
    top of its stack.
    """

    def __init__(self, hosts: Hosts, refuse: Callable[[Attempt], BaseException]) -> None:
        self.hosts = hosts
        self._refuse = refuse
        self._own_name = host_text(socket.gethostname())
        self._resolved: set[Any] = set()
        self._to_resolve = set(hosts.names)

    def begin(self) -> None:
        """From now on, refuse."""
        with _lock:
            _guards.append(self)
            if len(_guards) == 1:
                audit.listen(_on_event, first=True)
                _patches.of_sockets(_gate, _in_place)
                _native.of_libraries(_gate, _in_place)

    def end(self) -> None:
        """No more; the guard around this one, if there is one, decides again."""
        with _lock:
            _guards[:] = [guard for guard in _guards if guard is not self]
            if not _guards:
                audit.unlisten(_on_event)
                _in_place.take_away()

    def __enter__(self) -> Self:
        self.begin()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.end()

    def check(self, kind: str, host: Any, port: int | str | None = None) -> None:
        """Raise if the host, a name or an address, may not be reached."""
        if not self._passes(host):
            client = audit.family_on_stack(_FAMILIES)
            thread = threading.current_thread()
            raise self._refuse(
                Attempt(
                    kind=kind,
                    host=host_text(host),
                    port=port,
                    client=client,
                    thread=None if thread is threading.main_thread() else thread.name,
                )
            )

    def has_name(self, host: Any) -> bool:
        """Whether the host is an allowed name, so that its addresses are allowed too."""
        if not isinstance(host, str | bytes | bytearray) or address_of(host) is not None:
            return False
        return self._passes(host)

    def note(self, addresses: Iterable[str]) -> None:
        """Allow these addresses, in text, which an allowed name resolved to."""
        self._resolved.update(address_of(address) for address in addresses)

    def _passes(self, host: Any) -> bool:
        if not isinstance(host, str | bytes | bytearray) or not host:
            return True  # None, "" and numbers of other families name no host
        address = address_of(host)
        if address is None:
            return self.hosts.have_name(host) or host_text(host) == self._own_name
        if self.hosts.have_address(address) or address in self._resolved:
            return True
        return self._resolve() and address in self._resolved

    def _resolve(self) -> bool:
        """Look allowed names up, once: somebody did before the guard, or with a resolver of its
        own (aiodns, a client's cache). True if there was something to look up.
        """
        names, self._to_resolve = self._to_resolve, set()
        for name in names:
            with _patches.exempt(), suppress(OSError):
                self.note(str(entry[4][0]) for entry in socket.getaddrinfo(name, None))
        return bool(names)


class _Gate:
    """What the patches ask; the innermost guard answers."""

    def check(self, kind: str, host: Any, port: int | str | None = None) -> None:
        """Raise if a guard is on that refuses the host."""
        guard = _innermost()
        if guard is not None:
            guard.check(kind, host, port)

    def note(self, host: Any, addresses: Any) -> None:
        """`host` resolved to `addresses`."""
        guard = _innermost()
        if guard is not None and guard.has_name(host):
            guard.note(addresses)


_guards: list[Guard] = []
_lock = threading.Lock()
_gate = _Gate()
_in_place = Patches()

# by what is said of them; a numeric address is not looked up by the second, but by the third
_BY_SOCKET = {"socket.connect": CONNECT, "socket.sendto": SEND, "socket.sendmsg": SEND}
_LOOK_UPS = frozenset({"socket.getaddrinfo", "socket.gethostbyname"})
_REVERSE_LOOK_UPS = frozenset({"socket.gethostbyaddr", "socket.getnameinfo"})


def _innermost() -> Guard | None:
    try:
        return _guards[-1]
    except IndexError:
        return None


def _on_event(event: str, arguments: tuple[Any, ...]) -> None:
    guard = _innermost()
    if guard is None or _patches.is_exempt():
        return
    if event in _BY_SOCKET:
        sock, address = arguments[:2]
        if _patches.is_internet(sock, address):
            with _patches.closing_refused(_BY_SOCKET[event], sock):
                guard.check(_BY_SOCKET[event], address[0], address[1])
    elif event in _LOOK_UPS:
        host = arguments[0]
        if host and address_of(host) is None:
            guard.check(LOOK_UP, host)
    elif event in _REVERSE_LOOK_UPS:
        host = arguments[0] if isinstance(arguments[0], str) else arguments[0][0]
        guard.check(LOOK_UP if address_of(host) is None else REVERSE, host)
