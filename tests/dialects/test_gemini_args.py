"""Arguments in pieces: paths, texts that go on, and what can't be understood."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stream_cassette.dialects._gemini_args import PartialArguments


def piece(path: Any, value: Any, *, more: bool = False, kind: str = "stringValue") -> Any:
    return {"jsonPath": path, kind: value} | ({"willContinue": True} if more else {})


def taken(*pieces: Any, given: Any = None) -> tuple[list[bool], Any]:
    arguments = PartialArguments(given or {})
    return [arguments.take(one) for one in pieces], arguments.value()


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("$.a", {"a": "x"}),
        ("$.a.b", {"a": {"b": "x"}}),
        ("$.a[0].b", {"a": [{"b": "x"}]}),
        ("$.a[0][0]", {"a": [["x"]]}),
        ("$['a b']", {"a b": "x"}),
        ('$["a.b"].c', {"a.b": {"c": "x"}}),
        (r"$['it\'s']", {"it's": "x"}),
        (r'$["a\\b"]', {"a\\b": "x"}),
        ("$.größe", {"größe": "x"}),
        ("$['']", {"": "x"}),
    ],
)
def test_paths(path: str, value: Any) -> None:
    assert taken(piece(path, "x")) == ([True], value)


NO_PLACES: list[Any] = ["", "$", "a", "$.", "$..a", "$[*]", "$.a[-1]", "$.a[1:2]", "$['a"]
NO_PLACES += [r"$['\n']", "$.a b", 5, None, "$.a[1]", "$[0]", "$" + ".a" * 65]


@pytest.mark.parametrize("path", NO_PLACES)
def test_what_is_no_place_is_not_taken(path: Any) -> None:
    known, value = taken(piece(path, "x"))
    assert known == [False]
    assert value in ({}, {"a": []})


@pytest.mark.parametrize(
    ("kind", "value", "read"),
    [
        ("numberValue", 1.5, 1.5),
        ("boolValue", False, False),
        ("nullValue", "NULL_VALUE", None),
        ("nullValue", None, None),
        ("stringValue", "", ""),
    ],
)
def test_values(kind: str, value: Any, read: Any) -> None:
    assert taken(piece("$.a", value, kind=kind)) == ([True], {"a": read})


@pytest.mark.parametrize(
    "odd", [None, "x", [], {"jsonPath": "$.a", "stringValue": 5}, {"jsonPath": "$.a", "new": 1}]
)
def test_odd_pieces_are_not_taken(odd: Any) -> None:
    assert taken(odd) == ([False], {})


def test_a_text_goes_on_while_it_says_so() -> None:
    pieces = [
        piece("$.a", "Bos", more=True),
        piece("$.b", "x"),
        piece("$.a", "ton", more=True),
        {"jsonPath": "$.a", "willContinue": True},
        piece("$.a", ", MA"),
    ]
    assert taken(*pieces) == ([True] * 5, {"a": "Boston, MA", "b": "x"})
    # as Vertex ends each text
    assert taken(piece("$.a", "add", more=True), piece("$.a", ""))[1] == {"a": "add"}
    assert taken(piece("$.a", "old"), piece("$.a", "new"))[1] == {"a": "new"}
    assert taken(piece("$.a", "x", more=True), piece("$.a", 1, kind="numberValue"))[1] == {"a": 1}


def test_given_arguments_are_the_beginning() -> None:
    known, value = taken(piece("$.b[1]", "y"), given={"a": 1, "b": ["x"]})
    assert (known, value) == ([True], {"a": 1, "b": ["x", "y"]})


def test_what_is_there_is_not_made_another_thing() -> None:
    pieces = [piece("$.a", "x"), piece("$.a.b", "y"), piece("$.a[0]", "z")]
    assert taken(*pieces) == ([True, False, False], {"a": "x"})
    assert taken(piece("$.a[0]", "x"), piece("$.a.b", "y")) == ([True, False], {"a": ["x"]})


def test_linear() -> None:
    arguments = PartialArguments({})
    for _ in range(50_000):
        assert arguments.take(piece("$.a", "word ", more=True))
    assert arguments.value() == {"a": "word " * 50_000}


PATHS = st.sampled_from(["$.a", "$.a.b", "$.a[0]", "$.a[1]", "$.b['c']", "$[0]", "$", ""])
PIECES = st.fixed_dictionaries(
    {},
    optional={
        "jsonPath": PATHS | st.none(),
        "stringValue": st.text(max_size=2) | st.integers(),
        "numberValue": st.integers() | st.lists(st.integers(), max_size=1),
        "boolValue": st.booleans(),
        "nullValue": st.none(),
        "willContinue": st.booleans(),
    },
)


@given(st.lists(PIECES | st.none(), max_size=8))
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_hostile_pieces_raise_nothing(pieces: list[Any]) -> None:
    arguments = PartialArguments({})
    assert all(arguments.take(one) in (True, False) for one in pieces)
    assert json.dumps(arguments.value())
