"""The members of a chat delta, each as it comes from those who send it."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest

from stream_cassette.conversation.media import Blob
from stream_cassette.conversation.parts import Generic, Part, Reasoning, Refusal, Text
from stream_cassette.dialects.openai_chat import OpenAIChat
from tests.support.read_answers import read


def parts(*deltas: Any) -> tuple[Part, ...]:
    chunks = [{"choices": [{"index": 0, "delta": delta}]} for delta in deltas]
    (message,) = read(OpenAIChat(), [*chunks, "[DONE]"]).candidates
    return message.parts


def thinking(*texts: str, **rest: str) -> dict[str, Any]:
    return {"type": "thinking", "thinking": [{"type": "text", "text": t} for t in texts], **rest}


ROWS: dict[str, tuple[list[Any], tuple[Part, ...]]] = {
    "refusal": ([{"refusal": "I "}, {"refusal": "won't"}], (Refusal(content="I won't"),)),
    "mistral: list, then text": (
        [
            {"content": [thinking("Let ", "me")]},
            {"content": [thinking(" see", signature="sig")]},
            {"content": [{"type": "text", "text": "He"}]},
            {"content": "llo"},
        ],
        (Reasoning(content="Let me see", signature="sig"), Text(content="Hello")),
    ),
    "mistral: text between thinking": (
        [
            {"content": [thinking("a")]},
            {"content": "b"},
            {"content": [thinking("c")]},
            {"content": "d"},
        ],
        (Reasoning(content="a"), Text(content="b"), Reasoning(content="c"), Text(content="d")),
    ),
    "mistral: thinking as text": (
        [{"content": [{"type": "thinking", "thinking": "a"}, {"type": "thinking"}]}],
        (Reasoning(content="a"),),
    ),
    "mistral: references": (
        [
            {"content": ["odd", {"type": "text", "text": ""}]},
            {"content": "a"},
            {"content": [{"type": "reference", "reference_ids": [1]}]},
        ],
        (Generic(kind="None", value={}), Text(content="a", citations=({"reference_ids": [1]},))),
    ),
    "content of one part": (
        [{"content": {"type": "refusal", "refusal": "no"}}],
        (Refusal(content="no"),),
    ),
    "an unknown part": (
        [{"content": [{"type": "hologram", "data": 1}]}],
        (Generic(kind="hologram", value={"type": "hologram", "data": 1}),),
    ),
    "annotations before and after the text": (
        [{"annotations": [1]}, {"content": "a"}, {"annotations": [2, 3]}, {"annotations": []}],
        (Text(content="a", citations=(1, 2, 3)),),
    ),
    "annotations beside thinking": (
        [{"content": [thinking("a")]}, {"annotations": [1]}],
        (Reasoning(content="a"), Text(citations=(1,))),
    ),
    "audio": (
        [
            {"audio": {"id": "au", "transcript": "He"}},
            {"audio": {"transcript": "llo", "data": b64encode(b"\x00").decode()}},
            {"audio": {"data": b64encode(b"\x01\x02").decode()}},
            {"audio": {"data": "A"}},
            {"audio": {"expires_at": 5}},
        ],
        (
            Blob(
                data=b"\x00\x01\x02",
                modality="audio",
                id="au",
                transcript="Hello",
                extra={"expires_at": 5},
            ),
        ),
    ),
    "audio, empty": ([{"audio": {"id": "", "data": "", "expires_at": 0}}], ()),
    "both names of flat reasoning": (
        [{"reasoning": "a", "reasoning_content": "a"}, {"reasoning_content": "b"}],
        (Reasoning(content="ab"),),
    ),
    "deepseek: one of two is null": (
        [
            {"content": None, "reasoning_content": "a"},
            {"content": "b", "reasoning_content": None},
        ],
        (Reasoning(content="a"), Text(content="b")),
    ),
    "a signature at the tail": (
        [
            {"content": "a"},
            {"extra_content": {"google": {"thought_signature": "sig"}}},
            {"extra_content": {"other": 1}},
        ],
        (Text(content="a"), Text(signature="sig")),
    ),
}


@pytest.mark.parametrize(("deltas", "expected"), ROWS.values(), ids=ROWS.keys())
def test_parts(deltas: list[Any], expected: tuple[Part, ...]) -> None:
    assert parts(*deltas) == expected


def choice(**members: Any) -> Any:
    exchange = read(OpenAIChat(), [{"choices": [{"index": 0, "delta": {}, **members}]}, "[DONE]"])
    return exchange.candidates[0], exchange.unknown


def test_what_stands_beside_the_delta() -> None:
    message, unknown = choice(
        finish_reason="tool_calls",
        native_finish_reason="tool_use",
        content_filter_results={"hate": {}},
        matched_stop=1,
        text="a",
    )
    assert message.finish_reason.detail == "tool_use"
    assert message.extra == {"content_filter_results": {"hate": {}}, "matched_stop": 1}
    assert unknown == ()
    assert [one.name for one in choice(odd=1)[1]] == ["choices[].odd"]


def test_log_probabilities_extend() -> None:
    one, two = ({"index": 0, "logprobs": {"content": [n], "refusal": None}} for n in (1, 2))
    exchange = read(OpenAIChat(), [{"choices": [one]}, {"choices": [two]}])
    assert exchange.candidates[0].extra == {"logprobs.content": [1, 2]}


def test_scalars_in_a_delta_are_kept_not_summed() -> None:
    deltas = ({"token_id": n, "type": "padding"} for n in (7, 8))
    chunks = [{"choices": [{"index": 0, "delta": delta}]} for delta in deltas]
    exchange = read(OpenAIChat(), chunks)
    assert exchange.candidates[0].extra == {"token_id": 8}
    assert exchange.unknown == ()


def test_reasoning_that_is_no_text_is_reported() -> None:
    (unknown,) = read(OpenAIChat(), [{"choices": [{"delta": {"reasoning": {"a": 1}}}]}]).unknown
    assert unknown.name == "choices[].delta.reasoning"
