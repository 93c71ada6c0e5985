"""The scripted server and the bare clients, without a recorder: what the other tests rest on."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest
import vcr

from tests.support import hostile_stream
from tests.support.hostile_stream import BODY, PIECES
from tests.support.scripted_server import Lockstep, ScriptedServer
from tests.support.stream_clients import FLAVOURS, Ask, Flavour, client_options


def _cuts() -> set[int]:
    ends, at = set(), 0
    for piece in PIECES[:-1]:
        at += len(piece)
        ends.add(at)
    return ends


def test_pieces_are_hostile() -> None:
    cuts = _cuts()
    assert b"".join(PIECES) == BODY
    assert len(cuts & hostile_stream.inside_characters()) >= 10
    assert len(cuts & hostile_stream.inside_crlf()) >= 10
    assert len(cuts & hostile_stream.inside_events()) >= 30
    assert "\u2028" in BODY.decode()
    assert hostile_stream.NFD in BODY.decode()
    assert BODY.endswith(b"data: [DONE]\n\n")


@pytest.mark.parametrize("flavour", FLAVOURS, ids=str)
@pytest.mark.parametrize("http2", [False, True], ids=["http1", "http2"])
def test_bare_client_holds_each_piece_before_the_next(
    server: ScriptedServer, trusted: ssl.SSLContext, flavour: Flavour, http2: bool
) -> None:
    script = Lockstep(server, PIECES)
    url = server.serve(script, tls=http2)
    options = client_options(trusted, http2=http2)
    seen = flavour.ask(Ask(url=url, on_chunk=lambda _: script.delivered(), client=options))
    assert script.stalled is None
    assert seen.error is None, seen.message
    assert list(seen.chunks) == PIECES
    assert seen.http_version == ("HTTP/2" if http2 else "HTTP/1.1")


@pytest.mark.parametrize("flavour", FLAVOURS[:2], ids=str)
def test_a_recorder_that_buffers_is_caught(
    server: ScriptedServer, tmp_path: Path, flavour: Flavour
) -> None:
    """vcrpy reads the whole body first: it never gets a second piece, and the script says so."""
    script = Lockstep(server, PIECES, patience_s=0.3)
    url = server.serve(script)
    with vcr.use_cassette(str(tmp_path / "vcr.yaml"), record_mode="all"):
        ask = Ask(url=url, on_chunk=lambda _: script.delivered(), client=client_options(None))
        seen = flavour.ask(ask)
    assert script.stalled == 0
    assert seen.chunks == ()
    assert seen.error == "ReadError"
