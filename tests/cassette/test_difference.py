"""Where two values differ, and how a person reads it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream_cassette.cassette.difference import (
    MISSING,
    Difference,
    describe,
    differing,
    printable,
    size,
)
from stream_cassette.cassette.jsonpath import path_text

SIGNATURE = "EqUDCkYI" + "x" * 558 + "gB"
SYSTEM = {"role": "system", "content": "be brief"}
USER = {"role": "user", "content": "hi"}
CALL = {"role": "assistant", "tool_calls": [{"id": "1"}]}
TOOL = {"role": "tool", "content": "40"}

ROWS: list[tuple[str, Any, Any, list[str]]] = [
    ("same", {"a": [1, {"b": 2}]}, {"a": [1.0, {"b": 2}]}, []),
    ("value", {"a": 1}, {"a": 2}, ["a"]),
    ("true-is-not-1", {"a": True}, {"a": 1}, ["a"]),
    ("nested-true", {"a": [[True]]}, {"a": [[1]]}, ["a[0][0]"]),
    ("missing-and-added", {"a": 1}, {"b": 1}, ["a", "b"]),
    ("root", [1], {"a": 1}, ["body"]),
    ("message-added-first", [USER, TOOL], [SYSTEM, USER, TOOL], ["[0]"]),
    ("message-dropped", [SYSTEM, USER, CALL, TOOL], [SYSTEM, USER, TOOL], ["[2]"]),
    ("turn-appended", [USER], [USER, CALL, TOOL], ["[1]", "[2]"]),
    (
        "changed-inside",
        [SYSTEM, USER, TOOL],
        [SYSTEM, {**USER, "content": "ho"}, TOOL],
        ["[1].content"],
    ),
    (
        "changed-and-dropped",
        [SYSTEM, USER, CALL, TOOL],
        [{**SYSTEM, "content": "x"}, USER, {**TOOL, "content": "41"}],
        ["[0].content", "[2]", "[2].content"],
    ),
]


@pytest.mark.parametrize(
    ("recorded", "live", "paths"), [row[1:] for row in ROWS], ids=[r[0] for r in ROWS]
)
def test_paths(recorded: Any, live: Any, paths: list[str]) -> None:
    assert [path_text(path) for path, _, _ in differing(recorded, live)] == paths


def line(recorded: object, live: object, path: str = "a") -> str:
    return str(Difference(path=path, recorded=recorded, live=live))


def test_lines() -> None:
    assert line(SIGNATURE, MISSING, "messages[2].signature") == (
        "messages[2].signature is missing (recorded: 568 characters, EqUDCkYI…gB)"
    )
    assert line(MISSING, 1) == "a is not in the recording (sent: 1)"
    assert line(1, True) == "a: recorded 1, sent true"
    assert line("hi", "ho") == 'a: recorded "hi", sent "ho"'
    assert line(None, {"b": 1}) == 'a: recorded null, sent {"b": 1}'


def test_long_texts_show_where_they_part() -> None:
    text = "the quick brown fox jumps over the lazy dog and then some more of it"
    shown = line(text, text.replace("lazy", "hazy"))
    assert "…" in shown and "lazy dog" in shown and "hazy dog" in shown
    assert shown.endswith("(from character 35)")
    opaque = line(SIGNATURE, SIGNATURE[:-3] + "ygB")
    assert opaque.count("568 characters, EqUDCkYI…gB") == 2
    assert opaque.endswith("(from character 565)")


def test_descriptions() -> None:
    assert describe("a b " * 40).startswith('160 characters, "a b ')
    assert describe(b"\xff" * 3) == "3 bytes"
    assert describe([[[1]] * 60]) == "list of 1 item"
    deep: list[object] = []
    for _ in range(5000):
        deep = [deep]
    assert describe(deep) == "list of 1 item"
    assert describe(10**70) == "1" + "0" * 59 + "…"
    assert describe(list(range(99))) == "list of 99 items"
    members = dict.fromkeys("abcdefgh", "x" * 20)
    assert describe(members) == "object with 8 members (a, b, c, d, e, f, …)"


def test_nothing_that_a_terminal_obeys_is_shown() -> None:
    hostile = "\x1b[31m\u2028\u202e\n"
    assert printable(hostile) == "\\u{1b}[31m\\u{2028}\\u{202e}\\u{a}"
    assert line(hostile, hostile * 40).isprintable()
    assert describe({hostile: "x" * 90}).isprintable()


def test_to_dict_is_json() -> None:
    made = Difference(path="a", recorded={"k": b"x"}, live=MISSING).to_dict()
    assert json.loads(json.dumps(made))["live"] is None
    assert made["text"].startswith("a is missing")


def test_size() -> None:
    assert size({"a": [1, 2, {"b": 3}], "c": []}) == 4
    assert size(MISSING) == 0


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=2), inner),
    max_leaves=15,
)


@given(VALUES, VALUES)
def test_no_difference_means_equal_and_back(one: Any, other: Any) -> None:
    assert list(differing(one, one)) == []
    spelled = json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    assert (not list(differing(one, other))) == spelled
