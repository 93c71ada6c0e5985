"""Deltas fold into an exchange: each kind, the order of parts, what can't be, linear work."""

from __future__ import annotations

import time
from typing import Any

import pytest

from stream_cassette.conversation.accumulate import Accumulator, Body
from stream_cassette.conversation.delta import (
    Delta,
    End,
    Extra,
    Failure,
    Finish,
    MessageStart,
    PartDelta,
    PartEnd,
    PartSet,
    PartStart,
    Snapshot,
    Unfamiliar,
    UsageDelta,
)
from stream_cassette.conversation.media import Blob
from stream_cassette.conversation.model import (
    Exchange,
    FinishReason,
    Message,
    StreamError,
    Unknown,
    Usage,
)
from stream_cassette.conversation.parts import (
    Generic,
    Reasoning,
    ServerToolCall,
    Text,
    ToolCall,
    ToolCallResponse,
)
from stream_cassette.errors import DialectError

STOP = FinishReason(unified="stop", raw="stop")


def fold(*deltas: Delta, body: Body = "whole") -> Exchange:
    accumulator = Accumulator()
    accumulator.add(deltas)
    return accumulator.exchange(dialect="test", body=body)


def message(*deltas: Delta) -> Message:
    (only,) = fold(*deltas).candidates
    return only


def call(text: str, **rest: Any) -> ToolCall:
    deltas = (PartStart(key=0, part=ToolCall(id="c", arguments_text="", **rest)),)
    (part,) = message(*deltas, *(PartDelta(0, 0, one) for one in text)).parts
    assert isinstance(part, ToolCall)
    return part


def test_text_appends_to_what_the_start_held() -> None:
    start = PartStart(key="t", part=Text(content="He", citations=(1,)))
    parts = message(start, PartDelta(0, "t", "llo"), PartDelta(0, "t", citations=(2,))).parts
    assert parts == (Text(content="Hello", citations=(1, 2)),)


def test_parts_stand_in_the_order_of_their_starts() -> None:
    parts = message(
        PartStart(key=7, part=Reasoning()),
        PartStart(key=2, part=Text()),
        PartDelta(0, 2, "b"),
        PartDelta(0, 7, "a"),
    ).parts
    assert parts == (Reasoning(content="a"), Text(content="b"))


def test_fields_are_set_and_extras_merged() -> None:
    parts = message(
        PartStart(key=0, part=Reasoning(extra={"a": 1})),
        PartSet(key=0, values={"signature": "one", "extra": {"b": 2}}),
        PartSet(key=0, values={"signature": "two", "extra": {"c": 3}}),
    ).parts
    assert parts == (Reasoning(signature="two", extra={"a": 1, "b": 2, "c": 3}),)


def test_bytes_and_transcript() -> None:
    parts = message(
        PartStart(key=0, part=Blob(data=b"a", modality="audio")),
        PartDelta(0, 0, "Hi", b"b"),
        PartDelta(0, 0, "!", b"c"),
    ).parts
    assert parts == (Blob(data=b"abc", modality="audio", transcript="Hi!"),)


def test_the_providers_final_word_replaces_in_place() -> None:
    parts = message(
        PartStart(key=0, part=Text()),
        PartStart(key=1, part=Text(content="b")),
        PartDelta(0, 0, "x"),
        PartEnd(key=0, part=Text(content="a")),
        PartEnd(key=2, part=Text(content="c")),
    ).parts
    assert [part.content for part in parts if isinstance(part, Text)] == ["a", "b", "c"]


def test_a_snapshot_replaces_all() -> None:
    parts = message(PartStart(key=0, part=Text()), Snapshot(parts=(Reasoning(), Text()))).parts
    assert parts == (Reasoning(), Text())


