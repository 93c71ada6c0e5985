"""Parts in words: one line, bounded, without ids and signatures."""

from __future__ import annotations

import pytest

from stream_cassette.conversation.media import Uri
from stream_cassette.conversation.model import StreamError, Usage
from stream_cassette.conversation.parts import JSON, Generic, Part, Reasoning, Refusal, Text
from stream_cassette.conversation.words import error_in_words, in_words, result_of, usage_in_words
from tests.support.talks import call, result


@pytest.mark.parametrize(
    ("part", "words"),
    [
        (Text(content="It is\n 40 °C."), "It is 40 °C."),
        (Refusal(content="No."), "refusal: No."),
        (call(arguments_text='{"location": 1}'), 'weather({"location": 1})'),
        (call(arguments={"a": "ä"}), 'weather({"a": "ä"})'),
        (call(arguments="ls", custom=True, arguments_text="ls"), "weather(ls)"),
        (result("40 C"), "40 C"),
        (result({"result": "40 C"}), "40 C"),
        (result({"degrees": 40}, is_error=True), 'error: {"degrees": 40}'),
        (Reasoning(content="Hm.", signature="s" * 568), "reasoning 3 chars, signed"),
        (Reasoning(kind="encrypted", issued=("x",)), "encrypted reasoning 0 chars"),
        (Uri(uri="https://example.com/a.png", modality="image"), "image https://example.com/a.png"),
        (Generic(kind="hologram"), "hologram"),
    ],
    ids=repr,
)
def test_in_words(part: Part, words: str) -> None:
    assert in_words(part, 80) == words


@pytest.mark.parametrize("limit", [1, 5, 9, 10, 20, 60])
@pytest.mark.parametrize(
    "part", [Text(content="a b" * 99), call(arguments={"x": "y" * 99}), result("z" * 99)], ids=repr
)
def test_no_longer_than_asked_for(part: Part, limit: int) -> None:
    found = in_words(part, limit)
    assert len(found) <= limit and "…" in found


@pytest.mark.parametrize(
    ("response", "text"),
    [
        ("40 C", "40 C"),
        ([{"type": "text", "text": "40"}, {"type": "text", "text": " C"}], "40 C"),
        ({"output": [{"text": "40 C"}]}, "40 C"),
        ({"result": {"a": 1}}, {"result": {"a": 1}}),
        ({"result": "40 C", "unit": "C"}, {"result": "40 C", "unit": "C"}),
        ([{"type": "image"}], [{"type": "image"}]),
        ([], []),
        (None, None),
    ],
    ids=str,
)
def test_result_of(response: JSON, text: JSON) -> None:
    assert result_of(response) == text


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (StreamError(type="a", code="b", message="m", status=500), "a: m (500)"),
        (StreamError(code="b", message="m"), "b: m"),
        (StreamError(code="500", message="m", status=500), "m (500)"),
        (StreamError(), "without a word"),
    ],
)
def test_error(error: StreamError, words: str) -> None:
    assert error_in_words(error) == words


def test_usage() -> None:
    assert usage_in_words(Usage(input_tokens=15_739, output_tokens=0)) == "15,739 in, 0 out"
    assert usage_in_words(Usage(output_tokens=3)) == "3 out"
    assert usage_in_words(Usage()) == usage_in_words(None) == ""
