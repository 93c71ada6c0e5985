"""All client families at once: which are installed, and the patch on and off."""

from __future__ import annotations

import importlib
import importlib.util
import os
from functools import cache
from threading import Lock
from types import ModuleType

from stream_cassette.session import current
from stream_cassette.session.session import Session
from stream_cassette.transport import detect, httpx_, lost

__all__ = ["enter", "install", "leave", "uninstall"]

# one thread's last session closes while another's first opens: the patch must not go with it
_lock = Lock()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=_lock.acquire, after_in_parent=_lock.release, after_in_child=_lock.release
    )


def install() -> None:
    """Intercept every installed family, where that isn't so already; notice all others."""
    clients = _clients()
    for client in clients:
        httpx_.install(client)
    detect.watch()
    lost.watch(clients)


def uninstall() -> None:
    """Take our patches off."""
    for client in _clients():
        httpx_.uninstall(client)
    detect.unwatch()
    lost.unwatch()


def enter(session: Session) -> None:
    """Open the session, with everything intercepted."""
    with _lock:
        install()
        current.open_(session)


def leave(session: Session) -> None:
    """Close the session, and tell it if a patch was taken away; after the last, all go."""
    with _lock:
        lost.note(session)
        if current.close(session):
            uninstall()


@cache
def _installed() -> tuple[str, ...]:
    return tuple(name for name in httpx_.FAMILIES if importlib.util.find_spec(name) is not None)


def _clients() -> list[ModuleType]:
    """The client modules, as they are imported now (a reloaded one is another)."""
    return [importlib.import_module(name) for name in _installed()]
