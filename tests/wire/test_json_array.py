"""The decoder of JSON arrays that come piece by piece: elements, cuts, bodies that are none."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream_cassette.wire.framing import Frame, frames
from stream_cassette.wire.json_array import JSONArrayDecoder

ONE = '{"candidates": [{"content": {"parts": [{"text": "a ] } , \\" \\\\"}]}}]}'
TWO = '{"text": "40°C"}'
GEMINI = f"[{ONE}\n,\r\n{TWO}\n]\n".encode()


def cut(*pieces: bytes) -> list[Frame]:
    decoder = JSONArrayDecoder()
    found = [frame for piece in pieces for frame in decoder.feed(piece)]
    return found + decoder.close()


CASES: dict[str, tuple[bytes, list[str], list[str]]] = {
    # body → data of what is dispatched, data of what is partial
    "gemini": (GEMINI, [ONE, TWO], []),
    "one line": (b'[{"a":1},{"b":[1,{}]},{}]', ['{"a":1}', '{"b":[1,{}]}', "{}"], []),
    "byte-order mark": (b'\xef\xbb\xbf [{"a":1}]', ['{"a":1}'], []),
    "blanks first": (b' \r\n[ {"a":1} ]', ['{"a":1}'], []),
    "array of arrays": (b'[{"a":1},[2],{"b":2}]', ['{"a":1}', "[2]", '{"b":2}'], []),
    "cut in an element": (b'[{"a":1},\n{"b": "x', ['{"a":1}'], ['{"b": "x']),
    "cut between elements": (b'[{"a":1},\n', ['{"a":1}'], [""]),
    "cut in an escape": (b'[{"a": "x\\', [], ['{"a": "x\\']),
    "bytes after it": (b'[{"a":1}] {"b":2}', ['{"a":1}'], []),
    "object": (b' {"a": [{"b": 1}]} ', [' {"a": [{"b": 1}]} '], []),
    "array of numbers": (b"[1, 2]", ["[1, 2]"], []),
    "array of texts": (b'["{", "}"]', ['["{", "}"]'], []),
    "empty array": (b"[]", ["[]"], []),
    "only a bracket": (b"[", ["["], []),
    "only a mark": (b"\xef\xbb", ["\ufffd"], []),
    "no JSON": (b"oops", ["oops"], []),
    "empty": (b"", [], []),
}


@pytest.mark.parametrize(("body", "said", "partial"), CASES.values(), ids=CASES.keys())
def test_frames(body: bytes, said: list[str], partial: list[str]) -> None:
    found = cut(body)
    assert [one.data for one in found if one.dispatch] == said
    assert [one.data for one in found if one.partial] == partial
    assert b"".join(one.raw for one in found) == body
    assert all(body[one.start :].startswith(one.raw) for one in found)


@pytest.mark.parametrize("body", [row[0] for row in CASES.values()], ids=CASES.keys())
def test_any_cut_gives_the_same_frames(body: bytes) -> None:
    whole = cut(body)
    assert cut(*(body[n : n + 1] for n in range(len(body)))) == whole
    for place in range(len(body) + 1):
        assert cut(body[:place], b"", body[place:]) == whole


def test_an_element_comes_with_its_last_bracket() -> None:
    decoder = JSONArrayDecoder()
    assert decoder.feed(f"[{ONE[:-1]}".encode()) == []
    assert [one.data for one in decoder.feed(b"}")] == [ONE]


def test_the_media_type_leads_here() -> None:
    assert [one.data for one in frames(GEMINI, "application/json; charset=UTF-8")][:2] == [ONE, TWO]


@pytest.mark.parametrize("inside", ["x", "\\\\", "[]"], ids=["text", "escapes", "brackets"])
def test_linear_however_it_is_cut(inside: str) -> None:
    """Four times the bytes, one at a time in one element: about four times the work."""

    def seconds(size: int) -> float:
        value = inside * (size // len(inside))
        body = (f'[{{"a": [{value}]}}]' if inside == "[]" else f'[{{"a": "{value}"}}]').encode()
        best = float("inf")
        for _ in range(3):
            began = time.process_time()
            assert len(cut(*(body[n : n + 1] for n in range(len(body))))) == 2
            best = min(best, time.process_time() - began)
        return best

    assert seconds(80_000) < 10 * seconds(20_000)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(st.lists(st.dictionaries(st.text(), VALUES), min_size=1), st.booleans())
def test_every_array_of_objects(elements: list[object], ascii_only: bool) -> None:
    body = json.dumps(elements, ensure_ascii=ascii_only, indent=1).encode("utf-8", "replace")
    found = [one for one in cut(body) if one.dispatch]
    assert [json.loads(one.data) for one in found] == json.loads(body)


@given(st.binary(max_size=60), st.integers(0, 70))
def test_no_bytes_raise_and_all_are_kept(noise: bytes, place: int) -> None:
    body = b'[{"a":1}' + noise
    whole = cut(body)
    assert b"".join(one.raw for one in whole) == body
    assert cut(body[:place], body[place:]) == whole
