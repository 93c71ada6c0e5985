"""One question, asked by each client family in each way of running: what did the caller see?

`Flavour.ask` runs one exchange through `httpx` or `httpx2`, sync, on asyncio or on trio, and
gives what a caller can see of it as a value, so that a bare run, a recording and a replay can be
compared with `==`.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import aclosing, closing
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

import httpx
import httpx2
import trio

FAMILIES = {"httpx": httpx, "httpx2": httpx2}

_TRUSTS_NOBODY = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""For plain HTTP: loading the certificate authorities takes longer than most tests."""


def _nothing(_chunk: Any) -> None:
    """Hear of a chunk and do nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A request and how its answer is read: `how` names an `iter_*`, `read`, or `request`.

    `leave` says after which chunk the caller closes; None reads to the end.
    """

    url: str
    method: str = "POST"
    content: bytes | None = b'{"model":"m","stream":true}'
    headers: dict[str, str] = field(default_factory=dict)
    how: str = "iter_raw"
    leave: Callable[[int, Any], bool] = lambda number, chunk: False
    on_chunk: Callable[[Any], None] = _nothing
    client: dict[str, Any] = field(default_factory=dict)
    transport: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What the caller saw: head, chunks, and the exception type's name and message, if any."""

    status: int | None = None
    reason: str | None = None
    http_version: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    chunks: tuple[Any, ...] = ()
    error: str | None = None
    message: str | None = None
    hops: int = 0


class _Notes:
    """The one place where sync and async note what they see."""

    def __init__(self, ask: Ask) -> None:
        self.ask = ask
        self.response: Any = None
        self.chunks: list[Any] = []
        self.error: Exception | None = None

    def left(self, chunk: Any) -> bool:
        """Note a chunk; True if the caller leaves now."""
        self.chunks.append(chunk)
        self.ask.on_chunk(chunk)
        return self.ask.leave(len(self.chunks), chunk)

    def seen(self) -> Seen:
        error, response = self.error, self.response
        common = {
            "chunks": tuple(self.chunks),
            "error": None if error is None else type(error).__name__,
            "message": None if error is None else str(error),
        }
        if response is None:
            return Seen(**common)
        return Seen(
            status=response.status_code,
            reason=response.reason_phrase,
            http_version=response.http_version,
            headers=tuple(response.headers.multi_items()),
            hops=len(response.history),
            **common,
        )


@dataclass(frozen=True, slots=True)
class Flavour:
    """A client family and a way of running it: `sync`, `asyncio` or `trio`."""

    family: str
    mode: str

    def __str__(self) -> str:
        return f"{self.family}-{self.mode}"

    @property
    def module(self) -> ModuleType:
        """`httpx` or `httpx2`."""
        return FAMILIES[self.family]

    def ask(self, ask: Ask) -> Seen:
        """Run one exchange; exceptions are part of what is seen, not raised."""
        if self.mode == "sync":
            return _ask_sync(self.module, ask)
        return self.run(ask_async, self.module, ask)

    def run(self, function: Callable[..., Any], *args: Any) -> Any:
        """Run a coroutine function on this flavour's event loop."""
        if self.mode == "trio":
            return trio.run(function, *args)
        return asyncio.run(function(*args))


FLAVOURS = tuple(Flavour(f, m) for f in FAMILIES for m in ("sync", "asyncio", "trio"))


def _ask_sync(module: ModuleType, ask: Ask) -> Seen:
    notes = _Notes(ask)
    send = {"content": ask.content, "headers": ask.headers}
    try:
        with module.Client(transport=ask.transport, **ask.client) as client:
            if ask.how == "request":
                notes.response = client.request(ask.method, ask.url, **send)
                notes.left(notes.response.content)
                return notes.seen()
            with client.stream(ask.method, ask.url, **send) as response:
                notes.response = response
                with closing(_pieces(response, ask.how)) as pieces:
                    for chunk in pieces:
                        if notes.left(chunk):
                            break
    except Exception as error:
        notes.error = error
    return notes.seen()


def _pieces(response: Any, how: str) -> Iterator[Any]:
    if how == "read":
        yield response.read()
        return
    with closing(getattr(response, how)()) as pieces:
        yield from pieces


async def ask_async(module: ModuleType, ask: Ask) -> Seen:
    """The same as `Flavour.ask`, inside a running event loop."""
    notes = _Notes(ask)
    send = {"content": ask.content, "headers": ask.headers}
    try:
        async with module.AsyncClient(transport=ask.transport, **ask.client) as client:
            if ask.how == "request":
                notes.response = await client.request(ask.method, ask.url, **send)
                notes.left(notes.response.content)
                return notes.seen()
            async with client.stream(ask.method, ask.url, **send) as response:
                notes.response = response
                async with aclosing(_apieces(response, ask.how)) as pieces:
                    async for chunk in pieces:
                        if notes.left(chunk):
                            break
    except Exception as error:
        notes.error = error
    return notes.seen()


async def _apieces(response: Any, how: str) -> AsyncIterator[Any]:
    if how == "read":
        yield await response.aread()
        return
    async with aclosing(getattr(response, "a" + how)()) as pieces:
        async for chunk in pieces:
            yield chunk


def client_options(context: ssl.SSLContext | None, *, http2: bool = False) -> dict[str, Any]:
    """Client arguments for the scripted server: its certificate, and HTTP/2 or not."""
    return {"http2": http2, "trust_env": False, "timeout": 20, "verify": context or _TRUSTS_NOBODY}
