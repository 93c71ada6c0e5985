"""A candidate over its events: what joins, what stands alone, calls in pieces, what is beside."""

from __future__ import annotations

from typing import Any

import pytest

from stream_cassette.conversation.accumulate import Accumulator
from stream_cassette.conversation.model import Exchange, Message
from stream_cassette.conversation.parts import Generic, Part, Reasoning, Text, ToolCall
from stream_cassette.dialects._gemini_candidate import FINISH, Candidate


def exchange_of(*candidates: Any) -> Exchange:
    accumulator, reader = Accumulator(), Candidate(0)
    for number, one in enumerate(candidates):
        accumulator.frame = number
        accumulator.add(reader.read(one))
    accumulator.add(reader.close())
    return accumulator.exchange(dialect="gemini-generate")


def message_of(*candidates: Any) -> Message:
    exchange = exchange_of(*candidates)
    assert exchange.unknown == ()
    return exchange.candidates[0]


def says(*parts: Any, role: str | None = "model", **beside: Any) -> dict[str, Any]:
    return {"content": {"parts": list(parts), "role": role}, **beside}


def thought(text: str) -> dict[str, Any]:
    return {"text": text, "thought": True}


@pytest.mark.parametrize(
    ("parts", "wanted"),
    [
        ([{"text": "a"}, {"text": "b"}], [Text(content="ab")]),
        ([thought("a"), thought("b")], [Reasoning(content="ab")]),
        ([thought("a"), {"text": "b"}], [Reasoning(content="a"), Text(content="b")]),
        ([{"text": "a"}, {"text": ""}, {"text": "b"}], [Text(content="ab")]),
        ([{"text": "a"}, {}, {"text": "b"}], [Text(content="ab")]),
        (
            [{"text": "a"}, {"text": "b", "thoughtSignature": "s"}, {"text": "c"}],
            [Text(content="a"), Text(content="b", signature="s"), Text(content="c")],
        ),
        (
            [{"text": "a"}, {"text": "", "thoughtSignature": "s"}],
            [Text(content="a"), Text(signature="s")],
        ),
        (
            [{"text": "a", "partMetadata": 1}, {"text": "b"}],
            [Text(content="a", extra={"partMetadata": 1}), Text(content="b")],
        ),
        (
            [{"text": "a"}, {"functionCall": {"name": "f", "id": "i"}}, {"text": "b"}],
            [Text(content="a"), ToolCall(id="i", name="f", arguments={}), Text(content="b")],
        ),
    ],
)
def test_what_joins(parts: list[Any], wanted: list[Part]) -> None:
    """The same over one event and over as many as there are parts."""
    for events in ([says(*parts)], [says(part) for part in parts]):
        found = message_of(*events)
        assert list(found.parts) == wanted
        paths = [f"candidates[0].content.parts[{place}]" for place in range(len(wanted))]
        assert [part.path for part in found.parts] == paths


@pytest.mark.parametrize(
    ("role", "read"),
    [("model", "assistant"), (None, "assistant"), ("user", "user"), (5, "assistant")],
)
def test_roles(role: Any, read: str) -> None:
    assert message_of(says({"text": "a"}, role=role)).role == read


OTHERS = ["OTHER", "NO_IMAGE", "FINISH_REASON_UNSPECIFIED", "BRAND_NEW", "IMAGE_OTHER", 0, 9]


@pytest.mark.parametrize(
    ("raw", "unified"), [*FINISH.items(), (1, "stop"), *((one, "other") for one in OTHERS)]
)
def test_finish_reasons(raw: Any, unified: str) -> None:
    reason = message_of(says({"text": "a"}, finishReason=raw)).finish_reason
    assert reason is not None and (reason.unified, reason.raw) == (unified, str(raw))


@pytest.mark.parametrize("raw", [None, ""])
def test_no_finish_reason(raw: Any) -> None:
    reason = message_of(says({"text": "a"}, finishReason=raw)).finish_reason
    assert reason is not None and (reason.unified, reason.raw) == ("unknown", None)


def test_an_odd_finish_reason_is_reported() -> None:
    exchange = exchange_of(says({"text": "a"}, finishReason=["STOP"]))
    assert [(one.name, one.value) for one in exchange.unknown] == [
        ("candidates.finishReason", ["STOP"])
    ]


def test_a_finish_message_without_a_reason_is_kept() -> None:
    found = message_of(says(finishMessage="why"))
    assert found.extra == {"finishMessage": "why"}


def call(**members: Any) -> dict[str, Any]:
    return {"functionCall": members}


def at(path: str, text: str, *, more: bool = True) -> dict[str, Any]:
    return {"jsonPath": path, "stringValue": text, "willContinue": more}


