"""The line in which each interaction begins, in every layout that a cassette may have."""

from __future__ import annotations

import json

import pytest

from stream_cassette.formats._yaml_lines import (
    interaction_lines,
    interaction_starts,
    lines_at,
)

CASES = {
    "ours": (
        b"interactions:\n# 0\n- request:\n    a: b\n- request:\n    a: b\nversion: 1\n",
        2,
        (3, 5),
    ),
    "other keys first": (b"interactions:\n- id: 0\n  request: {}\n- id: 1\n", 2, (2, 4)),
    "indented": (b"version: 2\ninteractions:\n    - id: 0\n      b: c\n    - id: 1\n", 2, (3, 5)),
    "lists side by side": (b"requests:\n- method: GET\n- method: GET\nresponses: []\n", 2, (2, 3)),
    "Ruby": (b"---\nhttp_interactions:\n- request:\n    a: b\n", 1, (3,)),
    "HAR": (b'{"log": {"version": "1.2",\n"entries": [\n{"a": [1]},\n{}]}}', 2, (3, 4)),
    "the root is the list": (b"- request: {}\n- {}\n", 2, (1, 2)),
    "a body says the word": (
        b"interactions:\n- a: |\n    x\n- b: c\n  request: |\n    - request: d\n",
        2,
        (2, 4),
    ),
    "keys and values that are collections": (
        b"? [a, {b: c}]\n: {d: [e]}\ninteractions: [1]",
        1,
        (3,),
    ),
    "another number": (b"interactions:\n- request: {}\n", 2, ()),
    "no list": (b"a: b\n", 0, ()),
    "a scalar": (b"a", 1, (1,)),
    "empty": (b"", 1, (1,)),
    "no YAML": (b'interactions:\n- "', 2, ()),
    "an event stream": (b"data: {}\n\ndata: [DONE]\n\n", 1, (1,)),
    "one exchange": (b'{"request": {}, "response": {}}', 1, (1,)),
}


@pytest.mark.parametrize(("data", "count", "lines"), CASES.values(), ids=CASES.keys())
def test_lines(data: bytes, count: int, lines: tuple[int, ...]) -> None:
    assert interaction_lines(data, count) == lines


def test_json_on_one_line() -> None:
    data = json.dumps({"version": 1, "interactions": [{"request": {}}, {"request": {}}]})
    assert interaction_lines(data.encode(), 2) == (1, 1)


def test_nothing_recurses_where_a_file_is_deep() -> None:
    deep = b"a: " + b"[" * 2_000 + b"]" * 2_000 + b"\ninteractions:\n- b: c\n"
    assert interaction_lines(deep, 1) == (3,)


def test_offsets_of_items_in_our_layout() -> None:
    data = CASES["ours"][0]
    starts = interaction_starts(data, 2)
    assert [data[at : at + 9] for at in starts] == [b"- request"] * 2
    assert lines_at(data, starts) == (3, 5)
    assert interaction_starts(data, 3) == ()
    assert interaction_starts(CASES["indented"][0], 2) == ()
