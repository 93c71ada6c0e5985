"""One session as two runs have it: a streamed tool call, its result, the answer in words.

Ids, times, fingerprints, counts, cuts and pace belong to the run, the words to the session.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from stream_cassette.cassette.model import Cassette, Interaction, Request, Response
from stream_cassette.pipeline import conversations_of

__all__ = ["REPLY", "session", "without"]

REPLY = "It is 18 °C and sunny. Take a light jacket for the evening."
_URL = "https://api.example.com/v1/chat/completions"
_TOOL = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "The weather in a city",
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string"}, "unit": {"type": "string"}},
        },
    },
}


def session(
    run: str = "a",
    *,
    city: str = "Zürich",
    echoed: str | None = None,
    reply: str = REPLY,
    prompt: str = "You are a helpful assistant.",
    finish: str = "stop",
    piece: int = 4,
    cut: int = 40,
    **settings: Any,
) -> Cassette:
    """Two interactions. `echoed` is the city that the second request carries, else that said.

    `piece` is the number of characters of an argument's fragment, `cut` the size of a chunk.
    """
    ident = f"call_{run * 3}7Qx{len(run)}"
    asked = [
        {"role": "system", "content": prompt},
        {"role": "user", "content": "What is the weather in Zürich?"},
    ]
    told = json.dumps({"city": echoed or city, "unit": "celsius"}, ensure_ascii=False)
    call = {"id": ident, "type": "function"}
    carried = [
        {
            "role": "assistant",
            "content": None,
            "tool_calls": [call | {"function": {"name": "get_weather", "arguments": told}}],
        },
        {"role": "tool", "tool_call_id": ident, "content": "18 °C, sunny"},
    ]
    arguments = json.dumps({"city": city, "unit": "celsius"}, ensure_ascii=False)
    first = list(_call_deltas(ident, arguments, piece))
    words = [{"content": word} for word in _pieces(reply, piece * 3)]
    exchanges = [
        (asked, _stream(run, "1", [*first, {}], "tool_calls")),
        ([*asked, *carried], _stream(run, "2", [{"role": "assistant"}, *words, {}], finish)),
    ]
    return Cassette(
        interactions=tuple(
            _interaction(messages, body, cut, settings) for messages, body in exchanges
        ),
        reader=conversations_of,
    )


def without(cassette: Cassette, place: int) -> Cassette:
    """The cassette less one interaction."""
    every = list(cassette.interactions)
    del every[place]
    return Cassette(interactions=tuple(every), reader=conversations_of)


def _call_deltas(ident: str, arguments: str, piece: int) -> Iterable[dict[str, Any]]:
    call = {"index": 0, "id": ident, "type": "function"}
    yield {
        "role": "assistant",
        "tool_calls": [call | {"function": {"name": "get_weather", "arguments": ""}}],
    }
    for part in _pieces(arguments, piece):
        yield {"tool_calls": [{"index": 0, "function": {"arguments": part}}]}


def _pieces(text: str, size: int) -> list[str]:
    return [text[start : start + size] for start in range(0, len(text), size)]


def _stream(run: str, turn: str, deltas: list[dict[str, Any]], finish: str) -> bytes:
    head = {
        "id": f"chatcmpl-{run}{turn}8Fh2",
        "object": "chat.completion.chunk",
        "created": 1_700_000_000 + len(run) * 977,
        "model": "gpt-4o-2024-08-06",
        "system_fingerprint": f"fp_{run}{turn}0c1",
    }
    frames = []
    for number, delta in enumerate(deltas):
        last = finish if number == len(deltas) - 1 else None
        choice = {"index": 0, "delta": delta, "finish_reason": last}
        frames.append(json.dumps(head | {"choices": [choice]}, ensure_ascii=False))
    usage = {"prompt_tokens": 60 + len(run), "completion_tokens": 20, "total_tokens": 80}
    frames.append(json.dumps(head | {"choices": [], "usage": usage}))
    return "".join(f"data: {frame}\n\n" for frame in [*frames, "[DONE]"]).encode()


def _interaction(
    messages: list[dict[str, Any]], body: bytes, cut: int, settings: dict[str, Any]
) -> Interaction:
    asked = {"model": "gpt-4o", "messages": messages, "tools": [_TOOL], "stream": True} | settings
    sizes = [len(body[start : start + cut]) for start in range(0, len(body), cut)]
    return Interaction(
        request=Request(
            method="POST",
            url=_URL,
            headers=(("content-type", "application/json"),),
            body=json.dumps(asked, ensure_ascii=False).encode(),
        ),
        response=Response(
            status=200,
            reason="OK",
            headers=(("content-type", "text/event-stream"),),
            body=body,
            cuts=[(size, float(cut * number)) for number, size in enumerate(sizes)],
            head_ms=float(cut),
        ),
    )
