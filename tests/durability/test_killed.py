"""Killed recordings: whatever the moment, the old cassette is intact and nothing received is lost.

The client tells each chunk to a pipe once it has it; what was told must come back by `recover`.
"""

from __future__ import annotations

import errno
import gzip
import multiprocessing
import os
import random
import re
import sys
import tempfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from stream_cassette.api import load
from stream_cassette.api import recover as recover_one
from stream_cassette.cassette.model import Response
from stream_cassette.store.recover import journals_in
from tests.support.killable import SECRET, Fault, record, refused
from tests.support.scripted_exchange import Exchange, Script
from tests.support.scripted_server import ScriptedServer

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")

EVENTS = [f'data: {{"choices":[{{"delta":{{"content":"word {n} "}}}}]}}\n\n' for n in range(60)]
BODY = "".join([*EVENTS, "data: [DONE]\n\n"]).encode()
OLD = (
    b'interactions:\n- request:\n    method: GET\n    uri: "http://old/"\n    headers: {}\n'
    b'    body: ""\n  response:\n    status: {code: 200, message: OK}\n    headers: {}\n'
    b"    body: {string: old}\nversion: 1\n"
)


@pytest.fixture(scope="module")
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as running:
        yield running


@pytest.fixture(scope="module")
def context() -> Any:
    made = multiprocessing.get_context("forkserver")
    made.set_forkserver_preload(["tests.support.killable"])
    return made


def _sending(pieces: list[bytes], coding: str | None) -> Script:
    """Sends the pieces as fast as they go."""

    async def script(exchange: Exchange) -> None:
        coded = [("content-encoding", coding)] if coding else []
        await exchange.head(200, [("content-type", "text/event-stream"), *coded])
        for piece in pieces:
            await exchange.send(piece)
        await exchange.end()

    return script


def _cut(body: bytes, seed: int) -> list[bytes]:
    """The body in pieces of random sizes."""
    dice = random.Random(seed)
    pieces, start = [], 0
    while start < len(body):
        size = dice.randrange(1, 200)
        pieces.append(body[start : start + size])
        start += size
    return pieces


@dataclass(slots=True, kw_only=True)
class Child:
    """A recording process as seen from outside."""

    process: Any
    pipe: Any
    received: bytes = b""
    failed: str | None = None
    calls: int = 0

    def listen(self, until: Callable[[], bool] = lambda: False) -> None:
        """Take in what the child tells, to its end or until enough was received."""
        while not until():
            try:
                said = self.pipe.recv_bytes()
            except EOFError:
                return
            if said[:1] == b"+":
                self.received += said[1:]
            elif said.startswith(b"failed "):
                self.failed = said[7:].decode()
            elif said.startswith(b"ended "):
                self.calls = int(said[6:])

    def end(self) -> None:
        """Wait for its end, and take in the rest."""
        self.listen()
        self.process.join(20)
        assert self.process.exitcode is not None


def _start(context: Any, url: str, path: Path, fault: Fault | None = None) -> Child:
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=record, args=(url, str(path), "all", theirs, fault))
    process.start()
    theirs.close()
    return Child(process=process, pipe=ours)


def _check(path: Path, received: bytes, *, old: bytes) -> str:
    """What is on the disk after the end: nothing lost, nothing torn. How it was found."""
    now = path.read_bytes()
    journals = journals_in([path.parent])
    assert len(journals) <= 1
    if now != old:
        (published,) = load(path).interactions
        assert _text(published.response) == BODY
    for journal in journals:
        outcome = recover_one(journal)
        if outcome.path is not None:
            (found,) = load(outcome.path).interactions
            body = _text(found.response)
            assert body.startswith(received)
            assert BODY.startswith(body)
            assert [file.name for file in path.parent.glob(".*")] == []
            return "recovered"
    if now != old:
        return "published"
    assert received == b""
    return "nothing begun"


def _text(response: Response) -> bytes:
    if ("content-encoding", "gzip") not in response.headers:
        return response.body
    return zlib.decompressobj(31).decompress(response.body)


@pytest.mark.parametrize("coding", [None, "gzip"])
@pytest.mark.parametrize("seed", range(30))
def test_kill_9_at_a_random_moment(
    server: ScriptedServer, context: Any, tmp_path: Path, seed: int, coding: str | None
) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(OLD)
    dice = random.Random(seed)
    body = gzip.compress(BODY, mtime=0) if coding else BODY
    url = server.serve(_sending(_cut(body, seed), coding))
    child = _start(context, url, path)
    enough = dice.randrange(0, len(BODY) + 1) if seed % 5 else len(BODY)
    child.listen(lambda: len(child.received) >= enough)
    if seed % 5 == 0:  # while it publishes
        child.pipe.poll(dice.random() * 0.02)
    child.process.kill()
    child.end()
    found = _check(path, child.received, old=OLD)
    assert found in {"recovered", "published"} or (found, child.received) == ("nothing begun", b"")


