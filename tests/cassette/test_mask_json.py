"""The strings of a JSON text and their paths, in any cut."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from stream_cassette.cassette.mask_json import JsonStrings
from stream_cassette.cassette.secret_names import DEFAULT

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=12,
)


def read(pieces: list[bytes]) -> list[tuple[str, bool, bytes]]:
    """Each string's pointer, whether it is a key, and its content."""
    strings = JsonStrings(DEFAULT, own_items=True)
    found: list[tuple[str, bool, bytes]] = []
    content = carry = b""
    for piece in pieces:
        data = carry + piece
        for _, one in strings.feed(data):
            content = (b"" if one.begins else content) + data[one.start : one.end]
            if one.ends:
                found.append((strings.pointer(), one.is_key, content))
        carry = data[len(data) - strings.carried :]
    assert not strings.is_begun
    return found


def expected(value: Any, path: str = "") -> list[tuple[str, bool, bytes]]:
    if isinstance(value, str):
        return [(path, False, json.dumps(value)[1:-1].encode())]
    found: list[tuple[str, bool, bytes]] = []
    if isinstance(value, dict):
        for key, child in value.items():
            step = key.replace("~", "~0").replace("/", "~1")
            found.append((path, True, json.dumps(key)[1:-1].encode()))
            found += expected(child, f"{path}/{step}")
    elif isinstance(value, list):
        for index, child in enumerate(value):
            found += expected(child, f"{path}/{index}")
    return found


@settings(deadline=None)
@given(VALUES, st.sampled_from([None, 1]), st.integers(1, 5))
def test_any_text_in_any_cut(value: Any, indent: int | None, size: int) -> None:
    text = json.dumps(value, indent=indent).encode()
    found = read([text[i : i + size] for i in range(0, len(text), size)] + [b" "])
    assert found == expected(value)
    assert read([text + b" "]) == found


def test_names() -> None:
    strings = JsonStrings(DEFAULT, own_items=False)
    text = b'{"api_key":["a"],"id":"b","client_secret":{"value":"c","x":"d"},"e":"f","e":"g"}'
    said = [
        (node.is_secret, node.is_opaque, text[one.start : one.end])
        for node, one in strings.feed(text)
        if not one.is_key
    ]
    assert said == [
        (True, False, b"a"),
        (False, True, b"b"),
        (True, False, b"c"),
        (False, False, b"d"),
        (False, False, b"f"),
        (False, False, b"g"),
    ]


def test_paths_are_remembered_within_bounds() -> None:
    strings = JsonStrings(DEFAULT, own_items=True)
    first = [node for node, one in strings.feed(b'{"a":["x","y"]}') if not one.is_key]
    strings.reset()
    again = [node for node, one in strings.feed(b'{"a":["x","y"]}') if not one.is_key]
    assert first == again and first[0] is not first[1] and first[0].is_kept
    many = ("{" + ",".join(f'"k{i}":"v"' for i in range(6000)) + "}").encode()
    strings.reset()
    kept = [node.is_kept for node, one in strings.feed(many) if not one.is_key]
    assert kept[0] and not kept[-1]
