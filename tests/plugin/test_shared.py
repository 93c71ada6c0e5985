"""Cassettes of several tests: what none of them played."""

from __future__ import annotations

import json

import pytest

from stream_cassette.plugin.shared import Shared
from stream_cassette.session.texts import unplayed_text

A, B, C = "0: POST a", "1: POST b", "2: POST c"


def test_only_what_all_left_is_told_once_all_have_passed() -> None:
    shared = Shared(path="c/x.yaml", expected=2)
    assert shared.verdict is None
    shared.add({0: A, 1: B}, total=3, choice="fail")
    assert shared.verdict is None
    shared.add({1: B, 2: C}, total=3, choice="fail")
    assert shared.verdict == unplayed_text("c/x.yaml", {1: B}, 3)
    assert "1 of 3 interactions never played\n  1: POST b\n" in unplayed_text("x", {1: B}, 3)


def test_nothing_left_is_no_verdict() -> None:
    shared = Shared(path="x", expected=2)
    shared.add({0: A}, total=2, choice="fail")
    shared.add({1: B}, total=2, choice="fail")
    assert shared.verdict is None


@pytest.mark.parametrize(
    ("choices", "left"),
    [(("fail", "fail"), "fail"), (("fail", "warn"), "warn"), (("ignore", "fail"), "ignore")],
)
def test_the_laxest_choice_holds(choices: tuple[str, str], left: str) -> None:
    shared = Shared(path="x", expected=2)
    for choice in choices:
        shared.add({0: A}, total=1, choice=choice)
    assert shared.choice == left
    assert (shared.verdict is None) == (left == "ignore")


def test_workers_parts_add_up() -> None:
    parts = []
    for left in ({0: A, 1: B}, {1: B, 2: C}):
        worker = Shared(path="x", expected=2)
        worker.add(left, total=3, choice="fail")
        parts.append(json.loads(json.dumps(worker.to_dict())))
    parts.append(Shared(path="x", expected=2).to_dict())  # ran none of the tests
    controller = Shared(path="x", expected=2)
    for part in parts:
        controller.merge(part)
    assert controller.verdict == unplayed_text("x", {1: B}, 3)