def _calls(server: ScriptedServer, context: Any, path: Path) -> int:
    """How many calls a recording makes that change a file."""
    child = _start(context, server.serve(_sending(_cut(BODY, 1), None)), path)
    child.end()
    assert child.failed is None
    assert child.calls > 20
    return child.calls


@pytest.mark.parametrize("what", ["kill", errno.ENOSPC, errno.EIO])
def test_every_call_that_changes_a_file_may_be_the_last(
    server: ScriptedServer, context: Any, tmp_path: Path, what: str | int
) -> None:
    calls = _calls(server, context, tmp_path / "count.yaml")
    # every one of the first and of the last, where files are made and replaced, some in between
    points = [*range(1, 9), *range(9, calls - 12, 4), *range(max(9, calls - 12), calls + 1)]
    outcomes = set()
    for at in points:
        directory = tmp_path / str(at)
        directory.mkdir()
        path = directory / "a.yaml"
        path.write_bytes(OLD)
        url = server.serve(_sending(_cut(BODY, 1), None))
        child = _start(context, url, path, Fault(at=at, what=what))
        child.end()
        if what == "kill":
            assert child.process.exitcode == -9, at
        outcomes.add(_check(path, child.received, old=OLD))
        if child.failed is not None:
            assert os.strerror(int(what)) in child.failed, (at, child.failed)
            assert str(path) in child.failed, (at, child.failed)
    assert outcomes == {"recovered", "published", "nothing begun"}


def test_a_directory_that_is_read_only_is_said_before_anything_is_sent(context: Any) -> None:
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        (directory / "a.yaml").write_bytes(OLD)
        directory.chmod(0o555)
        ours, theirs = context.Pipe(duplex=False)
        process = context.Process(target=refused, args=(name, theirs))
        process.start()
        theirs.close()
        child = Child(process=process, pipe=ours)
        child.end()
        directory.chmod(0o700)
        assert child.failed is not None
        assert child.failed.startswith("LockTimeout:")
        assert "a.yaml: can't be locked: Permission denied" in child.failed
        assert [file.name for file in directory.iterdir()] == ["a.yaml"]
        assert (directory / "a.yaml").read_bytes() == OLD


@pytest.mark.parametrize("seed", range(12))
def test_kill_9_in_a_stream_of_secrets(
    server: ScriptedServer, context: Any, tmp_path: Path, seed: int
) -> None:
    """Of what the client received, only what may be a secret's beginning is missing."""
    dice = random.Random(seed)
    words = [*SECRET, " plain ", *SECRET[:9], " and ", SECRET, *" sk-learn "] * 3
    events = [f'data: {{"choices":[{{"delta":{{"content":"{word}"}}}}]}}\n\n' for word in words]
    body = "".join(events).encode()
    url = server.serve(_sending(_cut(body, seed), None))
    child = _start(context, url, tmp_path / "a.yaml")
    enough = dice.randrange(1, len(body))
    child.listen(lambda: len(child.received) >= enough)
    child.process.kill()
    child.end()
    for file in tmp_path.iterdir():
        assert not any(part in file.read_bytes() for part in (SECRET.encode(), b"Lantern"))
    journals = journals_in([tmp_path])
    path = recover_one(journals[0]).path if journals else tmp_path / "a.yaml"
    assert path is not None
    (found,) = load(path).interactions
    kept = found.response.body[: len(child.received)]
    assert len(kept) == len(child.received)
    differs = sum(a != b for a, b in zip(kept, child.received, strict=True))
    masked = kept.count(b"*")
    assert differs == masked
    said, here = _unspelled(child.received), _unspelled(kept)
    assert said.startswith(here)
    assert len(said) - len(here) <= len(" sk-learn ")  # held back: it might have become a key


def _unspelled(body: bytes) -> bytes:
    """What the deltas say, without the secrets (whole, or as far as they came) and masks."""
    said = b"".join(re.findall(rb'"content":"([^"]*)', body)).replace(b"*", b"")
    said = said.replace(SECRET.encode(), b"")
    for size in range(len(SECRET) - 1, 0, -1):
        if said.endswith(SECRET[:size].encode()):
            return said[:-size]
    return said
