"""One round trip at many providers, as really recorded: it matches, and what is changed is named.

Fantasy's tests ask every provider for the weather in Florence, with one tool; `corpus` has their
cassettes. What models did otherwise (a sentence before the call, another spelling of the place) is
listed, and nothing else differs. The run's output ends with the table of who agreed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from stream_cassette import assert_conversations_match, compare, load
from stream_cassette.cassette.model import Cassette, Interaction
from stream_cassette.conversation.model import Conversation
from tests.corpus import Tell, corpus_directory

TITLE = "the same round trip at many providers"
ROUND_TRIPS = ("tool.yaml", "tool_streaming.yaml", "thinking.yaml", "thinking-streaming.yaml")
REFERENCE = "TestOpenAICommon/openai-gpt-4o/tool.yaml"
SENTENCE = 'messages[2].parts[0]: only on the right: {"type": "text"}'
PLACE = 'messages[2].parts[0].arguments.location: "Florence, Italy" ≠ "Florence{}"'
SAID, SPELLED = {SENTENCE}, {PLACE.format(",Italy")}

# cassette → what the model did otherwise than the first one
OTHERWISE: dict[str, set[str]] = {
    "TestAnthropicCommon/claude-sonnet-4/tool.yaml": SAID | SPELLED,
    "TestAnthropicCommon/claude-sonnet-4/tool_streaming.yaml": SAID | SPELLED,
    "TestGoogleCommon/gemini-2.5-flash/tool.yaml": SPELLED,
    "TestGoogleCommon/gemini-2.5-flash/tool_streaming.yaml": SPELLED,
    "TestGoogleCommon/vertex-claude-3-7-sonnet/tool.yaml": SAID | SPELLED,
    "TestGoogleCommon/vertex-claude-3-7-sonnet/tool_streaming.yaml": SAID | SPELLED,
    "TestOpenAICompatibleCommon/groq-kimi-k2/tool.yaml": SAID | SPELLED,
    "TestOpenAICompatibleCommon/groq-kimi-k2/tool_streaming.yaml": SAID | SPELLED,
    "TestOpenAICompatibleCommon/llama-cpp-gpt-oss/tool.yaml": SPELLED,
    "TestOpenAICompatibleCommon/zai-glm-4-7-flash/tool.yaml": SAID | SPELLED,
    "TestOpenAICompatibleCommon/zai-glm-4-7-flash/tool_streaming.yaml": SAID | SPELLED,
    "TestOpenAICompatibleThinking/zai-glm-4-7-flash/thinking.yaml": SAID,
    "TestOpenAICompatibleThinking/zai-glm-4-7-flash/thinking-streaming.yaml": SAID
    | {PLACE.format("")},
    "TestVercelCommon/claude-sonnet-4/tool.yaml": SPELLED,
    "TestVercelCommon/claude-sonnet-4/tool_streaming.yaml": SAID | SPELLED,
}


@lru_cache(maxsize=1)
def round_trips() -> dict[str, Cassette]:
    """Name below the test data → cassette."""
    corpus = corpus_directory()
    data = corpus / "charmbracelet__fantasy/providertests/testdata" if corpus else Path("none")
    found = [path for path in sorted(data.rglob("*.yaml")) if path.name in ROUND_TRIPS]
    if not found:
        pytest.skip(f"no corpus: 1 test over {len(ROUND_TRIPS)} round trips at each provider")
    return {path.relative_to(data).as_posix(): load(path) for path in found}


def reference() -> Cassette:
    return round_trips()[REFERENCE]


def provider_of(cassette: Cassette) -> str:
    return urlsplit(cassette.interactions[0].request.url).netloc


def test_the_round_trip_matches_over_the_providers(tell: Tell) -> None:
    first = reference().conversation
    same: dict[str, list[Conversation]] = {}
    for name, cassette in round_trips().items():
        found = {str(one) for one in compare(first, cassette.conversation)}
        assert found == OTHERWISE.get(name, set()), name
        if not found:
            same.setdefault(provider_of(cassette), []).append(cassette.conversation)
    for provider, conversations in sorted(same.items()):
        dialects = sorted({one.exchanges[0].dialect for one in conversations})
        tell(TITLE, [f"{provider:<48} {len(conversations):>3}  {', '.join(dialects)}"])
    agreed = [one for conversations in same.values() for one in conversations]
    tell(TITLE, [f"{len(agreed)} of {len(round_trips())} match over {len(same)} providers"])
    assert len(same) >= 8 and len(agreed) >= 46
    assert_conversations_match(*agreed)


def test_those_that_did_otherwise_match_each_other_but_for_the_place() -> None:
    talkative = [
        cassette.conversation
        for name, cassette in round_trips().items()
        if SENTENCE in OTHERWISE.get(name, ())
    ]
    assert len(talkative) >= 11
    assert_conversations_match(*talkative, ignore=["..arguments.location"])


def test_the_same_answers_differ_in_their_words() -> None:
    streamed = REFERENCE.replace("tool.yaml", "tool_streaming.yaml")
    one, other = reference().conversation, round_trips()[streamed].conversation
    assert compare(one, other) == ()
    azure = round_trips()["TestAzureCommon/azure-o4-mini/tool_streaming.yaml"].conversation
    assert [each.path for each in compare(one, azure, level="text")] == [
        "messages[4].parts[0].content"
    ]


def answered(interaction: Interaction, change: Callable[[Any], None]) -> Interaction:
    value = json.loads(interaction.response.body)
    change(value)
    response = replace(interaction.response, body=json.dumps(value).encode(), cuts=None)
    return replace(interaction, response=response)


def asking(interaction: Interaction, change: Callable[[Any], None]) -> Interaction:
    value = json.loads(interaction.request.body)
    change(value)
    return replace(
        interaction, request=replace(interaction.request, body=json.dumps(value).encode())
    )


def in_call(member: str, text: str) -> Callable[[Any], None]:
    """The same change in an answer's call and in its echo."""

    def change(value: Any) -> None:
        message = value["choices"][0]["message"] if "choices" in value else value["messages"][2]
        message["tool_calls"][0]["function"][member] = text

    return change


