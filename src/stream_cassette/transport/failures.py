"""Exceptions of the httpx families: what is recorded for each, and what a replay raises.

One table; names are looked up in the client module, so that httpx and httpx2 share it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from types import ModuleType

from stream_cassette.cassette.model import Ending

__all__ = ["ending_of", "error_of", "is_cancellation", "is_own_close"]

# kind → the exception class raised on replay
RAISED = {
    "connect": "ConnectError",
    "connect-timeout": "ConnectTimeout",
    "tls": "ConnectError",
    "proxy": "ProxyError",
    "write": "WriteError",
    "read-timeout": "ReadTimeout",
    "pool-timeout": "PoolTimeout",
    "reset": "ReadError",
    "incomplete": "RemoteProtocolError",
    "protocol": "RemoteProtocolError",
}

# the exception class → kind; whatever is not here is `other`, and its message names the class
_KINDS = {
    "ConnectError": "connect",
    "ConnectTimeout": "connect-timeout",
    "ProxyError": "proxy",
    "WriteError": "write",
    "ReadTimeout": "read-timeout",
    "PoolTimeout": "pool-timeout",
    "ReadError": "reset",
    "RemoteProtocolError": "protocol",
}

_TLS_WORDS = ("ssl", "tls", "certificate")
_HTTP2_CLOSED = "server disconnected"  # httpcore's whole message, where a stream was open
# h11's words for a body that stopped short of its declared or chunked length
_INCOMPLETE_WORDS = ("incomplete", "without sending complete message body")


def ending_of(error: BaseException) -> Ending:
    """The ending that this exception of the client is recorded as."""
    name, message = type(error).__name__, str(error)
    kind = _KINDS.get(name, "other")
    lower = message.lower()
    if kind == "connect" and (_is_tls(error) or any(word in lower for word in _TLS_WORDS)):
        kind = "tls"
    if kind == "protocol" and (
        lower == _HTTP2_CLOSED or any(word in lower for word in _INCOMPLETE_WORDS)
    ):
        kind = "incomplete"
    if kind == "other":
        message = f"{name}: {message}"
    return Ending(kind="error", error=kind, message=message)


def error_of(client: ModuleType, ending: Ending) -> Exception:
    """The client's own exception for a recorded error, with the recorded message."""
    message = ending.message or ""
    if ending.error == "other":
        name, _, rest = message.partition(": ")
        raised = getattr(client, name, None)
        if isinstance(raised, type) and issubclass(raised, client.RequestError):
            return _made(raised, rest)
        return _made(client.TransportError, message)
    return _made(getattr(client, RAISED[ending.error or "protocol"]), message)


def is_cancellation(error: BaseException) -> bool:
    """Whether the reader was cancelled: asyncio's, trio's, or an interrupt from the keyboard."""
    return isinstance(error, asyncio.CancelledError | KeyboardInterrupt) or (
        type(error).__name__ == "Cancelled" and type(error).__module__.startswith("trio")
    )


def is_own_close(error: BaseException) -> bool:
    """Whether this side closed the connection while it was read (anyio's and trio's class)."""
    return any(type(cause).__name__ == "ClosedResourceError" for cause in _causes(error))


def _is_tls(error: BaseException) -> bool:
    """Whether TLS failed underneath (trio's own message doesn't say)."""
    return any(type(cause).__name__.startswith("SSL") for cause in _causes(error))


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__


def _made(raised: type[Exception], message: str) -> Exception:
    return raised(message)
