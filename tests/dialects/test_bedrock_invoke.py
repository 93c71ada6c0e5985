"""InvokeModel: golden conversations, detection, whose payload it is, requests, the corpus."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from stream_cassette.conversation.model import FinishReason
from stream_cassette.dialects._protocol import Opening, Request
from stream_cassette.dialects._registry import dialects
from stream_cassette.dialects.bedrock_invoke import BedrockInvoke
from stream_cassette.meaning import exchange_of
from stream_cassette.wire.framing import Frame
from tests.support.bedrock_messages import chunk, event, exception
from tests.support.read_answers import fold, frame, interaction
from tests.support.recorded_streams import recorded

DIALECT = BedrockInvoke()
STREAM, WHOLE = "/model/m/invoke-with-response-stream", "/model/m/invoke"
METRICS = {"amazon-bedrock-invocationMetrics": {"inputTokenCount": 3, "outputTokenCount": 2}}
NOVA = {"output": {"message": {"role": "assistant", "content": [{"text": "Hi"}]}}}
MESSAGE = {"type": "message", "role": "assistant", "content": [{"type": "text", "text": "Hi"}]}


def answer(*spoken: Frame) -> Any:
    return fold(DIALECT.reader(Opening(first=spoken[0])), spoken)


@pytest.mark.parametrize(
    ("path", "first", "claim"),
    [
        ("/x", chunk({"type": "message_start"}), 3),
        ("/agents/a/sessions/s/text", chunk("Hello"), 0),  # InvokeAgent's chunks are text
        (STREAM, chunk("Hello"), 1),
        (STREAM, exception("throttlingException", {"message": "No."}), 1),
        (WHOLE, frame({"results": [{"outputText": "Hi"}]}), 3),
        (WHOLE, frame(NOVA), 3),
        ("/x", frame(NOVA), 0),
        (WHOLE, frame(MESSAGE), 1),
        (WHOLE, None, 1),
        ("/model/m/converse", None, 0),
        ("/x", event("messageStart", {}), 0),
    ],
)
def test_claims(path: str, first: Frame | None, claim: int) -> None:
    value = None if first is None else json.loads(first.data)
    opening = Opening(request=Request(path=path), first=first, value=value)
    assert DIALECT.claims(opening) == claim


def test_whole_answers_of_other_dialects_are_theirs() -> None:
    body = json.dumps(MESSAGE).encode()
    found = exchange_of(interaction(WHOLE, body, media="application/json"))
    assert found is not None and found.dialect == "anthropic-messages"


def test_vendor() -> None:
    opening = Opening(request=Request(host="bedrock-runtime.us-east-1.amazonaws.com"))
    assert DIALECT.vendor(opening) is None
    assert DIALECT.vendor(Opening(request=Request(host="openrouter.ai"))) == "openrouter"


@pytest.mark.parametrize(
    ("one", "ends"),
    [
        (chunk({"type": "message_stop", **METRICS}), True),
        (chunk({"type": "message_stop"}), False),
        (chunk("Hi"), False),
        (frame(METRICS), False),
    ],
)
def test_ends(one: Frame, ends: bool) -> None:
    assert DIALECT.ends(one) is ends


def test_a_guardrail_has_the_last_word() -> None:
    action = {"amazon-bedrock-guardrailAction": "INTERVENED"}
    found = answer(chunk({"outputText": "Blocked", "completionReason": "FINISH", **action}))
    reason = FinishReason(unified="content_filter", raw="INTERVENED")
    assert found.candidates[0].finish_reason == reason
    passed = {"amazon-bedrock-guardrailAction": "NONE"}
    found = answer(chunk({"outputText": "Hi", "completionReason": "FINISH", **passed}))
    assert found.candidates[0].finish_reason == FinishReason(unified="stop", raw="FINISH")
    assert found.termination == "truncated"


def test_bedrock_counts_where_the_payload_does_not() -> None:
    found = answer(chunk({"completion": "Hi"}), chunk(METRICS))
    assert (found.usage.input_tokens, found.usage.output_tokens) == (3, 2)
    own = {"outputText": "Hi", "inputTextTokenCount": 7}
    assert answer(chunk({**own, **METRICS})).usage.input_tokens == 7


def test_what_is_unknown_is_kept() -> None:
    found = answer(
        frame("nonsense", "chunk"),
        chunk("Hi"),
        chunk({"new": 1}),
        event("chunkWink", {"a": 1}),
        chunk({"type": "acme", **METRICS}, attribution={}),
    )
    assert [(one.kind, one.name) for one in found.unknown] == [
        ("frame", "chunk"),
        ("event", "new"),
        ("event", "a"),
        ("field", "chunk.attribution"),
        ("event", "acme"),
    ]
    assert found.unknown[0].count == 2
    assert found.termination == "truncated"  # nobody knows what was said


def test_novas_own_format_with_what_is_unknown() -> None:
    found = answer(
        chunk({"contentBlockDelta": {"delta": {"text": "Hi"}}, "odd": 1}),
        chunk({"messageStop": "odd"}),
        chunk({"metadata": {"usage": {}}, **METRICS}),
    )
    assert found.candidates[0].text == "Hi"
    assert [(one.kind, one.name, one.value) for one in found.unknown] == [
        ("event", "odd", 1),
        ("event", "messageStop", "odd"),
    ]
    whole = fold(DIALECT.reader(Opening(first=frame(NOVA))), [frame(NOVA)])
    assert (whole.candidates[0].text, whole.termination) == ("Hi", "complete")
    assert not whole.end_marker


@pytest.mark.parametrize(
    ("body", "spoken"),
    [
        ({"inputText": "a"}, [("user", "a")]),
        ({"prompt": "a"}, [("user", "a")]),
        ({"messages": [{"role": "user", "content": [{"text": "a"}]}]}, [("user", "a")]),
        (
            {"anthropic_version": "x", "messages": [{"role": "user", "content": [{"text": "a"}]}]},
            [("user", "")],
        ),
        ({"messages": [{"role": "user", "content": "a"}]}, [("user", "a")]),
        ({"messages": "odd"}, []),
        (None, []),
    ],
)
def test_requests(body: Any, spoken: list[tuple[str, str]]) -> None:
    found = DIALECT.read_request(Request(path=STREAM, value=body))
    assert [(one.role, one.text) for one in found.messages] == spoken
    assert found.model == "m"


def test_a_model_in_the_body_is_taken() -> None:
    assert DIALECT.read_request(Request(path=STREAM, value={"model": "b"})).model == "b"


def test_error_bytes() -> None:
    converse = dialects()["bedrock-converse"]
    for framing in ("whole", "eventstream"):
        assert DIALECT.error_bytes(503, framing) == converse.error_bytes(503, framing)


def test_the_corpus(corpus: Path) -> None:
    streamed, unknown = Counter[str](), list[str]()
    for one in recorded(corpus):
        exchange = exchange_of(one.interaction)
        if exchange is None or exchange.dialect != DIALECT.name:
            continue
        streamed[exchange.termination] += exchange.end_marker
        unknown += [f"{one.path.name}: {each.name}" for each in exchange.unknown]
        wanted = "errored" if one.interaction.response.status >= 400 else "complete"
        assert exchange.termination == wanted, one.path
    print(f"\nbedrock-invoke: {dict(streamed)} streamed")
    assert unknown == []
    assert streamed["complete"] >= 13
