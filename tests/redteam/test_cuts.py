"""A secret cut into chunks at every position, also inside escapes and characters."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from stream_cassette.store.files import read
from stream_cassette.tape import use_cassette
from tests.support.leak_places import chat, coded, events
from tests.support.leak_runs import CLIENT, PLAIN, masked_only, watched
from tests.support.leak_secrets import KEYS, SPECIAL
from tests.support.leak_watch import Needles, leaks_in, plain_body
from tests.support.scripted_server import Lockstep, ScriptedServer
from tests.support.stream_clients import Ask

KEY = KEYS[0].text
SHORT = KEYS[4].text
VALUE = SPECIAL.text


def escaped(text: str) -> str:
    return "".join(f"\\u{ord(c):04X}" for c in text)


SSE = "text/event-stream"
BODIES: dict[str, tuple[str, bytes]] = {
    "event": (SSE, f'data: {{"text":"né\\n {KEY} 🎉"}}\n\n'.encode()),
    "event, escaped": (SSE, f'data: {{"text":"{escaped(SHORT)}"}}\r\n\r\n'.encode()),
    "event, partly escaped": (
        SSE,
        f'data: {{"text":"\\ud83d\\ude00{KEY[:9]}{escaped(KEY[9:14])}{KEY[14:]}"}}\n\n'.encode(),
    ),
    "value with escapes": (SSE, b"data: " + json.dumps({"text": VALUE}).encode() + b"\n\n"),
    "value in UTF-8": ("text/plain", f"é {VALUE} é".encode()),
    "JSON": ("application/json", json.dumps({"a": {"b": [f"({KEY})"]}}).encode()),
    "member name": ("application/json", json.dumps({f"x {KEY}": 1}).encode()),
    "text": ("text/plain", f"see {KEY}, or not".encode()),
    "refused": ("application/json", b'{"error":{"message":"Incorrect key: %s."}}' % KEY.encode()),
    "comment": (SSE, f": {KEY}\ndata: 1\n\n".encode()),
}


@pytest.mark.parametrize(("media", "body"), BODIES.values(), ids=BODIES.keys())
def test_every_cut(
    server: ScriptedServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    media: str,
    body: bytes,
) -> None:
    headers = [("content-type", media)]
    pieces = [[body[:at], body[at:]] for at in range(1, len(body))]
    pieces.append([body[at : at + 1] for at in range(len(body))])
    monkeypatch.setenv("REDTEAM_PASSWORD", VALUE)
    leaks, _, look = watched(tmp_path, Needles([KEY, SHORT, VALUE]), monkeypatch, last=True)
    path = tmp_path / "live.yaml"
    with use_cassette(path, record="all") as tape:
        for each in pieces:
            script = Lockstep(server, each, headers=headers)

            def on_chunk(_: object, script: Lockstep = script) -> None:
                look()
                script.delivered()

            url = server.serve(script)
            seen = CLIENT.ask(Ask(url=url, client=PLAIN, on_chunk=on_chunk))
            assert b"".join(seen.chunks) == body
            assert leaks == []
        assert len(tape.recorded) == len(pieces)
    assert leaks_in(tmp_path, Needles([KEY, SHORT, VALUE])) == []
    masked = {one.response.body for one in read(path).interactions}
    assert len(masked) == 1  # however it was cut
    assert masked_only(body, masked.pop()) is None


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
def test_every_cut_of_a_compressed_body(
    server: ScriptedServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, coding: str
) -> None:
    plain = b"".join(events(chat(f"is {KEY} ok")[::4])) + f'data: "{KEY}"\n\n'.encode()
    answer = coded(coding, SSE, plain, whole=True)
    body = answer.pieces[0]
    leaks, _, look = watched(tmp_path, Needles([KEY]), monkeypatch, last=True)
    path = tmp_path / "live.yaml"
    cuts = [[body[:at], body[at:]] for at in range(1, len(body), 3)]
    with use_cassette(path, record="all"):
        for pieces in [*cuts, [body[at : at + 5] for at in range(0, len(body), 5)]]:
            script = Lockstep(server, pieces, headers=answer.headers)

            def on_chunk(_: object, script: Lockstep = script) -> None:
                look()
                script.delivered()

            url = server.serve(script)
            seen = CLIENT.ask(Ask(url=url, client=PLAIN, on_chunk=on_chunk))
            assert b"".join(seen.chunks) == body
            assert leaks == []
    assert leaks_in(tmp_path, Needles([KEY])) == []
    for one in read(path).interactions:
        assert one.response.reencoded
        assert masked_only(plain, plain_body(one.response)) is None
    if coding == "gzip":
        assert gzip.decompress(one.response.body) == plain_body(one.response)
