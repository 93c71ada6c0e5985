"""A server on loopback that answers by script, HTTP/1.1 or HTTP/2 over TLS, with no clock in it.

A script is a coroutine function that gets an `Exchange` and says what goes on the wire and when:
head, pieces, end, or a way to break off. `Lockstep` sends a piece only after the client holds the
one before. The server runs in a thread of its own; scripts run on its event loop.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import socket
import ssl
import struct
import threading
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, Self

import h2.config
import h2.connection
import h2.events
import trustme

Pairs = Sequence[tuple[str, str]]

STALL_S = 10.0
"""How long a script waits for the client before it gives up; only a broken recorder gets there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A request as the server got it; header names in lower case."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes = b""

    def header(self, name: str) -> str | None:
        """The first value of the named header, or None."""
        return next((value for key, value in self.headers if key == name.lower()), None)


class Exchange(Protocol):
    """One request and the means to answer it."""

    request: Received

    async def inform(self, status: int, headers: Pairs = ()) -> None: ...
    async def head(self, status: int = 200, headers: Pairs = ()) -> None: ...
    async def send(self, data: bytes) -> None: ...
    async def end(self, trailers: Pairs = ()) -> None: ...
    def reset(self) -> None: ...
    def cut(self) -> None: ...


Script = Callable[[Exchange], Awaitable[None]]


def _abort(writer: asyncio.StreamWriter) -> None:
    """Break the connection so that the peer sees a reset, not an end."""
    sock = writer.get_extra_info("socket")
    with contextlib.suppress(OSError):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


class Http1Exchange:
    """HTTP/1.1: chunked unless the head has a content-length or the status has no body."""

    def __init__(self, request: Received, writer: asyncio.StreamWriter) -> None:
        self.request = request
        self._writer = writer
        self._chunked = False
        self.reusable = False

    async def raw(self, data: bytes) -> None:
        """These bytes, as they are."""
        self._writer.write(data)
        await self._writer.drain()

    async def inform(self, status: int, headers: Pairs = ()) -> None:
        await self.raw(self._head_bytes(status, headers))

    async def head(self, status: int = 200, headers: Pairs = ()) -> None:
        names = {name.lower() for name, _ in headers}
        bodiless = status in (204, 304) or self.request.method == "HEAD"
        self._chunked = not bodiless and "content-length" not in names
        extra = [("transfer-encoding", "chunked")] if self._chunked else []
        await self.raw(self._head_bytes(status, [*headers, *extra]))

    def _head_bytes(self, status: int, headers: Pairs) -> bytes:
        lines = [f"HTTP/1.1 {status} Scripted", *(f"{name}: {value}" for name, value in headers)]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")

    async def send(self, data: bytes) -> None:
        await self.raw(b"%x\r\n%s\r\n" % (len(data), data) if self._chunked else data)

    async def end(self, trailers: Pairs = ()) -> None:
        if self._chunked:
            lines = "".join(f"{name}: {value}\r\n" for name, value in trailers)
            await self.raw(b"0\r\n" + lines.encode() + b"\r\n")
        self.reusable = True

    def reset(self) -> None:
        _abort(self._writer)

    def cut(self) -> None:
        self._writer.close()


class Http2Exchange:
    """One HTTP/2 stream; `send` is one DATA frame and waits for window where there is none."""

    def __init__(self, request: Received, connection: _Http2Connection, stream: int) -> None:
        self.request = request
        self._connection = connection
        self._stream = stream

    async def inform(self, status: int, headers: Pairs = ()) -> None:
        await self.head(status, headers)

    async def head(self, status: int = 200, headers: Pairs = ()) -> None:
        self._connection.h2.send_headers(self._stream, [(":status", str(status)), *headers])
        await self._connection.flush()

    async def send(self, data: bytes) -> None:
        while self._connection.h2.local_flow_control_window(self._stream) < len(data):
            await self._connection.window_opened()
        self._connection.h2.send_data(self._stream, data)
        await self._connection.flush()

    async def end(self, trailers: Pairs = ()) -> None:
        if trailers:
            self._connection.h2.send_headers(self._stream, list(trailers), end_stream=True)
        else:
            self._connection.h2.end_stream(self._stream)
        await self._connection.flush()

    def reset(self) -> None:
        _abort(self._connection.writer)

    def cut(self) -> None:
        self._connection.writer.close()


