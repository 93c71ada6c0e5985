"""Which call a fragment belongs to: a row for every deviation of the fact sheet's 3.1."""

from __future__ import annotations

import time
from dataclasses import dataclass

import pytest

from stream_cassette.dialects._chat_calls import CallTracker, Fragment


@dataclass(frozen=True, kw_only=True)
class Case:
    """Fragments, and the number of the call that each belongs to; None where nobody knows."""

    id: str
    fragments: tuple[Fragment, ...]
    calls: tuple[int | None, ...]


def f(
    id: str | None = None, index: int | None = None, name: str | None = None, arguments: str = ""
) -> Fragment:
    return Fragment(id=id, index=index, name=name, arguments=arguments)


CASES = [
    Case(
        id="normal form",
        fragments=(
            f("a", 0, "w"),
            f(index=0, arguments="{"),
            f("b", 1, "w"),
            f(index=1),
            f(index=0),
        ),
        calls=(0, 0, 1, 1, 0),
    ),
    Case(
        id="whole in one fragment",
        fragments=(f("a", 0, "w", "{}"), f("b", 1, "v", "{}")),
        calls=(0, 1),
    ),
    Case(id="name first", fragments=(f("a", 0, "w"), f("a", 0, None, "{}")), calls=(0, 0)),
    Case(
        id="no index, ids",
        fragments=(f("a", None, "w", "{}"), f("b", None, "w", "{}")),
        calls=(0, 1),
    ),
    Case(
        id="one index, own ids",
        fragments=(f("a", 0, "w", "{}"), f("b", 0, "w", "{}"), f(index=0)),
        calls=(0, 1, 1),
    ),
    Case(
        id="id repeated",
        fragments=(f("0", 0, "w"), f("0", 0, "w", "{"), f("1", 1, "w"), f("0", 0)),
        calls=(0, 0, 1, 0),
    ),
    Case(
        id="a fresh id on each fragment",
        fragments=(f("a", 0, "w"), f("b", 0, None, "{"), f("c", 0, None, "}")),
        calls=(0, 0, 0),
    ),
    Case(
        id="two fragments of one index in a chunk",
        fragments=(f("a", 0, "w"), f(index=0, arguments="{"), f(index=0, arguments="}")),
        calls=(0, 0, 0),
    ),
    Case(
        id="name comes late",
        fragments=(f("a", 0), f(index=0, name="w"), f(index=0, arguments="{}")),
        calls=(0, 0, 0),
    ),
    Case(
        id="id and name come late",
        fragments=(f(index=0, arguments=""), f("a", 0, "w"), f("a")),
        calls=(0, 0, 0),
    ),
    Case(
        id="nameless call, then another id with a name",
        fragments=(f("a", 0), f("b", 0, "w")),
        calls=(0, 1),
    ),
    Case(
        id="index gaps",
        fragments=(f("a", 2, "w"), f("b", 5, "v"), f(index=2), f(index=5)),
        calls=(0, 1, 0, 1),
    ),
    Case(
        id="no id, parallel, one index",
        fragments=(f(index=0, name="w", arguments="{}"), f(index=0, name="w", arguments="{}")),
        calls=(0, 1),
    ),
    Case(
        id="no id, the name repeated",
        fragments=(f(index=0, name="w", arguments="{"), f(index=0, name="w", arguments="}")),
        calls=(0, 0),
    ),
    Case(
        id="no id, the name repeated, still open",
        fragments=(f(index=0, name="w", arguments="{"), f(index=0, name="w", arguments="{}")),
        calls=(0, 0),
    ),
    Case(
        id="no id, another name",
        fragments=(f(index=0, name="w"), f(index=0, name="v")),
        calls=(0, 1),
    ),
    Case(
        id="no id, new index",
        fragments=(f(index=0, name="w"), f(index=1, arguments="{}")),
        calls=(0, 1),
    ),
    Case(
        id="neither, named",
        fragments=(f(name="w", arguments="{}"), f(name="w", arguments="{}")),
        calls=(0, 1),
    ),
    Case(
        id="neither, nameless, one call",
        fragments=(f("a", 0, "w"), f(arguments="{}")),
        calls=(0, 0),
    ),
    Case(
        id="neither, nameless, two calls",
        fragments=(f("a", 0, "w"), f("b", 1, "w"), f(arguments="{}")),
        calls=(0, 1, None),
    ),
    Case(
        id="neither, nameless, no call yet",
        fragments=(f(arguments="{}"), f(arguments="x")),
        calls=(0, 0),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_resolves(case: Case) -> None:
    tracker = CallTracker()
    found: list[int | None] = []
    for fragment in case.fragments:
        call, new = tracker.resolve(fragment)
        assert new == (call is not None and call.number not in found)
        if call is not None:
            call.grow(fragment.arguments)
            call.name = call.name or fragment.name
        found.append(None if call is None else call.number)
    assert tuple(found) == case.calls


def test_linear_where_each_fragment_could_be_a_new_call() -> None:
    def seconds(count: int) -> float:
        tracker = CallTracker()
        began = time.process_time()
        for _ in range(count):
            call, _new = tracker.resolve(f(index=0, name="w", arguments="{}"))
            assert call is not None
            call.grow('{"never closed": "')
        return time.process_time() - began

    assert seconds(40_000) < 10 * seconds(10_000)
