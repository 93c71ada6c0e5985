"""Paths as people write them, pointers, and removal without touching the original."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from stream_cassette.cassette.jsonpath import (
    Wild,
    covers,
    parse_path,
    parse_pointer,
    path_text,
    pointer_text,
    without,
)
from stream_cassette.errors import UsageError

PATHS: list[tuple[str, tuple[Any, ...]]] = [
    ("a", ("a",)),
    ("$.a.b", ("a", "b")),
    ("messages[2].content", ("messages", 2, "content")),
    ("messages[-1]", ("messages", -1)),
    ("tools[*].id", ("tools", Wild.EVERY, "id")),
    ("tools.*.id", ("tools", Wild.EVERY, "id")),
    ("..id", (Wild.ANYWHERE, "id")),
    ('["odd.name"].x', ("odd.name", "x")),
    ("['it\\'s']", ("it's",)),
    ("/a~1b/0", ("a/b", "0")),
]


@pytest.mark.parametrize(("path", "steps"), PATHS)
def test_parse(path: str, steps: tuple[Any, ...]) -> None:
    assert parse_path(path) == steps


@pytest.mark.parametrize("path", ["", "$", "a[", "a..", "a[b]", "a]"])
def test_refused(path: str) -> None:
    with pytest.raises(UsageError, match="not a JSON path"):
        parse_path(path)


def test_text_round_trips() -> None:
    steps = ("messages", 2, "odd name", "x")
    assert path_text(steps) == 'messages[2]["odd name"].x'
    assert parse_path(path_text(steps)) == steps
    assert path_text(()) == "body"
    assert pointer_text(("a/b", 0, "c~d")) == "/a~1b/0/c~0d"
    assert parse_pointer("/a~1b/0/c~0d") == ("a/b", "0", "c~d")


VALUE = {"a": 1, "b": [{"id": 1, "x": 2}, {"id": 3}], "c": {"id": 4}}
REMOVED: list[tuple[str, Any]] = [
    ("a", {"b": VALUE["b"], "c": VALUE["c"]}),
    ("b[*].id", {**VALUE, "b": [{"x": 2}, {}]}),
    ("b[0].id", {**VALUE, "b": [{"x": 2}, {"id": 3}]}),
    ("/b/1/id", {**VALUE, "b": [{"id": 1, "x": 2}, {}]}),
    ("b[-1]", {**VALUE, "b": [{"id": 1, "x": 2}, None]}),
    ("b[*]", {**VALUE, "b": []}),
    ("..id", {"a": 1, "b": [{"x": 2}, {}], "c": {}}),
    ("nothing.here", VALUE),
    ("b[7].id", VALUE),
    ("b.name", VALUE),
]


@pytest.mark.parametrize(("path", "left"), REMOVED)
def test_without(path: str, left: Any) -> None:
    before = copy.deepcopy(VALUE)
    assert without(VALUE, parse_path(path)) == left
    assert before == VALUE


@pytest.mark.parametrize(
    ("path", "place", "is_covered"),
    [
        ("a.b", ("a", "b"), True),
        ("a.b", ("a", "b", 0, "c"), True),
        ("a.b", ("a",), False),
        ("a[1]", ("a", 1), True),
        ("/a/1", ("a", 1, "b"), True),
        ("a[1]", ("a", 2), False),
        ("a[*].b", ("a", 7, "b"), True),
        ("a[*]", ("a",), False),
        ("..id", ("a", 3, "id", "x"), True),
        ("..id", ("id",), True),
        ("a..b.c", ("a", "x", "b", "c"), True),
        ("a..b.c", ("a", "b", "x", "c"), False),
    ],
)
def test_covers(path: str, place: tuple[str | int, ...], is_covered: bool) -> None:
    assert covers(parse_path(path), place) is is_covered
