"""Lenient JSON, and text that is still coming."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream_cassette.dialects._json import Progress, loads, mapping, object_of, text


def test_what_orjson_refuses() -> None:
    assert loads('{"a":"\\ud83d"}') == {"a": "\ud83d"}
    assert loads("[Infinity]") == [float("inf")]


@pytest.mark.parametrize("data", ["", "{", "nope", "[" * 100_000])
def test_no_json(data: str) -> None:
    with pytest.raises(ValueError):
        loads(data)
    assert object_of(data) is None


def test_values_of_a_kind() -> None:
    assert object_of('{"a":1}') == {"a": 1}
    assert object_of("[1]") is None
    assert (mapping({"a": 1}), mapping([1]), mapping(None)) == ({"a": 1}, {}, {})
    assert (text("a"), text(""), text(1)) == ("a", None, None)


@pytest.mark.parametrize(
    ("pieces", "complete"),
    [
        ([], False),
        ([" "], False),
        (["{"], False),
        (["{}"], True),
        (["{", "}"], True),
        (['{"a": "', "}"], False),
        (['{"a": "', '}"', "}"], True),
        (['{"a": "\\', '"}'], False),
        (['{"a": "\\', '""}'], True),
        (['{"a": "\\\\', '"}'], True),
        (["[1, [2", "]"], False),
        (["[1, [2", "]]"], True),
        (["12"], True),
        (['"x"'], True),
        (["", '"x'], False),
    ],
)
def test_progress(pieces: list[str], complete: bool) -> None:
    progress = Progress()
    for piece in pieces:
        progress.feed(piece)
    assert progress.complete is complete


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=6,
)


@given(st.dictionaries(st.text(), VALUES), st.lists(st.integers(0, 80)))
def test_an_object_is_complete_at_its_last_character_only(value: object, cuts: list[int]) -> None:
    whole = json.dumps(value)
    places = sorted({0, *(cut for cut in cuts if cut < len(whole) - 1), len(whole) - 1})
    progress = Progress()
    for start, end in zip(places, [*places[1:], None], strict=True):
        assert not progress.complete
        progress.feed(whole[start:end])
    assert progress.complete
