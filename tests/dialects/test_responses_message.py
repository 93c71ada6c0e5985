"""Events about a message's content."""

from __future__ import annotations

from typing import Any

import pytest

from stream_cassette.conversation.parts import Generic, Refusal, Text
from tests.support.response_events import added, at, done, event, parts, strange

BEGUN = added("message", id="m", content=[])
EXTRA = {"id": "m"}
OPENED = event("content_part.added", **at(), part={"type": "output_text", "text": ""})


def delta(text: Any, **members: Any) -> dict[str, Any]:
    return event("output_text.delta", **at(), delta=text, **members)


def cite(place: int | None, url: str) -> dict[str, Any]:
    where = {} if place is None else {"annotation_index": place}
    return event("output_text.annotation.added", **at(), **where, annotation=url)


def test_text_appends() -> None:
    whole = (Text(content="Hello", extra=EXTRA),)
    assert parts(BEGUN, OPENED, delta("Hel"), delta(""), delta("lo")) == whole
    assert parts(BEGUN, delta("Hel"), delta("lo")) == whole  # some never open the content


def test_what_is_done_counts() -> None:
    begun = [BEGUN, OPENED, delta("garbled")]
    text = event("output_text.done", **at(), text="clear")
    part = {"type": "output_text", "text": "clearer", "annotations": ["u"]}
    assert parts(*begun, text) == (Text(content="clear", extra=EXTRA),)
    assert parts(*begun, text, event("content_part.done", **at(), part=part)) == (
        Text(content="clearer", citations=("u",), extra=EXTRA),
    )


def test_refusal() -> None:
    first, second = (event("refusal.delta", **at(), delta=one) for one in ("No", "."))
    whole = event("refusal.done", **at(), refusal="No!")
    assert parts(BEGUN, first, second) == (Refusal(content="No.", extra=EXTRA),)
    assert parts(BEGUN, first, second, whole) == (Refusal(content="No!", extra=EXTRA),)


def test_contents_by_index() -> None:
    second = event("output_text.delta", **at(0, 1), delta="b")
    found = parts(BEGUN, delta("a"), second, delta("A"))
    assert [one.path for one in found] == ["output[0].content[0]", "output[0].content[1]"]
    assert [getattr(one, "content", None) for one in found] == ["aA", "b"]


@pytest.mark.parametrize("ended", [False, True])
def test_annotations_by_their_place(ended: bool) -> None:
    """A stream that breaks off, and one whose text is done."""
    events = [BEGUN, delta("a"), cite(1, "second"), cite(0, "first"), cite(None, "third")]
    events += [event("output_text.done", **at(), text="a")] if ended else []
    (found,) = parts(*events)
    assert found == Text(content="a", citations=("first", "second", "third"), extra=EXTRA)


def test_annotations_are_not_said_twice() -> None:
    content = [{"type": "output_text", "text": "a", "annotations": ["first"]}]
    (found,) = parts(BEGUN, delta("a"), cite(0, "first"), done("message", id="m", content=content))
    assert found == Text(content="a", citations=("first",), extra=EXTRA)


@pytest.mark.parametrize("ended", [False, True])
def test_probabilities(ended: bool) -> None:
    events = [BEGUN, delta("a", logprobs=[1]), delta("b", logprobs=[2]), delta("", logprobs=[])]
    events += [event("output_text.done", **at(), text="ab", logprobs=[])] if ended else []
    assert parts(*events) == (Text(content="ab", extra={**EXTRA, "logprobs": [1, 2]}),)


def test_an_unknown_content_is_kept_and_reported() -> None:
    part = {"type": "output_smell", "x": 1}
    events = [BEGUN, event("content_part.added", **at(), part=part)]
    assert parts(*events) == (Generic(kind="output_smell", value=part, extra=EXTRA),)
    assert strange(*events) == [("part", "output_smell")]


@pytest.mark.parametrize(
    "odd",
    [
        event("output_text.delta", **at(), delta=None),
        event("output_text.delta", **at(), delta=["a"]),
        event("output_text.done", **at(), text=None),
        event("refusal.delta", **at(), delta="a"),  # the content is a text
        event("output_text.delta", output_index=1, content_index=0, delta="a"),  # no such item
        event("output_text.delta", content_index=0, delta="a"),
        event("output_text.annotation.added", output_index=5, annotation="u"),
        event("content_part.added", output_index=7, part={"type": "output_text"}),
    ],
)
def test_what_fits_nowhere_is_reported(odd: Any) -> None:
    assert strange(BEGUN, OPENED, odd) == [("fragment", odd["type"])]
    assert parts(BEGUN, OPENED, delta("a"), odd)[0] == Text(content="a", extra=EXTRA)


@pytest.mark.parametrize(
    "odd",
    [
        event("output_text.delta", **at(), delta="a"),
        event("output_text.done", **at(), text="a"),
        event("refusal.done", **at(), refusal="a"),
        event("content_part.added", **at(), part={"type": "output_text", "text": ""}),
        event("content_part.done", **at(), part={"type": "output_text", "text": "a"}),
        event("output_text.annotation.added", **at(), annotation="u"),
    ],
)
def test_contents_of_what_is_no_message_are_reported(odd: Any) -> None:
    begun = added("function_call", call_id="c", name="f", arguments="{}")
    assert strange(begun, odd) == [("fragment", odd["type"])]
    assert [one.type for one in parts(begun, odd)] == ["tool_call"]


def test_an_empty_piece_opens_the_content() -> None:
    assert parts(BEGUN, delta("")) == (Text(extra=EXTRA),)


def test_an_annotation_of_what_is_no_text_is_reported() -> None:
    refused = event("refusal.delta", **at(), delta="No")
    assert strange(BEGUN, refused, cite(0, "u")) == [
        ("fragment", "response.output_text.annotation.added")
    ]
