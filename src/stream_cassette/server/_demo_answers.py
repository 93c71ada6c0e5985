"""What the demo's provider says: two dialects, one conversation, the echo enforced.

Pure: the same secret, path and request give the same answer. A first turn asks for the weather
tool with signed reasoning; a turn that carries the tool's result gets the answer, if it echoes the
signed reasoning unchanged, else the 400 of the real API.
Source: the providers' API pages for streaming and for thinking blocks.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from dataclasses import dataclass
from typing import Any

__all__ = ["CHAT_PATH", "MESSAGES_PATH", "Answer", "answer"]

CHAT_PATH = "/v1/chat/completions"
MESSAGES_PATH = "/v1/messages"

_REASONING = (
    "The user is asking for",
    " the weather in Florence, Italy",
    " — città di Firenze 🌤 —",
    " and I have a tool for that.",
)
_ARGUMENTS = ('{"loca', 'tion": "Flor', "enc", "e, Italy", '"}')
_INVALID = "messages.{}.content.0: Invalid signature in thinking block"
_MISSING = (
    "messages.{}.content.0.type: Expected `thinking` or `redacted_thinking`, but found `tool_use`. "
    "When `thinking` is enabled, a final `assistant` message must start with a thinking block"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A response: its status, its media type, its body as one piece."""

    status: int
    content_type: str
    body: bytes


class _Refused(Exception):
    """The request is not one that this provider accepts; the message says why."""


def answer(secret: bytes, path: str, body: bytes) -> Answer:
    """The answer to a POST of `body`; `secret` makes ids and signatures those of one run."""
    dialects = {CHAT_PATH: (_chat, _chat_error), MESSAGES_PATH: (_messages, _messages_error)}
    if path not in dialects:
        return _json(404, _chat_error(f"unknown path {path}"))
    speak, error = dialects[path]
    try:
        request = json.loads(body)
        if not isinstance(request, dict) or not isinstance(request.get("messages"), list):
            raise _Refused("messages: Field required")
        if request.get("stream") is not True:
            raise _Refused("stream: this provider only streams; set it to true")
        return Answer(status=200, content_type="text/event-stream", body=speak(secret, request))
    except (_Refused, ValueError) as refusal:
        return _json(400, error(str(refusal)))


def _json(status: int, value: dict[str, Any]) -> Answer:
    return Answer(status=status, content_type="application/json", body=json.dumps(value).encode())


def _chat_error(message: str) -> dict[str, Any]:
    kind = "invalid_request_error"
    return {"error": {"message": message, "type": kind, "param": None, "code": None}}


def _messages_error(message: str) -> dict[str, Any]:
    return {"type": "error", "error": {"type": "invalid_request_error", "message": message}}


def _token(secret: bytes, purpose: str, size: int) -> str:
    """`size` letters and digits that look random, the same for one secret and purpose."""
    digest = hmac.new(secret, purpose.encode(), hashlib.sha512).digest()
    text = base64.b32encode(digest).decode().rstrip("=")
    return text[:size]


def sign(secret: bytes, text: str) -> str:
    """The signature of a reasoning text: 568 characters of base64, as the real ones have."""
    blocks = (
        hmac.new(secret, bytes([number]) + text.encode(), hashlib.sha512).digest()
        for number in range(7)
    )
    return base64.b64encode((b"\x12\xa5\x03\x0a" + b"".join(blocks))[:426]).decode()


def _check_echo(secret: bytes, turn: int, block: object, text_key: str) -> None:
    """Refuse the turn unless `block` is the signed reasoning, text and signature unchanged."""
    if not isinstance(block, dict) or block.get("type") not in ("thinking", "reasoning.text"):
        raise _Refused(_MISSING.format(turn))
    text, signature = block.get(text_key), block.get("signature")
    if signature is None:
        raise _Refused(f"messages.{turn}.content.0.thinking.signature: Field required")
    if not isinstance(text, str) or not isinstance(signature, str):
        raise _Refused(_INVALID.format(turn))
    if not hmac.compare_digest(signature.encode(), sign(secret, text).encode()):
        raise _Refused(_INVALID.format(turn))


def _first(blocks: object) -> object:
    return blocks[0] if isinstance(blocks, list) and blocks else None


def _turn_with(messages: list[Any], key: str) -> int:
    """The index of the last assistant message whose `key` is a list with something in it."""
    for index in range(len(messages) - 1, -1, -1):
        message = messages[index]
        is_turn = isinstance(message, dict) and message.get("role") == "assistant"
        if is_turn and isinstance(message.get(key), list) and message[key]:
            return index
    raise _Refused("messages: a tool result without the tool call that it answers")


def _sentences(result: object) -> tuple[str, ...]:
    number = re.search(r"-?[0-9]+", result if isinstance(result, str) else json.dumps(result))
    celsius = int(number[0]) if number else 40
    fahrenheit = round(celsius * 9 / 5 + 32)
    return ("The", " weather in Florence, Italy is ", f"{celsius}°C", f" ({fahrenheit}°F)", ".")


