"""What an answer's bytes cost until they are a conversation: ours, the provider's SDK, JSON alone.

`bare` is orjson over each event's data, cut beforehand: less nobody can do who reads the events.
The SDKs stream through their own clients, over a transport that hands the body out in pieces of
16 kB, and give their final message. Time is that of the processor: nothing waits here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import cycle, islice
from pathlib import Path
from time import process_time
from typing import Any

from benchmarks.tools import Tool

__all__ = ["chat", "chat_body", "messages", "responses"]

EVENTS = 3000
PIECE = 1 << 14
WORDS = "The ", "quick ", "brown ", "fox ", "jumps ", "over ", "the ", "lazy ", "dog. "
PADDING = "abcdefghij"

Work = Callable[[], object]


def chat(tool: Tool, url: str, directory: Path) -> float:
    """Megabytes a second of Chat Completions, 320 bytes an event."""
    return _speed(tool, "chat/completions", chat_body(), _chat_sdk)


def responses(tool: Tool, url: str, directory: Path) -> float:
    """Megabytes a second of Responses, 250 bytes an event."""
    return _speed(tool, "responses", _responses_body(), _responses_sdk)


def messages(tool: Tool, url: str, directory: Path) -> float:
    """Megabytes a second of Messages, 120 bytes an event."""
    return _speed(tool, "messages", _messages_body(), _messages_sdk)


def _speed(tool: Tool, path: str, body: bytes, sdk: Callable[[bytes], Work]) -> float:
    work = {"bare": _floor, "stream-cassette": lambda body: _ours(path, body)}.get(tool.name, sdk)
    run, samples = work(body), []
    for _ in range(7):
        begin = process_time()
        run()
        samples.append(process_time() - begin)
    return len(body) / 1e6 / min(samples)


def _floor(body: bytes) -> Work:
    import orjson

    lines = [line[6:] for line in body.split(b"\n") if line.startswith(b"data: {")]
    return lambda: [orjson.loads(line) for line in lines]


def _ours(path: str, body: bytes) -> Work:
    from stream_cassette import Interaction, Request, Response, exchange_of

    headers = (("content-type", "text/event-stream"),)
    one = Interaction(
        request=Request(method="POST", url=f"https://api.example.com/v1/{path}"),
        response=Response(status=200, headers=headers, body=body),
    )
    exchange = exchange_of(one)
    assert exchange is not None and len(exchange.candidates[0].text) == len(_said())
    return lambda: exchange_of(one)


def _chat_sdk(body: bytes) -> Work:
    import openai

    client = openai.OpenAI(api_key="none", http_client=_client(body), max_retries=0)

    def run() -> object:
        with client.chat.completions.stream(model="m", messages=[]) as stream:
            return stream.get_final_completion()

    return run


def _responses_sdk(body: bytes) -> Work:
    import openai

    client = openai.OpenAI(api_key="none", http_client=_client(body), max_retries=0)

    def run() -> object:
        with client.responses.stream(model="m", input="Hello") as stream:
            return stream.get_final_response()

    return run


def _messages_sdk(body: bytes) -> Work:
    import anthropic

    client = anthropic.Anthropic(api_key="none", http_client=_client(body), max_retries=0)

    def run() -> object:
        with client.messages.stream(model="m", messages=[], max_tokens=1) as stream:
            return stream.get_final_message()

    return run


def _client(body: bytes) -> Any:
    """A client whose every request is answered with the body."""
    import httpx2

    class Pieces(httpx2.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            return (body[at : at + PIECE] for at in range(0, len(body), PIECE))

    def answer(_: httpx2.Request) -> httpx2.Response:
        headers = {"content-type": "text/event-stream"}
        return httpx2.Response(200, headers=headers, stream=Pieces())

    return httpx2.Client(transport=httpx2.MockTransport(answer))


def _said() -> str:
    return "".join(islice(cycle(WORDS), EVENTS))


def _event(value: dict[str, Any], *, named: bool = True) -> bytes:
    name = f"event: {value['type']}\n" if named else ""
    return f"{name}data: {json.dumps(value, separators=(',', ':'))}\n\n".encode()


def chat_body() -> bytes:
    """An answer of Chat Completions, EVENTS long."""
    top = {
        "id": "chatcmpl-AbCdEfGhIjKlMnOpQrStUvWxYz012",
        "object": "chat.completion.chunk",
        "created": 1760000000,
        "model": "gpt-4.1-mini-2025-04-14",
        "service_tier": "default",
        "system_fingerprint": "fp_71b02749fa",
    }

    def chunk(delta: dict[str, str], finish: str | None, size: int) -> bytes:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        more = {"choices": [choice], "usage": None, "obfuscation": PADDING[:size]}
        return _event({**top, **more}, named=False)

    words = [
        chunk({"content": word}, None, place % 9)
        for place, word in enumerate(islice(cycle(WORDS), EVENTS))
    ]
    return b"".join([*words, chunk({}, "stop", 1), b"data: [DONE]\n\n"])


def _messages_body() -> bytes:
    message = {"id": "msg_1", "type": "message", "role": "assistant", "model": "m", "content": []}
    usage = {"input_tokens": 3, "output_tokens": 1}
    events: list[dict[str, Any]] = [
        {"type": "message_start", "message": {**message, "stop_reason": None, "usage": usage}},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
    ]
    for word in islice(cycle(WORDS), EVENTS):
        delta = {"type": "text_delta", "text": word}
        events.append({"type": "content_block_delta", "index": 0, "delta": delta})
    ended = {"stop_reason": "end_turn", "stop_sequence": None}
    events += [
        {"type": "content_block_stop", "index": 0},
        {"type": "message_delta", "delta": ended, "usage": {"output_tokens": EVENTS}},
        {"type": "message_stop"},
    ]
    return b"".join(map(_event, events))


def _responses_body() -> bytes:
    ident = "msg_68f0c1d2e3f4a5b6c7d8e9f001"
    place = {"item_id": ident, "output_index": 0, "content_index": 0}
    part: dict[str, Any] = {"type": "output_text", "annotations": [], "logprobs": [], "text": ""}
    item: dict[str, Any] = {"id": ident, "type": "message", "role": "assistant", "content": []}
    answer = {"id": "resp_1", "object": "response", "created_at": 1, "model": "m", "output": []}
    whole = {**item, "status": "completed", "content": [{**part, "text": _said()}]}
    usage = {"input_tokens": 1, "output_tokens": EVENTS, "total_tokens": EVENTS + 1}
    ended = {**answer, "status": "completed", "output": [whole], "usage": usage}
    events: list[dict[str, Any]] = [
        {"type": "response.created", "response": {**answer, "status": "in_progress"}},
        {"type": "response.output_item.added", "output_index": 0, "item": item},
        {"type": "response.content_part.added", **place, "part": part},
    ]
    for number, word in enumerate(islice(cycle(WORDS), EVENTS)):
        more = {"delta": word, "logprobs": [], "obfuscation": PADDING[: number % 9]}
        events.append({"type": "response.output_text.delta", **place, **more})
    events += [
        {"type": "response.output_text.done", **place, "text": _said(), "logprobs": []},
        {"type": "response.content_part.done", **place, "part": {**part, "text": _said()}},
        {"type": "response.output_item.done", "output_index": 0, "item": whole},
        {"type": "response.completed", "response": ended},
    ]
    numbered = ({**event, "sequence_number": number} for number, event in enumerate(events))
    return b"".join(map(_event, numbered))
