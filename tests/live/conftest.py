"""The scripted server, one for all live tests, and the cassette a test records to."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.scripted_server import ScriptedServer


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The clients' own generators, left half read, make trio warn in a bare run as well."""
    for item in items:
        item.add_marker(
            pytest.mark.filterwarnings("ignore:Async generator 'http(x|core):ResourceWarning")
        )


@pytest.fixture(scope="session")
def _running_server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as server:
        yield server


@pytest.fixture(scope="session")
def trusted(_running_server: ScriptedServer) -> ssl.SSLContext:
    """A client context that trusts the scripted server."""
    return _running_server.client_ssl()


@pytest.fixture
def server(_running_server: ScriptedServer) -> Iterator[ScriptedServer]:
    """The scripted server; a test fails if one of its scripts did."""
    _running_server.faults.clear()
    _running_server.received.clear()
    yield _running_server
    assert _running_server.faults == []


@pytest.fixture
def cassette_path(tmp_path: Path) -> Path:
    """Where a test records to."""
    return tmp_path / "cassettes" / "live.yaml"
