"""The envelope of InvokeModel's stream."""

from __future__ import annotations

import pytest

from stream_cassette.conversation.delta import Unfamiliar
from stream_cassette.conversation.model import Usage
from stream_cassette.dialects._bedrock_chunk import (
    is_last,
    opened,
    payload_of,
    usage_of,
)
from stream_cassette.wire.framing import Frame
from tests.support.bedrock_messages import chunk
from tests.support.read_answers import frame


def test_a_payload() -> None:
    one = chunk({"a": "é"}, p="abc")
    assert opened(one) == ('{"a": "\\u00e9"}', [])
    assert payload_of(one) == {"a": "é"}


@pytest.mark.parametrize(
    "one", [frame({"bytes": "a"}), frame({"bytes": 7}), frame({"bytes": "é"}), frame("[]")]
)
def test_no_payload(one: Frame) -> None:
    assert opened(one) == (None, []) and payload_of(one) is None


def test_text_that_is_no_object() -> None:
    assert opened(chunk("Hi")) == ("Hi", [])
    assert payload_of(chunk("Hi")) is None


def test_what_a_chunk_does_not_have() -> None:
    unknown = Unfamiliar(kind="field", name="chunk.attribution", value={"a": 1})
    assert opened(chunk({}, attribution={"a": 1}, none=None)) == ("{}", [unknown])


@pytest.mark.parametrize(
    ("payload", "last"),
    [
        ({"amazon-bedrock-invocationMetrics": {}}, True),
        ({"amazon-bedrock-guardrailAction": "INTERVENED"}, True),
        ({"amazon-bedrock-guardrailAction": "NONE"}, False),
        ({}, False),
    ],
)
def test_the_last(payload: dict[str, str], last: bool) -> None:
    assert is_last(payload) is last


def test_usage() -> None:
    metrics = {"inputTokenCount": 3, "outputTokenCount": 2, "cacheReadInputTokenCount": 4}
    assert usage_of(metrics) == Usage(
        input_tokens=7, cache_read_tokens=4, output_tokens=2, raw=metrics
    )
    assert usage_of({"inputTokenCount": "3"}).input_tokens is None
