"""Which item an event is about."""

from __future__ import annotations

from stream_cassette.conversation.delta import Delta
from stream_cassette.conversation.parts import Text, ToolCall
from stream_cassette.dialects._protocol import Opening, Request
from stream_cassette.dialects._responses_slots import Slots, index_of
from stream_cassette.dialects.openai_responses import OpenAIResponses
from tests.support.read_answers import frame
from tests.support.response_events import added, at, done, event, parts, strange, terminal

TEXT = "output_text.delta"


def test_index_of() -> None:
    assert index_of({"a": 3}, "a") == 3
    assert [index_of({"a": odd}, "a") for odd in (True, "0", None, 1.0)] == [None] * 4


def test_ids_that_change_do_not_matter() -> None:
    """GitHub Copilot sends a new id with every event."""
    events = [added("message", id="1", content=[])]
    events += [event(TEXT, **at(), item_id=str(number), delta="a") for number in range(2, 4)]
    assert parts(*events, done("message", id="9", content=[{"type": "text", "text": "aa"}])) == (
        Text(content="aa", extra={"id": "9"}),
    )
    assert strange(*events) == []


def test_an_id_finds_the_item_where_there_is_no_index() -> None:
    begun = [added("message", None, id="a", content=[]), added("message", None, id="b", content=[])]
    said = [event(TEXT, item_id=one, delta=one) for one in ("a", "b")]
    wanted = (Text(content="a", extra={"id": "a"}), Text(content="b", extra={"id": "b"}))
    assert parts(*begun, *said) == wanted
    ended = done("message", None, id="b", content=[{"type": "text", "text": "B"}])
    assert parts(*begun, *said, ended)[1] == Text(content="B", extra={"id": "b"})
    assert strange(*begun, *said, ended) == []


def test_what_was_never_started_is_started_and_reported() -> None:
    said = event(TEXT, **at(3), item_id="m", delta="a")
    assert parts(said, said) == (Text(content="aa", extra={"id": "m"}),)
    assert strange(said, said) == [("fragment", f"response.{TEXT}")]


def test_a_resumed_stream_begins_in_the_middle() -> None:
    dialect = OpenAIResponses()
    request = Request(method="GET", query={"starting_after": "4"})
    reader = dialect.reader(Opening(request=request))
    deltas: list[Delta] = reader.feed(frame(event(TEXT, **at(), delta="a")))
    assert [type(one).__name__ for one in deltas] == ["PartStart", "PartDelta"]


def test_an_item_of_another_type_keeps_its_place() -> None:
    begun = added("function_call", call_id="c", name="f", arguments="")
    said = event(TEXT, **at(), delta="a")
    assert strange(begun, said) == [("fragment", f"response.{TEXT}")]
    assert parts(begun, said) == (ToolCall(id="c", name="f", arguments={}, arguments_text=""),)


def test_what_goes_on_is_known_by_its_type_and_place() -> None:
    """Text that follows its like takes a short way; anything in between ends it."""
    begun = [added("message", 0, content=[]), added("message", 1, content=[])]
    said = [event(TEXT, **at(*place), delta="a") for place in ((0,), (0,), (1,), (0, 1), (0,))]
    said += [event("refusal.delta", **at(), delta="no"), event(TEXT, **at(), delta="")]
    said += [event(TEXT, **at(), delta=7), event(TEXT, **at(), delta="b", logprobs=[1])]
    first, other, second = parts(*begun, *said)
    assert first == Text(content="aaab", extra={"logprobs": [1]})
    assert (other, second) == (Text(content="a"), Text(content="a"))
    assert [name for _, name in strange(*begun, *said)] == [
        "response.refusal.delta",
        f"response.{TEXT}",
    ]
    replaced = added("function_call", 0, call_id="c", name="f", arguments="")
    assert parts(*begun, *said[:2], replaced, said[0])[0] == Text(content="aa")


def test_the_slot_of_an_item_of_the_last_event() -> None:
    slots = Slots()
    slots.start(2, {"type": "message", "id": "a"}, [])
    slots.start(5, {"type": "reasoning", "id": "b"}, [])
    assert slots.slot_of({"type": "reasoning", "id": "b"}, 0, 1) == 5
    assert slots.slot_of({"type": "reasoning", "id": "other"}, 1, 2) == 5
    assert slots.slot_of({"type": "message"}, 1, 2) is None
    assert slots.slot_of({"type": "message"}, 0, 1) is None


def test_an_item_done_that_was_never_added() -> None:
    ended = [done("message", None, content="a"), done("message", None, content="b")]
    assert [getattr(one, "content", "") for one in parts(*ended, terminal())] == ["a", "b"]
