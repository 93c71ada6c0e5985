from __future__ import annotations

import json
from base64 import b64encode
from typing import Any

import pytest

from stream_cassette.cassette.model import Interaction
from stream_cassette.errors import CorruptCassette
from stream_cassette.formats._registry import read, sniff


def coded(data: bytes) -> dict[str, str]:
    return {"b64": b64encode(data).decode()}


def fixture(body: Any = None, **more: Any) -> bytes:
    tree = {
        "request": {
            "body": coded(b'{"a":1}'),
            "canonical_json": {"a": 1},
            "headers": {"accept": ["a", "b"], "authorization": "[REDACTED:authorization]"},
            "method": "post",
            "url": "https://x/",
        },
        "response": {"body": body, "headers": {"x": "y"}, "status": 200},
    }
    return json.dumps(tree | more, indent=2).encode()


def one(data: bytes) -> Interaction:
    cassette = read(data)
    assert sniff(data).name == cassette.format == "reqllm"
    (interaction,) = cassette.interactions
    return interaction


def test_a_stream() -> None:
    parts = [b"data: 1\n", b"\ndata: \xc3", b"\xa9\n\n"]
    chunks = [coded(part) | {"decoded": "?"} for part in [*parts, b""]]
    found = one(fixture(chunks=chunks, captured_at="2025-10-14T19:38:55.843245Z"))
    assert [chunk.data for chunk in found.response.chunks or ()] == parts
    assert (found.request.method, found.request.body) == ("POST", b'{"a":1}')
    assert found.request.headers[:2] == (("accept", "a"), ("accept", "b"))
    assert (found.recorded_at, found.re_rendered) == ("2025-10-14T19:38:55.843Z", False)


@pytest.mark.parametrize(
    ("body", "data", "re_rendered"),
    [
        ({"b": [1.5, None], "a": "é"}, '{"b":[1.5,null],"a":"é"}'.encode(), True),
        ({"b64": "/wA=", "c": 1}, b'{"b64":"/wA=","c":1}', True),
        (coded(b"\xff"), b"\xff", False),
        ("text", b"text", False),
        (7, b"7", True),
    ],
)
def test_answers_that_were_not_streamed(body: Any, data: bytes, re_rendered: bool) -> None:
    found = one(fixture(body))
    assert (found.response.body, found.response.cuts) == (data, None)
    assert found.re_rendered is re_rendered


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (fixture(), "interaction 0: the answer was not kept: neither `chunks` nor a `body`"),
        (fixture(chunks=[]), "interaction 0: the answer's list of chunks is empty"),
        (fixture(chunks=[{"decoded": "a"}]), "interaction 0: 'b64' is missing"),
        (fixture({"b64": "?"}), "interaction 0: response body is no base64"),
    ],
)
def test_what_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(CorruptCassette, match=message):
        read(data)
