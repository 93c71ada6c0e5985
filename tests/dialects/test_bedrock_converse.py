"""Converse: golden conversations, detection, frames, requests, errors, all of the corpus."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stream_cassette.conversation.parts import Text
from stream_cassette.dialects._converse_reader import EVENTS
from stream_cassette.dialects._protocol import Opening, Request
from stream_cassette.dialects.bedrock_converse import BedrockConverse
from stream_cassette.meaning import exchange_of
from stream_cassette.wire.framing import Frame, frames
from tests.support.bedrock_messages import EVENTSTREAM, chunk, event, exception
from tests.support.golden import golden_case, said
from tests.support.read_answers import fold, frame, read
from tests.support.recorded_streams import recorded

DIALECT = BedrockConverse()
STREAM, WHOLE = "/model/amazon.nova%3A0/converse-stream", "/model/amazon.nova%3A0/converse"
ANSWER = {"output": {"message": {"role": "assistant", "content": [{"text": "Hi"}]}}}


def test_streamed_and_whole_are_one() -> None:
    path = golden_case("bedrock_converse", "text")
    streamed, whole = (one["exchange"] for one in said(path))
    assert {**streamed, "end_marker": False} == whole


@pytest.mark.parametrize(
    ("path", "first", "claim"),
    [
        ("/x", event("messageStart", {"role": "assistant"}), 3),
        ("/x", event("contentBlockDelta", {}), 3),
        (STREAM, exception("throttlingException", {"message": "No."}), 1),
        (WHOLE, frame(ANSWER), 3),
        ("/x", frame(ANSWER), 2),
        ("/x", frame({"messageStart": {"role": "assistant"}}), 2),
        ("/x", frame({"messageStart": "assistant"}), 0),
        (WHOLE, frame({"message": "No."}), 1),
        (STREAM, None, 1),
        ("/model/m/invoke", None, 0),
        ("/converse", None, 0),
        ("/x", chunk({}), 0),
    ],
)
def test_claims(path: str, first: Frame | None, claim: int) -> None:
    value = None if first is None else json.loads(first.data)
    opening = Opening(request=Request(path=path), first=first, value=value)
    assert DIALECT.claims(opening) == claim


def test_vendor() -> None:
    for host, vendor in (("bedrock-runtime.us-east-1.amazonaws.com", None), ("x.y", None)):
        assert DIALECT.vendor(Opening(request=Request(host=host))) == vendor
    opening = Opening(request=Request(host="ai-gateway.vercel.sh"))
    assert DIALECT.vendor(opening) == "vercel"


def test_ends() -> None:
    assert DIALECT.ends(event("metadata", {}))
    assert not DIALECT.ends(event("messageStop", {}))
    assert not DIALECT.ends(frame({}, "metadata"))  # of another framing


def test_frames() -> None:
    found = fold(
        DIALECT.reader(Opening()),
        [
            event("messageStart", {"role": "assistant"}),
            frame("nonsense"),
            frame([1], "contentBlockDelta"),
            event("contentBlockDelta", {"contentBlockIndex": 0, "delta": {"text": "Hi"}}),
            event("contentBlockWink", {}),
            frame({"odd": 1}),
            frame({"contentBlockDelta": {"delta": {"text": "!"}}}),
            event("metadata", {}),
            exception("validationException", {"message": "not read"}),
        ],
    )
    assert found.candidates[0].parts == (Text(content="Hi!"),)
    assert [(one.kind, one.name) for one in found.unknown] == [
        ("frame", "not JSON"),
        ("frame", "contentBlockDelta"),
        ("event", "contentBlockWink"),
        ("event", "odd"),
    ]
    assert (found.termination, found.end_marker) == ("complete", True)


def test_an_exception_in_mid_stream() -> None:
    start = event("contentBlockDelta", {"contentBlockIndex": 0, "delta": {"text": "Hi"}})
    (error,) = frames(DIALECT.error_bytes(429, "eventstream"), EVENTSTREAM)
    found = fold(DIALECT.reader(Opening()), [start, error])
    assert found.candidates[0].text == "Hi"
    assert found.error is not None
    assert (found.error.type, found.error.status) == ("throttlingException", 429)
    assert (found.error.after_frame, found.termination) == (1, "errored")


def test_whole_answers_need_no_end() -> None:
    found = read(DIALECT, [ANSWER])
    assert (found.termination, found.end_marker) == ("complete", False)
    assert found.candidates[0].role == "assistant"


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
    print(f"\nbedrock-converse: {dict(streamed)} streamed")
    assert unknown == []
    assert streamed["complete"] >= 14


MEMBERS = st.sampled_from(
    ["text", "toolUse", "reasoningContent", "toolResult", "citation", "image", "signature", "input"]
)
VALUES = st.recursive(
    st.none() | st.integers() | st.sampled_from(["", "a", "YQ==", "{}"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(MEMBERS, inner, max_size=3),
    max_leaves=8,
)
SPOKEN = st.tuples(
    st.sampled_from([*EVENTS, "chunk", "odd", "throttlingException"]),
    st.fixed_dictionaries(
        {"contentBlockIndex": st.integers(0, 1) | VALUES},
        optional={"start": VALUES, "delta": VALUES, "usage": VALUES, "stopReason": VALUES},
    ),
)


@given(spoken=st.lists(SPOKEN, max_size=8))
@settings(max_examples=150, deadline=None)
def test_no_event_raises(spoken: list[tuple[str, Any]]) -> None:
    found = fold(DIALECT.reader(Opening()), [frame(value, name) for name, value in spoken])
    assert json.dumps(found.to_dict()) and repr(found)
