"""Legacy completions: golden conversations, chunks, whole answers, requests, the corpus."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream_cassette.conversation.model import Exchange, FinishReason, History, Message, Unknown
from stream_cassette.conversation.parts import Generic, Text
from stream_cassette.dialects._protocol import Opening, Request, ResponseHead
from stream_cassette.dialects.openai_completions import OpenAICompletions
from stream_cassette.meaning import exchange_of, frames_of, heard, history_of
from tests.support.golden import golden_case, said
from tests.support.read_answers import frame, history, interaction, read
from tests.support.recorded_streams import recorded

DIALECT = OpenAICompletions()
DONE = "[DONE]"


def chunk(text: Any = None, finish: Any = None, /, index: Any = 0, **rest: Any) -> dict[str, Any]:
    choice = {"index": index, "text": text, "finish_reason": finish, **rest}
    return {"object": "text_completion", "choices": [choice]}


def answer(*values: Any) -> Exchange:
    return read(DIALECT, [*values, DONE])


def test_streamed_and_whole_are_one() -> None:
    path = golden_case("openai_completions", "text")
    streamed, whole = (one["exchange"] for one in said(path))
    assert {**streamed, "end_marker": False} == whole


@pytest.mark.parametrize(
    ("path", "value", "claim"),
    [
        ("/x", {"object": "text_completion"}, 3),
        ("/x", {"choices": [{"text": "a"}]}, 3),
        ("/v1/completions", {"choices": []}, 2),
        ("/v1/Completions/", {"error": {}}, 1),
        ("/v1/completions", None, 1),
        ("/v1/completions", {"choices": [{"delta": {}}]}, 0),
        ("/x", {"choices": [{"text": "a", "delta": {}}]}, 0),  # Together's chat repeats the text
        ("/v1/chat/completions", None, 0),
        ("/x", {"choices": [7]}, 0),
        ("/x", 7, 0),
    ],
)
def test_claims(path: str, value: Any, claim: int) -> None:
    assert DIALECT.claims(Opening(request=Request(path=path), value=value)) == claim


def test_vendor() -> None:
    opening = Opening(request=Request(host="api.fireworks.ai"), response=ResponseHead())
    assert DIALECT.vendor(opening) == "fireworks"


def test_ends() -> None:
    assert DIALECT.ends(frame(DONE))
    assert not DIALECT.ends(frame(chunk(DONE)))


def test_text_appends_by_index() -> None:
    found = answer(chunk("b", index=1), chunk("a"), chunk("A", "stop"), chunk("", "length", 1))
    assert [one.text for one in found.candidates] == ["aA", "b"]
    assert [one.finish_reason for one in found.candidates] == [
        FinishReason(unified="stop", raw="stop"),
        FinishReason(unified="length", raw="length"),
    ]
    assert found.end_marker


def test_a_choice_that_says_nothing_is_a_candidate() -> None:
    (only,) = answer(chunk("", "content_filter")).candidates
    assert only.parts == (Text(),)
    assert only.finish_reason == FinishReason(unified="content_filter", raw="content_filter")


def test_first_and_last() -> None:
    first = {"id": "c", "model": "m", "created": 1, "choices": [], "usage": None}
    last = {"id": "d", "model": "n", "created": 2, "choices": [], "usage": {"prompt_tokens": 3}}
    found = answer(first, chunk("a"), {**last, "system_fingerprint": "fp"})
    (only,) = found.candidates
    assert (only.response_id, only.model) == ("c", "m")
    assert found.extra == {"created": 1, "system_fingerprint": "fp"}
    assert found.usage is not None and found.usage.input_tokens == 3


def test_members_beside_the_choices() -> None:
    found = answer({**chunk("a"), "provider": "p"}, {**chunk("b"), "provider": "q"})
    assert found.extra == {"provider": "q"}


def test_log_probabilities_extend() -> None:
    one = chunk("a", logprobs={"tokens": ["a"], "text_offset": [0], "top_logprobs": None})
    two = chunk("b", logprobs={"tokens": ["b"], "text_offset": [1], "odd": 7})
    (only,) = answer(one, two).candidates
    assert only.extra == {"logprobs.tokens": ["a", "b"], "logprobs.text_offset": [0, 1]}


def test_what_is_unknown_is_reported() -> None:
    found = answer(
        "nonsense", {**chunk("a", new=1), "newer": 2}, {"choices": [5]}, chunk("b", seed=7)
    )
    assert found.unknown == (
        Unknown(kind="frame", name="not JSON", value="nonsense", frame=0),
        Unknown(kind="field", name="choices[].new", value=1, frame=1),
        Unknown(kind="field", name="newer", value=2, frame=1),
        Unknown(kind="field", name="choices[]", value=5, frame=2),
    )
    assert found.candidates[0].extra == {"seed": 7}


@pytest.mark.parametrize("error", [{"message": "no", "code": 500}, "no"])
def test_an_error_in_mid_stream(error: Any) -> None:
    found = read(DIALECT, [chunk("half"), {"error": error}])
    assert found.candidates[0].text == "half"
    assert found.error is not None and found.error.message == "no"
    assert (found.termination, found.error.after_frame) == ("errored", 1)


@pytest.mark.parametrize(
    ("media", "asked", "termination"),
    [
        ("application/json", {}, "complete"),
        ("text/event-stream", {}, "truncated"),
        ("", {"stream": True}, "truncated"),
        ("application/json", None, "complete"),
    ],
)
def test_a_whole_answer_needs_no_end(media: str, asked: Any, termination: str) -> None:
    body = json.dumps(chunk("a", "stop")).encode()
    body = b"data: " + body + b"\n\n" if media == "text/event-stream" else body
    found = exchange_of(interaction("/v1/completions", body, media=media, asked=asked))
    assert found is not None and found.dialect == "openai-completions"
    assert (found.termination, found.candidates[0].text) == (termination, "a")


def test_a_body_without_choices_is_no_whole_answer() -> None:
    found = exchange_of(interaction("/v1/completions", b'{"x": 1}', media="application/json"))
    assert found is not None and found.termination == "truncated"


@pytest.mark.parametrize(
    ("prompt", "parts"),
    [
        ("a", [Text(content="a")]),
        (["a", "b"], [Text(content="a"), Text(content="b")]),
        ([1, 2], [Generic(kind="tokens", value=[1, 2])]),
        ([[1], [2]], [Generic(kind="tokens", value=[1]), Generic(kind="tokens", value=[2])]),
        (None, []),
        ([], []),
    ],
)
def test_prompts(prompt: Any, parts: list[Any]) -> None:
    wanted = tuple(Message(role="user", parts=(part,)) for part in parts)
    assert history(DIALECT, {"model": "m", "prompt": prompt}) == History(messages=wanted, model="m")


def test_paths_of_prompts() -> None:
    assert history(DIALECT, {"prompt": "a"}).messages[0].path == "prompt"
    many = history(DIALECT, {"prompt": ["a", "b"], "suffix": "c"}).messages
    assert [one.parts[0].path for one in many] == ["prompt[0]", "prompt[1]", "suffix"]


def test_errors_are_read_as_they_are_written() -> None:
    written = DIALECT.error_bytes(429, "sse").decode()
    value = json.loads(written.removeprefix("data: "))
    found = read(DIALECT, [value])
    assert found.error is not None and found.error.code == "rate_limit_exceeded"
    assert json.loads(DIALECT.error_bytes(500, "whole"))["error"]["type"] == "server_error"


words = st.one_of(st.none(), st.booleans(), st.integers(-1, 2), st.text(max_size=3))
entry = st.dictionaries(
    st.sampled_from(["index", "text", "logprobs", "finish_reason", "tokens", "seed", "odd"]),
    st.one_of(words, st.lists(words, max_size=2), st.dictionaries(st.text(max_size=2), words)),
)
names = st.sampled_from(["id", "model", "created", "usage", "error", "choices", "prompt", "suffix"])
chunks = st.dictionaries(names, st.one_of(words, entry, st.lists(entry, max_size=3)))


@given(st.lists(chunks, max_size=5))
def test_hostile_chunks_raise_nothing(found: list[Any]) -> None:
    assert json.dumps(read(DIALECT, found).to_dict())
    for one in found:
        assert json.dumps(history(DIALECT, one).to_dict())


def test_every_recorded_answer_is_read(corpus: Path) -> None:
    """… and equals what the chunks' texts are when they are simply joined."""
    seen = 0
    for one in recorded(corpus):
        found, asked = exchange_of(one.interaction), history_of(one.interaction)
        if found is None or asked is None or found.dialect != DIALECT.name:
            continue
        assert found.unknown == () and asked.messages
        if one.interaction.response.status >= 400:
            continue
        seen += 1
        values = [
            json.loads(each.data)
            for each in heard(frames_of(one.interaction.response))
            if each.data != DONE
        ]
        texts = [choice["text"] for value in values for choice in value["choices"]]
        assert [message.text for message in found.candidates] == ["".join(texts)]
        assert found.termination == "complete"
    assert seen >= 3
