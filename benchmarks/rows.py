"""What is measured; every function returns one figure for one tool, times from `perf_counter`.

Files that a row reads are recorded by the tool itself, before the clock runs.
"""

from __future__ import annotations

import json
import random
import statistics
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

from benchmarks import accumulate, check, memory
from benchmarks.tools import RECORDERS, TOOLS, Tool

__all__ = ["ROWS", "Row"]

BUDGET_S = 2.0
"""No more samples are taken once a measurement has run so long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table per tool: `measure(tool, base URL, directory)` in `unit`.

    `tools` are those that are measured: others need minutes and gigabytes for a large stream, or
    do nothing of the kind.
    """

    title: str
    unit: str
    measure: Callable[[Tool, str, Path], float]
    tools: tuple[str, ...] = tuple(RECORDERS)


def body_of(index: int) -> bytes:
    """A chat request that differs from the others in its question only."""
    question = {"role": "user", "content": f"What is the weather in city number {index}?"}
    messages = [{"role": "system", "content": "You are a helpful assistant"}, question]
    return json.dumps({"model": "benchmark-1", "stream": True, "messages": messages}).encode()


def first_chunk(tool: Tool, url: str, directory: Path) -> float:
    """Milliseconds from sending a request to holding its first chunk; median of five streams."""
    import httpx2

    target = f"{url}/stream?chunks=34&gap_ms=20"
    samples: list[float] = []
    with httpx2.Client() as client:
        client.post(f"{url}/stream?chunks=2", content=body_of(0))
        for index in range(5):
            with tool.record(directory / f"first-{index}.yaml"):
                begin = perf_counter()
                with client.stream("POST", target, content=body_of(index)) as response:
                    pieces = response.iter_bytes()
                    next(pieces)
                    samples.append((perf_counter() - begin) * 1000)
                    for _ in pieces:
                        pass
    return statistics.median(samples)


def recorded(tool: Tool, url: str, path: Path, count: int, chunks: int) -> None:
    """A cassette of `count` interactions that the tool records through `httpx2`."""
    import httpx2

    with httpx2.Client() as client, tool.record(path):
        for index in range(count):
            target = f"{url}/stream?chunks={chunks}"
            assert client.post(target, content=body_of(index)).status_code == 200


def replay(tool: Tool, url: str, directory: Path, count: int) -> float:
    """Microseconds per replayed request, client included; median."""
    import httpx2

    path, target = directory / f"replay-{count}.yaml", f"{url}/stream?chunks=10"
    options: dict[str, Any] = {}
    if tool.requires is None:
        answer = b"".join([b"data: {}\n\n"] * 10)
        head = {"content-type": "text/event-stream"}
        options["transport"] = httpx2.MockTransport(
            lambda _: httpx2.Response(200, headers=head, content=answer)
        )
    else:
        recorded(tool, url, path, count, chunks=10)
    order = list(range(count))
    random.Random(7).shuffle(order)
    samples: list[float] = []
    with httpx2.Client(**options) as client:
        started = perf_counter()
        while len(samples) < 400 and perf_counter() - started < BUDGET_S:
            with tool.replay(path):
                samples += timed_requests(client, target, order[:200], started)
    return statistics.median(samples) * 1e6


def timed_requests(client: Any, target: str, order: list[int], started: float) -> list[float]:
    """Seconds for each request, answered and read."""
    samples: list[float] = []
    for index in order:
        body = body_of(index)
        begin = perf_counter()
        response = client.post(target, content=body)
        content = response.content
        end = perf_counter()
        assert content.startswith(b"data: "), content[:80]
        samples.append(end - begin)
        if end - started > BUDGET_S:
            break
    return samples


def load(tool: Tool, url: str, directory: Path) -> float:
    """Milliseconds to read one file of 1,000 streams of 20 kB; best of five."""
    path = directory / "load.yaml"
    recorded(
        TOOLS["stream-cassette"] if tool.requires is None else tool, url, path, 1000, chunks=100
    )
    samples: list[float] = []
    for _ in range(5):
        begin = perf_counter()
        result = tool.load(path)
        samples.append((perf_counter() - begin) * 1000)
        del result
    return min(samples)


ROWS = {
    "first-chunk": Row(
        title="first chunk while recording 34 x 20 ms", unit="ms", measure=first_chunk
    ),
    "replay-2": Row(
        title="replay one request, 2 interactions",
        unit="µs",
        measure=lambda tool, url, directory: replay(tool, url, directory, 2),
    ),
    "replay-1000": Row(
        title="replay one request, 1,000 interactions",
        unit="µs",
        measure=lambda tool, url, directory: replay(tool, url, directory, 1000),
    ),
    "load": Row(title="load 1,000 streams of 20 kB", unit="ms", measure=load),
    "accumulate-chat": Row(
        title="accumulate Chat Completions (bare: JSON)",
        unit="MB/s",
        measure=accumulate.chat,
        tools=("bare", "stream-cassette", "openai"),
    ),
    "accumulate-responses": Row(
        title="accumulate Responses (bare: JSON)",
        unit="MB/s",
        measure=accumulate.responses,
        tools=("bare", "stream-cassette", "openai"),
    ),
    "accumulate-messages": Row(
        title="accumulate Messages (bare: JSON)",
        unit="MB/s",
        measure=accumulate.messages,
        tools=("bare", "stream-cassette", "anthropic"),
    ),
    "check-50": Row(
        title="check 50 cassettes (bare: read them)",
        unit="MB/s",
        measure=check.few,
        tools=("bare", "stream-cassette"),
    ),
    "check-400": Row(
        title="check 400 cassettes (bare: read them)",
        unit="MB/s",
        measure=check.many,
        tools=("bare", "stream-cassette"),
    ),
    "memory-record": Row(
        title="peak memory, 200 MB being recorded",
        unit="MB",
        measure=memory.recorded,
        tools=("bare", "stream-cassette"),
    ),
    "memory-publish": Row(
        title="peak memory, publish 200 MB (bare: body)",
        unit="MB",
        measure=memory.published,
        tools=("bare", "stream-cassette"),
    ),
    "memory-replay": Row(
        title="peak memory, replay 200 MB (bare: body)",
        unit="MB",
        measure=memory.replayed,
        tools=("bare", "stream-cassette"),
    ),
}
