"""What goes wrong, and what a client did about it."""

from __future__ import annotations

import json

import pytest

from stream_cassette.cassette.model import Interaction, Request, Response
from stream_cassette.session.broken import broken, unspoken
from stream_cassette.torture.faults import Case, Outcome, cases, reaction_of, table

SSE = (("content-type", "text/event-stream"),)
JSON = (("content-type", "application/json"),)
STREAM = Response(status=200, headers=SSE, body=b"data: 1\n\ndata: 2\n\ndata: 3\n\n")
WHOLE = Response(status=200, headers=JSON, body=b'{"a": 1}')


def _interactions(*responses: Response) -> list[Interaction]:
    request = Request(method="POST", url="https://x.test/")
    return [Interaction(request=request, response=response) for response in responses]


def _case(name: str) -> Case:
    return next(case for case in cases(_interactions(STREAM)) if case.name == name)


def test_the_cases_of_a_stream() -> None:
    assert {case.name: str(case.fault) for case in cases(_interactions(STREAM))} == {
        "early end": "cut@1",
        "reset": "reset@1",
        "stall": "stall@1:60s",
        "duplicate": "duplicate@1",
        "error event": "error-event@1",
        "429": "status:429:retry-after=2",
        "529": "status:529",
    }


def test_it_is_the_first_stream_that_breaks() -> None:
    assert {case.index for case in cases(_interactions(WHOLE, STREAM, STREAM))} == {1}


def test_an_answer_that_is_not_streamed_has_no_events_to_break() -> None:
    found = cases(_interactions(WHOLE))
    assert [case.name for case in found] == ["early end", "reset", "stall", "429", "529"]
    assert str(found[0].fault) == "cut@50%"


def test_nothing_recorded_nothing_to_break() -> None:
    assert cases([]) == ()
    assert cases(_interactions(Response(status=0))) == ()
    assert cases(_interactions(Response(status=0), WHOLE))[0].index == 1


@pytest.mark.parametrize("responses", [(STREAM,), (WHOLE,), (WHOLE, STREAM)])
def test_every_case_has_its_place(responses: tuple[Response, ...]) -> None:
    interactions = _interactions(*responses)
    for case in cases(interactions):
        broken(interactions[case.index], case.fault, unspoken)


REACTIONS: list[tuple[str, Outcome, str, int, bool, str]] = [
    ("early end", "passed", "", 0, True, "accepted a truncated stream as complete"),
    (
        "early end",
        "asserted",
        "AssertionError: x",
        0,
        True,
        "accepted a truncated stream as complete; the test then fails: AssertionError: x",
    ),
    ("early end", "raised", "Truncated: x", 0, False, "raised Truncated: x"),
    ("early end", "passed", "", 1, False, "asked again once and had the answer"),
    ("reset", "passed", "", 0, True, "accepted a broken connection as the end of the stream"),
    ("reset", "raised", "ReadError", 2, False, "asked again 2 times, then raised ReadError"),
    ("error event", "passed", "", 0, True, "accepted a stream that ended in an error as complete"),
    ("stall", "passed", "", 0, False, "waited 60 s for the rest"),
    ("duplicate", "passed", "", 0, False, "took the event that came twice"),
    ("429", "passed", "", 1, False, "asked again once and had the answer"),
    ("529", "passed", "", 0, False, "went on without the answer"),
]


@pytest.mark.parametrize(("name", "outcome", "error", "asked", "is_wrong", "text"), REACTIONS)
def test_reactions(
    name: str, outcome: Outcome, error: str, asked: int, is_wrong: bool, text: str
) -> None:
    reaction = reaction_of(_case(name), outcome, error, asked)
    assert (reaction.is_wrong, reaction.text) == (is_wrong, text)
    value = json.loads(json.dumps(reaction.to_dict()))
    assert (value["case"], value["outcome"], value["is_wrong"]) == (name, outcome, is_wrong)


def test_the_table_marks_what_is_wrong() -> None:
    rows = [reaction_of(_case("early end"), "passed", "", 0)]
    rows.append(reaction_of(_case("429"), "passed", "", 1))
    first, second = table(rows).splitlines()
    assert first == "! early end   cut@1                    accepted a truncated stream as complete"
    assert second.startswith("  429         status:429:retry-after=2 asked again once")
