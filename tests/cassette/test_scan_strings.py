"""Strings of frames, alone and joined."""

from __future__ import annotations

import json

import pytest

from stream_cassette.cassette.redact import DEFAULT
from stream_cassette.cassette.scan_strings import Spotted, Strings
from stream_cassette.wire.framing import frames

KEY = "sk-ant-api03-Zq3vT9xLmR2wY8bN4cK7pD1f"
KIND = "Anthropic key"


def spotted(body: bytes, media: str = "text/event-stream") -> set[Spotted]:
    strings = Strings(DEFAULT)
    found = {spot for frame in frames(body, media) for spot in strings.frame(frame)}
    return found | set(strings.close())


def lines(*values: object) -> bytes:
    return b"".join(json.dumps(value).encode() + b"\n" for value in values)


def test_a_string_alone_counts_where_the_one_before_was_no_word_that_goes_on() -> None:
    body = lines({"log": "hello there"}, {"log": KEY}, {"log": "bye"})
    assert spotted(body, "application/x-ndjson") == {Spotted("/log", KIND)}
    body = lines({"blob": "QUJDREVGR0hJSktM"}, {"blob": KEY}, {"blob": "QUJDREVGR0hJSktM"})
    assert spotted(body, "application/x-ndjson") == set()


@pytest.mark.parametrize("tell", ["index", "output_index", "content_index", "item_id"])
def test_interleaved_texts_are_told_apart(tell: str) -> None:
    values = [
        {tell: n % 3, "delta": KEY[n // 3] if n % 3 == 1 else "."} for n in range(3 * len(KEY))
    ]
    assert spotted(lines(*values), "application/x-ndjson") == {Spotted("/delta", KIND)}


def test_texts_of_different_paths_are_never_joined() -> None:
    values = [{("a" if n % 2 else "b"): c} for n, c in enumerate(KEY)]
    assert spotted(lines(*values), "application/x-ndjson") == set()


def test_an_array_that_streams() -> None:
    body = json.dumps([{"parts": [{"text": c}]} for c in KEY]).encode()
    assert spotted(body, "application/json") == {Spotted("/parts/0/text", KIND)}


def test_more_paths_than_are_kept_are_still_looked_at_alone() -> None:
    body = json.dumps({f"p{n}": KEY if n == 5000 else "x" for n in range(5001)}).encode()
    assert spotted(body, "application/json") == {Spotted("/p5000", KIND)}


def test_names_with_slashes_are_written_as_pointers_are() -> None:
    assert spotted(lines({"a/b~c": KEY}), "application/json") == {Spotted("/a~1b~0c", KIND)}


@pytest.mark.parametrize("line", [": {}", "event: {}", "id: {}", "retry: {}", "odd {}"])
def test_lines_that_are_no_data(line: str) -> None:
    body = f"{line.format(KEY)}\ndata: {{}}\n\n".encode()
    assert spotted(body) == {Spotted("", KIND)}
    assert spotted(f"{line.format(KEY)}\n\n".encode()) == {Spotted("", KIND)}
    assert spotted(f"data: {{}}\n{line.format(KEY)}\n\n".encode()) == {Spotted("", KIND)}