@pytest.mark.parametrize(
    "parts",
    [
        [call(name="f", willContinue=True), call(partialArgs=[at("$.a", "x")]), call(name="g")],
        [call(name="f", partialArgs=[at("$.a", "x")], willContinue=True), call(), call(name="g")],
        [call(name="f", partialArgs=[at("$.a", "x")]), call(name="g")],
        # a new name ends the call before it
        [call(name="f", partialArgs=[at("$.a", "x")], willContinue=True), call(name="g")],
        [
            call(name="f", willContinue=True),
            {"text": ""},
            call(partialArgs=[at("$.a", "x")], willContinue=True),
            call(name="g", willContinue=True),
            call(),
        ],
    ],
)
def test_streamed_arguments(parts: list[Any]) -> None:
    (one, other) = message_of(*[says(part) for part in parts]).parts
    assert isinstance(one, ToolCall) and isinstance(other, ToolCall)
    assert (one.name, one.arguments, one.extra) == ("f", {"a": "x"}, {})
    assert (other.name, other.arguments) == ("g", {})


def test_a_signature_may_come_with_a_later_fragment() -> None:
    signed = {**call(partialArgs=[at("$.a", "x")]), "thoughtSignature": "s"}
    (one,) = message_of(says(call(name="f", id="i", willContinue=True)), says(signed)).parts
    assert one == ToolCall(id="i", name="f", arguments={"a": "x"}, signature="s")


def test_a_call_that_was_cut_off_has_no_arguments() -> None:
    parts = call(name="f", id="i", partialArgs=[at("$.a", "Flo")], willContinue=True)
    (one,) = message_of(says(parts)).parts
    assert one == ToolCall(id="i", name="f", extra={"partialArgs": {"a": "Flo"}})


@pytest.mark.parametrize(
    ("parts", "name"),
    [
        ([call()], "functionCall"),
        ([call(args={"a": 1})], "functionCall"),
        ([call(name="f", willContinue=True), call(args={"a": 1})], "functionCall"),
        ([call(name="f", partialArgs=[5])], "functionCall.partialArgs"),
    ],
)
def test_odd_fragments_are_reported(parts: list[Any], name: str) -> None:
    unknown = exchange_of(*[says(part) for part in parts]).unknown
    assert [(one.kind, one.name) for one in unknown] == [("fragment", name)]


@pytest.mark.parametrize(
    "part", [{"newThing": {"a": 1}}, {"functionCall": "odd"}, {"text": 5}, "odd"]
)
def test_an_unknown_part_is_kept_and_reported(part: Any) -> None:
    exchange = exchange_of(says({"text": "a"}, part, {"text": "b"}))
    first, strange, last = exchange.candidates[0].parts
    assert (first, last) == (Text(content="a"), Text(content="b"))
    assert isinstance(strange, Generic) and strange.value == part
    assert [(one.kind, one.value) for one in exchange.unknown] == [("part", part)]


@pytest.mark.parametrize("pieces", [{}, {"willContinue": True}])
def test_a_part_that_holds_two_things_is_reported(pieces: Any) -> None:
    part = {"text": "a", **call(name="f", id="i", **pieces)}
    exchange = exchange_of(says(part), says(call()) if pieces else says())
    assert exchange.candidates[0].parts == (
        ToolCall(id="i", name="f", arguments={}, extra={"text": "a"}),
    )
    assert [(one.kind, one.name, one.value) for one in exchange.unknown] == [
        ("field", "candidates.parts.text", "a")
    ]


@pytest.mark.parametrize(
    ("values", "kept"),
    [
        ([{"a": [1]}, {"a": [1, 2]}], {"a": [1, 2]}),
        ([{"a": [1]}, {"a": [2]}, {"a": [3]}], {"a": [1, 2, 3]}),
        ([{"a": [1], "b": 1}, {"b": 2}, {}, None], {"a": [1], "b": 2}),
        ([{"a": 1}, {"a": [2]}], {"a": [2]}),
        ([{"a": [1]}, {"a": 2}], {"a": 2}),
        ([5, {"a": 1}], {"a": 1}),
    ],
)
def test_what_is_said_beside_goes_on(values: list[Any], kept: Any) -> None:
    found = message_of(*[says(groundingMetadata=value) for value in values])
    assert found.extra == {"groundingMetadata": kept}


def test_the_last_ratings_stay() -> None:
    found = message_of(says(safetyRatings=[1, 2]), says(safetyRatings=[3]), says(safetyRatings=[]))
    assert found.extra == {"safetyRatings": [3]}


def test_an_unknown_field_is_reported() -> None:
    exchange = exchange_of(says({"text": "a"}, newThing=1), says(newThing=1))
    assert [(one.kind, one.name, one.count) for one in exchange.unknown] == [
        ("field", "candidates.newThing", 2)
    ]


def test_a_call_that_is_spelled_in_two_ways_is_reported() -> None:
    exchange = exchange_of(says({"functionCall": {"name": "f"}, "function_call": "odd"}))
    assert [(one.kind, one.name) for one in exchange.unknown] == [("part", "functionCall")]


@pytest.mark.parametrize("content", [None, "odd", {"parts": None}, {"parts": "odd"}, {}])
def test_odd_contents_are_none(content: Any) -> None:
    assert message_of({"content": content}).parts == ()
