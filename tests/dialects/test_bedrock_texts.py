"""Payloads of text models: which family, text, counts, reason."""

from __future__ import annotations

from typing import Any

import pytest

from stream_cassette.conversation.accumulate import Accumulator
from stream_cassette.conversation.delta import End
from stream_cassette.conversation.model import Exchange, FinishReason
from stream_cassette.dialects._bedrock_texts import TextReader, family_of


def answer(*payloads: dict[str, Any]) -> Exchange:
    family = family_of(payloads[0])
    assert family is not None
    reader, accumulator = TextReader(family), Accumulator()
    for one in payloads:
        accumulator.add(reader.read(one))
    accumulator.add([End()])
    return accumulator.exchange(dialect="test")


@pytest.mark.parametrize(
    ("payload", "said"),
    [
        ({"outputText": ""}, "outputText"),
        ({"results": [{"outputText": "a"}]}, "outputText"),
        ({"completion": "a"}, "completion"),
        ({"generation": "a"}, "generation"),
        ({"outputs": [{"text": "a"}]}, "text"),
        ({"text": "a"}, None),
        ({"results": [7]}, None),
        ({"completion": 7}, None),
        ({}, None),
    ],
)
def test_family(payload: dict[str, Any], said: str | None) -> None:
    found = family_of(payload)
    assert (None if found is None else found.said) == said


def test_several_texts_are_candidates() -> None:
    found = answer(
        {
            "outputs": [
                {"text": "a", "stop_reason": "stop"},
                {"text": "b", "stop_reason": "length"},
                {"text": None, "stop_reason": "odd"},
            ]
        }
    )
    assert [one.text for one in found.candidates] == ["a", "b", ""]
    assert [one.finish_reason for one in found.candidates] == [
        FinishReason(unified="stop", raw="stop"),
        FinishReason(unified="length", raw="length"),
        FinishReason(unified="other", raw="odd"),
    ]
    assert found.usage is None


def test_counts_come_one_by_one_and_as_floats() -> None:
    found = answer(
        {"outputText": "a", "inputTextTokenCount": 6.0, "totalOutputTextTokenCount": None},
        {"outputText": "b", "totalOutputTextTokenCount": 2.5, "index": 0, "odd": 1, "none": None},
    )
    assert found.candidates[0].text == "ab"
    assert found.usage is not None
    assert (found.usage.input_tokens, found.usage.output_tokens) == (6, None)
    assert found.usage.raw == {"inputTextTokenCount": 6.0, "totalOutputTextTokenCount": 2.5}
    assert found.extra == {"index": 0}
    assert [(one.name, one.value) for one in found.unknown] == [("odd", 1)]