def _chat(secret: bytes, request: dict[str, Any]) -> bytes:
    messages = request["messages"]
    last = messages[-1] if messages and isinstance(messages[-1], dict) else {}
    if last.get("role") == "tool":
        turn = _turn_with(messages, "tool_calls")
        _check_echo(secret, turn, _first(messages[turn].get("reasoning_details")), "text")
        deltas = [{"content": piece} for piece in _sentences(last.get("content"))]
        finish, usage = "stop", (549, 34)
    else:
        deltas = [_reasoning_delta(piece, "") for piece in _REASONING]
        deltas.append(_reasoning_delta("", sign(secret, "".join(_REASONING))))
        deltas += _call_deltas(f"toolu_{_token(secret, 'call', 24)}")
        finish, usage = "tool_calls", (424, 110)
    return _chat_stream(secret, request.get("model"), deltas, finish, usage)


def _reasoning_delta(text: str, signature: str) -> dict[str, Any]:
    detail = {
        "type": "reasoning.text",
        "text": text,
        "signature": signature,
        "format": "anthropic-claude-v1",
        "index": 0,
    }
    return {"reasoning": text, "reasoning_details": [detail]}


def _call_deltas(ident: str) -> list[dict[str, Any]]:
    head = {"index": 0, "id": ident, "type": "function"}
    first = {**head, "function": {"name": "weather", "arguments": ""}}
    rest = [{"index": 0, "function": {"arguments": piece}} for piece in _ARGUMENTS]
    return [{"tool_calls": [call]} for call in [first, *rest]]


def _chat_stream(
    secret: bytes, model: object, deltas: list[dict[str, Any]], finish: str, usage: tuple[int, int]
) -> bytes:
    head = {
        "id": f"gen_{_token(secret, finish, 26)}",
        "object": "chat.completion.chunk",
        "created": 1773346298,
        "model": model,
    }
    counts = {"prompt_tokens": usage[0], "completion_tokens": usage[1], "total_tokens": sum(usage)}
    chunks = [_chunk(head, delta, None) for delta in [{"role": "assistant"}, *deltas]]
    chunks.append({**_chunk(head, {}, finish), "usage": counts})
    lines = [json.dumps(chunk, ensure_ascii=False, separators=(",", ":")) for chunk in chunks]
    return "".join(f"data: {line}\n\n" for line in [*lines, "[DONE]"]).encode()


def _chunk(head: dict[str, Any], delta: dict[str, Any], finish: str | None) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
    return {**head, "choices": [choice]}


def _messages(secret: bytes, request: dict[str, Any]) -> bytes:
    messages = request["messages"]
    content = messages[-1].get("content") if messages and isinstance(messages[-1], dict) else None
    result = _first(content)
    if isinstance(result, dict) and result.get("type") == "tool_result":
        turn = _turn_with(messages, "content")
        _check_echo(secret, turn, _first(messages[turn]["content"]), "thinking")
        blocks = [_text_block(_sentences(result.get("content")))]
        stop, usage = "end_turn", (549, 34)
    else:
        blocks = [_thinking_block(secret), _call_block(f"toolu_{_token(secret, 'use', 24)}")]
        stop, usage = "tool_use", (424, 110)
    return _messages_stream(secret, request.get("model"), blocks, stop, usage)


_Block = tuple[dict[str, Any], list[dict[str, Any]]]


def _text_block(pieces: tuple[str, ...]) -> _Block:
    return {"type": "text", "text": ""}, [{"type": "text_delta", "text": one} for one in pieces]


def _thinking_block(secret: bytes) -> _Block:
    deltas = [{"type": "thinking_delta", "thinking": piece} for piece in _REASONING]
    signature = {"type": "signature_delta", "signature": sign(secret, "".join(_REASONING))}
    return {"type": "thinking", "thinking": "", "signature": ""}, [*deltas, signature]


def _call_block(ident: str) -> _Block:
    pieces = ("", *_ARGUMENTS)
    deltas = [{"type": "input_json_delta", "partial_json": piece} for piece in pieces]
    return {"type": "tool_use", "id": ident, "name": "weather", "input": {}}, deltas


def _messages_stream(
    secret: bytes, model: object, blocks: list[_Block], stop: str, usage: tuple[int, int]
) -> bytes:
    message = {
        "id": f"msg_{_token(secret, stop, 24)}",
        "type": "message",
        "role": "assistant",
        "model": model,
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": {"input_tokens": usage[0], "output_tokens": 1},
    }
    events: list[dict[str, Any]] = [{"type": "message_start", "message": message}]
    for index, (block, deltas) in enumerate(blocks):
        events.append({"type": "content_block_start", "index": index, "content_block": block})
        events += ({"type": "content_block_delta", "index": index, "delta": d} for d in deltas)
        events.append({"type": "content_block_stop", "index": index})
        events += [{"type": "ping"}] if index == 0 else []
    end = {"stop_reason": stop, "stop_sequence": None}
    events.append({"type": "message_delta", "delta": end, "usage": {"output_tokens": usage[1]}})
    events.append({"type": "message_stop"})
    return "".join(
        f"event: {event['type']}\ndata: {json.dumps(event, ensure_ascii=False)}\n\n"
        for event in events
    ).encode()
