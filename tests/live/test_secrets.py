"""Secrets reach no file of the directory at any moment, and matter to no replay."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from stream_cassette.store.files import read
from stream_cassette.tape import use_cassette
from tests.support.hostile_stream import PIECES
from tests.support.scripted_exchange import Exchange
from tests.support.scripted_server import Lockstep, ScriptedServer
from tests.support.stream_clients import FLAVOURS, Ask, Flavour, client_options

PLAIN = client_options(None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """One set of credentials: in headers, a cookie, the query and the body."""

    bearer: str
    x_api_key: str
    query: str
    cookie: str
    field: str

    def ask(self, url: str) -> Ask:
        headers = {
            "authorization": f"Bearer {self.bearer}",
            "x-api-key": self.x_api_key,
            "cookie": f"session={self.cookie}",
            "content-type": "application/json",
        }
        body = b'{"model":"m","api_key":"%s","max_tokens":5}' % self.field.encode()
        return Ask(url=f"{url}?key={self.query}", headers=headers, content=body, client=PLAIN)

    def values(self) -> tuple[bytes, ...]:
        return tuple(getattr(self, name).encode() for name in self.__slots__)


MINE = Keys(
    bearer="one-bearer-token-3f9a1c",
    x_api_key="two-x-api-key-8b7d2e",
    query="three-query-key-5c6e0f",
    cookie="four-cookie-value-1a2b3c",
    field="five-json-field-9d8c7b",
)
THEIRS = Keys(
    bearer="b", x_api_key="x" * 90, query="", cookie="c c", field="a longer key than mine"
)
SET_COOKIE = "six-set-cookie-77aa88"


@dataclass
class Watch:
    """A thread that reads every file below a directory again and again until told to stop."""

    directory: Path
    secrets: tuple[bytes, ...]
    found: set[str] = field(default_factory=set)
    looks: int = 0
    files_seen: set[str] = field(default_factory=set)

    def __enter__(self) -> Watch:
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._stop.set()
        self._thread.join()
        self.look()

    def _run(self) -> None:
        while not self._stop.wait(0.0005):
            self.look()

    def look(self) -> None:
        self.looks += 1
        for path in self.directory.rglob("*"):
            try:
                content = path.read_bytes() + str(path).encode()
            except OSError:  # a directory, or a temporary file that has just gone
                continue
            self.files_seen.add(path.name)
            self.found |= {f"{path.name}: {s.decode()}" for s in self.secrets if s in content}


def _cookie_setting(server: ScriptedServer) -> Lockstep:
    headers = [("content-type", "text/event-stream"), ("set-cookie", f"id={SET_COOKIE}; Path=/")]
    return Lockstep(server, PIECES, headers=headers)


@pytest.mark.parametrize("flavour", FLAVOURS, ids=str)
def test_no_secret_in_any_file_at_any_moment(
    server: ScriptedServer, tmp_path: Path, flavour: Flavour
) -> None:
    path = tmp_path / "cassettes" / "live.yaml"
    script = _cookie_setting(server)
    url = server.serve(script)
    ask = replace(MINE.ask(url), on_chunk=lambda _: script.delivered())
    watch = Watch(tmp_path, (*MINE.values(), SET_COOKIE.encode()))
    with watch, use_cassette(path, record="all"):
        recorded = flavour.ask(ask)
    assert recorded.error is None, recorded.message
    assert watch.found == set()
    assert watch.looks > 2
    assert "live.yaml" in watch.files_seen
    (received,) = server.received  # the server got them all, unmasked
    assert received.header("authorization") == f"Bearer {MINE.bearer}"
    assert received.header("x-api-key") == MINE.x_api_key
    assert MINE.query in received.target
    assert MINE.field.encode() in received.body

    for keys in (MINE, THEIRS):
        with use_cassette(path):
            replayed = flavour.ask(keys.ask(url))
        assert replayed.chunks == recorded.chunks, replayed.message
    with use_cassette(path):  # and with none at all
        replayed = flavour.ask(replace(MINE.ask(url), headers={"content-type": "application/json"}))
    assert replayed.chunks == recorded.chunks
    names = {name for name, _ in read(path).interactions[0].request.headers}
    assert {"authorization", "x-api-key", "cookie"} <= {name.lower() for name in names}


@pytest.mark.parametrize("flavour", FLAVOURS[:1], ids=str)
def test_no_secret_in_a_rejected_recording(
    server: ScriptedServer, tmp_path: Path, flavour: Flavour
) -> None:
    async def broken(exchange: Exchange) -> None:
        exchange.reset()

    url = server.serve(broken)
    path = tmp_path / "live.yaml"
    with Watch(tmp_path, MINE.values()) as watch:
        tape = use_cassette(path, record="all").open()
        flavour.ask(MINE.ask(url))
        tape.close(keep=False)
    assert watch.found == set()
    assert not path.exists()
    assert "live.rejected.yaml" in watch.files_seen


def test_userinfo_in_the_url_is_masked(server: ScriptedServer, tmp_path: Path) -> None:
    url = server.serve(_answer()).replace("http://", "http://me:hunter2hunter2@")
    path = tmp_path / "live.yaml"
    flavour = Flavour("httpx2", "sync")
    with use_cassette(path, record="all"):
        flavour.ask(Ask(url=url, client=PLAIN))
    assert b"hunter2hunter2" not in path.read_bytes()
    with use_cassette(path):
        assert flavour.ask(Ask(url=url.replace("hunter2hunter2", "x"), client=PLAIN)).status == 200


def _answer() -> Any:
    async def script(exchange: Exchange) -> None:
        await exchange.head(200, [("content-length", "2")])
        await exchange.send(b"{}")
        await exchange.end()

    return script
