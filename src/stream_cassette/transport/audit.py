"""Python's audit events (PEP 578) about the network, handed to whoever listens at the moment.

An audit hook can't be taken away again, so the process gets one, when first asked for; with no
listener it does nothing but look whether there is one. A listener that raises refuses what was
about to happen: nothing after it is asked, and the exception comes up in the calling code.

Source: the events of `socket` in CPython's audit event table, the same ones from 3.11 to 3.14.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from threading import Lock
from types import FrameType
from typing import Any, TypeAlias

__all__ = ["FAMILIES", "Listener", "family_on_stack", "listen", "unlisten"]

Listener: TypeAlias = Callable[[str, tuple[Any, ...]], None]

# top-level package on the stack → the client's name; of several the outermost, save that
# http.client counts only where no other is
FAMILIES = {
    "botocore": "botocore",
    "aiohttp": "aiohttp",
    "aiohappyeyeballs": "aiohttp",
    "requests": "requests",
    "urllib3": "urllib3",
    "httplib2": "httplib2",
    "tornado": "tornado",
    "http": "http.client",
}

_listeners: tuple[Listener, ...] = ()
_lock = Lock()
_hooked = False


def listen(listener: Listener, *, first: bool = False) -> None:
    """Have `listener` called with each network event: its name and arguments; once per listener."""
    global _hooked, _listeners
    with _lock:
        if listener not in _listeners:
            _listeners = (listener, *_listeners) if first else (*_listeners, listener)
        if not _hooked:
            _hooked = True
            sys.addaudithook(_on_event)


def unlisten(listener: Listener) -> None:
    """Call `listener` no more."""
    global _listeners
    with _lock:
        _listeners = tuple(other for other in _listeners if other != listener)


def family_on_stack(families: dict[str, str] = FAMILIES) -> str | None:
    """The client library that the running call goes through, by the stack; None if there is none.

    `families` maps top-level packages to names.
    """
    found = None
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        package = frame.f_globals.get("__name__", "").partition(".")[0]
        found = families.get(package, found) if package != "http" or found is None else found
        frame = frame.f_back
    return found


def _on_event(event: str, arguments: tuple[Any, ...]) -> None:
    # every import, open and compile of the process comes through here: the idle way out is first
    if not _listeners or not event.startswith("socket."):
        return
    for listener in _listeners:
        listener(event, arguments)
