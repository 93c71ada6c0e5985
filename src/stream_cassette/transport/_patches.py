"""What audit events do not show of sockets, seen by patches that are there while a guard is on.

`connect(("name", 80))` looks the name up in C before its event; a look-up's event comes before
its result, and lacks its flags. So the methods of `socket.socket` that take an address ask first,
and the look-up functions tell what they found. Refusing does not rest on these: whoever gets
around them meets the event.
"""

from __future__ import annotations

import _socket
import functools
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

__all__ = [
    "CONNECT",
    "LOOK_UP",
    "REVERSE",
    "SEND",
    "Gate",
    "Patches",
    "closing_refused",
    "exempt",
    "is_exempt",
    "is_internet",
    "of_sockets",
]

CONNECT = "a connection to"
SEND = "to send to"
LOOK_UP = "a DNS look-up of"
REVERSE = "a reverse DNS look-up of"

_MISSING = object()
_local = threading.local()


class Gate(Protocol):
    """What the patches ask and tell."""

    def check(self, kind: str, host: Any, port: int | str | None = None) -> None:
        """Raise if the host may not be reached."""

    def note(self, host: Any, addresses: Any) -> None:
        """`host` was looked up, and has these addresses, in text."""

    def __hash__(self) -> int:
        """The patches are made once for each gate."""
        ...


class Patches:
    """Attributes set to something else, items put into lists; and all back again."""

    def __init__(self) -> None:
        self._undo: list[tuple[Any, str, Any, Any]] = []
        self._items: list[tuple[list[Any], Any]] = []

    def set(self, owner: Any, name: str, value: Any) -> None:
        """Put `value` in the place of an attribute."""
        before = vars(owner).get(name, _MISSING)
        setattr(owner, name, value)
        self._undo.append((owner, name, before, value))

    def insert(self, items: list[Any], item: Any) -> None:
        """Put `item` first in a list."""
        self._items.append((items, item))
        items.insert(0, item)

    def take_away(self) -> None:
        """Put back what was there; not where somebody has put something else since."""
        while self._items:
            items, item = self._items.pop()
            if item in items:
                items.remove(item)
        while self._undo:
            owner, name, before, ours = self._undo.pop()
            if vars(owner).get(name, _MISSING) is not ours:
                continue
            if before is _MISSING:
                delattr(owner, name)  # it was inherited
            else:
                setattr(owner, name, before)


def of_sockets(gate: Gate, patches: Patches) -> None:
    """Patch the methods of `socket.socket` and the look-up functions."""
    for name, kind in (
        ("connect", CONNECT),
        ("connect_ex", CONNECT),
        ("sendto", SEND),
        ("sendmsg", SEND),
    ):
        before = getattr(socket.socket, name, None)  # Windows has no sendmsg
        if before is not None:
            patches.set(socket.socket, name, _asking(before, kind, gate))
    for owner, name, addresses, is_numeric in (
        # socket.getaddrinfo, also where it was imported before, calls this one
        (_socket, "getaddrinfo", _of_addrinfo, _ai_numeric),
        (_socket, "gethostbyname", _of_one, _never),
        (socket, "gethostbyname", _of_one, _never),
        (_socket, "gethostbyname_ex", _of_three, _never),
        (socket, "gethostbyname_ex", _of_three, _never),
        (_socket, "getnameinfo", _of_none, _ni_numeric),
        (socket, "getnameinfo", _of_none, _ni_numeric),
    ):
        before = getattr(owner, name)
        patches.set(owner, name, _telling(before, gate, addresses, is_numeric))


@contextmanager
def exempt() -> Iterator[None]:
    """What this thread does in here is no attempt: it stays on the machine, or is our own."""
    before = is_exempt()
    _local.exempt = True
    try:
        yield
    finally:
        _local.exempt = before


def is_exempt() -> bool:
    """Whether this thread is inside `exempt`."""
    return getattr(_local, "exempt", False)


def is_internet(sock: Any, address: Any) -> bool:
    """Whether the address is one of host and port."""
    internet = sock.family in (socket.AF_INET, socket.AF_INET6)
    return internet and isinstance(address, tuple) and len(address) >= 2


@contextmanager
def closing_refused(kind: str, sock: Any) -> Iterator[None]:
    """Close a socket whose connection is refused.

    Callers close theirs for an OSError only; what they leave open would be warned about, as a
    second failure.
    """
    try:
        yield
    except BaseException:
        if kind == CONNECT:
            sock.close()
        raise


@functools.lru_cache(maxsize=64)  # a guard goes on and off with each test
def _asking(method: Callable[..., Any], kind: str, gate: Gate) -> Callable[..., Any]:
    """The method, which asks before it hands an internet address on."""

    @functools.wraps(method)
    def asking(self: socket.socket, *args: Any) -> Any:
        address: Any = args[-1] if args else None
        if is_internet(self, address):
            with closing_refused(kind, self):
                gate.check(kind, address[0], address[1])
        return method(self, *args)

    return asking


@functools.lru_cache(maxsize=64)
def _telling(
    function: Callable[..., Any],
    gate: Gate,
    addresses: Callable[[Any], list[str]],
    is_numeric: Callable[..., bool],
) -> Callable[..., Any]:
    """The look-up function, which tells what it found; exempt where it looks nothing up."""

    @functools.wraps(function)
    def telling(*args: Any, **kwargs: Any) -> Any:
        if is_numeric(*args, **kwargs):
            with exempt():
                return function(*args, **kwargs)
        found = function(*args, **kwargs)
        gate.note(args[0] if args else kwargs.get("host"), addresses(found))
        return found

    return telling


def _of_addrinfo(found: list[Any]) -> list[str]:
    return [entry[4][0] for entry in found if isinstance(entry[4][0], str)]


def _of_one(found: str) -> list[str]:
    return [found]


def _of_three(found: tuple[str, list[str], list[str]]) -> list[str]:
    return found[2]


def _of_none(found: Any) -> list[str]:
    return []


def _never(*args: Any, **kwargs: Any) -> bool:
    return False


def _ai_numeric(*args: Any, **kwargs: Any) -> bool:
    flags = args[5] if len(args) > 5 else kwargs.get("flags", 0)
    return bool(flags & socket.AI_NUMERICHOST)


def _ni_numeric(address: Any, flags: int) -> bool:
    return bool(flags & socket.NI_NUMERICHOST)
