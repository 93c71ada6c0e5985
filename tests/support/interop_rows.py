"""Exchanges of every kind of body, recorded here, to be replayed by other recorders, and back."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import brotli

__all__ = ["ROWS", "Row", "serve"]

SSE = "text/event-stream"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One answer: `pieces` are sent one by one; `cut` closes before the promised end."""

    id: str
    pieces: tuple[bytes, ...] = ()
    content_type: str = SSE
    coding: str | None = None
    cut: bool = False
    status: int = 200

    @property
    def body(self) -> bytes:
        """All pieces."""
        return b"".join(self.pieces)

    @property
    def is_stream(self) -> bool:
        """Whether it is an event stream in plain text."""
        return self.content_type == SSE and self.coding is None


_EVENT = 'data: {"text": "Grüße e\u0301 \u2028 \U0001f327"}\n\n'.encode()
_DONE = b"data: [DONE]\n\n"

ROWS = (
    Row(id="lf", pieces=(b'data: {"a": 1}\n\n', _DONE)),
    Row(id="crlf", pieces=(b'data: {"a": 1}\r\n\r\n', b"data: x\r", b"\n\r\n")),
    Row(id="cr", pieces=(b"data: x\r\r",)),
    Row(id="emoji-cut-inside", pieces=(_EVENT[:-5], _EVENT[-5:], _DONE)),
    Row(id="trailing-blanks", pieces=(b"data: x  \n\n\n\n  \n",)),
    Row(id="nel-and-controls", pieces=("data: \x85\x00\x07\ufeff\ufffe\n\n".encode(),)),
    Row(id="looks-like-yaml", pieces=(b"- a: b\n# c\n---\n...\n%TAG\n\t&x *y !!z\n",)),
    Row(id="gzip", pieces=(gzip.compress(_EVENT * 3, mtime=0),), coding="gzip"),
    Row(id="br", pieces=(brotli.compress(_EVENT * 3),), coding="br"),
    Row(id="not-utf-8", pieces=(bytes(range(256)),), content_type="application/octet-stream"),
    Row(id="not-utf-8-stream", pieces=(b"data: \xff\xfe\n\n",)),
    Row(id="empty"),
    Row(id="no-content", status=204),
    Row(id="cut-off", pieces=(b'data: {"a": 1}\n\n', b"data: {"), cut=True),
    Row(id="json", pieces=(b'{"b":1.10,"a":1e2}',), content_type="application/json"),
)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("content-length", 0)))
        row = next(row for row in ROWS if row.id == self.path.rpartition("/")[2])
        self.send_response(row.status)
        self.send_header("content-type", row.content_type)
        if row.coding:
            self.send_header("content-encoding", row.coding)
        if row.status != 204:
            self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        if row.status == 204:
            return
        for piece in row.pieces:
            self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            self.wfile.flush()
        self.wfile.write(b"" if row.cut else b"0\r\n\r\n")
        self.close_connection = row.cut


@contextmanager
def serve() -> Iterator[str]:
    """The rows on loopback: `POST {url}/{row.id}`."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
