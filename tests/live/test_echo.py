"""A client that forgets the signature: the miss says so, through the real SDKs.

Both turns are recorded from a live stream by a client that carries everything back, as the SDKs
do; then a client that rebuilds the assistant's turn from what it shows replays them.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anthropic
import openai
import pytest

from stream_cassette import CassetteMiss, check_echo, load
from stream_cassette.tape import use_cassette
from tests.support.scripted_exchange import Exchange
from tests.support.scripted_server import ScriptedServer

SIGNATURE = b64encode(b"\xfb\xef signed, and long enough to be cut \xff\xfe" * 3).decode()
THOUGHT = ["Florence is in Italy. ", "I ask the tool."]
SHOWN = f"{len(SIGNATURE)} characters, {SIGNATURE[:8]}…{SIGNATURE[-2:]}"
QUESTION: dict[str, Any] = {"role": "user", "content": "How is the weather in Florence?"}
PARAMETERS: dict[str, Any] = {"type": "object", "properties": {"location": {"type": "string"}}}
ARGUMENTS = ['{"location": ', '"Florence, Italy"}']

Keep = Callable[[dict[str, Any]], dict[str, Any]]


def streamed(events: list[tuple[str | None, dict[str, Any] | str]]) -> Callable[[Exchange], Any]:
    async def answer(exchange: Exchange) -> None:
        await exchange.head(200, [("content-type", "text/event-stream")])
        for name, event in events:
            head = f"event: {name}\n" if name else ""
            data = event if isinstance(event, str) else json.dumps(event)
            await exchange.send(f"{head}data: {data}\n\n".encode())
        await exchange.end()

    return answer


def message_events(blocks: list[tuple[Any, list[Any]]], reason: str) -> Any:
    """The events of one Messages answer: blocks as they start, and their deltas."""
    usage = {"input_tokens": 1, "output_tokens": 1}
    message: dict[str, Any] = {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "m",
        "content": [],
    }
    message |= {"stop_reason": None, "stop_sequence": None, "usage": usage}
    events: list[dict[str, Any]] = [{"type": "message_start", "message": message}]
    for index, (block, deltas) in enumerate(blocks):
        at = {"index": index}
        events.append({"type": "content_block_start", "content_block": block} | at)
        events += [{"type": "content_block_delta", "delta": one} | at for one in deltas]
        events.append({"type": "content_block_stop"} | at)
    end = {"stop_reason": reason, "stop_sequence": None}
    events += [{"type": "message_delta", "delta": end, "usage": {"output_tokens": 9}}]
    events += [{"type": "message_stop"}]
    return streamed([(event["type"], event) for event in events])


MESSAGES = [
    message_events(
        [
            (
                {"type": "thinking", "thinking": "", "signature": ""},
                [
                    *({"type": "thinking_delta", "thinking": piece} for piece in THOUGHT),
                    {"type": "signature_delta", "signature": SIGNATURE},
                ],
            ),
            (
                {"type": "tool_use", "id": "toolu_01abc", "name": "weather", "input": {}},
                [{"type": "input_json_delta", "partial_json": piece} for piece in ARGUMENTS],
            ),
        ],
        "tool_use",
    ),
    message_events([({"type": "text", "text": ""}, [{"type": "text_delta", "text": "40 C"}])], "x"),
]


def anthropic_turns(url: str, keep: Keep) -> None:
    """Two turns; `keep` says what the client carries back of a block."""
    asked: dict[str, Any] = {"model": "m", "max_tokens": 2000}
    asked["tools"] = [{"name": "weather", "input_schema": PARAMETERS}]
    with anthropic.Anthropic(base_url=url, api_key="k", max_retries=0) as client:
        with client.messages.stream(messages=[QUESTION], **asked) as stream:  # type: ignore[list-item]
            answer = stream.get_final_message()
        content = [keep(block.to_dict()) for block in answer.content]
        result = {"type": "tool_result", "tool_use_id": answer.content[-1].id, "content": "40 C"}  # type: ignore[union-attr]
        turns: Any = [QUESTION, {"role": "assistant", "content": content}]
        turns.append({"role": "user", "content": [result]})
        with client.messages.stream(messages=turns, **asked) as stream:
            assert stream.get_final_message().content[0].type == "text"


def chunk(delta: dict[str, Any], reason: str | None = None) -> tuple[None, dict[str, Any]]:
    head = {"id": "gen_1", "object": "chat.completion.chunk", "created": 1, "model": "m"}
    return None, head | {"choices": [{"index": 0, "delta": delta, "finish_reason": reason}]}


def detail(**members: Any) -> tuple[None, dict[str, Any]]:
    entry = {"type": "reasoning.text", "format": "anthropic-claude-v1", "index": 0} | members
    return chunk({"reasoning_details": [entry]})


def fragment(arguments: str, **members: Any) -> tuple[None, dict[str, Any]]:
    call = {"index": 0, "function": {"arguments": arguments} | members.pop("function", {})}
    return chunk({"tool_calls": [call | members]})


CHAT = [
    streamed(
        [
            chunk({"role": "assistant"}),
            *(detail(text=piece) for piece in THOUGHT),
            detail(text="", signature=SIGNATURE),
            fragment("", id="toolu_01abc", type="function", function={"name": "weather"}),
            *(fragment(piece) for piece in ARGUMENTS),
            chunk({}, "tool_calls"),
            (None, "[DONE]"),
        ]
    ),
    streamed(
        [chunk({"role": "assistant", "content": "40 C"}), chunk({}, "stop"), (None, "[DONE]")]
    ),
]


def openai_turns(url: str, keep: Keep) -> None:
    """Two turns of a chat through a gateway; the client merges the blocks itself."""
    tool = {"type": "function", "function": {"name": "weather", "parameters": PARAMETERS}}
    asked: dict[str, Any] = {"model": "m", "stream": True, "tools": [tool]}
    with openai.OpenAI(base_url=f"{url}/v1", api_key="k", max_retries=0) as opened:
        client: Any = opened
        thought = signature = ident = arguments = ""
        for one in client.chat.completions.create(messages=[QUESTION], **asked):
            delta = one.choices[0].delta
            for entry in (delta.model_extra or {}).get("reasoning_details", ()):
                thought += entry.get("text", "")
                signature = entry.get("signature", signature)
            for call in delta.tool_calls or ():
                ident = call.id or ident
                arguments += (call.function and call.function.arguments) or ""
        block = {"type": "reasoning.text", "text": thought, "signature": signature}
        called: dict[str, Any] = {"id": ident, "type": "function"}
        called["function"] = {"name": "weather", "arguments": arguments}
        turn: dict[str, Any] = {"role": "assistant", "content": None, "tool_calls": [called]}
        turn["reasoning_details"] = [keep(block)]
        result = {"role": "tool", "tool_call_id": ident, "content": "40 C"}
        assert list(client.chat.completions.create(messages=[QUESTION, turn, result], **asked))


def everything(block: dict[str, Any]) -> dict[str, Any]:
    return block


def unsigned(block: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in block.items() if name != "signature"}


def trimmed(block: dict[str, Any]) -> dict[str, Any]:
    names = {"thinking", "text"} & set(block)
    return block | {name: block[name][:-5] for name in names}


CASES = {
    "anthropic": (anthropic_turns, MESSAGES, "messages[1].content[0]", "thinking"),
    "openai": (openai_turns, CHAT, "messages[1].reasoning_details[0]", "text"),
}


@pytest.mark.parametrize("name", CASES)
def test_a_forgotten_signature(name: str, server: ScriptedServer, cassette_path: Path) -> None:
    turns, answers, where, text = CASES[name]
    url = server.serve(*answers)
    with use_cassette(cassette_path, record="once"):
        turns(url, everything)
    cassette = load(cassette_path)
    assert check_echo(cassette) == ()
    assert cassette.conversation.interactions == (0, 1)
    with use_cassette(cassette_path):
        turns(url, everything)
    told = f"turn 2 does not echo the signature of turn 1's reasoning: {where}.signature"
    assert f"{told} is missing (recorded: {SHOWN})" in missed(turns, url, unsigned, cassette_path)
    told = f"turn 2 does not echo the text of turn 1's signed reasoning: {where}.{text}"
    assert f"{told} is not what it was (rec" in missed(turns, url, trimmed, cassette_path)


def missed(turns: Callable[[str, Keep], None], url: str, keep: Keep, path: Path) -> str:
    """The message of the miss that a client which keeps less gets to see."""
    with pytest.raises(CassetteMiss) as caught, use_cassette(path):
        with pytest.raises((anthropic.APIConnectionError, openai.APIConnectionError)):
            turns(url, keep)
    return str(caught.value)
