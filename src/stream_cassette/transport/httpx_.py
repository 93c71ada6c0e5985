"""The httpx families: tee while recording, replay cut for cut, and no other change.

Every function takes the client module (httpx or httpx2); nothing here imports either.
Interception is installed at `HTTPTransport.handle_request` and
`AsyncHTTPTransport.handle_async_request`; the session is looked up per call.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache
from types import ModuleType, SimpleNamespace
from typing import Any

from stream_cassette.cassette.model import COMPLETE, Headers, Request, grouped
from stream_cassette.errors import CassetteMiss
from stream_cassette.session import current
from stream_cassette.session.player import Miss
from stream_cassette.session.recorder import Take
from stream_cassette.session.session import Playback, Session
from stream_cassette.transport import clock, virtual
from stream_cassette.transport.httpx_streams import (
    ending_while_waiting,
    finish,
    finish_async,
    streams,
)
from stream_cassette.transport.timing import timetable

__all__ = [
    "FAMILIES",
    "PATCHED",
    "async_transport",
    "install",
    "is_installed",
    "transport",
    "uninstall",
]

FAMILIES = ("httpx", "httpx2")

_SYNC = ("HTTPTransport", "handle_request")
_ASYNC = ("AsyncHTTPTransport", "handle_async_request")
PATCHED = (_SYNC, _ASYNC)


def install(client: ModuleType) -> None:
    """Patch the client's transports, unless the patch there is ours already."""
    for (owner, name), wrap in ((_SYNC, _wrap_sync), (_ASYNC, _wrap_async)):
        holder = getattr(client, owner)
        found = getattr(holder, name)
        if not _is_ours(found):
            wrapper: Any = wrap(client, found)
            wrapper.stream_cassette_original = found
            wrapper.stream_cassette_wrapper = wrapper
            setattr(holder, name, wrapper)


def is_installed(client: ModuleType) -> bool:
    """Whether both of the client's transports carry our patch."""
    return all(_is_ours(getattr(getattr(client, owner), name)) for owner, name in PATCHED)


def uninstall(client: ModuleType) -> None:
    """Put back what was there, where the patch on top is ours."""
    for owner, name in PATCHED:
        holder = getattr(client, owner)
        found = getattr(holder, name)
        if _is_ours(found):
            setattr(holder, name, found.stream_cassette_original)


def _is_ours(found: Any) -> bool:
    """Whether it is our wrapper itself, and not one around it that took over its attributes."""
    return getattr(found, "stream_cassette_wrapper", None) is found


def _wrap_sync(client: ModuleType, original: Callable[..., Any]) -> Callable[..., Any]:
    def handle_request(self: Any, request: Any) -> Any:
        session = None if current.is_inside() else current.current()
        if session is None or session.ignores(str(request.url)):
            return original(self, request)
        return _handle(client, session, request, lambda sent: original(self, sent))

    return handle_request


def _wrap_async(client: ModuleType, original: Callable[..., Any]) -> Callable[..., Any]:
    async def handle_async_request(self: Any, request: Any) -> Any:
        session = None if current.is_inside() else current.current()
        if session is None or session.ignores(str(request.url)):
            return await original(self, request)
        return await _handle_async(client, session, request, lambda sent: original(self, sent))

    return handle_async_request


# Explicit transports


def transport(client_or_inner: Any, session: Session) -> Any:
    """A `BaseTransport` of the client's that answers from `session`; see `Tape.transport`."""
    client, inner = _client_of(client_or_inner, "BaseTransport")
    return _shells(client).Sync(session, inner)


def async_transport(client_or_inner: Any, session: Session) -> Any:
    """An `AsyncBaseTransport` of the client's that answers from `session`."""
    client, inner = _client_of(client_or_inner, "AsyncBaseTransport")
    return _shells(client).Async(session, inner)


def _client_of(client_or_inner: Any, base: str) -> tuple[ModuleType, Any]:
    if isinstance(client_or_inner, ModuleType):
        return client_or_inner, None
    for family in FAMILIES:
        client = sys.modules.get(family)
        if client is not None and isinstance(client_or_inner, getattr(client, base)):
            return client, client_or_inner
    raise TypeError(
        f"expected the module httpx or httpx2, or one of their {base}s, got {client_or_inner!r}"
    )


# One exchange


def _handle(client: ModuleType, session: Session, request: Any, send: Callable[[Any], Any]) -> Any:
    body = request.read()
    asked = _request_of(request, body)
    if session.lets_pass(asked):
        with current.inside():
            return send(request)
    answer = session.answer(asked)
    if isinstance(answer, Miss):
        raise _miss(client, session, answer, request)
    if isinstance(answer, Playback):
        timing = timetable(client, answer, request, skips=session.clock != "real")
        if timing is not None:
            timing.wait()
        if answer.response.status == 0:
            finish(client, answer.response.ending)
        return _response(client, answer, streams(client).Played(answer, timing))
    return _record(client, answer, send, request)


