"""What other recorders were measured to get wrong, each as a row that must hold here."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from stream_cassette.errors import CassetteMiss
from stream_cassette.store.files import read
from stream_cassette.tape import use_cassette
from tests.support.hostile_stream import BODY, NFD, PIECES
from tests.support.round_trip import round_trip
from tests.support.scripted_exchange import Exchange
from tests.support.scripted_server import Lockstep, ScriptedServer, reply
from tests.support.stream_clients import FLAVOURS, Ask, Flavour, client_options

PLAIN = client_options(None)
HTTPX2 = Flavour("httpx2", "sync")

REASONING = {"type": "reasoning.encrypted", "data": "gAAAAABopaque" * 20, "id": "rs_1", "index": 0}
TURN_ONE: dict[str, Any] = {
    "model": "m",
    "max_tokens": 1024,
    "max_completion_tokens": 1024,
    "stream": True,
    "messages": [{"role": "user", "content": "What's the weather in Zürich?"}],
}
TURN_TWO = TURN_ONE | {
    "messages": [
        *TURN_ONE["messages"],
        {
            "role": "assistant",
            "tool_calls": [{"id": "call_1", "function": {"name": "weather", "arguments": "{}"}}],
            "reasoning_details": [REASONING],
        },
        {"role": "tool", "tool_call_id": "call_1", "content": "21 °C"},
    ]
}


def _without_reasoning() -> dict[str, Any]:
    messages = [dict(message) for message in TURN_TWO["messages"]]
    del messages[1]["reasoning_details"]
    return TURN_TWO | {"messages": messages}


def _with_altered_reasoning() -> dict[str, Any]:
    altered = REASONING | {"data": "gAAAAABother!" * 20}
    messages = [dict(message) for message in TURN_TWO["messages"]]
    messages[1]["reasoning_details"] = [altered]
    return TURN_TWO | {"messages": messages}


def _asking(body: dict[str, Any]) -> Ask:
    return Ask(
        url="",
        content=json.dumps(body).encode(),
        headers={"content-type": "application/json"},
        how="request",
        client=PLAIN,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A second turn that differs from the recorded one, and the path that the miss must name."""

    id: str
    body: dict[str, Any]
    path: str


CHANGES = [
    Change(
        id="prompt",
        body=TURN_TWO
        | {"messages": [{"role": "user", "content": "And Geneva?"}, *TURN_TWO["messages"][1:]]},
        path="messages[0].content",
    ),
    Change(
        id="reasoning-dropped",
        body=_without_reasoning(),
        path="messages[1].reasoning_details",
    ),
    Change(
        id="reasoning-altered",
        body=_with_altered_reasoning(),
        path="messages[1].reasoning_details[0].data",
    ),
    Change(id="max-tokens", body=TURN_TWO | {"max_tokens": 2048}, path="max_tokens"),
    Change(id="true-is-not-1", body=TURN_TWO | {"stream": 1}, path="stream"),
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.id)
@pytest.mark.parametrize("flavour", FLAVOURS, ids=str)
def test_changed_request_is_a_miss_that_names_the_path(
    server: ScriptedServer, cassette_path: Path, flavour: Flavour, change: Change
) -> None:
    url = server.serve(reply(b"{}"), reply(b"{}"))
    with use_cassette(cassette_path, record="all"):
        for body in (TURN_ONE, TURN_TWO):
            flavour.ask(replace(_asking(body), url=url))
    tape = use_cassette(cassette_path).open()
    first = flavour.ask(replace(_asking(TURN_ONE), url=url))
    seen = flavour.ask(replace(_asking(change.body), url=url))
    tape.close()
    (miss,) = tape.misses
    assert first.status == 200
    assert seen.error == "CassetteMiss"
    assert seen.message == miss.message
    assert change.path in miss.message
    assert str(cassette_path) in miss.message
    assert "--stream-record=all" in miss.message
    assert len(server.received) == 2


def test_exhausted_repeats_are_a_miss(server: ScriptedServer, cassette_path: Path) -> None:
    url = server.serve(reply(b"1"), reply(b"2"))
    ask = replace(_asking(TURN_ONE), url=url)
    with use_cassette(cassette_path, record="all"):
        recorded = [HTTPX2.ask(ask).chunks for _ in range(2)]
    replayed: list[tuple[bytes, ...]] = []

    def three_times() -> None:
        with use_cassette(cassette_path):
            replayed.extend(HTTPX2.ask(ask).chunks for _ in range(2))
            assert HTTPX2.ask(ask).error == "CassetteMiss"  # swallowed here, and raised at the end

    with pytest.raises(CassetteMiss, match="plays once"):
        three_times()
    assert recorded == replayed == [(b"1",), (b"2",)]
    assert len(server.received) == 2


def test_allowed_repeats_serve_the_last_again(server: ScriptedServer, cassette_path: Path) -> None:
    url = server.serve(reply(b"1"), reply(b"2"))
    ask = replace(_asking(TURN_ONE), url=url)
    with use_cassette(cassette_path, record="all"):
        assert [HTTPX2.ask(ask).chunks for _ in range(2)] == [(b"1",), (b"2",)]
    with use_cassette(cassette_path, allow_repeats=True):
        assert [HTTPX2.ask(ask).chunks[0] for _ in range(4)] == [b"1", b"2", b"2", b"2"]


