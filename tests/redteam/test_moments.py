"""Recordings that are killed at any moment, rejected, refused; errors that repeat the URL."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
import pytest

from stream_cassette.api import dump, recover
from stream_cassette.cassette.model import Cassette, Interaction, Request, Response
from stream_cassette.errors import PublishError
from stream_cassette.store.files import read
from stream_cassette.tape import use_cassette
from tests.support.leak_places import ANSWERS, ASKS, Answer, Place
from tests.support.leak_runs import CLIENT, Case, asking, record, watched
from tests.support.leak_secrets import ENVIRONMENT, KEYS, SECRETS, Secret
from tests.support.leak_watch import Needles, leaks_in
from tests.support.scripted_server import Lockstep, ScriptedServer

KEY = KEYS[0]
PLACES = {place.id: place for place in (*ASKS, *ANSWERS)}
BY_ID = {secret.id: secret for secret in SECRETS}
KILLED = [
    ("chat", KEY),
    ("chat", ENVIRONMENT),
    ("chat", BY_ID["special characters"]),
    ("messages", BY_ID["jwt"]),
    ("gemini", BY_ID["google"]),
    ("refused", KEY),
    ("prompt", KEY),
    ("NDJSON, deltas", BY_ID["aws"]),
    ("converse", KEY),
    ("gzip, chat", KEY),
    ("zstd, chat", ENVIRONMENT),
    ("cut in two", BY_ID["dsn"]),
    ("text", BY_ID["private key"]),
]


@pytest.mark.parametrize(
    ("place", "secret"), KILLED, ids=lambda each: str(getattr(each, "id", each))
)
def test_killed_at_any_moment(
    server: ScriptedServer, tmp_path: Path, place: str, secret: Secret
) -> None:
    """The directory as it is after each chunk, recovered elsewhere, holds no secret."""
    case = Case(place=PLACES[place], secret=secret)
    needles = case.needles
    found: list[str] = []
    moments = 0
    live, dead = tmp_path / "live", tmp_path / "dead"
    answer: Answer = case.place.answer(secret.text)
    script = Lockstep(
        server, [p for p in answer.pieces if p], headers=answer.headers, status=answer.status
    )
    url = server.serve(script, path="")

    def killed(_: object) -> None:
        nonlocal moments
        moments += 1
        shutil.copytree(live, dead)
        (journal,) = dead.rglob("*.journal")
        done = recover(journal)
        assert done.interactions == 1
        found.extend(leaks_in(dead, needles))
        shutil.rmtree(dead)
        script.delivered()

    with pytest.MonkeyPatch.context() as patch:
        for name, value in secret.environ.items():
            patch.setenv(name, value)
        ask = replace(asking(url, case.place.ask(secret.text)), on_chunk=killed)
        with use_cassette(live / "a.yaml", record="all"):
            CLIENT.ask(ask)
    assert found == []
    assert moments >= 1


@pytest.mark.parametrize("place", ["prompt", "chat", "redirect", "x-api-key", "refused"])
def test_a_rejected_recording(server: ScriptedServer, tmp_path: Path, place: str) -> None:
    case = Case(place=PLACES[place], secret=KEY)
    answer = case.place.answer(KEY.text)
    script = Lockstep(server, answer.pieces, headers=answer.headers, status=answer.status)
    url = server.serve(script, path="")
    ask = replace(asking(url, case.place.ask(KEY.text)), on_chunk=lambda _: script.delivered())
    with pytest.MonkeyPatch.context() as patch:
        leaks, looks, look = watched(tmp_path, case.needles, patch)
        tape = use_cassette(tmp_path / "a.yaml", record="all").open()
        CLIENT.ask(ask)
        tape.close(keep=False)
        look()
    assert leaks == [] and looks[0] >= 4
    assert [path.name for path in tmp_path.iterdir()] == ["a.rejected.yaml"]


@pytest.mark.parametrize(
    "secret", [KEY, ENVIRONMENT, BY_ID["dsn"]], ids=lambda secret: str(secret.id)
)
def test_an_error_that_repeats_the_url(tmp_path: Path, secret: Secret) -> None:
    url = httpx2.URL("http://h.example/run", params={"key": secret.text, "q": f"a {secret.text}"})

    class Broken(httpx2.BaseTransport):
        def handle_request(self, request: httpx2.Request) -> httpx2.Response:
            raise httpx2.ConnectError(f"no way to {request.url} for {secret.text}", request=request)

    with pytest.MonkeyPatch.context() as patch:
        for name, value in secret.environ.items():
            patch.setenv(name, value)
        leaks, _, look = watched(tmp_path, Needles([secret.text]), patch)
        with use_cassette(tmp_path / "a.yaml", record="all") as tape:
            with httpx2.Client(transport=tape.transport(Broken())) as client:
                with pytest.raises(httpx2.ConnectError, match="no way"):
                    client.get(url)
        look()
    assert leaks == []
    (kept,) = read(tmp_path / "a.yaml").interactions
    assert kept.response.ending.message is not None
    assert "no way to http://h.example/run" in kept.response.ending.message


def test_what_a_hook_puts_in_is_masked_or_refused(server: ScriptedServer, tmp_path: Path) -> None:
    """Also where the masks are blind: the last look is another one."""

    def hook(one: Interaction) -> Interaction:
        return replace(
            one, recorded_at=None, request=replace(one.request, url=f"{one.request.url}/{KEY.text}")
        )

    case = Case(place=Place(id="none"), secret=KEY)
    recorded = record(server, tmp_path, case, before_record=hook)
    assert recorded.leaks == []
    assert "REDACTED" in read(recorded.path).interactions[0].request.url


@pytest.mark.parametrize("keep", [True, False])
def test_what_is_left_is_refused_and_the_journal_stays(
    server: ScriptedServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, keep: bool
) -> None:
    old = tmp_path / "a.yaml"
    with use_cassette(old, record="all"):
        CLIENT.ask(asking(server.serve(_ok(server), path=""), Place(id="none").ask("")))
    before = old.read_bytes()

    def blind(one: Interaction, *_: Any) -> Interaction:
        return one

    monkeypatch.setattr("stream_cassette.session.options.mask", blind)
    url = server.serve(_ok(server), path="")
    tape = use_cassette(
        old,
        record="all",
        before_record=lambda one: replace(
            one, request=replace(one.request, body=KEY.text.encode())
        ),
    ).open()
    CLIENT.ask(asking(url, Place(id="none").ask("")))
    with pytest.raises(PublishError) as caught:
        tape.close(keep=keep)
    text = str(caught.value)
    assert "interaction 0: what looks like a secret is left" in text
    assert "OpenAI project key in the request body" in text
    assert "redact=" in text and "before_record=" in text
    assert KEY.text not in text and caught.value.interaction == 0
    assert old.read_bytes() == before
    (journal,) = (path for path in tmp_path.iterdir() if path != old)
    assert journal.name.endswith(".journal")
    assert leaks_in(tmp_path, Needles([KEY.text])) == []


def _ok(server: ScriptedServer) -> Any:
    async def script(exchange: Any) -> None:
        await exchange.head(200, [("content-type", "text/plain")])
        await exchange.send(b"ok")
        await exchange.end()

    return script


def test_a_new_recording_beside_an_old_leak_is_not_refused(
    server: ScriptedServer, tmp_path: Path
) -> None:
    """What was there before is `redact`'s to clean; its leak is no reason to lose a recording."""
    path = tmp_path / "a.yaml"
    old = Request(method="GET", url="http://h/", headers=(("x-api-key", "abcdefgh"),))
    leak = Interaction(request=old, response=Response(status=200, body=KEY.text.encode()))
    dump(Cassette(interactions=(leak,)), path)
    with use_cassette(path, record="new", unplayed="ignore"):
        CLIENT.ask(asking(server.serve(_ok(server), path=""), Place(id="none").ask("")))
    assert len(read(path).interactions) == 2
