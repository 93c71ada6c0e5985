"""What a stream of 200 MB costs: the peak of the whole process, interpreter and imports included.

Each figure comes from a process of its own, which does the one thing and nothing else. `bare` is
the stream itself: the ratio to it says how many times the body was held.
`python -m benchmarks.memory PATH MB KIND` writes the file that a replay reads.
"""

from __future__ import annotations

import re
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

from benchmarks.stream_server import event
from benchmarks.tools import Tool

__all__ = ["published", "recorded", "replayed"]

BODY_MB = 200
KIND = "lf"  # or "crlf" (double-quoted in the file), or "binary" (no UTF-8: base64 there)
CHUNK_BYTES = 8192
URL = "http://127.0.0.1/stream"


def peak_mb() -> float:
    """The most memory that this process has held so far, in MB (10^6 bytes).

    Linux counts in `ru_maxrss` what the process was forked from as well, hence `VmHWM`.
    """
    status = Path("/proc/self/status")
    if status.exists():
        found = re.search(r"^VmHWM:\s*([0-9]+) kB$", status.read_text(), re.MULTILINE)
        if found is not None:
            return int(found[1]) * 1024 / 1e6
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak * 1024 / 1e6


def stream() -> Any:
    """A cassette of one stream of events, about 40 of them to a chunk."""
    from stream_cassette import Cassette, Cut, Interaction, Request, Response

    one = event(7, 200)
    if KIND == "crlf":
        one = one.replace(b"\n", b"\r\n")
    elif KIND == "binary":
        one = one.replace(b"\n\n", b"\xff\n\n")
    body = one * (BODY_MB * 1_000_000 // len(one))
    count, rest = divmod(len(body), CHUNK_BYTES)
    sizes = [CHUNK_BYTES] * count + [rest] * bool(rest)
    response = Response(
        status=200,
        reason="OK",
        headers=(("content-type", "text/event-stream"),),
        body=body,
        cuts=tuple(Cut(size_bytes=size, offset_ms=n * 0.5) for n, size in enumerate(sizes)),
    )
    request = Request(method="POST", url=URL, body=b"{}")
    return Cassette(interactions=(Interaction(request=request, response=response),))


def recorded(tool: Tool, url: str, directory: Path) -> float:
    """Peak memory in MB of a process that receives the stream, before anything is published."""
    import httpx2

    chunks = BODY_MB * 1_000_000 // CHUNK_BYTES
    size_bytes = 0
    with (
        tool.record(directory / "stream.yaml"),
        httpx2.Client(timeout=None) as client,
        client.stream("POST", f"{url}/stream?chunks={chunks}&size={CHUNK_BYTES}") as response,
    ):
        for piece in response.iter_raw():
            size_bytes += len(piece)
        peak = peak_mb()
    assert size_bytes > 0.99 * BODY_MB * 1_000_000, size_bytes
    return peak


def published(tool: Tool, url: str, directory: Path) -> float:
    """Peak memory in MB of a process that has the stream and publishes it."""
    if tool.requires is None:
        return BODY_MB
    from stream_cassette import dump

    dump(stream(), directory / "stream.yaml")
    return peak_mb()


def replayed(tool: Tool, url: str, directory: Path) -> float:
    """Peak memory in MB of a process that replays the stream through `httpx2`."""
    if tool.requires is None:
        return BODY_MB
    import httpx2

    path = directory / "stream.yaml"
    command = [sys.executable, "-m", "benchmarks.memory", str(path), str(BODY_MB), KIND]
    subprocess.run(command, check=True)
    size_bytes = 0
    with (
        tool.replay(path),
        httpx2.Client() as client,
        client.stream("POST", URL, content=b"{}") as response,
    ):
        for piece in response.iter_raw():
            size_bytes += len(piece)
    assert size_bytes > 0.99 * BODY_MB * 1_000_000, size_bytes
    return peak_mb()


if __name__ == "__main__":
    from stream_cassette import dump

    BODY_MB, KIND = int(sys.argv[2]), sys.argv[3]
    dump(stream(), sys.argv[1])
