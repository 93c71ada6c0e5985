"""The files in `cassettes/formats/polly` were recorded by Polly 5.1 and 6.0 from loopback."""

from __future__ import annotations

import gzip
import json
from base64 import b64encode
from typing import Any

import httpx
import pytest
import yaml

from stream_cassette.cassette.model import Interaction
from stream_cassette.errors import CorruptCassette
from stream_cassette.formats._registry import read, sniff
from stream_cassette.tape import use_cassette
from stream_cassette.wire.encoding import decode
from tests.corpus import CASSETTES

PACKED = gzip.compress(b"data: 1\n\ndata: 2\n\n", mtime=0)
PARTS = [PACKED[:12], PACKED[12:30], PACKED[30:]]


def recording(content: dict[str, Any], coding: str | None = None, **post: Any) -> dict[str, Any]:
    headers = [{"name": "set-cookie", "value": "a=1", "_fromType": "array"}]
    if coding:
        headers.append({"name": "content-encoding", "value": coding})
    entry = {
        "_id": "773f06f412e7171a41a163edff09aae3",
        "_order": 0,
        "startedDateTime": "2026-01-30T21:46:18.741Z",
        "time": 834,
        "request": {
            "httpVersion": "HTTP/1.1",
            "url": "https://x/",
            "method": "POST",
            "headers": [],
            "postData": {"mimeType": "application/json", "params": []} | (post or {"text": "{}"}),
            "bodySize": 2,
        },
        "response": {
            "httpVersion": "HTTP/1.1",
            "status": 200,
            "statusText": "OK",
            "headers": headers,
            "content": {"mimeType": "text/event-stream"} | content,
            "bodySize": 9,
        },
        "timings": {"wait": 834, "receive": 0},
    }
    return {
        "log": {
            "version": "1.2",
            "creator": {"name": "Polly.JS", "version": "6.0.6"},
            "entries": [entry],
            "_recordingName": "a",
        }
    }


def one(tree: dict[str, Any], *, as_yaml: bool = False) -> Interaction:
    data = (yaml.safe_dump(tree) if as_yaml else json.dumps(tree, indent=2)).encode()
    cassette = read(data)
    assert sniff(data).name == cassette.format == "polly"
    (interaction,) = cassette.interactions
    return interaction


@pytest.mark.parametrize("version", [5, 6])
def test_what_polly_recorded(version: int) -> None:
    data = (CASSETTES / "formats" / "polly" / f"polly{version}.har").read_bytes()
    assert sniff(data).name == "polly"
    packed, plain, binary, empty = read(data).interactions
    # as the client saw them while Polly recorded
    assert [cut.size_bytes for cut in packed.response.cuts or ()] == [10, 35, 12, 11, 11, 10]
    events = [f'data: {{"n":{n},"t":"é😀"}}\n\n' for n in range(4)]
    assert decode(packed.response.body, "gzip").decode() == "".join(events)
    assert packed.request.body == '{"a":"é"}'.encode()
    assert ("set-cookie", "a=1") in packed.response.headers
    assert ("set-cookie", "b=2") in packed.response.headers
    assert plain.response.body == "".join(f"data: {n} é😀\n\n" for n in range(4)).encode()
    assert (binary.response.body, binary.request.method) == (b"\xff\x00\x01\x02\xfe", "GET")
    assert (empty.response.body, empty.response.status) == (b"", 204)
    assert not any(one.re_rendered for one in (packed, plain, binary, empty))


def test_a_recording_of_polly_s_replays_with_its_cuts() -> None:
    path = CASSETTES / "formats" / "polly" / "polly6.har"
    url, asked = "http://127.0.0.1:8000/gz", '{"a":"é"}'
    with use_cassette(path, unplayed="ignore"), httpx.Client() as client:
        with client.stream("POST", url, content=asked) as answer:
            assert [len(part) for part in answer.iter_raw()] == [10, 35, 12, 11, 11, 10]
    with use_cassette(path, unplayed="ignore"), httpx.Client() as client:
        assert client.post(url, content=asked).text.count("data: ") == 4


def test_text() -> None:
    found = one(recording({"text": "data: é\n\n", "size": 10}, "br"))
    assert found.response.body == "data: é\n\n".encode()
    assert found.response.headers == (("set-cookie", "a=1"),)  # the client had decoded it
    assert (found.response.cuts, found.response.head_ms) == (None, None)
    assert not found.re_rendered


@pytest.mark.parametrize("as_yaml", [False, True])
def test_chunks_are_cut_points(as_yaml: bool) -> None:
    spelled = json.dumps([b64encode(part).decode() for part in PARTS])
    tree = recording({"text": spelled, "encoding": "base64", "size": len(spelled)}, "gzip")
    found = one(tree, as_yaml=as_yaml)
    assert [chunk.data for chunk in found.response.chunks or ()] == PARTS
    assert [cut.offset_ms for cut in found.response.cuts or ()] == [0.0, 0.0, 0.0]
    assert found.response.headers[-1] == ("content-encoding", "gzip")


def test_chunks_of_polly_5_are_hexadecimal() -> None:
    spelled = json.dumps([part.hex() for part in PARTS] + [""])
    found = one(recording({"text": spelled, "_isBinary": True}, "gzip"))
    assert [chunk.data for chunk in found.response.chunks or ()] == PARTS


@pytest.mark.parametrize(
    "content",
    [{"text": "/wA=", "encoding": "base64"}, {"text": "ff00", "_isBinary": True}],
)
def test_bytes_in_one_piece(content: dict[str, Any]) -> None:
    found = one(recording(content))
    assert (found.response.body, found.response.cuts) == (b"\xff\x00", None)


def test_bodies_that_a_persister_made_values_of() -> None:
    value = {"model": "a::2024-10-22", "n": 1, "no": "no"}
    found = one(recording({"textJSON": value}, textJSON=value), as_yaml=True)
    compact = json.dumps(value, separators=(",", ":")).encode()
    assert (found.request.body, found.response.body) == (compact, compact)
    assert found.re_rendered


@pytest.mark.parametrize(("text", "size"), [("data: 1\n\n", 400), ("é😀", 1)])
def test_text_of_another_size_was_changed(text: str, size: int) -> None:
    assert one(recording({"text": text, "size": size})).re_rendered


@pytest.mark.parametrize("size", [6, 2, 3])
def test_sizes_in_bytes_characters_and_units(size: int) -> None:
    assert not one(recording({"text": "é😀", "size": size})).re_rendered


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"size": 0}, "the stream's text"),
        ({"text": "[1]", "encoding": "base64"}, "content is no base64"),
        ({"text": "[", "encoding": "base64"}, "content is no list of chunks"),
        ({"text": '[["a"]]', "encoding": "base64"}, "a chunk must be text, not a list"),
        ({"text": "xy", "_isBinary": True}, "content is no hexadecimal"),
        ({"text": "a", "encoding": "gzip"}, "content is in an encoding unknown here"),
    ],
)
def test_what_is_refused(content: dict[str, Any], message: str) -> None:
    with pytest.raises(CorruptCassette, match=f"interaction 0: {message}"):
        read(json.dumps(recording(content)).encode())