def other_argument(first: Interaction, second: Interaction) -> Iterator[Interaction]:
    change = in_call("arguments", '{"location": "Rome, Italy"}')
    yield answered(first, change)
    yield asking(second, change)


def other_tool(first: Interaction, second: Interaction) -> Iterator[Interaction]:
    yield answered(first, in_call("name", "forecast"))
    yield asking(second, in_call("name", "forecast"))


def missing_result(first: Interaction, second: Interaction) -> Iterator[Interaction]:
    yield first
    yield asking(second, lambda value: value["messages"].pop(3))


def result_of_no_call(first: Interaction, second: Interaction) -> Iterator[Interaction]:
    yield first
    yield asking(second, lambda value: value["messages"][3].update(tool_call_id="call_other"))


def extra_turn(first: Interaction, second: Interaction) -> Iterator[Interaction]:
    yield first
    yield second
    answer = json.loads(second.response.body)["choices"][0]["message"]
    more = [
        {"role": "assistant", "content": answer["content"]},
        {"role": "user", "content": "And tomorrow?"},
    ]
    third = asking(second, lambda value: value["messages"].extend(more))

    def say(value: Any) -> None:
        value["id"] = "chatcmpl-third"
        value["choices"][0]["message"]["content"] = "The same."

    yield answered(third, say)


def other_finish(first: Interaction, second: Interaction) -> Iterator[Interaction]:
    yield first
    yield answered(second, lambda value: value["choices"][0].update(finish_reason="length"))


CALL = "messages[2].parts[0]"
CHANGES: list[tuple[Callable[[Interaction, Interaction], Iterator[Interaction]], list[str]]] = [
    (other_argument, [f'{CALL}.arguments.location: "Rome, Italy" ≠ "Florence, Italy"']),
    (other_tool, [f'{CALL}.name: "forecast" ≠ "weather"']),
    (missing_result, ["messages[3]: only on the right: tool: tool_call_response"]),
    (
        result_of_no_call,
        ['messages[3].parts[0].answers: null ≠ {"turns_back": 1, "call": 0}'],
    ),
    (
        extra_turn,
        [
            "messages[5]: only on the left: user: text",
            "messages[6]: only on the left: assistant: text",
            'exchanges[2]: only on the left: {"candidates": 1, "error": false}',
        ],
    ),
    (other_finish, ['messages[4].finish_reason.unified: "length" ≠ "stop"']),
]


@pytest.mark.parametrize(
    ("change", "named"), CHANGES, ids=lambda value: value.__name__ if callable(value) else ""
)
def test_a_change_is_named_against_every_provider(
    change: Callable[[Interaction, Interaction], Iterator[Interaction]], named: list[str]
) -> None:
    original = reference()
    changed = replace(original, interactions=tuple(change(*original.interactions))).conversation
    others = [
        cassette.conversation for name, cassette in round_trips().items() if name not in OTHERWISE
    ]
    for other in others:
        assert [str(one) for one in compare(changed, other)] == named
    with pytest.raises(AssertionError) as caught:
        assert_conversations_match(changed, *others)
    assert all(line in str(caught.value) for line in named)
