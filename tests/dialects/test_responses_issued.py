"""Opaque values: the one of `added` must not come back, the later ones may."""

from __future__ import annotations

from typing import Any

from stream_cassette.conversation.parts import Compaction, Part, Reasoning
from tests.support.response_events import added, done, parts, terminal


def item(value: str | None, **members: Any) -> dict[str, Any]:
    return {"type": "reasoning", "summary": [], "encrypted_content": value, **members}


def values(part: Part) -> tuple[tuple[str, ...], tuple[str, ...]]:
    assert isinstance(part, Reasoning)
    return part.issued, part.provisional


def first(value: str | None, slot: int = 0, **members: Any) -> dict[str, Any]:
    return added("reasoning", slot, **item(value, **members)) | {"item": item(value, **members)}


def final(value: str | None, slot: int = 0, **members: Any) -> dict[str, Any]:
    return done("reasoning", slot, summary=[], encrypted_content=value, **members)


def test_three_values_of_one_item() -> None:
    begun = first("A", id="r")
    ended = final("D", id="r")
    assert values(parts(begun)[0]) == ((), ("A",))
    assert values(parts(begun, ended)[0]) == (("D",), ("A",))
    assert values(parts(begun, ended, terminal(item("L", id="r")))[0]) == (("D", "L"), ("A",))


def test_one_value_repeated() -> None:
    """Bedrock sends the same one each time."""
    (found,) = parts(first("A", id="r"), final("A", id="r"), terminal(item("A", id="r")))
    assert values(found) == (("A",), ())


def test_an_answer_that_came_whole() -> None:
    (found,) = parts({"object": "response", "output": [item("L")]})
    assert values(found) == (("L",), ())


def test_the_last_event_may_leave_the_value_out() -> None:
    (found,) = parts(final("D", id="r"), terminal(item(None, id="r")))
    assert values(found) == (("D",), ())


def test_ids_that_change() -> None:
    """Items are then told apart by their place in the output."""
    begun = [first("A1", 0, id="1"), final("D1", 0, id="2"), first("A2", 1, id="3")]
    begun.append(final("D2", 1, id="4"))
    found = parts(*begun, terminal(item("L1", id="5"), item("L2", id="6")))
    assert [values(one) for one in found] == [(("D1", "L1"), ("A1",)), (("D2", "L2"), ("A2",))]


def test_an_item_that_was_never_seen_before() -> None:
    found = parts(final("D", id="r"), terminal(item("X", id="new"), item("L", id="r")))
    assert [values(one) for one in found] == [(("X",), ()), (("D", "L"), ())]


def test_the_values_are_on_the_items_first_part() -> None:
    both = item("L", id="r", content=[{"text": "t"}]) | {"summary": [{"text": "s"}]}
    summary, raw = parts(first("A", id="r"), final("D", id="r"), terminal(both))
    assert values(summary) == (("D", "L"), ("A",))
    assert values(raw) == ((), ())


def test_a_compaction_has_values_too() -> None:
    compacted = {"type": "compaction", "id": "c", "encrypted_content": "L"}
    begun = added("compaction", id="c", encrypted_content="A")
    ended = done("compaction", id="c", encrypted_content="D")
    assert parts(begun) == (Compaction(extra={"id": "c"}),)
    assert parts(begun, ended, terminal(compacted)) == (
        Compaction(issued=("D", "L"), extra={"id": "c"}),
    )
