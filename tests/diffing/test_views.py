"""What is compared of messages and answers."""

from __future__ import annotations

from stream_cassette.cassette.bindings import Bindings
from stream_cassette.cassette.model import Ending, Interaction, Request, Response
from stream_cassette.cassette.settled import ISSUED_VALUE
from stream_cassette.conversation.model import Exchange, Usage
from stream_cassette.conversation.parts import Reasoning
from stream_cassette.diffing.views import bound, exchange_view, view
from tests.support.talks import answer, asked, call, said

BOUND = Bindings().learned({("id",): ("recorded",)}, {("id",): ("liveliest",)})


def test_signatures_are_one_word() -> None:
    thought = Reasoning(content="hm", signature="abc", issued=("x",))
    (value,) = view([answer(thought, call(signature="s"))], Bindings(), whole=False).values
    assert value["parts"][0]["signature"] == value["parts"][0]["issued"] == ISSUED_VALUE
    assert value["parts"][1]["signature"] == ISSUED_VALUE
    unsigned = view([answer(Reasoning(content="hm"))], Bindings(), whole=False).values
    assert "signature" not in unsigned[0]["parts"][0]


def test_ends_are_words() -> None:
    plain, spelled = (
        view([answer(said("a"), why="stop", raw=raw)], Bindings(), whole=False).values[0]
        for raw in ("stop", "end_turn")
    )
    assert (plain["finish_reason"], spelled["finish_reason"]) == ("stop", "stop (end_turn)")


def test_neighbours_are_one_message() -> None:
    found = view([asked(said("a")), asked(said("b"))], Bindings(), whole=False)
    assert len(found.turns) == len(found.values) == 1
    assert found.values[0]["parts"] == [{"type": "text", "content": "ab"}]


def test_whole() -> None:
    (value,) = view([answer(call(), response_id="r1")], Bindings(), whole=True).values
    assert value["response_id"] == "r1" and value["parts"][0]["id"] == "call_1"


def test_ids_of_the_other_side() -> None:
    assert bound({"a": ["liveliest"]}, BOUND) == {"a": ["recorded"]}
    assert bound({"a": 1}, Bindings()) == {"a": 1}
    (value,) = view([asked(said("see liveliest"))], BOUND, whole=False).values
    assert value["parts"][0]["content"] == "see recorded"


def test_an_exchange() -> None:
    one = Interaction(
        request=Request(method="POST", url="http://a"),
        response=Response(status=200, ending=Ending(kind="error", error="reset")),
    )
    exchange = Exchange(dialect="x", usage=Usage(input_tokens=1), extra={"note": "liveliest"})
    found = exchange_view(exchange, one, BOUND, whole=False)
    assert found["status"] == 200 and found["ending"] == "reset error"
    assert "usage" not in found and "dialect" not in found
    assert found["extra"] == {"note": "recorded"}
    assert exchange_view(exchange, one, BOUND, whole=True)["usage"]["input_tokens"] == 1
