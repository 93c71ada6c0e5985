"""The two ends of a scripted exchange on the wire: HTTP/1.1 by hand, HTTP/2 by h2.

An `Exchange` is one request and the means to answer it, piece by piece, or to break off.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import h2.config
import h2.connection
import h2.events

Pairs = Sequence[tuple[str, str]]


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

    def __init__(self, request: Received, connection: Http2Connection, stream: int) -> None:
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
class Http2Connection:
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


async def read_request(reader: asyncio.StreamReader, early: bytes) -> Received:
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
