"""Cuts in words."""

from __future__ import annotations

import pytest

from stream_cassette.cassette.model import Response
from stream_cassette.torture.words import Text, apart, together
from stream_cassette.wire.encoding import recode

FIRST = 'data: {"a": "x\u2028y \\ud83d\\ude00 \\n"}\r\n\r\n'.encode()
BODY = FIRST + "data: grün\r\n\r\ndata: [DONE]\r\n\r\n".encode()
SSE = (("content-type", "text/event-stream"),)
TEXT = Text(Response(status=200, headers=SSE, body=BODY))
SEPARATOR = BODY.index(b"\xe2")
PAIR = BODY.index(rb"\ud83d")
END = BODY.index(b"\r\n")
UMLAUT = BODY.index(b"\xc3")
SECOND = len(FIRST)
DONE = BODY.index(b"[DONE]")

ROWS = {
    "a character": ([SEPARATOR + 1], "bytes E2 | 80 A8 of U+2028 in event 0 arrive in two chunks"),
    "a character, twice": (
        [SEPARATOR + 1, SEPARATOR + 2],
        "bytes E2 | 80 | A8 of U+2028 in event 0 arrive in three chunks",
    ),
    "a character of another event": (
        [UMLAUT + 1],
        "bytes C3 | BC of U+00FC in event 1 arrive in two chunks",
    ),
    "surrogates": (
        [PAIR + 6],
        r"the escapes \ud83d|\ude00 of one character in event 0 arrive in two chunks",
    ),
    "an escape": ([BODY.index(rb"\n") + 1], r"the escape \|n in event 0 arrive in two chunks"),
    "CRLF": ([END + 1], "CR | LF CR LF in event 0 arrive in two chunks"),
    "the blank line": ([END + 2], "CR LF | CR LF in event 0 arrive in two chunks"),
    "before the end of a line": ([END], "CR LF CR LF in event 0 arrive in two chunks"),
    "two events": ([SECOND], "event 0 | event 1 arrive in two chunks"),
    "a field's name": ([SECOND + 2], "the field name `da|ta: ` in event 1 arrive in two chunks"),
    "behind a field's name": (
        [SECOND + 6],
        "the field name `data: |` in event 1 arrive in two chunks",
    ),
    "the end marker": ([DONE + 3], "the end marker `[DO|NE]` in event 2 arrive in two chunks"),
    "anywhere": ([8], '`data: {"|a": "x\\u{2028}` in event 0 arrive in two chunks'),
    "two places": (
        [SEPARATOR + 1, SECOND],
        "bytes E2 | 80 A8 of U+2028 in event 0, and event 0 | event 1 arrive in separate chunks",
    ),
}


@pytest.mark.parametrize(("cuts", "words"), ROWS.values(), ids=ROWS.keys())
def test_what_arrives_apart(cuts: list[int], words: str) -> None:
    assert apart([TEXT], [(0, at) for at in cuts]) == words


def test_of_several_answers_the_one_is_named() -> None:
    assert apart([TEXT, TEXT], [(1, SECOND)]) == (
        "event 0 | event 1 of interaction 1 arrive in two chunks"
    )


def test_what_arrives_together() -> None:
    assert together([TEXT], [(0, SECOND)]) == "event 0 and event 1 arrive in one chunk"
    said = together([TEXT, TEXT], [(1, 8)])
    assert said.endswith("in event 0 of interaction 1, recorded apart, arrive in one chunk")


def test_a_compressed_answer_is_told_of_by_what_it_says() -> None:
    (body,) = recode([BODY], "gzip")
    text = Text(Response(status=200, headers=(*SSE, ("content-encoding", "gzip")), body=body))
    assert apart([text], [(0, SEPARATOR + 1)]).startswith("bytes E2 | 80 A8 of U+2028 in event 0")


@pytest.mark.parametrize(
    ("media", "body", "at", "words"),
    [
        ("application/x-ndjson", b'{"a": 1}\n{"a": 2}\n', 9, "line 0 | line 1"),
        ("application/json", b'{"a": 1, "b": 2}', 8, '`{"a": 1,| "b": 2}` in the body'),
        ("text/plain", "ü".encode(), 1, "bytes C3 | BC of U+00FC in the body"),
    ],
)
def test_other_framings(media: str, body: bytes, at: int, words: str) -> None:
    text = Text(Response(status=200, headers=(("content-type", media),), body=body))
    assert apart([text], [(0, at)]) == f"{words} arrive in two chunks"


@pytest.mark.parametrize(
    ("at", "advice"),
    [
        (SEPARATOR + 1, "a chunk may end inside a character"),
        (8, r"event 0 holds U\+2028, at which str.splitlines\(\) ends a line"),
        (BODY.index(b"\r\n", SECOND) + 1, "a chunk may end between CR and LF"),
        (DONE + 1, "a chunk may end anywhere"),
    ],
)
def test_advice(at: int, advice: str) -> None:
    import re

    assert re.match(advice, TEXT.advice(at))


def test_an_empty_answer_has_advice_too() -> None:
    assert Text(Response(status=200, body=b"ab")).advice(1).startswith("a chunk may end anywhere")
