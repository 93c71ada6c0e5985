"""generateContent: golden conversations, detection, requests, errors, all of the corpus."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from stream_cassette.conversation.model import Tool, Unknown
from stream_cassette.conversation.parts import Generic, Text
from stream_cassette.dialects._protocol import Opening, Request, ResponseHead
from stream_cassette.dialects.gemini_generate import GeminiGenerate
from stream_cassette.meaning import exchange_of, history_of
from tests.support.golden import golden_case, said
from tests.support.read_answers import frame, history, read
from tests.support.recorded_streams import recorded

DIALECT = GeminiGenerate()
STREAM = "/v1beta/models/gemini-3-pro-preview:streamGenerateContent"
WHOLE = "/v1beta/models/gemini-3-pro-preview:generateContent"
ANSWER = {"candidates": [{"content": {"parts": [{"text": "Hi"}], "role": "model"}}]}


def test_events_an_array_and_a_whole_answer_are_one() -> None:
    path = golden_case("gemini_generate", "text")
    events, array, whole = (one["exchange"] for one in said(path))
    assert events == whole
    assert array == {**whole, "vendor": "vertex"}


@pytest.mark.parametrize(
    ("path", "value", "claim"),
    [
        ("/x", ANSWER, 3),
        ("/x", [ANSWER], 3),
        ("/x", {"candidates": [{"finishReason": "SAFETY"}]}, 3),
        ("/x", {"usageMetadata": {}, "modelVersion": "g"}, 3),
        ("/x", {"usageMetadata": {}, "candidates": [], "responseId": "r"}, 3),
        ("/x", {"promptFeedback": {"blockReason": "SAFETY"}}, 3),
        (STREAM, {"error": {"code": 404}}, 2),
        (STREAM, [{"error": {"code": 404}}], 2),
        (WHOLE.lower(), None, 1),
        (WHOLE, {"error": "odd"}, 1),
        (STREAM, [], 1),
        ("/v1beta/models/g:countTokens", {"totalTokens": 3}, 0),
        ("/v1beta/models/g:batchGenerateContent", None, 0),
        (STREAM, {"usageMetadata": {}}, 1),
        ("/v1beta/cachedContents", {"name": "c", "usageMetadata": {"totalTokenCount": 1}}, 0),
        ("/maps/findplace", {"candidates": [{"name": "Florence"}], "status": "OK"}, 0),
        ("/x", {"candidates": ["odd"]}, 0),
        ("/x", {"candidates": "odd"}, 0),
        ("/x", {"promptFeedback": None}, 0),
        ("/x", {"error": {}}, 0),
        ("/x", "odd", 0),
    ],
)
def test_claims(path: str, value: Any, claim: int) -> None:
    assert DIALECT.claims(Opening(request=Request(path=path), value=value)) == claim


@pytest.mark.parametrize(
    ("host", "vendor"),
    [
        ("generativelanguage.googleapis.com", None),
        ("us-central1-aiplatform.googleapis.com", "vertex"),
        ("aiplatform.googleapis.com", "vertex"),
        ("127.0.0.1", None),
    ],
)
def test_vendor(host: str, vendor: str | None) -> None:
    assert DIALECT.vendor(Opening(request=Request(host=host))) == vendor


def test_nothing_marks_the_end() -> None:
    assert not DIALECT.ends(frame({"candidates": [{"finishReason": "STOP"}]}))


@pytest.mark.parametrize(
    ("path", "media", "termination"),
    [
        (STREAM, "application/json", "truncated"),
        (STREAM, "text/event-stream", "truncated"),
        ("/x", "text/event-stream", "truncated"),
        (WHOLE, "text/event-stream", "truncated"),
        (WHOLE, "application/json", "complete"),
        (WHOLE, "", "complete"),
        ("/x", "application/json", "complete"),
        ("/x", "", "truncated"),
    ],
)
def test_a_stream_without_a_finish_reason_is_cut_off(
    path: str, media: str, termination: str
) -> None:
    opening = Opening(request=Request(path=path), response=ResponseHead(media=media))
    reader = DIALECT.reader(opening)
    found = [*reader.feed(frame(ANSWER)), *reader.close()]
    assert any(type(one).__name__ == "End" for one in found) is (termination == "complete")


def test_frames() -> None:
    exchange = read(DIALECT, [[ANSWER, 5], "nope", '"text"', {"candidates": [5]}])
    assert exchange.candidates[0].text == "Hi"
    assert [(one.kind, one.name, one.value) for one in exchange.unknown] == [
        ("frame", "no object", 5),
        ("frame", "not JSON", "nope"),
        ("field", "candidates", 5),
    ]


@pytest.mark.parametrize(
    ("status", "word"), [(429, "RESOURCE_EXHAUSTED"), (503, "UNAVAILABLE"), (418, "UNKNOWN")]
)
def test_error_bytes(status: int, word: str) -> None:
    body = DIALECT.error_bytes(status, "whole")
    assert json.loads(body)["error"]["status"] == word
    assert DIALECT.error_bytes(status, "sse") == b"data: " + body + b"\r\n\r\n"
    error = read(DIALECT, [body.decode()]).error
    assert error is not None and (error.type, error.status) == (word, status)


@pytest.mark.parametrize(
    ("path", "body", "model"),
    [
        (STREAM, {}, "gemini-3-pro-preview"),
        ("/v1/publishers/google/models/gemini%2D3:generateContent", {}, "gemini-3"),
        ("/v1/projects/p/endpoints/123:generateContent", {}, "123"),
        ("/x", {"model": "models/g"}, "models/g"),
        ("/x", {}, None),
    ],
)
def test_the_model_stands_in_the_path(path: str, body: Any, model: str | None) -> None:
    assert DIALECT.read_request(Request(path=path, value=body)).model == model


def test_a_request_in_short_forms() -> None:
    found = history(
        DIALECT,
        {
            "system_instruction": "Be kind.",
            "contents": {"parts": ["Hi", {"text": "there"}]},
            "tools": {"function_declarations": {"name": "f", "description": "d"}},
        },
    )
    assert [(one.role, one.parts, one.path) for one in found.messages] == [
        ("system", (Text(content="Be kind."),), "systemInstruction"),
        ("user", (Text(content="Hi"), Text(content="there")), "contents[0]"),
    ]
    assert [part.path for one in found.messages for part in one.parts] == [
        "systemInstruction",
        "contents[0].parts[0]",
        "contents[0].parts[1]",
    ]
    assert found.tools == (Tool(name="f", description="d"),)
    assert [one.parts for one in history(DIALECT, {"contents": "Hi"}).messages] == [
        (Text(content="Hi"),)
    ]


@pytest.mark.parametrize("body", [None, [], {}, {"contents": 0, "tools": 5}])
def test_a_request_without_messages(body: Any) -> None:
    assert history(DIALECT, body).messages == ()


def test_an_odd_part_is_kept_and_reported() -> None:
    found = history(DIALECT, {"contents": [5, {"parts": [{"new": 1}, {"text": ""}]}]})
    assert [one.parts for one in found.messages] == [(), (Generic(kind="new", value={"new": 1}),)]
    assert found.unknown == (Unknown(kind="part", name="new", value={"new": 1}),)


def test_all_of_the_corpus(corpus: Path) -> None:
    """Every answer accumulates without an unknown frame, and none is cut off."""
    seen: Counter[str] = Counter()
    strange = []
    for one in recorded(corpus):
        exchange, asked = exchange_of(one.interaction), history_of(one.interaction)
        if exchange is None or asked is None or exchange.dialect != DIALECT.name:
            continue
        seen[exchange.termination] += 1
        if exchange.unknown or asked.unknown:
            strange.append((str(one.path.relative_to(corpus)), exchange.unknown, asked.unknown))
    print(f"\n{DIALECT.name}: {dict(seen)}, with something unknown {len(strange)}")
    assert strange == []
    assert seen["complete"] >= 83 and seen["truncated"] == seen["aborted"] == 0
