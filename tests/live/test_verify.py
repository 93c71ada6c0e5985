"""The mode `verify` over real sockets: what is another answer, and what is only another run."""

from __future__ import annotations

import asyncio
import gzip
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import pytest

from stream_cassette.errors import DriftError
from stream_cassette.server import _demo_clients
from stream_cassette.server._demo_clients import CLIENTS, DemoClient
from stream_cassette.server.demo_provider import DemoProvider
from stream_cassette.session.verify import Drift
from stream_cassette.tape import Tape, use_cassette
from tests.support.scripted_exchange import Exchange, Script
from tests.support.scripted_server import ScriptedServer, reply
from tests.support.stream_clients import FLAVOURS, Ask, Flavour, client_options

SSE = ("content-type", "text/event-stream")
SECRET = "sk-proj-0123456789abcdefghijABCDEFGHIJ0123456789"


@pytest.fixture
def on_disk(cassette_path: Path) -> Iterator[Callable[[], None]]:
    """Call it once something is recorded: at the end the disk must be as it was then."""
    taken: list[Any] = []
    yield lambda: taken.append(_state(cassette_path))
    assert [_state(cassette_path)] == taken


def _state(path: Path) -> list[tuple[str, int, bytes]]:
    found = (path.parent, *sorted(path.parent.iterdir()))
    return [(f.name, f.stat().st_mtime_ns, f.read_bytes() if f.is_file() else b"") for f in found]


def events(*values: Any) -> bytes:
    texts = [value if isinstance(value, str) else json.dumps(value) for value in values]
    return "".join(f"data: {text}\n\n" for text in texts).encode()


def chunk(run: str, **delta: Any) -> dict[str, Any]:
    return {"id": f"gen_{run}", "created": len(run), "choices": [{"index": 0, "delta": delta}]}


def said(run: str, argument: str = "Florence") -> bytes:
    call = {"id": f"call_{run}_1234", "function": {"name": "f", "arguments": argument}}
    return events(chunk(run, content="Grüß"), chunk(run, tool_calls=[call]), "[DONE]")


def streams(
    body: bytes,
    *,
    size: int = 40,
    headers: tuple[tuple[str, str], ...] = (SSE,),
    status: int = 200,
    finish: str = "end",
) -> Script:
    """The body in pieces of `size` bytes; `finish` may cut it off."""

    async def script(exchange: Exchange) -> None:
        await exchange.head(status, headers)
        for start in range(0, len(body), size):
            await exchange.send(body[start : start + size])
        if finish == "end":
            await exchange.end()
        else:
            exchange.cut()

    return script


def _drifts(path: Path, run: Callable[[], Any], **options: Any) -> tuple[Drift, ...]:
    """What drifted; the error must say it."""
    tape = use_cassette(path, record="verify", **options)
    raised = DriftError("")
    try:
        with tape:
            run()
    except DriftError as error:
        raised = error
    assert raised.drifts == tape.drifts
    found = [one for drift in tape.drifts for one in (*drift.request, *drift.answer)]
    assert all(str(one) in str(raised) for one in found)
    return tape.drifts


