"""Which open session a call belongs to. Never a guess.

The context's own session, if still open; else the process's open sessions if they form one
nested chain, the innermost; else the call is refused.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import pairwise
from threading import Lock

from stream_cassette.errors import SessionError
from stream_cassette.session.session import Session

__all__ = ["any_open", "close", "current", "inside", "is_inside", "open_"]

_own: ContextVar[Session | None] = ContextVar("stream_cassette_session", default=None)
_inside: ContextVar[bool] = ContextVar("stream_cassette_inside", default=False)
_open: list[Session] = []
_lock = Lock()
if hasattr(os, "register_at_fork"):  # a thread that holds it is not there in a forked child
    os.register_at_fork(
        before=_lock.acquire, after_in_parent=_lock.release, after_in_child=_lock.release
    )


def open_(session: Session) -> None:
    """Open `session` in this context; a session already open here becomes its parent."""
    own = _own.get()
    with _lock:
        session.parent = own if own is not None and own.is_open else None
        session.is_open = True
        _open.append(session)
    _own.set(session)


def close(session: Session) -> bool:
    """Close `session`; True if no session is open any more in this process."""
    with _lock:
        session.is_open = False
        _open[:] = [other for other in _open if other is not session]
        last = not _open
    if _own.get() is session:
        _own.set(session.parent)
    return last


def current() -> Session | None:
    """The session that a call made here belongs to, or None if none is open.

    Raises:
        SessionError: several sessions are open and the call belongs to none of them.
    """
    own = _own.get()
    if own is not None and own.is_open:
        return own
    with _lock:
        sessions = tuple(_open)
    if not sessions:
        return None
    if not _is_chain(sessions):
        names = ", ".join(repr(session.name) for session in sessions)
        raise SessionError(
            f"{_count(len(sessions))} sessions are open ({names}) and this call belongs to none: "
            "copy the context (contextvars.copy_context) or pass tape.transport(...)"
        )
    return sessions[-1]


def any_open() -> bool:
    """Whether any session is open in this process."""
    return bool(_open)


@contextmanager
def inside() -> Iterator[None]:
    """While a session's own call runs, so that an inner transport is not recorded twice."""
    token = _inside.set(True)
    try:
        yield
    finally:
        _inside.reset(token)


def is_inside() -> bool:
    """Whether this call is one that a session makes itself."""
    return _inside.get()


def _is_chain(sessions: tuple[Session, ...]) -> bool:
    return all(inner.parent is outer for outer, inner in pairwise(sessions))


def _count(number: int) -> str:
    return "two" if number == 2 else str(number)
