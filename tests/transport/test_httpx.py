"""Interception at the transport classes: installed, undone, and never twice."""

from __future__ import annotations

from collections.abc import Iterator
from functools import wraps
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import httpx2
import pytest

from stream_cassette.errors import SessionError
from stream_cassette.tape import use_cassette
from stream_cassette.transport import httpx_

CLIENTS = pytest.mark.parametrize("client", [httpx, httpx2], ids=["httpx", "httpx2"])


@pytest.fixture(autouse=True)
def _nothing_remains() -> Iterator[None]:
    yield
    assert not httpx_.is_installed(httpx)
    assert not httpx_.is_installed(httpx2)


def _mock(client: ModuleType, seen: list[str]) -> Any:
    def answer(request: Any) -> Any:
        seen.append(str(request.url))
        return client.Response(200, content=b"live")

    return client.MockTransport(answer)


@CLIENTS
def test_the_patch_is_there_while_a_tape_is_open_and_gone_after(
    client: ModuleType, tmp_path: Path
) -> None:
    before = client.HTTPTransport.handle_request
    with use_cassette(tmp_path / "a.yaml", unplayed="ignore"):
        assert httpx_.is_installed(client)
        with use_cassette(tmp_path / "b.yaml", unplayed="ignore"):
            assert httpx_.is_installed(client)
        assert httpx_.is_installed(client)
    assert client.HTTPTransport.handle_request is before


@CLIENTS
def test_a_patch_that_was_removed_is_installed_again(client: ModuleType, tmp_path: Path) -> None:
    original = client.HTTPTransport.handle_request
    with use_cassette(tmp_path / "a.yaml", unplayed="ignore"):
        client.HTTPTransport.handle_request = original  # as an undo of another library does
        assert not httpx_.is_installed(client)
        with use_cassette(tmp_path / "b.yaml", unplayed="ignore"):
            assert httpx_.is_installed(client)


@CLIENTS
def test_an_explicit_transport_needs_no_patch_and_is_recorded_once(
    client: ModuleType, tmp_path: Path
) -> None:
    path, seen = tmp_path / "a.yaml", list[str]()
    with use_cassette(path, record="once") as tape:
        with client.Client(transport=tape.transport(_mock(client, seen))) as session:
            assert session.get("http://example.com/").content == b"live"
    assert len(tape.recorded) == 1
    with use_cassette(path) as tape, client.Client(transport=tape.transport(client)) as session:
        assert session.get("http://example.com/").content == b"live"
    assert seen == ["http://example.com/"]


@CLIENTS
def test_a_sync_transport_is_not_taken_for_an_async_one(client: ModuleType, tmp_path: Path) -> None:
    with use_cassette(tmp_path / "a.yaml") as tape:
        with pytest.raises(TypeError, match="expected the module httpx or httpx2"):
            tape.async_transport(client.HTTPTransport())
        with pytest.raises(TypeError, match="expected the module httpx or httpx2"):
            tape.transport("httpx")


def test_a_transport_of_a_tape_that_is_not_open(tmp_path: Path) -> None:
    with pytest.raises(SessionError, match="is not open"):
        use_cassette(tmp_path / "a.yaml").transport(httpx)


@CLIENTS
def test_a_miss_as_the_clients_own_connection_error(client: ModuleType, tmp_path: Path) -> None:
    with use_cassette(tmp_path / "a.yaml", on_miss="error"):
        with pytest.raises(client.ConnectError, match="has no answer to GET") as caught:
            client.get("http://example.com/")
    assert type(caught.value.__cause__).__name__ == "CassetteMiss"


@CLIENTS
def test_ignored_hosts_pass_an_explicit_transport(client: ModuleType, tmp_path: Path) -> None:
    seen: list[str] = []
    with use_cassette(tmp_path / "a.yaml", ignore_hosts=["Example.com"]) as tape:
        with client.Client(transport=tape.transport(_mock(client, seen))) as session:
            assert session.get("http://example.com/x").content == b"live"
    assert seen == ["http://example.com/x"]
    assert tape.misses == ()


@CLIENTS
def test_a_wrapper_around_ours_is_not_taken_for_ours(client: ModuleType, tmp_path: Path) -> None:
    before = client.HTTPTransport.handle_request
    with use_cassette(tmp_path / "a.yaml", unplayed="ignore"):
        ours = client.HTTPTransport.handle_request
        around = wraps(ours)(lambda self, request: ours(self, request))
        client.HTTPTransport.handle_request = around
        assert not httpx_.is_installed(client)
        client.HTTPTransport.handle_request = ours
    assert client.HTTPTransport.handle_request is before
