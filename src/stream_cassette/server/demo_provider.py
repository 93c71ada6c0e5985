"""The demo's provider: a real HTTP server on loopback that streams in small, awkward pieces.

It listens on 127.0.0.1 and speaks what `_demo_answers` says. Its pieces end inside
events and inside characters, as those of real servers do.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import cycle
from typing import Any, Self

from stream_cassette.server._demo_answers import answer

__all__ = ["SERVER_NAME", "DemoProvider", "pieces"]

SERVER_NAME = "stream-cassette-demo"

# Sizes in bytes of the pieces, again and again; they are prime to the sizes of events.
_SIZES = (211, 331, 97, 14, 298, 449, 5, 523)
_GAP_S = 0.004


def pieces(body: bytes) -> Iterator[bytes]:
    """The body cut as the provider sends it; the first non-ASCII character is cut in two."""
    inside = next((n + 1 for n, byte in enumerate(body) if byte >= 0x80), 0)
    start = 0
    for size in cycle(_SIZES):
        if start >= len(body):
            return
        end = start + size
        if start < inside < end:
            end = inside
        yield body[start:end]
        start = end


class DemoProvider:
    """A context manager that runs the server on a thread; `url` is where it listens.

    Each one has a secret of its own, so ids and signatures differ from run to run: what a replay
    gives back can only come from the tape.
    """

    def __init__(self, port: int = 0) -> None:
        """`port`: where to listen on 127.0.0.1; 0 for one that is free."""
        self._secret = secrets.token_bytes(32)
        self._port = port
        self._server: ThreadingHTTPServer | None = None
        self._thread: threading.Thread | None = None
        self.url: str = ""

    def __enter__(self) -> Self:
        handler = type("Handler", (_Handler,), {"secret": self._secret})
        self._server = ThreadingHTTPServer(("127.0.0.1", self._port), handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), name=SERVER_NAME, daemon=True
        )
        self._thread.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        if self._server is not None and self._thread is not None:
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()
            self._server = self._thread = None


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 10  # seconds that an idle connection is kept
    secret = b""

    def do_POST(self) -> None:
        size = int(self.headers.get("content-length") or 0)
        said = answer(self.secret, self.path.partition("?")[0], self.rfile.read(size))
        streamed = said.content_type == "text/event-stream"
        self.send_response(said.status)
        self.send_header("content-type", said.content_type)
        if streamed:
            self.send_header("transfer-encoding", "chunked")
        else:
            self.send_header("content-length", str(len(said.body)))
        self.end_headers()
        if not streamed:
            self.wfile.write(said.body)
            return
        for piece in pieces(said.body):
            self.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece))
            time.sleep(_GAP_S)
        self.wfile.write(b"0\r\n\r\n")

    def handle_one_request(self) -> None:
        try:
            super().handle_one_request()
        except (BrokenPipeError, ConnectionResetError):  # the client has what it wants
            self.close_connection = True

    def version_string(self) -> str:
        return SERVER_NAME

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: a demo's terminal belongs to the demo."""
