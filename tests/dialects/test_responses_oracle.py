"""Oracles for Responses, over every streamed answer of the corpus.

openai-python's stream state: its final response, and its running snapshot of text and arguments.
And the wire itself: what the deltas alone build up is what the last event says. What the SDK's
types name, events, items and members, is known here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest

from stream_cassette.cassette.model import Interaction
from stream_cassette.conversation.model import Exchange, Message
from stream_cassette.conversation.parts import Reasoning, Refusal, ServerToolCall, Text, ToolCall
from stream_cassette.dialects._responses_reader import TERMINAL
from stream_cassette.dialects.openai_responses import OpenAIResponses
from stream_cassette.meaning import exchange_of, frames_of, heard
from stream_cassette.store.files import read as read_cassette
from tests.corpus import CASSETTES, Tell
from tests.support.oracle_table import TITLE, Tally
from tests.support.read_answers import history, read
from tests.support.recorded_streams import recorded

DIALECT = OpenAIResponses()
Events = list[dict[str, Any]]

# What openai-python does not accumulate, by the words of its exception.
NO_FINAL = "no response.completed came: it has no final response"
KNOWN = {
    "Lifecycle response identity changed.": "an id that changes from event to event raises",
    "list index out of range": "a content_index that does not begin at 0 raises",  # Bedrock
}
# Said again as a whole by other events: without these only the deltas are left.
REPEATS = (".done", "content_part.added", "in_progress", "searching", "completed")


def streams(root: Path) -> Iterator[tuple[str, Exchange, Events]]:
    """The answers that came as events, each with its events' JSON."""
    for one in recorded(root):
        exchange = exchange_of(one.interaction)
        status = one.interaction.response.status
        if exchange is None or exchange.dialect != DIALECT.name or status >= 400:
            continue
        events = events_of(one.interaction)
        if len(events) > 1:
            yield f"{one.path.relative_to(root)} [{one.index}]", exchange, events


def events_of(interaction: Interaction) -> Events:
    """The JSON of an answer's events."""
    data = (frame.data for frame in heard(frames_of(interaction.response)))
    return [json.loads(one) for one in data if one != "[DONE]"]


def theirs(events: Events) -> tuple[Any, Any]:
    """What openai-python makes of the events: its final response, and its running snapshot."""
    from openai import omit
    from openai._models import construct_type
    from openai.lib.streaming.responses._responses import ResponseStreamState
    from openai.types.responses import ResponseStreamEvent

    state: Any = ResponseStreamState(input_tools=omit, text_format=omit)
    snapshot = None
    for event in events:
        built: Any = construct_type(type_=ResponseStreamEvent, value=event)
        state.handle_event(built)
        snapshot = state._ResponseStreamState__current_snapshot
    return state._completed_response, snapshot


def calls(message: Message) -> list[tuple[str | None, str, Any]]:
    return [
        (one.id, one.name, one.arguments_text)
        for one in message.parts
        if isinstance(one, ToolCall) and one.arguments_text is not None
    ]


def thoughts(message: Message) -> list[tuple[str | None, str, str | None]]:
    parts = (one for one in message.parts if isinstance(one, Reasoning))
    return [(one.id, one.content, one.issued[-1] if one.issued else None) for one in parts]