def test_recording_never_answers_from_the_tape(server: ScriptedServer, cassette_path: Path) -> None:
    url = server.serve(*(reply(str(n).encode()) for n in range(4)))
    ask = replace(_asking(TURN_ONE), url=url)
    for _ in range(2):  # `all` replaces the file, and asks again for what it had
        with use_cassette(cassette_path, record="all"):
            HTTPX2.ask(ask)
            HTTPX2.ask(ask)
    assert [i.response.body for i in read(cassette_path).interactions] == [b"2", b"3"]


@pytest.mark.parametrize("flavour", FLAVOURS, ids=str)
def test_server_drop_is_no_clean_end(
    server: ScriptedServer, cassette_path: Path, flavour: Flavour
) -> None:
    async def drop(exchange: Exchange) -> None:
        exchange.reset()

    trip = round_trip(
        server,
        cassette_path,
        flavour,
        lambda: Lockstep(server, PIECES[:9], finish=drop),
        Ask(url="", how="iter_bytes", client=PLAIN),
    )
    assert trip.replayed.error == trip.bare.error == "ReadError"
    assert trip.replayed.chunks == tuple(PIECES[:9])


@pytest.mark.parametrize("flavour", FLAVOURS, ids=str)
def test_client_that_left_after_five_chunks(
    server: ScriptedServer, cassette_path: Path, flavour: Flavour
) -> None:
    trip = round_trip(
        server,
        cassette_path,
        flavour,
        lambda: Lockstep(server, PIECES),
        Ask(url="", how="iter_bytes", leave=lambda n, _: n == 5, client=PLAIN),
    )
    assert trip.stored == tuple(PIECES[:5])
    assert trip.only.response.ending.kind == "client-closed"
    assert trip.replayed == trip.bare


@pytest.mark.parametrize("flavour", FLAVOURS, ids=str)
def test_split_characters_and_unicode_forms_survive(
    server: ScriptedServer, cassette_path: Path, flavour: Flavour
) -> None:
    """No U+FFFD from decoding chunk by chunk, no NFC, and a raw U+2028 breaks no line."""
    trip = round_trip(
        server,
        cassette_path,
        flavour,
        lambda: Lockstep(server, PIECES),
        Ask(url="", how="iter_bytes", client=PLAIN),
    )
    text = b"".join(trip.replayed.chunks).decode()
    assert text.encode() == BODY
    assert NFD in text
    assert "\u2028" in text
    assert "\ufffd" not in text
    assert len(trip.cassette.interactions) == 1


STREAM_EVENT = {
    "id": "chatcmpl-1",
    "created": 1700000000,
    "system_fingerprint": "fp_44709d6fcb",
    "usage": {"prompt_tokens": 12, "completion_tokens": 7, "total_tokens": 19},
    "choices": [{"delta": {"content": "call 0041 44 668 18 00", "reasoning_details": [REASONING]}}],
}
UNTOUCHED: list[Callable[[dict[str, Any]], Any]] = [
    lambda event: event["created"],
    lambda event: event["usage"],
    lambda event: event["id"],
    lambda event: event["choices"][0]["delta"],
]


def test_redaction_eats_no_data(server: ScriptedServer, cassette_path: Path) -> None:
    body = b"data: " + json.dumps(STREAM_EVENT).encode() + b"\n\n"
    request = TURN_TWO | {"thinking": {"type": "enabled", "budget_tokens": 2048}}
    url = server.serve(reply(body, headers=[("content-type", "text/event-stream")]))
    ask = replace(_asking(request), url=url)
    with use_cassette(cassette_path, record="all"):
        recorded = HTTPX2.ask(ask)
    with use_cassette(cassette_path):
        replayed = HTTPX2.ask(ask)
    assert recorded.chunks == replayed.chunks == (body,)
    (interaction,) = read(cassette_path).interactions
    assert json.loads(interaction.request.body) == request
    assert interaction.masked == ()
    event = json.loads(interaction.response.body.removeprefix(b"data: "))
    assert all(part(event) == part(STREAM_EVENT) for part in UNTOUCHED)


def test_any_host_is_recorded(server: ScriptedServer, cassette_path: Path) -> None:
    """No list of known providers: loopback, a name, and a path that no provider has."""
    urls = [server.serve(reply(b"{}"), path=f"/{name}") for name in ("v1/messages", "odd", "")]
    urls[1] = urls[1].replace("127.0.0.1", "localhost")
    with use_cassette(cassette_path, record="all"):
        seen = [HTTPX2.ask(Ask(url=url, how="request", client=PLAIN)) for url in urls]
    assert [each.status for each in seen] == [200, 200, 200]
    assert [i.request.url for i in read(cassette_path).interactions] == urls


def test_nothing_recorded_is_said_aloud(cassette_path: Path) -> None:
    with (
        pytest.warns(UserWarning, match="nothing recorded"),
        use_cassette(cassette_path, record="all"),
    ):
        pass
    assert not cassette_path.exists()


def test_a_client_that_bypasses_us_is_named(server: ScriptedServer, cassette_path: Path) -> None:
    import urllib.request

    url = server.serve(reply(b"{}"))
    tape = use_cassette(cassette_path, record="all").open()
    with urllib.request.urlopen(url) as response:
        assert response.read() == b"{}"
    tape.close()
    assert tape.unintercepted == {"http.client"}
    past, nothing = tape.warnings()
    assert "http.client connected past the cassette" in past
    assert "nothing recorded" in nothing
