"""The files were made by cassetter 0.16 (`cassetter convert`) of the YAML beside them."""

from __future__ import annotations

import pytest

from stream_cassette.errors import CorruptCassette, NewerFormat
from stream_cassette.formats._cassetter_toml import looks_like_toml, toml_nodes
from stream_cassette.formats._nodes import Mapping, Scalar
from stream_cassette.formats._registry import read, sniff
from tests.corpus import CASSETTES

FILES = CASSETTES / "formats" / "cassetter"

FILE = """\
version = 1

[[interactions]]
recorded_at = 2026-11-21T15:30:50Z

[interactions.request]
method = "GET"
uri = "http://x/"
body_type = "none"

[interactions.response]
status = 200
body_type = "KIND"
body_content = CONTENT
"""


def filled(kind: str, content: str) -> bytes:
    return FILE.replace("KIND", kind).replace("CONTENT", content).encode()


@pytest.mark.parametrize("name", ["stream", "bodies"])
def test_it_says_what_the_yaml_says(name: str) -> None:
    data = (FILES / f"{name}.toml").read_bytes()
    assert sniff(data).name == read(data).format == "cassetter"
    by_yaml = read((FILES / f"{name}.yaml").read_bytes()).interactions
    assert len(by_yaml) in (1, 3)
    assert sorted(read(data).interactions, key=repr) == sorted(by_yaml, key=repr)


@pytest.mark.parametrize(
    ("kind", "content", "body"),
    [
        ("text", '"""\ndata: |\n  x\n\n"""', b"data: |\n  x\n\n"),
        ("text", '"a\\r\\nb"', b"a\r\nb"),
        ("json", '\'{"b": 1e2, "a": "no"}\'', b'{"b":100.0,"a":"no"}'),
        ("binary", '"ff00"', b"\xff\x00"),
    ],
)
def test_bodies(kind: str, content: str, body: bytes) -> None:
    (one,) = read(filled(kind, content)).interactions
    assert (one.response.body, one.re_rendered) == (body, kind == "json")
    assert one.recorded_at == "2026-11-21T15:30:50+00:00"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (filled("json", '"{"'), "a body of type 'json' that is no JSON"),
        (filled("json", "1"), "a body of type 'json' that is no JSON"),
        (filled("text", '"open'), "no valid TOML"),
        (filled("text", '"\\uD83D"'), "no valid TOML"),
        (b"version = 1\na = " + b"[" * 70 + b"]" * 70 + b"\n[[interactions]]\n", "64 deep"),
        (b"version = 1\n[[ws_interactions]]\na = 1\n", "ws_interactions holds WebSocket"),
    ],
)
def test_what_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(CorruptCassette, match=message):
        read(data)


def test_a_newer_version() -> None:
    with pytest.raises(NewerFormat, match="of version 2, not 1"):
        read(filled("text", '"a"').replace(b"version = 1", b"version = 2"))


@pytest.mark.parametrize(
    "data", [b"[[interactions]]\n", b"version = 1\n", b"version: 1\n[[interactions]]\n"]
)
def test_other_toml(data: bytes) -> None:
    assert not looks_like_toml(data)


def test_nodes() -> None:
    root = toml_nodes(b"a = true\nb = 1979-05-27\nc = 1.5\n")
    assert isinstance(root, Mapping)
    assert root.entries == {
        "a": Scalar("true", None, None, True),
        "b": Scalar("1979-05-27", None),
        "c": Scalar("1.5", None, None, True),
    }


@pytest.mark.parametrize("key", [b"a." * 20_000 + b"a", b"a . " * 300 + b"a", b'"a".' * 300 + b"a"])
def test_a_key_without_end_is_refused_at_once(key: bytes) -> None:
    """Python's parser would take hours for the longest."""
    with pytest.raises(CorruptCassette, match="line 3: a key of more than 200 parts"):
        toml_nodes(b"version = 1\n[[interactions]]\n" + key + b" = 1\n")


@pytest.mark.parametrize("text", ["." * 300, "a.b" * 150, ". . . " * 100, "a: b.\\n" * 300])
def test_points_in_text_are_no_key(text: str) -> None:
    data = f'version = 1\nx = "{text}"\n[[interactions]]\n'
    assert toml_nodes(data.encode()) == toml_nodes(data.encode())
