"""What the demo's provider says, and what it refuses."""

from __future__ import annotations

import json
from typing import Any

import pytest

from stream_cassette.server._demo_answers import CHAT_PATH, MESSAGES_PATH, answer, sign
from stream_cassette.wire.framing import frames

SECRET = b"s" * 32
INVALID = "messages.1.content.0: Invalid signature in thinking block"
USER = {"role": "user", "content": "What's the weather in Florence, Italy?"}


def ask(path: str, *messages: Any, **rest: Any) -> tuple[int, Any]:
    request = {"model": "m", "messages": list(messages), "stream": True, **rest}
    said = answer(SECRET, path, json.dumps(request).encode())
    if said.content_type == "application/json":
        return said.status, json.loads(said.body)
    data = [one.data for one in frames(said.body, said.content_type)]
    return said.status, [json.loads(one) for one in data if one != "[DONE]"]


def reasoning(path: str) -> tuple[str, str]:
    """The text and the signature that the first turn gives."""
    _, events = ask(path, USER)
    if path == MESSAGES_PATH:
        deltas = [event.get("delta", {}) for event in events]
        keys = ("thinking", "signature")
    else:
        deltas = [
            detail
            for event in events
            for detail in event["choices"][0]["delta"].get("reasoning_details", ())
        ]
        keys = ("text", "signature")
    text, signature = ("".join(delta.get(key, "") for delta in deltas) for key in keys)
    return text, signature


def turns(path: str, block: Any) -> list[Any]:
    """The messages of a second turn whose first part is `block`."""
    if path == MESSAGES_PATH:
        use = {"type": "tool_use", "id": "t", "name": "weather", "input": {}}
        result = {"type": "tool_result", "tool_use_id": "t", "content": "40 C"}
        content = [*([block] if block is not None else []), use]
        return [
            USER,
            {"role": "assistant", "content": content},
            {"role": "user", "content": [result]},
        ]
    turn: dict[str, Any] = {"role": "assistant", "tool_calls": [{"id": "t"}]}
    if block is not None:
        turn["reasoning_details"] = [block]
    return [USER, turn, {"role": "tool", "tool_call_id": "t", "content": "40 C"}]


def block_of(path: str, text: str, signature: Any) -> dict[str, Any]:
    kind, key = ("thinking", "thinking") if path == MESSAGES_PATH else ("reasoning.text", "text")
    return {"type": kind, key: text, **({} if signature is None else {"signature": signature})}


PATHS = pytest.mark.parametrize("path", [CHAT_PATH, MESSAGES_PATH])


@PATHS
def test_the_reasoning_is_signed_as_long_as_the_real_ones(path: str) -> None:
    text, signature = reasoning(path)
    assert text.startswith("The user is asking for the weather")
    assert signature == sign(SECRET, text)
    assert len(signature) == 568


@PATHS
def test_an_echoed_signature_is_answered(path: str) -> None:
    status, events = ask(path, *turns(path, block_of(path, *reasoning(path))))
    assert status == 200
    assert "40°C" in json.dumps(events, ensure_ascii=False)
    assert "(104°F)" in json.dumps(events, ensure_ascii=False)


@PATHS
def test_an_altered_signature_or_text_is_refused(path: str) -> None:
    text, signature = reasoning(path)
    for block in (
        block_of(path, text, signature[:-1] + "A"),
        block_of(path, text + " ", signature),
        block_of(path, text, ""),
        block_of(path, text, 7),
        block_of(path, text, "é"),
    ):
        status, error = ask(path, *turns(path, block))
        assert (status, error["error"]["message"]) == (400, INVALID)
        assert error["error"]["type"] == "invalid_request_error"


@PATHS
@pytest.mark.parametrize("keep_block", [True, False])
def test_a_missing_signature_or_block_is_refused(path: str, keep_block: bool) -> None:
    text, _ = reasoning(path)
    block = block_of(path, text, None) if keep_block else None
    status, error = ask(path, *turns(path, block))
    assert status == 400
    wanted = "signature: Field required" if keep_block else "Expected `thinking`"
    assert wanted in error["error"]["message"]


def test_each_dialect_has_its_own_error_shape() -> None:
    assert ask(MESSAGES_PATH, USER, stream=False)[1]["type"] == "error"
    assert set(ask(CHAT_PATH, USER, stream=False)[1]) == {"error"}


@PATHS
@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"messages": 1}', b"\xff"])
def test_a_request_that_is_none(path: str, body: bytes) -> None:
    assert answer(SECRET, path, body).status == 400


@PATHS
def test_a_result_without_its_call(path: str) -> None:
    user, _, result = turns(path, None)
    assert ask(path, user, result)[0] == 400


def test_another_path() -> None:
    assert answer(SECRET, "/v1/embeddings", b"{}").status == 404


def test_another_secret_signs_otherwise() -> None:
    assert sign(b"a", "text") != sign(b"b", "text") != sign(b"b", "text ")
