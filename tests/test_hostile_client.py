"""A correct client passes a thousand hostile cuts; broken ones do not pass ten."""

from __future__ import annotations

from pathlib import Path

import httpx2
import pytest

from stream_cassette.session.recut import sizes
from stream_cassette.tape import use_cassette
from tests.corpus import Tell
from tests.support import small_clients
from tests.support.small_clients import TEXT, URL, Truncated

CUTS = 1000


@pytest.fixture(scope="module", params=[False, True], ids=["LF", "CRLF"])
def path(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("hostile")
    return small_clients.write(directory / "a.yaml", crlf=request.param)


def test_a_correct_client_passes(path: Path, tell: Tell) -> None:
    """Half of them with each kind of line end."""
    ways = set()
    with httpx2.Client() as client:
        for seed in range(CUTS // 2):
            with use_cassette(path, recut=f"hostile:{seed}") as tape:
                assert small_clients.correct(URL, client) == TEXT, seed
            recut, response = tape.options.plan.recut, tape.played[0].response
            ways.add(tuple(sizes(recut, response, 0)))
    assert len(ways) > CUTS // 4
    ends = "CRLF" if b"\r\n" in response.body else "LF"
    line = f"a correct client, {ends}: {CUTS // 2} hostile cuts in {len(ways)} ways, one text"
    tell("hostile cuts", [line])


@pytest.mark.parametrize("name", ["chunkwise", "splitlines"])
def test_a_broken_client_does_not(path: Path, name: str) -> None:
    wrong = 0
    for seed in range(10):
        with use_cassette(path, recut=f"hostile:{seed}"):
            try:
                wrong += getattr(small_clients, name)(URL) != TEXT
            except (ValueError, Truncated):
                wrong += 1
    assert wrong


def test_the_one_that_trusts_is_not_broken_by_cuts(path: Path) -> None:
    with use_cassette(path, recut="hostile:1"):
        assert small_clients.trusting(URL) == TEXT
