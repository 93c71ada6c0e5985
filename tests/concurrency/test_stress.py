"""Eight processes with 32 threads: a thousand recordings, ten thousand replays, no answer astray.

`STREAM_CASSETTE_STRESS=0.1` does a tenth of it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from stream_cassette.store.files import read
from tests.support.scripted_exchange import Exchange
from tests.support.scripted_server import ScriptedServer
from tests.support.stress_worker import EVENTS, PROCESSES, Plan, body_of

ROOT = Path(__file__).resolve().parents[2]
SCALE = float(os.environ.get("STREAM_CASSETTE_STRESS", "1"))
RECORDINGS = max(40, int(1000 * SCALE))
REPLAYS = max(40, int(10_000 * SCALE))


async def _answer(exchange: Exchange) -> None:
    """The name that was asked for, in several events, each in a chunk of its own."""
    name = json.loads(exchange.request.body)["session"]
    whole = body_of(name)
    size = len(whole) // EVENTS
    await exchange.head(200, [("content-type", "text/event-stream")])
    for start in range(0, len(whole), size):
        await exchange.send(whole[start : start + size])
    await exchange.end()


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    """A server that repeats names."""
    with ScriptedServer() as server:
        yield server
        assert server.faults == []


def _run(plan: Plan, url: str, phase: str) -> tuple[int, int]:
    """All processes at once; how many recordings and replays they made, of which none was wrong."""
    command = [sys.executable, "-m", "tests.support.stress_worker", str(plan.root), url, phase]
    sizes = [str(plan.recordings), str(plan.replays)]
    running = [
        subprocess.Popen([*command, str(process), *sizes], stdout=subprocess.PIPE, cwd=ROOT)
        for process in range(PROCESSES)
    ]
    told = [json.loads(process.communicate(timeout=900)[0]) for process in running]
    assert [fault for each in told for fault in each["faults"]] == []
    return sum(each["recorded"] for each in told), sum(each["replayed"] for each in told)


def _check_files(plan: Plan) -> None:
    """Every session's answer is in its file, once, and nothing else is."""
    wanted: dict[Path, Counter[bytes]] = {plan.hot: Counter([body_of("hot")])}
    for number in range(plan.first):
        wanted.setdefault(plan.path(number), Counter())[body_of(plan.name(number))] += 1
    assert set(plan.root.iterdir()) == set(wanted)  # no lock, journal or temporary file
    for path, bodies in wanted.items():
        interactions = read(path).interactions
        found = Counter(i.response.body for i in interactions)
        if path == plan.hot:  # who waits while another records it anew adds to it
            found = Counter(set(found))
        assert found == bodies
        for interaction in interactions:
            name = json.loads(interaction.request.body)["session"]
            assert interaction.response.body == body_of(name)
            assert interaction.response.ending.kind == "complete"


def test_no_answer_is_torn_lost_doubled_or_swapped(server: ScriptedServer, tmp_path: Path) -> None:
    """Recordings first; then replays of all of them, while one is recorded again and again."""
    plan = Plan(root=tmp_path / "cassettes", recordings=RECORDINGS, replays=REPLAYS)
    url = server.serve(*[_answer] * RECORDINGS)
    assert _run(plan, url, "record") == (plan.first + 1, 0)
    assert len(server.received) == plan.first + 1
    _check_files(plan)
    assert _run(plan, url, "replay") == (plan.recordings - plan.first - 1, REPLAYS)
    assert len(server.received) == RECORDINGS
    _check_files(plan)
