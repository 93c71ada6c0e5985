"""Where a cut hurts."""

from __future__ import annotations

import pytest

from stream_cassette.wire.framing import frames
from stream_cassette.wire.places import KINDS, places
from tests.support.bedrock_messages import EVENTSTREAM, message

SSE = "text/event-stream"

# body → offset of each place that must be there → its kind
ROWS = {
    "a character of three bytes": ("data: \u2028\n\n".encode(), {7: "character", 8: "character"}),
    "a character of four bytes": ("😀".encode(), {1: "character", 2: "character", 3: "character"}),
    "a pair of surrogates": (rb'"\ud83d\ude00"', {2: "surrogate", 7: "surrogate", 12: "surrogate"}),
    "a lone surrogate": (rb'"\ud83d"', {2: "escape", 6: "escape"}),
    "an escape": (rb'"a\n"', {3: "escape"}),
    "an escaped backslash before a u": (rb'"\\u00e9"', {2: "escape"}),
    "CRLF": (b"data: a\r\n\r\n", {8: "crlf", 9: "terminator", 10: "crlf"}),
    "a field's name": (b"data: a\n\n", dict.fromkeys(range(1, 7), "field")),
    "a field without its space": (b"x\ndata:a\n\n", {3: "field", 7: "field"}),
    "a field's name in a value": (b"data: data: a\n\n", {6: "field"}),
    "an end marker": (b"data: [DONE]\n\n", {9: "marker", 11: "marker"}),
    "a blank line": (
        b"data: a\n\ndata: b\n\n",
        {7: "terminator", 8: "terminator", 9: "terminator"},
    ),
}


@pytest.mark.parametrize(("body", "wanted"), ROWS.values(), ids=ROWS.keys())
def test_places(body: bytes, wanted: dict[int, str]) -> None:
    found = dict(places(body, SSE))
    assert {at: found.get(at) for at in wanted} == wanted


def test_an_escaped_backslash_is_no_escape_of_a_character() -> None:
    assert [at for at, kind in places(rb'"\\u00e9"', SSE) if kind == "escape"] == [2]


def test_nothing_at_the_ends() -> None:
    body = b"\n\ndata: a\n\n"
    assert all(0 < at < len(body) for at, _ in places(body, SSE))
    assert places(b"", SSE) == []


def test_lines_of_another_framing() -> None:
    assert dict(places(b"{}\n{}\n", "application/x-ndjson")) == {
        2: "terminator",
        3: "terminator",
        5: "terminator",
    }


def test_messages_of_an_event_stream() -> None:
    body = message("a", {}) * 2
    found = dict(places(body, EVENTSTREAM, frames(body, EVENTSTREAM)))
    half = len(body) // 2
    assert {at: found[at] for at in (4, 8, 12, half - 4, half + 4)} == dict.fromkeys(
        (4, 8, 12, half - 4, half + 4), "prelude"
    )
    assert found[half] == "terminator"


def test_every_kind_is_listed_once() -> None:
    assert len(set(KINDS)) == len(KINDS)