def final_pairs(ours: Exchange, response: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    (message,) = ours.candidates
    output: list[dict[str, Any]] = response["output"]
    contents = [c for item in output if item["type"] == "message" for c in item["content"]]
    reasoning = [item for item in output if item["type"] == "reasoning"]
    assert message.finish_reason is not None
    return {
        "text": (
            [(one.content, len(one.citations)) for one in message.parts if isinstance(one, Text)],
            [(c["text"], len(c["annotations"])) for c in contents if c["type"] == "output_text"],
        ),
        "refusal": (
            [one.content for one in message.parts if isinstance(one, Refusal)],
            [c["refusal"] for c in contents if c["type"] == "refusal"],
        ),
        "calls": (
            calls(message),
            [
                (item["call_id"], item["name"], item.get("arguments") or item.get("input"))
                for item in output
                if item["type"] in ("function_call", "custom_tool_call")
            ],
        ),
        "reasoning": (
            thoughts(message),
            [
                (
                    item["id"],
                    "\n\n".join(
                        one["text"] for one in item.get("summary") or item.get("content") or ()
                    ),
                    item.get("encrypted_content"),
                )
                for item in reasoning
            ],
        ),
        "hosted": (
            sum(isinstance(one, ServerToolCall) for one in message.parts),
            sum(
                item["type"] in ("web_search_call", "file_search_call", "code_interpreter_call")
                or item["type"].startswith("mcp_")
                for item in output
            ),
        ),
        "id": (
            (message.response_id, message.finish_reason.raw),
            (response["id"], response["status"]),
        ),
        "usage": (ours.usage.raw if ours.usage else None, response.get("usage")),
    }


@pytest.mark.filterwarnings("ignore:Pydantic serializer warnings")
def test_equals_the_sdk(corpus: Path, tell: Tell) -> None:
    pytest.importorskip("openai")
    tally = Tally(dialect=DIALECT.name, oracle="openai")
    for where, exchange, events in streams(corpus):
        try:
            final, running = theirs(events)
        except (RuntimeError, IndexError) as error:
            reason = KNOWN.get(str(error))
            tally.add(where, {str(error)}, {reason: frozenset({str(error)})} if reason else {})
            continue
        if final is None:
            assert events[-1]["type"] != "response.completed"
            tally.add(where, {"raises"}, {NO_FINAL: frozenset({"raises"})})
            continue
        pairs = final_pairs(exchange, final.to_dict())
        found = {name for name, (one, other) in pairs.items() if one != other}
        said = "".join(
            content.text
            for item in running.output
            if item.type == "message"
            for content in item.content
            if content.type == "output_text"
        )
        found |= set() if said == exchange.candidates[0].text else {"running text"}
        tally.add(where, found, {})
    tell(TITLE, tally.lines())
    assert tally.failed == []
    assert tally.agreed >= 70


# Cases that the SDK takes: not those that break off, fail, or come from a compatible.
ACCEPTED = ["text", "tool_call", "parallel_tool_calls", "reasoning", "refusal", "hosted_tools"]
ACCEPTED += ["client_tools", "event_after_data"]


@pytest.mark.parametrize("case", ACCEPTED)
def test_the_golden_cases_are_what_the_sdk_reads(case: str) -> None:
    pytest.importorskip("openai")
    first = read_cassette(CASSETTES / "openai_responses" / f"{case}.yaml").interactions[0]
    exchange = exchange_of(first)
    assert exchange is not None
    final, _ = theirs(events_of(first))
    for name, (one, other) in final_pairs(exchange, final.to_dict()).items():
        assert one == other, name


def test_deltas_alone_build_up_what_the_last_event_says(corpus: Path, tell: Tell) -> None:
    """Text, reasoning and arguments; what has no deltas is left out on both sides."""
    tally = Tally(dialect=DIALECT.name, oracle="last event")
    for where, exchange, events in streams(corpus):
        if events[-1]["type"] not in TERMINAL or not events[-1]["response"].get("output"):
            continue
        bare = [
            event
            for event in events
            if event["type"] not in TERMINAL and not event["type"].endswith(REPEATS)
        ]
        found = read(DIALECT, bare)
        assert found.termination == "truncated"
        (message,), (wanted,) = found.candidates, exchange.candidates
        assert message.text == wanted.text, where
        assert calls(message) == calls(wanted), where
        built = [one.content for one in message.parts if isinstance(one, Reasoning)]
        meant = [one.content for one in wanted.parts if isinstance(one, Reasoning)]
        assert built == meant, where
        tally.add(where, set(), {})
    tell(TITLE, tally.lines())
    assert tally.agreed >= 70


def literals(union: Any, member: str) -> set[str]:
    """The values that `member` has in the models of a union."""
    (models, *_) = get_args(union)
    found: set[str] = set()
    for model in get_args(models):
        found.update(get_args(model.model_fields[member].annotation))
    return {one for one in found if isinstance(one, str)}


def test_every_event_that_the_sdk_knows_is_known() -> None:
    responses = pytest.importorskip("openai.types.responses")
    kinds = literals(responses.ResponseStreamEvent, "type")
    assert len(kinds) > 50
    events = [{"type": kind, "output_index": n} for n, kind in enumerate(sorted(kinds))]
    for event in events:
        assert [one.kind for one in read(DIALECT, [event]).unknown if one.kind == "event"] == []


@pytest.mark.parametrize("name", ["ResponseOutputItem", "ResponseInputItem"])
def test_every_item_that_the_sdk_knows_is_known(name: str) -> None:
    responses = pytest.importorskip("openai.types.responses")
    kinds = literals(getattr(responses, name), "type")
    assert len(kinds) > 20
    items = [{"type": kind, "id": kind} for kind in sorted(kinds)]
    assert read(DIALECT, [{"object": "response", "output": items}]).unknown == ()
    assert history(DIALECT, {"input": items}).unknown == ()


def test_every_member_of_a_response_that_the_sdk_knows_is_known() -> None:
    responses = pytest.importorskip("openai.types.responses")
    whole = dict.fromkeys(responses.Response.model_fields, 1) | {"object": "response"}
    assert [one.name for one in read(DIALECT, [whole]).unknown] == []