def _paths(drifts: tuple[Drift, ...]) -> list[str]:
    return [found.path for drift in drifts for found in (*drift.request, *drift.answer)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A recorded answer, a live one, and where they differ."""

    recorded: Script
    live: Script
    paths: list[str] = field(default_factory=list)
    options: dict[str, Any] = field(default_factory=dict)
    leave: Callable[[int, Any], bool] = lambda number, chunk: False


FRAMES = {"level": "frames"}
GZIPPED = (SSE, ("content-encoding", "gzip"))
CASES = {
    "the same": Case(recorded=streams(said("a")), live=streams(said("a"))),
    "other cuts": Case(recorded=streams(said("a")), live=streams(said("a"), size=7)),
    "other ids": Case(recorded=streams(said("one")), live=streams(said("another"))),
    "other ids, by bytes": Case(
        recorded=streams(said("one")),
        live=streams(said("another")),
        paths=["body"],
        options={"level": "bytes"},
    ),
    "another argument": Case(
        recorded=streams(said("a")),
        live=streams(said("b", "Rome")),
        paths=["messages[0].parts[1].arguments"],
    ),
    "another word": Case(
        recorded=streams(said("a")),
        live=streams(said("b").replace(b"Gr\\u00fc\\u00df", b"Moin")),
    ),
    "another word, by text": Case(
        recorded=streams(said("a")),
        live=streams(said("b").replace(b"Gr\\u00fc\\u00df", b"Moin")),
        paths=["messages[0].parts[0].content"],
        options={"level": "text"},
    ),
    "another argument, by frames": Case(
        recorded=streams(said("a")),
        live=streams(said("b", "Rome")),
        options=FRAMES,
        paths=["frames[1].data.choices[0].delta.tool_calls[0].function.arguments"],
    ),
    "compressed in another way": Case(
        recorded=streams(gzip.compress(said("one"), 9), headers=GZIPPED),
        live=streams(gzip.compress(said("another"), 1), headers=GZIPPED, size=5),
    ),
    "compressed no more": Case(
        recorded=streams(gzip.compress(said("one")), headers=GZIPPED),
        live=streams(said("another")),
    ),
    "compressed, another argument": Case(
        recorded=streams(gzip.compress(said("a")), headers=GZIPPED),
        live=streams(gzip.compress(said("b", "Rome")), headers=GZIPPED),
        options=FRAMES,
        paths=["frames[1].data.choices[0].delta.tool_calls[0].function.arguments"],
    ),
    "cut off": Case(
        recorded=streams(said("a")),
        live=streams(said("a")[:20], finish="cut"),
        options=FRAMES,
        paths=["ending", "frames[0]", "frames[1]", "frames[2]"],
    ),
    "cut off both times": Case(
        recorded=streams(said("a")[:150], finish="cut"),
        live=streams(said("a")[:150], finish="cut"),
    ),
    "an error in its place": Case(
        recorded=streams(said("a")),
        live=reply(b'{"error":{"type":"overloaded"}}', status=529),
        options=FRAMES,
        paths=["status", "headers.content-type", "body"],
    ),
    "left early both times": Case(
        recorded=streams(said("a") * 40),
        live=streams(said("b") * 40, size=90),
        leave=lambda number, chunk: number == 3,
    ),
    "left early, another argument": Case(
        recorded=streams(said("a") * 40, size=200),
        live=streams(said("a", "Rome") * 40, size=200),
        options=FRAMES,
        paths=["frames[1].data.choices[0].delta.tool_calls[0].function.arguments"],
        leave=lambda number, chunk: number == 2,
    ),
    "a picture": Case(
        recorded=reply(b"\x89PNG\xff\x01", headers=[("content-type", "image/png")]),
        live=reply(b"\x89PNG\xff\x02", headers=[("content-type", "image/png")]),
        paths=["body (from byte 5)"],
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_answers(
    server: ScriptedServer, cassette_path: Path, on_disk: Callable[[], None], case: Case
) -> None:
    url = server.serve(case.recorded, case.live)
    ask = Ask(url=url, leave=case.leave, client=client_options(None))
    flavour = Flavour("httpx2", "sync")
    with use_cassette(cassette_path, record="once"):
        flavour.ask(ask)
    on_disk()
    drifts = _drifts(cassette_path, lambda: flavour.ask(ask), **case.options)
    assert _paths(drifts) == case.paths


@pytest.mark.parametrize("flavour", FLAVOURS, ids=str)
def test_every_client_gets_the_live_answer(
    server: ScriptedServer, cassette_path: Path, on_disk: Callable[[], None], flavour: Flavour
) -> None:
    url = server.serve(streams(said("one")), streams(said("two")), streams(said("two", "Rome")))
    ask = Ask(url=url, client=client_options(None))
    with use_cassette(cassette_path, record="once"):
        flavour.ask(ask)
    on_disk()
    with use_cassette(cassette_path, record="verify") as tape:
        assert b"".join(flavour.ask(ask).chunks) == said("two")
    assert tape.drifts == ()
    drifts = _drifts(cassette_path, lambda: flavour.ask(ask))
    assert [str(found) for drift in drifts for found in drift.answer] == [
        'messages[0].parts[1].arguments: recorded "Florence", received "Rome"'
    ]


def test_a_server_that_is_gone(cassette_path: Path, on_disk: Callable[[], None]) -> None:
    with ScriptedServer() as server:
        url = server.serve(reply(b"{}"))
        with use_cassette(cassette_path, record="once"):
            httpx2.post(url)
    on_disk()
    with pytest.raises(httpx2.ConnectError):
        with use_cassette(cassette_path, record="verify") as tape:
            httpx2.post(url)
    assert [str(found) for found in tape.drifts[0].answer] == [
        'ending: recorded "complete", received "connect error"'
    ]


def test_a_changed_prompt_an_extra_call_and_a_missing_one(
    server: ScriptedServer, cassette_path: Path, on_disk: Callable[[], None]
) -> None:
    url = server.serve(*(reply(b"{}") for _ in range(8)))

    def ask(*prompts: str) -> None:
        for prompt in prompts:
            httpx2.post(url, json={"messages": [{"role": "user", "content": prompt}]})

    with use_cassette(cassette_path, record="once"):
        ask("a", "b")
    on_disk()
    (changed,) = _drifts(cassette_path, lambda: ask("a", "c"))
    assert str(changed.request[0]) == 'messages[0].content: recorded "b", sent "c"'
    (extra,) = _drifts(cassette_path, lambda: ask("a", "b", "b"))
    assert (extra.kind, extra.live_index, extra.url) == ("beyond", 2, url)
    (missing,) = _drifts(cassette_path, lambda: ask("b"))
    assert (missing.kind, missing.index) == ("unasked", 0)


def test_a_key_is_in_no_message(
    server: ScriptedServer,
    cassette_path: Path,
    on_disk: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mine = "correct-horse-battery-staple-7"

    def echoing(secret: str, word: str) -> Script:
        return streams(events(f"your key {secret} is {word}", {"api_key": secret, "w": word}))

    url = server.serve(echoing(SECRET, "good"), echoing(mine, "bad"))

    def ask(secret: str, word: str) -> None:
        headers = {"authorization": f"Bearer {secret}"}
        body = {"api_key": secret, "text": f"any {secret}", "word": word}
        httpx2.post(f"{url}?key={secret}", json=body, headers=headers)

    monkeypatch.setenv("MY_API_KEY", SECRET)
    with use_cassette(cassette_path, record="once"):
        ask(SECRET, "good")
    on_disk()
    monkeypatch.setenv("MY_API_KEY", mine)
    with pytest.raises(DriftError) as caught:
        with use_cassette(cassette_path, record="verify") as tape:
            ask(mine, "bad")
    told = f"{caught.value} {[drift.to_dict() for drift in tape.drifts]} {tape.drifts!r}"
    assert mine not in told
    assert SECRET not in told
    assert _paths(tape.drifts) == ["word", "frames[0].data", "frames[1].data.w"]


# The SDKs, against the demo's provider, which refuses a turn that does not echo its own signature

ROUTE = ("method", "path", "query", "body")  # each provider listens on a port of its own


def _trip(client: DemoClient, path: Path, mode: str, **options: Any) -> tuple[Tape, Any]:
    family = client.family()
    with DemoProvider() as provider, family.Client(timeout=10) as http_client:
        with use_cassette(path, record=mode, match_on=ROUTE, **options) as tape:
            said = client.trip(client.send(provider.url, http_client))
    return tape, said


@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.name)
def test_an_sdk_echoes_new_ids_and_signatures(
    cassette_path: Path, on_disk: Callable[[], None], client: DemoClient
) -> None:
    _, recorded = _trip(client, cassette_path, "once")
    on_disk()
    tape, live = _trip(client, cassette_path, "verify")
    assert tape.drifts == ()
    assert len(tape.cassette.interactions) == 2
    assert live.signature != recorded.signature
    assert live.tool_id != recorded.tool_id
    assert (live.call, live.text) == (recorded.call, recorded.text)


@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.name)
def test_an_sdk_whose_tool_says_something_else(
    cassette_path: Path,
    on_disk: Callable[[], None],
    client: DemoClient,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _trip(client, cassette_path, "once")
    on_disk()
    monkeypatch.setattr(_demo_clients, "TOOL_RESULT", "10 C")
    with pytest.raises(DriftError) as caught:
        _trip(client, cassette_path, "verify", level="frames")
    (drift,) = caught.value.drifts
    assert isinstance(drift, Drift)
    assert drift.index == 1
    assert [str(found).partition(": ")[2] for found in drift.request] == [
        'recorded "40 C", sent "10 C"'
    ]
    assert [found.live for found in drift.answer if found.recorded == "40°C"] in ([], ["10°C"])
    assert len(drift.answer) == 2


def test_calls_at_once_are_each_held_to_their_own(
    server: ScriptedServer, cassette_path: Path, on_disk: Callable[[], None]
) -> None:
    """The order in which tasks and threads send may vary: equal requests find each other."""
    numbers = list(range(8))

    async def echo(exchange: Exchange) -> None:
        await reply(exchange.request.body)(exchange)

    url = server.serve(*(echo for _ in range(24)))

    async def at_once(order: list[int]) -> None:
        async with httpx2.AsyncClient() as client:
            await asyncio.gather(*(client.post(url, json={"n": n}) for n in order))

    def in_threads() -> None:
        asks = [lambda n=n: httpx2.post(url, json={"n": n}) for n in numbers]
        threads = [threading.Thread(target=ask) for ask in asks]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    with use_cassette(cassette_path, record="once"):
        asyncio.run(at_once(numbers))
    on_disk()
    assert _drifts(cassette_path, lambda: asyncio.run(at_once(numbers[::-1]))) == ()
    assert _drifts(cassette_path, in_threads) == ()
