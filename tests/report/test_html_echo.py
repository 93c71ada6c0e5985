"""Links between what an answer issued and the request that carries it back."""

from __future__ import annotations

from typing import Any

import pytest

from stream_cassette.api import check_echo, steps_of
from stream_cassette.cassette.model import Cassette
from stream_cassette.report.html_echo import EchoLink, links_of
from tests.support.html_pages import signed
from tests.support.signed_turns import PAIRS, Pair, put


def links(cassette: Cassette) -> tuple[EchoLink, ...]:
    return links_of(steps_of(cassette), check_echo(cassette))


def test_a_sound_round_trip() -> None:
    assert [(one.kind, one.issued, one.part, one.echoed, one.path) for one in links(signed())] == [
        ("signature", 0, 0, 1, "messages[2].reasoning_details[0]"),
        ("call", 0, 1, 1, "messages[2].tool_calls[0]"),
        ("result", 0, 1, 1, "messages[3]"),
    ]


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.id)
def test_what_comes_back_is_linked_in_every_dialect(pair: Pair) -> None:
    found = links(pair.cassette())
    assert found and all(one.fault is None for one in found)
    assert {"signature", "value"} & {one.kind for one in found}
    assert all(one.path for one in found)


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.id)
def test_what_is_altered_is_a_broken_link(pair: Pair) -> None:
    """The finding's own words, at the part; the same value is not linked as sound beside it."""
    (steps, _), *_ = pair.values.items()

    def change(second: dict[str, Any]) -> None:
        put(second, steps, "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo=")

    cassette = pair.cassette(change)
    messages = {finding.message for finding in check_echo(cassette)}
    broken = [one for one in links(cassette) if one.fault is not None]
    assert messages and {one.fault for one in broken} == messages
    for one in broken:
        sound = [each for each in links(cassette) if each.fault is None and each.part == one.part]
        assert not [each for each in sound if each.kind == one.kind]


def test_a_result_that_belongs_to_no_call_stands_alone() -> None:
    pair = next(one for one in PAIRS if not one.by_name)

    def change(second: dict[str, Any]) -> None:
        put(second, pair.result, "call_other")

    broken = [one for one in links(pair.cassette(change)) if one.fault is not None]
    assert {one.kind for one in broken} >= {"result"}
    assert all(one.severity in ("error", "warning") for one in broken)


def test_nothing_is_linked_without_a_second_turn() -> None:
    assert links(Cassette(interactions=signed().interactions[:1])) == ()
