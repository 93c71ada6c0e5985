"""Notice client families that connect past the cassette while a session is open.

Uses Python's audit event for connecting sockets (PEP 578), and looks up the stack for a client
that we do not intercept. Sockets of databases and the like belong to no such family.
"""

from __future__ import annotations

import sys
from typing import Any

from stream_cassette.errors import SessionError
from stream_cassette.session import current

__all__ = ["FAMILIES", "watch"]

# top-level package on the stack → the family's name; the first that matches, outermost last
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

_watching = False


def watch() -> None:
    """Start noticing; once per process (an audit hook can't be removed, so it stays and idles)."""
    global _watching
    if not _watching:
        _watching = True
        sys.addaudithook(_on_event)


def _on_event(event: str, arguments: tuple[Any, ...]) -> None:
    if event != "socket.connect" or not current.any_open():
        return
    family = _family_on_stack()
    if family is None or current.is_inside():
        return
    try:
        session = current.current()
    except SessionError:
        return
    if session is not None:
        session.unintercepted.add(family)


def _family_on_stack() -> str | None:
    found = None
    frame = sys._getframe(2)
    while frame is not None:
        package = frame.f_globals.get("__name__", "").partition(".")[0]
        found = FAMILIES.get(package, found) if package != "http" or found is None else found
        frame = frame.f_back  # type: ignore[assignment]
    return found
