"""InvokeAgent: golden conversations, detection, events, where an answer without a marker ends."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any

import pytest

from stream_cassette.api import compare, load
from stream_cassette.cassette.model import Ending, EndingKind
from stream_cassette.conversation.model import Conversation, Exchange
from stream_cassette.conversation.parts import Text
from stream_cassette.dialects._protocol import Opening, Request
from stream_cassette.dialects._registry import dialects
from stream_cassette.dialects.bedrock_agent import BedrockAgent
from stream_cassette.meaning import exchange_of
from stream_cassette.wire.framing import Frame
from tests.corpus import CASSETTES
from tests.support.bedrock_messages import chunk, event, exception, message
from tests.support.read_answers import fold, frame, interaction

DIALECT = BedrockAgent()
PATH = "/agents/A/agentAliases/B/sessions/s/text"
TRACE = {"sessionId": "s", "trace": {"guardrailTrace": {"action": "NONE"}}}
MEDIA = "application/vnd.amazon.eventstream"


def answer(*spoken: Frame) -> Any:
    return fold(DIALECT.reader(Opening(first=spoken[0])), spoken)


@pytest.mark.parametrize(
    ("path", "first", "claim"),
    [
        (PATH, chunk("Hello"), 3),
        ("/agents/s", chunk("Hello"), 3),
        (PATH, exception("throttlingException", {"message": "No."}), 1),
        (PATH, None, 1),
        ("", event("trace", TRACE), 3),
        ("", event("trace", {"span": 1}), 0),
        ("", chunk("Hello"), 2),
        ("", chunk({"type": "message_start"}), 0),  # InvokeModel's chunks are JSON
        ("", event("chunk", {"bytes": 1}), 0),
        ("", event("returnControl", {}), 0),
        ("/model/m/invoke-with-response-stream", chunk({"completion": "Hi"}), 0),
        ("/agents/A/agentAliases/B", None, 0),
        ("/x", event("messageStart", {}), 0),
    ],
)
def test_claims(path: str, first: Frame | None, claim: int) -> None:
    value = None if first is None else json.loads(first.data)
    opening = Opening(request=Request(path=path), first=first, value=value)
    assert DIALECT.claims(opening) == claim


def test_vendor() -> None:
    named = "bedrock-agent-runtime.us-east-1.amazonaws.com"
    assert DIALECT.vendor(Opening(request=Request(host=named))) is None
    assert DIALECT.vendor(Opening(request=Request(host="openrouter.ai"))) == "openrouter"


def test_nothing_marks_the_end() -> None:
    assert not DIALECT.ends(chunk("Hello"))
    assert answer(event("trace", TRACE)).termination == "truncated"
    assert answer(event("trace", TRACE), chunk("Hi")).termination == "complete"


@pytest.mark.parametrize(
    ("cut", "termination"), [(0, "complete"), (9, "truncated"), (60, "truncated")]
)
def test_a_body_that_breaks_off_inside_an_event(cut: int, termination: str) -> None:
    parts = [message("chunk", {"bytes": b64encode(word).decode()}) for word in (b"a", b"b")]
    body = b"".join(parts)
    found = exchange_of(interaction(PATH, body[: len(body) - cut], media=MEDIA))
    assert found is not None
    assert (found.dialect, found.termination) == ("bedrock-agent", termination)
    assert found.candidates[0].text == ("a" if cut else "ab")


@pytest.mark.parametrize(
    ("kind", "termination"),
    [("complete", "complete"), ("client-closed", "aborted"), ("error", "truncated")],
)
def test_a_body_that_was_left_is_no_end(kind: EndingKind, termination: str) -> None:
    body = message("chunk", {"bytes": b64encode(b"In Flo").decode()})
    found = exchange_of(interaction(PATH, body, media=MEDIA, ending=Ending(kind=kind)))
    assert found is not None
    assert (found.candidates[0].text, found.termination) == ("In Flo", termination)


def test_what_is_unknown_is_kept() -> None:
    found = answer(
        frame("nonsense", "chunk"),
        frame({"a": 1}),
        chunk("Hi", attribution={"citations": [], "odd": 1}),
        event("chunk", {"bytes": "a"}),
        event("trace", {"trace": {}, "odd": 1}),
        event("files", {"files": [{"bytes": "a"}, {"bytes": 1}], "odd": 1}),
        event("returnControl", {"odd": 1}),
    )
    assert [(one.kind, one.name) for one in found.unknown] == [
        ("frame", "chunk"),
        ("event", "a"),
        ("field", "chunk.attribution.odd"),
        ("fragment", "chunk without bytes"),
        ("field", "trace.odd"),
        ("field", "files.odd"),
        ("field", "returnControl.odd"),
    ]
    assert [one.type for one in found.candidates[0].parts] == ["text", "blob", "blob"]


def test_a_character_may_be_split_over_chunks() -> None:
    pieces = [event("chunk", {"bytes": b64encode(one).decode()}) for one in (b"\xc2", b"\xb0C")]
    assert answer(*pieces).candidates[0].parts == (Text(content="°C"),)


def test_a_session_is_one_conversation() -> None:
    (talk,) = load(CASSETTES / "bedrock_agent" / "text.yaml").conversations
    assert [one.role for one in talk.messages] == ["user", "assistant"] * 2
    (talk,) = load(CASSETTES / "bedrock_agent" / "tool_call.yaml").conversations
    assert [one.role for one in talk.messages] == ["user", "assistant", "tool", "assistant"]


def test_of_two_runs_ids_and_times_do_not_count() -> None:
    def run(number: int) -> Conversation:
        made = {"traceId": f"t-{number}", "metadata": {"totalTimeMs": number, "endTime": number}}
        told = event("trace", {"trace": {"orchestrationTrace": made}})
        inputs = [{"functionInvocationInput": {"function": "f"}}]
        asked = event("returnControl", {"invocationId": f"i-{number}", "invocationInputs": inputs})
        found: Exchange = answer(told, asked)
        return Conversation(messages=found.candidates, exchanges=(found,))

    assert compare(run(1), run(2), level="exact") == ()


def test_error_bytes() -> None:
    invoke = dialects()["bedrock-invoke"]
    for framing in ("whole", "eventstream"):
        assert DIALECT.error_bytes(429, framing) == invoke.error_bytes(429, framing)
