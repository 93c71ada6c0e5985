"""`show --json`: the documented shape, with sizes and digests of what is stored."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from hashlib import sha256

import pytest

from stream_cassette.api import load
from stream_cassette.cassette.model import Cassette, Cut, Interaction, Request, Response
from stream_cassette.meaning import conversations_of
from stream_cassette.report.as_json import SCHEMA, cassette_json
from tests.corpus import CASSETTES
from tests.support.read_answers import event_stream, interaction

CASSETTE = ["schema", "path", "format", "interactions", "conversations"]
INTERACTION = [
    "index",
    "method",
    "url",
    "status",
    "dialect",
    "vendor",
    "streaming",
    "request_bytes",
    "response_bytes",
    "request_sha256",
    "response_sha256",
    "head_ms",
    "chunks",
    "ending",
    "frames",
    "exchange",
]
EXCHANGE = ["dialect", "vendor", "candidates", "usage", "error", "termination"]


def test_the_shape() -> None:
    path = CASSETTES / "openai_chat" / "vercel_thinking.yaml"
    made = cassette_json(load(path))
    assert list(made) == CASSETTE
    assert (SCHEMA, made["schema"], made["path"], made["format"]) == (1, 1, str(path), "vcr")
    first, second = made["interactions"]
    assert list(first) == INTERACTION and list(first["exchange"]) == EXCHANGE
    assert (first["index"], first["method"], first["status"]) == (0, "POST", 200)
    assert (first["dialect"], first["vendor"]) == ("openai-chat", "vercel")
    assert first["streaming"] is True and first["chunks"] is None and first["frames"] > 20
    (message,) = first["exchange"]["candidates"]
    assert [part["type"] for part in message["parts"]] == ["reasoning", "tool_call"]
    assert len(message["parts"][0]["signature"]) == 568
    assert message["parts"][1]["arguments"] == {"location": "Florence, Italy"}
    assert message["finish_reason"] == {"unified": "tool_call", "raw": "tool_calls"}
    assert second["exchange"]["usage"]["output_tokens"] == 34
    (talk,) = made["conversations"]
    assert list(talk) == ["interactions", "messages"] and talk["interactions"] == [0, 1]
    assert [one["role"] for one in talk["messages"]] == [
        "system",
        "user",
        "assistant",
        "tool",
        "assistant",
    ]


@pytest.mark.parametrize("path", sorted(CASSETTES.glob("openai_*/*.yaml")), ids=lambda p: p.stem)
def test_it_is_json_of_what_is_stored(path: object) -> None:
    cassette = load(str(path))
    made = cassette_json(cassette)
    assert json.loads(json.dumps(made)) == made
    for one, told in zip(cassette.interactions, made["interactions"], strict=True):
        assert told["response_bytes"] == len(one.response.body)
        assert told["response_sha256"] == sha256(one.response.body).hexdigest()
        assert told["request_sha256"] == sha256(one.request.body).hexdigest()


def test_a_compressed_stream_with_chunks() -> None:
    body = gzip.compress(event_stream(["1", "2"]))
    headers = (("content-type", "text/event-stream"), ("content-encoding", "gzip"))
    cuts = (Cut(size_bytes=4, offset_ms=1.5), Cut(size_bytes=len(body) - 4, offset_ms=2.0))
    response = Response(status=200, headers=headers, body=body, cuts=cuts, head_ms=12.5)
    one = Interaction(request=Request(method="GET", url="https://x/"), response=response)
    (told,) = cassette_json(Cassette(interactions=(one,), reader=conversations_of))["interactions"]
    assert told["chunks"] == [[4, 1.5], [len(body) - 4, 2.0]]
    assert (told["frames"], told["streaming"], told["head_ms"]) == (2, True, 12.5)
    assert (told["exchange"], told["dialect"], told["ending"]) == (None, None, {"kind": "complete"})


@pytest.mark.parametrize(
    ("body", "media", "streaming"),
    [
        (b'{"a": 1}', "application/json", False),
        (b'[{"a": 1},\n{"a": 2}]', "application/json", True),
        (b'{"done": true}\n', "application/x-ndjson", True),
        (b"", "text/event-stream; charset=utf-8", True),
        (b"hello", "text/plain", False),
    ],
)
def test_streaming(body: bytes, media: str, streaming: bool) -> None:
    one = interaction("/", body, media=media)
    whole = replace(Cassette(interactions=(one,)), reader=conversations_of)
    assert cassette_json(whole)["interactions"][0]["streaming"] is streaming