def _record(client: ModuleType, take: Take, send: Callable[[Any], Any], request: Any) -> Any:
    started = clock.monotonic()
    try:
        with current.inside():
            response = send(request)
    except BaseException as error:
        take.end(ending_while_waiting(error, started))
        raise
    _take_head(take, response)
    if not _is_whole(take, response):
        response.stream = streams(client).Taken(take, response.stream)
    return response


async def _handle_async(
    client: ModuleType, session: Session, request: Any, send: Callable[[Any], Any]
) -> Any:
    body = await request.aread()
    asked = _request_of(request, body)
    if session.lets_pass(asked):
        with current.inside():
            return await send(request)
    answer = session.answer(asked)
    if isinstance(answer, Miss):
        raise _miss(client, session, answer, request)
    if isinstance(answer, Playback):
        timing = timetable(client, answer, request, skips=virtual.skips(session))
        if timing is not None:
            await timing.wait_async()
        if answer.response.status == 0:
            await finish_async(client, answer.response.ending)
        return _response(client, answer, streams(client).AsyncPlayed(answer, timing))
    return await _record_async(client, answer, send, request)


async def _record_async(
    client: ModuleType, take: Take, send: Callable[[Any], Any], request: Any
) -> Any:
    started = clock.monotonic()
    try:
        with current.inside():
            response = await send(request)
    except BaseException as error:
        take.end(ending_while_waiting(error, started))
        raise
    _take_head(take, response)
    if not _is_whole(take, response):
        response.stream = streams(client).AsyncTaken(take, response.stream)
    return response


def _is_whole(take: Take, response: Any) -> bool:
    """Whether an inner transport answered with a body held already, which nobody will iterate."""
    if not response.is_closed:
        return False
    for data in response.stream:
        if data:
            take.chunk(data)
    take.end(COMPLETE)
    return True


def _miss(client: ModuleType, session: Session, miss: Miss, request: Any) -> BaseException:
    if session.on_miss is not None:
        return session.on_miss(miss)
    error: BaseException = client.ConnectError(miss.message, request=request)
    error.__cause__ = CassetteMiss(miss.message, miss)
    return error


def _request_of(request: Any, body: bytes) -> Request:
    return Request(
        method=request.method, url=str(request.url), headers=_pairs(request.headers), body=body
    )


def _take_head(take: Take, response: Any) -> None:
    version = response.extensions.get("http_version", b"").decode("ascii", "replace")
    take.head(
        status=response.status_code,
        reason=response.extensions.get("reason_phrase", b"").decode("latin-1"),
        headers=_pairs(response.headers),
        http_version=version or None,
    )


def _pairs(headers: Any) -> Headers:
    return grouped(
        tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in headers.raw)
    )


def _response(client: ModuleType, playback: Playback, stream: Any) -> Any:
    recorded = playback.response
    extensions: dict[str, Any] = {}
    if recorded.http_version:
        extensions["http_version"] = recorded.http_version.encode("ascii", "replace")
    if recorded.reason:  # HTTP/2 has none
        extensions["reason_phrase"] = recorded.reason.encode("latin-1", "replace")
    headers = [
        (name.encode("latin-1"), value.encode("latin-1")) for name, value in recorded.headers
    ]
    return client.Response(recorded.status, headers=headers, stream=stream, extensions=extensions)


@cache
def _shells(client: ModuleType) -> SimpleNamespace:
    """The module's two transport classes for one session."""

    class Sync(client.BaseTransport):  # type: ignore[name-defined, misc]
        """Answers from a session; what is not recorded goes to `inner`, made when first needed."""

        def __init__(self, session: Session, inner: Any) -> None:
            self._session = session
            self._inner = inner

        def _send(self, request: Any) -> Any:
            self._inner = self._inner or client.HTTPTransport()
            with current.inside():
                return self._inner.handle_request(request)

        def handle_request(self, request: Any) -> Any:
            if self._session.ignores(str(request.url)):
                return self._send(request)
            return _handle(client, self._session, request, self._send)

        def close(self) -> None:
            if self._inner is not None:
                self._inner.close()

    class Async(client.AsyncBaseTransport):  # type: ignore[name-defined, misc]
        """Answers from a session; what is not recorded goes to `inner`, made when first needed."""

        def __init__(self, session: Session, inner: Any) -> None:
            self._session = session
            self._inner = inner

        async def _send(self, request: Any) -> Any:
            self._inner = self._inner or client.AsyncHTTPTransport()
            with current.inside():
                return await self._inner.handle_async_request(request)

        async def handle_async_request(self, request: Any) -> Any:
            if self._session.ignores(str(request.url)):
                return await self._send(request)
            return await _handle_async(client, self._session, request, self._send)

        async def aclose(self) -> None:
            if self._inner is not None:
                await self._inner.aclose()

    return SimpleNamespace(Sync=Sync, Async=Async)