def test_of_head_values_the_first_that_is_not_empty_stays() -> None:
    exchange = fold(
        MessageStart(candidate=None, model="", response_id="r1"),
        MessageStart(candidate=None, model="m", response_id="r2"),
        MessageStart(role=None),
        MessageStart(role="assistant", name="n"),
        MessageStart(role="user"),
        MessageStart(candidate=1, response_id="own"),
    )
    first, second = exchange.candidates
    assert (first.role, first.name, first.model, first.response_id) == ("assistant", "n", "m", "r1")
    assert (second.role, second.response_id, second.candidate_index) == ("assistant", "own", 1)


def test_candidates_are_in_the_order_of_their_index() -> None:
    exchange = fold(
        PartStart(candidate=1, key=0, part=Text(content="b")),
        PartStart(candidate=0, key=0, part=Text(content="a")),
    )
    assert [one.text for one in exchange.candidates] == ["a", "b"]


def test_of_usage_and_reason_the_last_stays() -> None:
    last = FinishReason(unified="length", raw="length")
    exchange = fold(
        UsageDelta(usage=Usage(output_tokens=1)),
        UsageDelta(usage=Usage(output_tokens=2)),
        Finish(reason=STOP),
        Finish(reason=last),
    )
    assert exchange.usage == Usage(output_tokens=2)
    assert exchange.candidates[0].finish_reason == last


@pytest.mark.parametrize(
    ("deltas", "reason"),
    [
        ((MessageStart(),), FinishReason(unified="unknown")),
        ((MessageStart(), Failure(error=StreamError())), FinishReason(unified="error")),
        ((Failure(error=StreamError()), Finish(reason=STOP)), STOP),
        (
            (PartStart(key=0, part=ToolCall(id="c", arguments={})), Finish(reason=STOP)),
            FinishReason(unified="tool_call", raw="stop"),
        ),
        ((PartStart(key=0, part=ServerToolCall()), Finish(reason=STOP)), STOP),
        (
            (
                PartStart(key=0, part=ToolCall(id="c", arguments={})),
                PartStart(key=1, part=ToolCallResponse(id="c")),
                Finish(reason=STOP),
            ),
            STOP,
        ),
    ],
    ids=[
        *("none", "error", "reason then error", "stop beside a call"),
        *("stop beside a server's call", "stop beside a call and its result"),
    ],
)
def test_finish_reason(deltas: tuple[Delta, ...], reason: FinishReason) -> None:
    assert fold(*deltas).candidates[0].finish_reason == reason


@pytest.mark.parametrize(
    ("deltas", "body", "termination", "marker"),
    [
        ((End(),), "whole", "complete", True),
        ((End(marker=False),), "broken", "complete", False),
        ((), "whole", "truncated", False),
        ((), "broken", "truncated", False),
        ((), "left", "aborted", False),
        ((Failure(error=StreamError()), End()), "whole", "errored", True),
    ],
)
def test_termination(deltas: tuple[Delta, ...], body: Body, termination: str, marker: bool) -> None:
    exchange = fold(*deltas, body=body)
    assert (exchange.termination, exchange.end_marker) == (termination, marker)


def test_the_first_error_stays_and_says_after_which_frame() -> None:
    accumulator = Accumulator()
    accumulator.frame = 4
    accumulator.add([Failure(error=StreamError(message="a")), Failure(error=StreamError())])
    assert accumulator.exchange(dialect="x").error == StreamError(message="a", after_frame=4)


def test_extras_of_answer_and_candidate() -> None:
    exchange = fold(
        Extra(name="tier", value="a"),
        Extra(name="tier", value="b"),
        Extra(candidate=0, name="log", value=[1], extend=True),
        Extra(candidate=0, name="log", value=[2], extend=True),
    )
    assert exchange.extra == {"tier": "b"}
    assert exchange.candidates[0].extra == {"log": [1, 2]}


def test_a_list_to_extend_is_not_the_providers_own() -> None:
    first = [1]
    fold(
        Extra(candidate=0, name="log", value=first, extend=True),
        Extra(candidate=0, name="log", value=[2], extend=True),
    )
    assert first == [1]


