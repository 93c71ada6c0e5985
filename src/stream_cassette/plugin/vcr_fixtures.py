"""pytest-recording's fixtures, with our tapes behind them; see `vcr_takeover`.

Loaded as a plugin where `stream_vcr_marks = true`; a project overrides the fixtures as it did
pytest-recording's.
"""

from __future__ import annotations

from typing import Any

import pytest

from stream_cassette.plugin.vcr_place import VCR_MARK, default_name, is_vcr
from stream_cassette.plugin.vcr_values import request_for, response_for
from stream_cassette.tape import Tape

__all__ = [
    "VcrCassette",
    "block_network",
    "default_cassette_name",
    "disable_recording",
    "vcr",
    "vcr_cassette_dir",
    "vcr_config",
    "vcr_markers",
]


class VcrCassette:
    """What the `vcr` fixture gives: vcrpy's words for what a tape knows."""

    def __init__(self, tape: Tape) -> None:
        self.tape = tape

    def __len__(self) -> int:
        return len(self.tape.cassette.interactions)

    @property
    def play_count(self) -> int:
        """How many requests were answered from the cassette."""
        return len(self.tape.played)

    @property
    def all_played(self) -> bool:
        """Whether every recorded interaction has answered."""
        return not self.tape.unplayed

    @property
    def requests(self) -> list[Any]:
        """The requests of the cassette, as vcrpy's."""
        return [request_for(one.request) for one in self.tape.cassette.interactions]

    @property
    def responses(self) -> list[dict[str, Any]]:
        """The answers of the cassette, as vcrpy's dicts."""
        return [response_for(one.response) for one in self.tape.cassette.interactions]


@pytest.fixture
def vcr_config() -> dict[str, Any]:
    """Options shared by tests; a mark's go over these."""
    return {}


@pytest.fixture(scope="session")
def disable_recording(pytestconfig: pytest.Config) -> bool:
    """Whether no test is on a cassette."""
    return bool(pytestconfig.getoption("--disable-recording", False))


@pytest.fixture
def vcr_markers(request: pytest.FixtureRequest) -> list[pytest.Mark]:
    """The test's marks, nearest first."""
    return list(request.node.iter_markers(VCR_MARK))


@pytest.fixture(scope="module")
def vcr_cassette_dir(request: pytest.FixtureRequest) -> str:
    """Where the module's cassettes lie."""
    return str(request.path.parent / "cassettes" / request.path.stem)


@pytest.fixture
def default_cassette_name(request: pytest.FixtureRequest) -> str:
    """The cassette's name, without suffix."""
    return default_name(request.node)


@pytest.fixture
def block_network() -> None:
    """In the place of pytest-recording's: it is the guard that blocks."""


@pytest.fixture
def vcr(request: pytest.FixtureRequest, disable_recording: bool) -> VcrCassette | None:
    """The test's cassette; None without a mark."""
    if disable_recording or not is_vcr(request.node):
        return None
    from stream_cassette.plugin.vcr_takeover import prepare

    prepare(request)
    return VcrCassette(request.getfixturevalue("tape"))
