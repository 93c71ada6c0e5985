"""One process of the stress test: threads that record and replay, each answer under a name.

    python -m tests.support.stress_worker ROOT URL NUMBER

reads its share of the work from the files' names alone, so that every process knows all paths;
prints one JSON object: what was done, and what was wrong.
"""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx2

from stream_cassette.tape import Tape, use_cassette

PROCESSES = 8
THREADS = 4  # in each process
TOGETHER = 4  # cassettes to which every fourth recording goes
EVENTS = 3
LIMIT_S = 600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How much is done in all; recording number n goes to `path(n)` under the name `name(n)`."""

    root: Path
    recordings: int
    replays: int

    def name(self, number: int) -> str:
        """What every answer to this recording's question says."""
        return f"session-{number}"

    def path(self, number: int) -> Path:
        """A cassette of its own, or for every fourth one that many record to."""
        if number % 4:
            return self.root / f"own-{number}.yaml"
        return self.root / f"together-{number // 4 % TOGETHER}.yaml"

    @property
    def first(self) -> int:
        """So many recordings are made before the replays, the rest, of the hot one, beside them."""
        return self.recordings - self.recordings // 10

    @property
    def hot(self) -> Path:
        """Recorded again and again while others replay it."""
        return self.root / "hot.yaml"


def body_of(name: str) -> bytes:
    """The whole answer that carries `name`."""
    return b"".join(b"data: %s %d\n\n" % (name.encode(), step) for step in range(EVENTS))


@dataclass(slots=True)
class Done:
    """What a process did."""

    recorded: int = 0
    replayed: int = 0
    faults: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, kind: str, fault: str | None) -> None:
        """One session more of the kind, and what was wrong with it."""
        with self.lock:
            setattr(self, kind, getattr(self, kind) + 1)
            if fault is not None:
                self.faults.append(fault)


class Worker:
    """A thread's way to ask: through the patched client, or through the tape's own transport."""

    def __init__(self, plan: Plan, url: str, done: Done, *, patched: bool) -> None:
        self._plan = plan
        self._url = url
        self._done = done
        self._patched = patched
        # without the certificates, which take longer to load than everything else
        self._transport = httpx2.HTTPTransport(verify=False)

    def _ask(self, tape: Tape, name: str) -> bytes:
        transport = self._transport if self._patched else tape.transport(self._transport)
        client = httpx2.Client(transport=transport, trust_env=False, timeout=LIMIT_S)
        content: bytes = client.post(self._url, json={"session": name}).content
        return content

    def record(self, number: int) -> None:
        """Record the session of this number, beside whoever records to the same path."""
        plan, name = self._plan, self._plan.name(number)
        tape = use_cassette(
            plan.path(number), record="new", unplayed="ignore", lock_timeout=LIMIT_S
        )
        with tape:
            got = self._ask(tape, name)
        self._done.note("recorded", None if got == body_of(name) else f"{name} got {got!r}")

    def renew(self, number: int) -> None:
        """Record the hot cassette once more, in the place of what is there."""
        with use_cassette(self._plan.hot, record="all", lock_timeout=LIMIT_S) as tape:
            got = self._ask(tape, "hot")
        self._done.note("recorded", None if got == body_of("hot") else f"hot got {got!r}")

    def replay(self, number: int) -> None:
        """Replay a recording, whoever made it."""
        plan = self._plan
        hot = number % 10 == 0
        # a stride that is prime to the number of recordings: every process comes to all of them
        chosen = number * 7919 % plan.first
        name, path = ("hot", plan.hot) if hot else (plan.name(chosen), plan.path(chosen))
        with use_cassette(path, unplayed="ignore") as tape:
            got = self._ask(tape, name)
        self._done.note("replayed", None if got == body_of(name) else f"{name} replayed {got!r}")

    def run(self, numbers: Iterator[tuple[str, int]]) -> None:
        """Do what comes; an exception is a fault, and the rest goes on."""
        for what, number in numbers:
            try:
                getattr(self, what)(number)
            except Exception as error:
                with self._done.lock:
                    self._done.faults.append(f"{what} {number}: {error!r}")


def share(phase: str, plan: Plan, process: int, thread: int) -> Iterator[tuple[str, int]]:
    """What one thread of one process has to do, of all that there is."""
    every, mine = PROCESSES * THREADS, process * THREADS + thread
    late = iter(range(plan.first + mine, plan.recordings, every))
    if phase == "record":
        if mine == 0:
            yield "renew", next(late)
        yield from (("record", number) for number in range(mine, plan.first, every))
        return
    if mine == 0:
        next(late)
    for count, number in enumerate(range(mine, plan.replays, every)):
        yield "replay", number
        if count % 20 == 0 and (again := next(late, None)) is not None:
            yield "renew", again
    yield from (("renew", again) for again in late)


def main(root: str, url: str, phase: str, process: str, recordings: str, replays: str) -> None:
    """Run this process's threads to their end."""
    plan = Plan(root=Path(root), recordings=int(recordings), replays=int(replays))
    done = Done()
    threads = []
    for thread in range(THREADS):
        worker = Worker(plan, url, done, patched=thread % 2 == 0)
        mine = share(phase, plan, int(process), thread)
        threads.append(threading.Thread(target=worker.run, args=(mine,)))
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    told = {"recorded": done.recorded, "replayed": done.replayed, "faults": done.faults}
    print(json.dumps(told))


if __name__ == "__main__":
    main(*sys.argv[1:])
