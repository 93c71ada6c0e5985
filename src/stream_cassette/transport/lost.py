"""Notice that another library has taken our patch away while a session is open.

pytest-httpx's undo, and leaving `vcr.use_cassette`, put back what they found when they began; if
that was before our session, our patch goes with theirs. It comes back with the next session; until
then a connection of the client's is refused, where its stack tells whose it is, and every session
that was open is told.
"""

from __future__ import annotations

import os
from types import ModuleType
from typing import Any

from stream_cassette.errors import SessionError
from stream_cassette.session import current
from stream_cassette.session.session import Session
from stream_cassette.transport import audit, httpx_

__all__ = ["is_lost", "note", "unwatch", "watch"]

_GOING_OUT = frozenset({"socket.connect", "socket.getaddrinfo"})

_clients: tuple[ModuleType, ...] = ()


def watch(clients: list[ModuleType]) -> None:
    """Start noticing, for these client modules."""
    global _clients
    _clients = tuple(clients)
    audit.listen(_on_event)


def unwatch() -> None:
    """Stop noticing."""
    audit.unlisten(_on_event)


def is_lost(client: ModuleType) -> bool:
    """Whether one of the client's transports is the client's own again, with no patch of anybody's.

    A patch of another library over ours is none: it answers, or hands on to ours.
    """
    methods = (getattr(getattr(client, owner), name) for owner, name in httpx_.PATCHED)
    own = os.path.join(os.path.dirname(client.__file__ or "?"), "")
    return any(_file_of(method).startswith(own) for method in methods)


def note(session: Session) -> tuple[str, ...]:
    """Tell the session, which is open, of the clients whose patch is gone; their names."""
    lost = tuple(client.__name__ for client in _clients if is_lost(client))
    session.unintercepted.update(lost)
    return lost


def _on_event(event: str, arguments: tuple[Any, ...]) -> None:
    if event not in _GOING_OUT or current.is_inside():
        return
    try:
        session = current.current()
    except SessionError:
        return  # it belongs to none
    lost = note(session) if session is not None else ()
    if session is not None and lost and audit.family_on_stack({name: name for name in lost}):
        if event == "socket.connect":
            arguments[0].close()  # the standard library does so for an OSError only
        raise SessionError(
            f"another library took the interception of {' and '.join(lost)} away while "
            f"{session.name!r} was open, and this call would go past it: open the cassette "
            "inside the other library's block, or pass tape.transport(...)"
        )


def _file_of(method: Any) -> str:
    return getattr(getattr(method, "__code__", None), "co_filename", "")
