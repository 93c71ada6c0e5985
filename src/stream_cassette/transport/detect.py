"""Notice client families that connect past the cassette while a session is open.

Listens to connecting sockets, and looks up the stack for a client that we do not intercept.
Sockets of databases and the like belong to no such family. On replay, loopback is no way past the
cassette: it is a server of the test's own.
"""

from __future__ import annotations

from typing import Any

from stream_cassette.errors import SessionError
from stream_cassette.session import current
from stream_cassette.transport import audit
from stream_cassette.transport.hosts import is_local

__all__ = ["unwatch", "watch"]


def watch() -> None:
    """Start noticing; once, however often it is called."""
    audit.listen(_on_event)


def unwatch() -> None:
    """Stop noticing."""
    audit.unlisten(_on_event)


def _on_event(event: str, arguments: tuple[Any, ...]) -> None:
    if event != "socket.connect" or not current.any_open():
        return
    family = audit.family_on_stack()
    if family is None or current.is_inside():
        return
    try:
        session = current.current()
    except SessionError:
        return
    if session is None:
        return
    sock, address = arguments
    if session.recorder is not None or not is_local(sock.family, address):
        session.unintercepted.add(family)
