"""A loopback HTTP/1.1 server that streams server-sent events; one per benchmark run.

`POST /stream?chunks=34&gap_ms=20&size=200` answers with that many events of about `size` bytes,
each its own chunk of the transfer coding, `gap_ms` apart; the first comes at once.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit

__all__ = ["event", "serving"]


def event(index: int, size_bytes: int) -> bytes:
    """One `chat.completion.chunk` event, about `size_bytes` long."""
    value = {
        "id": "chatcmpl-benchmark",
        "object": "chat.completion.chunk",
        "choices": [{"index": 0, "delta": {"content": f"word {index} "}, "finish_reason": None}],
    }
    missing = size_bytes - len(json.dumps(value)) - len("data: \n\n")
    value["choices"] = [
        {"index": 0, "delta": {"content": f"word {index} " + "x" * max(missing, 0)}}
    ]
    return f"data: {json.dumps(value)}\n\n".encode()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = 0
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        query = {key: int(values[0]) for key, values in parse_qs(urlsplit(self.path).query).items()}
        self.rfile.read(int(self.headers.get("content-length", "0")))
        self.wfile.write(
            b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n"
            b"transfer-encoding: chunked\r\n\r\n"
        )
        pieces = [event(index, query.get("size", 200)) for index in range(query["chunks"] - 1)]
        for index, piece in enumerate([*pieces, b"data: [DONE]\n\n"]):
            if index and query.get("gap_ms"):
                time.sleep(query["gap_ms"] / 1000)
            self.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece))
        self.wfile.write(b"0\r\n\r\n")

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing; the table is the output."""


@contextmanager
def serving() -> Iterator[str]:
    """The base URL of a server that runs until the block is left."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