@dataclass(slots=True)
class _Http2Connection:
    """Frames of one connection; every stream's script is a task of its own."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    answer: Callable[[Exchange], Awaitable[None]]
    h2: h2.connection.H2Connection = field(
        default_factory=lambda: h2.connection.H2Connection(
            h2.config.H2Configuration(client_side=False, header_encoding="latin-1")
        )
    )
    tasks: dict[int, asyncio.Task[None]] = field(default_factory=dict)
    heads: dict[int, Any] = field(default_factory=dict)
    bodies: dict[int, bytes] = field(default_factory=dict)
    _window: asyncio.Event = field(default_factory=asyncio.Event)

    async def flush(self) -> None:
        self.writer.write(self.h2.data_to_send())
        await self.writer.drain()

    async def window_opened(self) -> None:
        self._window.clear()
        await self._window.wait()

    async def run(self) -> None:
        """Serve until the peer leaves; its streams' scripts are cancelled then."""
        self.h2.initiate_connection()
        await self.flush()
        try:
            while data := await self.reader.read(65536):
                for event in self.h2.receive_data(data):
                    self._on(event)
                await self.flush()
        finally:
            for task in self.tasks.values():
                task.cancel()
            await asyncio.gather(*self.tasks.values(), return_exceptions=True)

    def _on(self, event: h2.events.Event) -> None:
        if isinstance(event, h2.events.RequestReceived):
            self.heads[event.stream_id] = event.headers
            self.bodies[event.stream_id] = b""
        elif isinstance(event, h2.events.DataReceived):
            self.bodies[event.stream_id] += event.data
            self.h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
        elif isinstance(event, h2.events.WindowUpdated):
            self._window.set()
        elif isinstance(event, h2.events.StreamReset):
            self.tasks[event.stream_id].cancel()
        elif isinstance(event, h2.events.StreamEnded):
            self._start(event.stream_id)

    def _start(self, stream: int) -> None:
        headers = tuple(self.heads.pop(stream))
        pseudo = dict(headers)
        request = Received(
            method=pseudo[":method"],
            target=pseudo[":path"],
            headers=tuple(pair for pair in headers if not pair[0].startswith(":")),
            body=self.bodies.pop(stream),
        )
        answering = self.answer(Http2Exchange(request, self, stream))
        self.tasks[stream] = asyncio.ensure_future(answering)


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
                await _Http2Connection(reader, writer, self._answer).run()
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
            exchange = Http1Exchange(await _read_request(reader, early), writer)
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


async def _read_request(reader: asyncio.StreamReader, early: bytes) -> Received:
    head = (early + await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.split("\r\n")[:-2]
    method, target, _ = first.split(" ")
    pairs = [line.partition(":") for line in lines]
    headers = tuple((name.lower(), value.strip()) for name, _, value in pairs)
    fields = dict(headers)
    body = b""
    if fields.get("transfer-encoding") == "chunked":
        while size := int(await reader.readline(), 16):
            body += (await reader.readexactly(size + 2))[:-2]
        await reader.readline()
    else:
        body = await reader.readexactly(int(fields.get("content-length", 0)))
    return Received(method=method, target=target, headers=headers, body=body)


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
    ) -> None:
        self.pieces = pieces
        self.headers = headers
        self.status = status
        self.stalled: int | None = None
        self.sent = 0
        self._server = server
        self._finish = finish
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
                await asyncio.wait_for(self._held.acquire(), STALL_S)
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
