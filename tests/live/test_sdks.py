"""The real SDKs over real sockets: they leave the body at their end marker, and that is complete.

The server never ends the body, so an exchange that is over was closed by the SDK.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anthropic
import openai
import pytest

from stream_cassette.store.files import read
from stream_cassette.tape import use_cassette
from tests.support.scripted_exchange import Exchange
from tests.support.scripted_server import ScriptedServer

KEY, OTHER_KEY = "sk-live-0123456789abcdef", "sk-x"
WORDS = ["Grüß", "e a\u2028us ", "Zürich 🌊"]
PROMPT: list[Any] = [{"role": "user", "content": "hello"}]


async def _never_ends(exchange: Exchange, events: list[bytes]) -> None:
    await exchange.head(200, [("content-type", "text/event-stream; charset=utf-8")])
    for event in events:
        middle = len(event) // 2
        await exchange.send(event[:middle])
        await exchange.send(event[middle:])
    await asyncio.Event().wait()


def _openai_events() -> list[bytes]:
    chunk = {"id": "c1", "object": "chat.completion.chunk", "created": 1700000000, "model": "m"}
    choices = [{"index": 0, "delta": {"content": word}, "finish_reason": None} for word in WORDS]
    events = [json.dumps(chunk | {"choices": [choice]}, ensure_ascii=False) for choice in choices]
    return [f"data: {event}\n\n".encode() for event in [*events, "[DONE]"]]


def _anthropic_events() -> list[bytes]:
    message = {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "m",
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": {"input_tokens": 1, "output_tokens": 1},
    }
    delta = {"type": "content_block_delta", "index": 0}
    events: list[dict[str, Any]] = [
        {"type": "message_start", "message": message},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        *(delta | {"delta": {"type": "text_delta", "text": word}} for word in WORDS),
        {"type": "content_block_stop", "index": 0},
        {
            "type": "message_delta",
            "delta": {"stop_reason": "end_turn", "stop_sequence": None},
            "usage": {"output_tokens": 3},
        },
        {"type": "message_stop"},
    ]
    return [
        f"event: {e['type']}\r\ndata: {json.dumps(e, ensure_ascii=False)}\r\n\r\n".encode()
        for e in events
    ]


def _openai(url: str, key: str) -> str:
    with openai.OpenAI(base_url=url, api_key=key, max_retries=0) as client:
        stream = client.chat.completions.create(model="m", messages=PROMPT, stream=True)
        return "".join(chunk.choices[0].delta.content or "" for chunk in stream)


def _openai_async(url: str, key: str) -> str:
    async def ask() -> str:
        async with openai.AsyncOpenAI(base_url=url, api_key=key, max_retries=0) as client:
            stream = await client.chat.completions.create(model="m", messages=PROMPT, stream=True)
            return "".join([chunk.choices[0].delta.content or "" async for chunk in stream])

    return asyncio.run(ask())


def _anthropic(url: str, key: str) -> str:
    client = anthropic.Anthropic(base_url=url, api_key=key, max_retries=0)
    with client, client.messages.stream(model="m", max_tokens=64, messages=PROMPT) as stream:
        return "".join(_text_of(event) for event in _to_stop(stream))


def _to_stop(stream: Any) -> Any:
    """The events up to the last; the SDK itself reads on to the end of the body."""
    for event in stream:
        if event.type == "message_stop":
            return
        yield event


def _text_of(event: Any) -> str:
    return event.text if event.type == "text" else ""


def _anthropic_async(url: str, key: str) -> str:
    async def ask() -> str:
        parts = []
        client = anthropic.AsyncAnthropic(base_url=url, api_key=key, max_retries=0)
        streaming = client.messages.stream(model="m", max_tokens=64, messages=PROMPT)
        async with client, streaming as stream:
            async for event in stream:
                if event.type == "message_stop":
                    break
                parts.append(_text_of(event))
        return "".join(parts)

    return asyncio.run(ask())


SDKS: dict[str, tuple[Callable[[str, str], str], Callable[[], list[bytes]]]] = {
    "openai": (_openai, _openai_events),
    "openai-async": (_openai_async, _openai_events),
    "anthropic": (_anthropic, _anthropic_events),
    "anthropic-async": (_anthropic_async, _anthropic_events),
}


@pytest.mark.parametrize("name", SDKS)
def test_close_at_the_end_marker(server: ScriptedServer, cassette_path: Path, name: str) -> None:
    ask, events_of = SDKS[name]
    events = events_of()
    url = server.serve(lambda exchange: _never_ends(exchange, events), path="/v1")
    with use_cassette(cassette_path, record="all"):
        recorded = ask(url, KEY)
    (interaction,) = read(cassette_path).interactions
    assert interaction.response.ending.kind == "complete"
    assert interaction.response.body == b"".join(events)
    assert KEY.encode() not in cassette_path.read_bytes()
    with use_cassette(cassette_path):
        replayed = ask(url, OTHER_KEY)
    assert recorded == replayed == "".join(WORDS)
    assert len(server.received) == 1


@pytest.mark.parametrize("name", SDKS)
def test_stream_that_the_server_drops(
    server: ScriptedServer, cassette_path: Path, name: str
) -> None:
    """The SDK sees the same exception on replay, after the same text."""
    ask, events_of = SDKS[name]
    events = events_of()[:3]

    async def drop(exchange: Exchange) -> None:
        await exchange.head(200, [("content-type", "text/event-stream")])
        for event in events:
            await exchange.send(event)
        exchange.cut()

    def failure(url: str) -> tuple[str, str]:
        with pytest.raises(Exception) as failed:
            ask(url, KEY)
        return type(failed.value).__name__, str(failed.value)

    url = server.serve(drop, path="/v1")
    with use_cassette(cassette_path, record="all"):
        recorded = failure(url)
    with use_cassette(cassette_path):
        replayed = failure(url)
    assert replayed == recorded
    assert read(cassette_path).interactions[0].response.ending.error == "incomplete"
