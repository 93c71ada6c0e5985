"""Which call a result answers: by id, by name, by place; never by what an id is called."""

from __future__ import annotations

from stream_cassette.comparison.pairing import CallPlace, Pairing
from stream_cassette.conversation.parts import ToolCall, ToolCallResponse
from tests.support.talks import answer, call, result


def places(calls: list[list[ToolCall]], results: list[ToolCallResponse]) -> list[CallPlace | None]:
    pairing = Pairing()
    for one in calls:
        pairing.said(answer(*one))
    return [pairing.answered(one) for one in results]


def at(turns_back: int, place: int) -> CallPlace:
    return {"turns_back": turns_back, "call": place}


def test_by_id_in_any_order() -> None:
    calls = [[call(id="a"), call(id="b")]]
    assert places(calls, [result(id="b"), result(id="a")]) == [at(1, 1), at(1, 0)]


def test_ids_that_come_again() -> None:
    calls = [[call(id="0")], [call(id="0"), call(id="1")]]
    assert places(calls, [result(id="0"), result(id="0")]) == [at(1, 0), at(2, 0)]


def test_one_id_for_all_calls() -> None:
    calls = [[call(id="0"), call(id="0")]]
    assert places(calls, [result(id="0"), result(id="0")]) == [at(1, 0), at(1, 1)]


def test_ids_that_the_client_made_up() -> None:
    calls = [[call("add", id=None), call("mul", id=None)]]
    results = [result(id="x1", name="mul"), result(id="x2", name="add"), result(id="x3")]
    assert places(calls, results) == [at(1, 1), at(1, 0), None]
    calls = [[call(id="call_0", id_synthesised=True)]]
    assert places(calls, [result(id="mine")]) == [at(1, 0)]


def test_results_without_ids_stand_in_the_order_of_the_calls() -> None:
    calls = [[call(id="a"), call(id="b")]]
    assert places(calls, [result(id=None), result(id=None)]) == [at(1, 0), at(1, 1)]


def test_of_no_call() -> None:
    assert places([[call(id="a")]], [result(id="b")]) == [None]
    assert places([[call(id="a")]], [result(id="a"), result(id="a")]) == [at(1, 0), None]
    assert places([], [result()]) == [None]


def test_a_message_without_calls_is_no_turn() -> None:
    pairing = Pairing()
    pairing.said(answer(call(id="a")))
    pairing.said(answer())
    assert pairing.answered(result(id="a")) == at(1, 0)