def test_what_is_unknown_is_counted_with_its_first_value() -> None:
    accumulator = Accumulator()
    for frame in range(3):
        accumulator.frame = frame
        accumulator.add([Unfamiliar(kind="event", name="new", value=frame)] if frame else [])
    assert accumulator.exchange(dialect="x").unknown == (
        Unknown(kind="event", name="new", value=1, frame=1, count=2),
    )


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", {}),
        ("{}", {}),
        (' {"a": 1, "a": 2}', {"a": 2}),
        ('{"n": 12345678901234567890123}', {"n": 12345678901234567890123}),
        ('{"a": "b', None),
        ("[" * 100_000, None),
    ],
)
def test_arguments(text: str, value: Any) -> None:
    assert (call(text).arguments, call(text).arguments_text) == (value, text)


def test_custom_tools_take_text() -> None:
    assert call("print(1)", custom=True).arguments == "print(1)"


def test_arguments_that_came_as_an_object_stay() -> None:
    part = ToolCall(id="c", arguments={"a": 1})
    assert message(PartStart(key=0, part=part)).parts == (part,)


def test_calls_without_an_id_get_one() -> None:
    parts = message(
        PartStart(key=0, part=Text()),
        PartStart(key=1, part=ToolCall(arguments={})),
        PartStart(key=2, part=ToolCall(id="own", arguments={})),
    ).parts
    ids = [(one.id, one.id_synthesised) for one in parts if isinstance(one, ToolCall)]
    assert ids == [("synthesised-1", True), ("own", False)]


def test_a_surrogate_pair_cut_in_two_is_one_character() -> None:
    start = PartStart(key=0, part=Text())
    pair = (PartDelta(0, 0, "a\ud83c"), PartDelta(0, 0, "\udf24"))
    assert message(start, *pair).parts == (Text(content="a🌤"),)
    assert message(start, pair[0]).parts == (Text(content="a\ud83c"),)


@pytest.mark.parametrize(
    "deltas",
    [
        (PartDelta(0, 0, "x"),),
        (PartSet(key=0, values={}),),
        (PartStart(key=0, part=Text()), PartDelta(1, 0, "x")),
        (PartStart(key=0, part=Text()), PartSet(key=0, values={"color": "red"})),
        (PartStart(key=0, part=Generic(kind="k")), PartDelta(0, 0, "x")),
        (PartStart(key=0, part=Text()), PartDelta(0, 0, data=b"x")),
    ],
    ids=["no start", "no start, set", "no candidate", "no field", "grows not", "no bytes"],
)
def test_what_no_reader_may_say(deltas: tuple[Delta, ...]) -> None:
    with pytest.raises(DialectError, match=r"\(frame 0\)"):
        fold(*deltas)


def test_the_frame_that_said_it_is_named() -> None:
    accumulator = Accumulator()
    accumulator.frame = 7
    with pytest.raises(DialectError, match=r"part 'a' of candidate 0 was never .* \(frame 7\)"):
        accumulator.add([PartDelta(0, "a", "x")])
    accumulator.add([PartStart(key=0, part=Generic(kind="k"))])
    accumulator.frame = 8
    accumulator.add([PartDelta(0, 0, "x")])
    with pytest.raises(DialectError, match=r"a part of type 'generic' \(frame 7\)"):
        accumulator.exchange(dialect="test")


def test_linear() -> None:
    """Four times the deltas: about four times the work."""

    def seconds(count: int) -> float:
        deltas = [PartStart(key=0, part=Text()), *[PartDelta(0, 0, "word ")] * count]
        best = float("inf")
        for _ in range(3):
            began = time.process_time()
            assert len(message(*deltas).text) == 5 * count
            best = min(best, time.process_time() - began)
        return best

    assert seconds(200_000) < 10 * seconds(50_000)
