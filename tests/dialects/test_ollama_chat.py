"""Ollama's own API: golden conversations, detection, lines, errors, the corpus."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from stream_cassette.conversation.media import Blob
from stream_cassette.conversation.parts import Text, ToolCall
from stream_cassette.dialects._protocol import Opening, Request, ResponseHead
from stream_cassette.dialects.ollama_chat import OllamaChat
from stream_cassette.meaning import exchange_of
from tests.support.golden import golden_case, said
from tests.support.read_answers import frame, history, read
from tests.support.recorded_streams import recorded

DIALECT = OllamaChat()
LINE = {"model": "m", "created_at": "now", "message": {"role": "assistant", "content": "Hi"}}
LAST = {"model": "m", "created_at": "now", "message": {"role": "assistant", "content": ""}}


def line(**message: Any) -> dict[str, Any]:
    return {**LINE, "message": {"role": "assistant", **message}, "done": False}


def test_streamed_and_whole_are_one() -> None:
    path = golden_case("ollama_chat", "text")
    streamed, whole = (one["exchange"] for one in said(path))
    for one in (streamed, whole):
        del one["extra"]["created_at"]
    assert {**streamed, "end_marker": False} == whole


@pytest.mark.parametrize(
    ("path", "value", "media", "claim"),
    [
        ("/x", {**LINE, "done": False}, "", 3),
        ("/x", {"created_at": "now", "response": "", "done": True}, "application/json", 3),
        ("/x", {"created_at": "now", "done": True}, "", 0),
        ("/x", {**LINE, "done": 1}, "", 0),
        ("/api/chat", {"error": "no"}, "application/json", 2),
        ("/api/generate", None, "application/x-ndjson", 1),
        ("/api/chat", {"error": {"message": "no"}}, "application/json", 1),
        ("/api/chat", {"type": "start"}, "text/event-stream", 0),
        ("/api/tags", {"models": []}, "application/json", 0),
    ],
)
def test_claims(path: str, value: Any, media: str, claim: int) -> None:
    head = ResponseHead(media=media)
    opening = Opening(request=Request(path=path), response=head, value=value)
    assert DIALECT.claims(opening) == claim


def test_vendor() -> None:
    assert DIALECT.vendor(Opening(request=Request(host="localhost"))) is None
    assert DIALECT.vendor(Opening(request=Request(host="api.x.ai"))) == "xai"


@pytest.mark.parametrize(
    ("data", "ends"),
    [
        ({**LAST, "done": True}, True),
        ({**LAST, "done": False}, False),
        ({"done": True}, False),
        ({**LAST, "message": {"content": '"done": true'}}, False),
        ('"done"', False),
        ('{"done"', False),
    ],
)
def test_ends(data: Any, ends: bool) -> None:
    assert DIALECT.ends(frame(data)) is ends


def test_text_stays_one_part_around_calls() -> None:
    call = {"function": {"name": "w", "arguments": {}}}
    found = read(DIALECT, [line(content="a"), line(tool_calls=[call]), line(content="b")])
    assert found.candidates[0].parts == (
        Text(content="ab"),
        ToolCall(id="synthesised-1", name="w", arguments={}, id_synthesised=True),
    )
    assert found.termination == "truncated"


def test_a_call_that_is_said_again_is_one() -> None:
    call = {"id": "t", "function": {"name": "w", "arguments": {"a": 1}}}
    found = read(DIALECT, [line(tool_calls=[call]), line(tool_calls=[call, 7])])
    calls = found.candidates[0].parts
    assert [(one.id, one.name) for one in calls if isinstance(one, ToolCall)] == [
        ("t", "w"),
        ("synthesised-1", ""),
    ]


def test_images() -> None:
    image = {"model": "m", "created_at": "now", "response": "", "image": "Yg==", "done": False}
    found = read(DIALECT, [line(images=["YQ=="]), {**image, "completed": 1, "total": 4}])
    assert found.candidates[0].parts == (
        Blob(data=b"a", modality="image"),
        Blob(data=b"b", modality="image"),
    )
    assert found.extra == {"created_at": "now", "completed": 1, "total": 4}


def test_counts_that_are_none() -> None:
    found = read(DIALECT, [{**LAST, "done": True, "prompt_eval_count": "3", "eval_count": 2}])
    assert found.usage is not None
    assert (found.usage.input_tokens, found.usage.output_tokens) == (None, 2)
    assert found.usage.raw == {"prompt_eval_count": "3", "eval_count": 2}


def test_error_bytes() -> None:
    assert json.loads(DIALECT.error_bytes(500, "whole")) == {"error": "HTTP 500"}
    body = DIALECT.error_bytes(500, "ndjson")
    assert body == DIALECT.error_bytes(500, "whole") + b"\n"
    found = read(DIALECT, [line(content="a"), body.decode()])
    assert found.error is not None and found.error.message == "HTTP 500"


def test_read_request() -> None:
    asked = {"model": "m", "messages": [{"role": "user", "content": "a"}]}
    assert history(DIALECT, asked).messages[0].text == "a"
    assert history(DIALECT, None).messages == ()


def test_the_corpus(corpus: Path) -> None:
    streamed = 0
    for one in recorded(corpus):
        exchange = exchange_of(one.interaction)
        if exchange is not None and exchange.dialect == DIALECT.name:
            streamed += exchange.end_marker
            assert (exchange.unknown, exchange.termination) == ((), "complete"), one.path
    print(f"\nollama-chat: {streamed} streamed")
    assert streamed >= 1
