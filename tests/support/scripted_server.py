"""A server on loopback that answers by script, HTTP/1.1 or HTTP/2 over TLS, with no clock in it.

A script is a coroutine function that gets an `Exchange` and says what goes on the wire and when:
head, pieces, end, or a way to break off. `Lockstep` sends a piece only after the client holds the
one before. The server runs in a thread of its own; scripts run on its event loop.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import ssl
import threading
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Self

import trustme

from tests.support.scripted_exchange import (
    Exchange,
    Http1Exchange,
    Http2Connection,
    Pairs,
    Received,
    Script,
    read_request,
)

STALL_S = 10.0
"""How long a script waits for the client before it gives up; only a broken recorder gets there."""


class ScriptedServer:
    """Two listening sockets on loopback, one plain and one TLS (`h2` or `http/1.1` by ALPN).

    `serve(*scripts)` gives a URL of its own whose requests are answered by the scripts in turn.
    `received` are all requests, in order of arrival; `faults` what went wrong inside scripts.
    """

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.faults: list[str] = []
        self._scripts: dict[str, deque[Script]] = {}
        self._numbers = itertools.count()
        self._ca = trustme.CA()
        self._thread = threading.Thread(target=self._main, name="scripted-server", daemon=True)
        self._ready = threading.Event()
        self._connections: set[asyncio.Task[Any]] = set()

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(10), "the scripted server did not start"
        return self

    def __exit__(self, *exc: object) -> None:
        self.loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)
        assert not self._thread.is_alive()

    def client_ssl(self) -> ssl.SSLContext:
        """A context that trusts this server."""
        context = ssl.create_default_context()
        self._ca.configure_trust(context)
        return context

    def serve(self, *scripts: Script, path: str = "/v1/chat/completions", tls: bool = False) -> str:
        """A URL of its own, ending in `path`; each script answers one request."""
        prefix = f"/{next(self._numbers)}"
        self._scripts[prefix] = deque(scripts)
        scheme, port = ("https", self.tls_port) if tls else ("http", self.port)
        return f"{scheme}://127.0.0.1:{port}{prefix}{path}"

    def _main(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        self.loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.set_alpn_protocols(["h2", "http/1.1"])
        self._ca.issue_cert("127.0.0.1", "localhost").configure_cert(context)
        plain = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        secure = await asyncio.start_server(self._connected, "127.0.0.1", 0, ssl=context)
        self.port = plain.sockets[0].getsockname()[1]
        self.tls_port = secure.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        plain.close()
        secure.close()
        for task in list(self._connections):
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        tls = writer.get_extra_info("ssl_object")
        http2 = tls is not None and tls.selected_alpn_protocol() == "h2"
        try:
            if http2:
                await Http2Connection(reader, writer, self._answer).run()
            else:
                await self._http1(reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # the peer left, or the test is over
        finally:
            self._connections.discard(task)
            writer.close()
            with contextlib.suppress(OSError, asyncio.CancelledError):
                await writer.wait_closed()

    async def _http1(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        early = b""
        while True:
            exchange = Http1Exchange(await read_request(reader, early), writer)
            answering = asyncio.ensure_future(self._answer(exchange))
            leaving = asyncio.ensure_future(reader.read(1))
            await asyncio.wait({answering, leaving}, return_when=asyncio.FIRST_COMPLETED)
            for task in (answering, leaving):
                task.cancel()
            _, read = await asyncio.gather(answering, leaving, return_exceptions=True)
            early = read if isinstance(read, bytes) else b""  # the next request's first byte
            if not exchange.reusable:
                return

    async def _answer(self, exchange: Exchange) -> None:
        self.received.append(exchange.request)
        scripts = self._scripts.get("/" + exchange.request.target.split("/")[1])
        if not scripts:
            self.faults.append(f"no script left for {exchange.request.target}")
            exchange.reset()
            return
        try:
            await scripts.popleft()(exchange)
        except (OSError, asyncio.CancelledError):
            raise  # the client left
        except Exception as error:  # reported by the fixture, or the client would just see a reset
            self.faults.append(repr(error))
            exchange.reset()


class Lockstep:
    """A script that sends a piece only after the client holds the one before.

    The client calls `delivered()` from any thread for each chunk it was handed. `stalled` is the
    number of the piece that the client did not get in time, else None: a recorder that waits for
    the end of the body never gets a second piece.
    """

    def __init__(
        self,
        server: ScriptedServer,
        pieces: Iterable[bytes],
        *,
        headers: Pairs = (("content-type", "text/event-stream"),),
        status: int = 200,
        finish: Callable[[Exchange], Awaitable[None]] | None = None,
        patience_s: float = STALL_S,
    ) -> None:
        self.pieces = pieces
        self.headers = headers
        self.status = status
        self.stalled: int | None = None
        self.sent = 0
        self._server = server
        self._finish = finish
        self._patience_s = patience_s
        self._held = asyncio.Semaphore(0)

    def delivered(self) -> None:
        """The client holds one more chunk."""
        self._server.loop.call_soon_threadsafe(self._held.release)

    async def __call__(self, exchange: Exchange) -> None:
        await exchange.head(self.status, self.headers)
        for number, piece in enumerate(self.pieces):
            await exchange.send(piece)
            self.sent = number + 1
            try:
                await asyncio.wait_for(self._held.acquire(), self._patience_s)
            except TimeoutError:
                self.stalled = number
                exchange.reset()
                return
        await (self._finish(exchange) if self._finish else exchange.end())


def reply(
    body: bytes = b"",
    *,
    status: int = 200,
    headers: Pairs = (("content-type", "application/json"),),
    sized: bool = True,
) -> Script:
    """A script that answers at once, with a content-length where `sized`."""

    async def script(exchange: Exchange) -> None:
        size = [("content-length", str(len(body)))] if sized else []
        await exchange.head(status, [*headers, *size])
        if body:
            await exchange.send(body)
        await exchange.end()

    return script
