"""A patch of ours that another library took away while a session is open: told, and refused."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import httpx2
import pytest
import vcr

from stream_cassette.errors import SessionError
from stream_cassette.session import current
from stream_cassette.session.session import Session
from stream_cassette.tape import Tape, use_cassette
from stream_cassette.transport import families, httpx_, lost

CLOSED_PORT = "http://127.0.0.1:9/"


@contextmanager
def _taken_away(path: Path, **options: Any) -> Iterator[Tape]:
    """A tape that was opened in another library's block and is still open after it."""
    tape = use_cassette(path, **options)
    with vcr.use_cassette(str(path) + ".theirs", record_mode="none"):
        tape.open()
        assert httpx_.is_installed(httpx)
    try:
        yield tape
    finally:
        tape.close()


def _session() -> Session:
    return Session(name="x", player=None, recorder=None, frame_sizes=lambda _: (), on_miss=None)


def test_a_call_past_the_cassette_is_refused(tmp_path: Path) -> None:
    with _taken_away(tmp_path / "x.yaml") as tape:
        assert lost.is_lost(httpx)
        with pytest.raises(SessionError, match=r"took the interception of httpx.* away.*x\.yaml"):
            httpx.get(CLOSED_PORT, trust_env=False)
    assert "httpx" in tape.unintercepted
    text = tape.warnings()[0]
    assert "another library took the interception of httpx away" in text
    assert "tape.transport(...)" in text


def test_it_is_told_even_if_nothing_connects(tmp_path: Path) -> None:
    with _taken_away(tmp_path / "x.yaml") as tape:
        assert tape.unintercepted == frozenset()
    assert "httpx" in tape.unintercepted


def test_the_next_session_has_it_back(tmp_path: Path) -> None:
    with _taken_away(tmp_path / "x.yaml"):
        with use_cassette(tmp_path / "y.yaml", record="all", unplayed="ignore") as inner:
            assert not lost.is_lost(httpx)
            transport = httpx.MockTransport(lambda request: httpx.Response(200))
            httpx.Client(transport=inner.transport(transport)).get("http://a.example/")
        assert inner.unintercepted == frozenset()


def test_an_explicit_transport_goes_on(tmp_path: Path) -> None:
    with _taken_away(tmp_path / "x.yaml", record="all") as tape:
        with httpx.Client(transport=tape.transport(httpx), trust_env=False) as client:
            with pytest.raises(httpx.ConnectError):
                client.get(CLOSED_PORT)
    assert len(tape.recorded) == 1


def test_a_patch_over_ours_is_no_loss(monkeypatch: pytest.MonkeyPatch) -> None:
    families.install()
    try:
        monkeypatch.setattr(httpx2.HTTPTransport, "handle_request", lambda *args: None)
        session = _session()
        assert not lost.is_lost(httpx2)
        assert lost.note(session) == ()
        monkeypatch.undo()
        assert not lost.is_lost(httpx2)
    finally:
        families.uninstall()
    assert lost.is_lost(httpx2)  # as it is while no session is open


def test_other_sockets_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A database's connection has no such client on its stack."""
    session = _session()
    monkeypatch.setattr(lost, "_clients", (httpx,))
    current.open_(session)
    try:
        lost._on_event("socket.connect", (None, None))
        lost._on_event("socket.bind", (None, None))
    finally:
        current.close(session)
    assert session.unintercepted == {"httpx"}
