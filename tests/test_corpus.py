"""Every cassette of the corpus that is in a format known here: loaded, compared, written, read.

What a body must be is found without our reader: by vcrpy's own loader, or by CSafeLoader where
vcrpy refuses the file. `STREAM_CASSETTE_CORPUS` names the directory (its `MANIFEST.csv` says what
is what); else `shared/corpus` beside the repository; else these tests are skipped.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from vcr import migration
from vcr.serialize import deserialize
from vcr.serializers import jsonserializer, yamlserializer

from stream_cassette.cassette.model import Interaction, header
from stream_cassette.errors import CassetteFileError
from stream_cassette.formats import _registry, vcr
from stream_cassette.formats._lift import Lifted, NotLiftable
from stream_cassette.formats._registry import canonical, held, read, write
from stream_cassette.meaning import exchange_of, frames_of
from stream_cassette.wire.encoding import decode
from tests.corpus import CORPUS_VARIABLE, corpus_directory

FORMATS = ("vcrpy-yaml", "vcrpy-json", "gocassette-v1", "gocassette-v2")
BARE = ("sse-text", "ndjson", "eventstream-binary")  # a response's body alone
TRACES = ("astreaming-md",)

# Bare streams that no dialect here claims, by the end of their path → why.
UNCLAIMED = {
    "/gemini/stream-basic-text-1.sse": "one line end between events: to the WHATWG they are one",
    "/google-live-speech-translation.chunks.txt": "Gemini Live, over WebSocket",
    "/openai-realtime-speech-translation.chunks.txt": "OpenAI Realtime, over WebSocket",
}


def manifest(formats: tuple[str, ...]) -> list[dict[str, str]]:
    directory = corpus_directory()
    if directory is None:
        return []
    with (directory / "MANIFEST.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["format"] in formats]


def each_of(formats: tuple[str, ...]) -> pytest.MarkDecorator:
    """The test for each file in one of the formats; skipped where there is no corpus."""
    return each_row(manifest(formats))


def each_row(rows: list[dict[str, str]]) -> pytest.MarkDecorator:
    """The test for each of the files; skipped where there is none."""
    skip = pytest.mark.skip(reason=f"0 files: {CORPUS_VARIABLE} is not set")
    given: list[Any] = [*rows] or [pytest.param({}, marks=skip)]
    return pytest.mark.parametrize("row", given, ids=lambda row: row.get("path", "none"))


each_file = each_of(FORMATS)


def content(row: dict[str, str]) -> bytes:
    directory = corpus_directory()
    assert directory is not None
    data = (directory / row["path"]).read_bytes()
    return gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data


class Lenient(yaml.CSafeLoader):
    """Takes the tags of multidict's header names, which vcrpy's own loader refuses."""


def _istr(loader: Any, node: Any) -> str:
    return str(loader.construct_sequence(node)[0])


Lenient.add_constructor("tag:yaml.org,2002:python/object/apply:multidict._multidict.istr", _istr)
for _tag in ("unicode", "tuple"):
    Lenient.add_constructor(
        f"tag:yaml.org,2002:python/{_tag}",
        yamlserializer._CassetteLoader.yaml_constructors[f"tag:yaml.org,2002:python/{_tag}"],
    )


def as_bytes(value: Any) -> bytes:
    if value is None:
        return b""
    return value if isinstance(value, bytes) else str(value).encode("utf-8")


def migrated(text: str, row: dict[str, str]) -> str:
    if row["subformat"] != "legacy-list":
        return text
    target = io.StringIO()
    as_json = row["format"] == "vcrpy-json"
    (migration.migrate_json if as_json else migration.migrate_yml)(io.StringIO(text), target)
    return target.getvalue()


def by_vcrpy(row: dict[str, str]) -> Iterator[tuple[str, str, bytes, int, bytes]]:
    """Method, URL, body, status, body: as vcrpy itself loads the file."""
    serializer = jsonserializer if row["format"] == "vcrpy-json" else yamlserializer
    text = migrated(content(row).decode("utf-8"), row)
    requests, responses = deserialize(text, serializer)[:2]
    for sent, got in zip(requests, responses, strict=True):
        code = got["status"]["code"]
        yield sent.method, sent.uri, as_bytes(sent.body), code, as_bytes(got["body"]["string"])


def by_loader(row: dict[str, str]) -> Iterator[tuple[str, str, bytes, int, bytes]]:
    """The same by PyYAML alone, for what vcrpy does not load."""
    tree = yaml.load(content(row), Loader=Lenient)
    items = tree.get("interactions") or [
        {"request": sent, "response": got}
        for sent, got in zip(tree["requests"], tree["responses"], strict=True)
    ]
    for item in items:
        sent, got = item["request"], item["response"]
        body = got.get("body", got.get("content"))
        code = got.get("code") or got.get("status_code") or got["status"]["code"]
        yield (
            sent.get("method"),
            sent.get("uri", sent.get("url")),
            parsed(sent) or as_bytes(sent.get("body")),
            code,
            parsed(got) or as_bytes(body.get("string") if isinstance(body, dict) else body),
        )


def parsed(message: dict[str, Any]) -> bytes:
    if "parsed_body" not in message:
        return b""
    return json.dumps(
        message["parsed_body"], ensure_ascii=False, separators=(",", ":"), default=str
    ).encode("utf-8")


def expected(row: dict[str, str]) -> list[tuple[str, str, bytes, int, bytes]]:
    if row["format"].startswith("vcrpy"):
        try:
            return list(by_vcrpy(row))
        except (ValueError, KeyError, TypeError):
            pass  # parsed_body, parallel lists, istr, the first httpx dialect
    return list(by_loader(row))


def found(one: Interaction) -> tuple[str, str, bytes, int, bytes]:
    sent, got = one.request, one.response
    return sent.method, sent.url, sent.body, got.status, got.body


@each_file
def test_bodies_are_what_other_loaders_give(row: dict[str, str]) -> None:
    cassette = read(content(row))
    assert len(cassette.interactions) == int(row["interactions"])
    assert [found(one) for one in cassette.interactions] == expected(row)
    go = "govcr1" if row["format"] == "gocassette-v1" else "govcr"
    assert cassette.format == (go if row["format"].startswith("go") else "vcr")
    assert all(one.response.cuts is None for one in cassette.interactions)


@each_file
def test_re_rendered_where_there_were_no_bytes(row: dict[str, str]) -> None:
    cassette = read(content(row))
    flags = row["flags"].split(";")
    assert any(one.re_rendered for one in cassette.interactions) == ("parsed_body" in flags)


@each_file
@pytest.mark.parametrize("ascii_only", [False, True])
def test_written_and_read_it_is_the_same(row: dict[str, str], ascii_only: bool) -> None:
    cassette = read(content(row))
    assert canonical(cassette) == cassette
    data = write(cassette, ascii=ascii_only)
    assert data.isascii() or not ascii_only
    assert read(data).interactions == cassette.interactions
    requests, responses = deserialize(data.decode("utf-8"), yamlserializer)[:2]
    for one, sent, got in zip(cassette.interactions, requests, responses, strict=True):
        assert (sent.method, sent.uri, sent.body) == (
            one.request.method,
            one.request.url,
            one.request.body,
        )
        assert got["body"]["string"] == one.response.body


@each_file
@pytest.mark.parametrize("format", ["govcr", "govcr1"])
def test_as_go_vcr_it_keeps_what_go_vcr_holds(row: dict[str, str], format: str) -> None:
    cassette = read(content(row))
    again = read(write(cassette, format=format))
    assert again.format == format or not cassette.interactions
    assert again.interactions == held(cassette, format).interactions
    for one, kept in zip(cassette.interactions, again.interactions, strict=True):
        assert kept.request.body == one.request.body
        assert kept.response.body == plain(one)
        names = [name.title() for name, _ in one.request.headers if name.islower()]
        assert names == [name for name in names if name in dict(kept.request.headers)]


@each_file
def test_as_json_it_is_the_same_where_it_is_text(row: dict[str, str]) -> None:
    cassette = read(content(row))
    bodies = [b for one in cassette.interactions for b in (one.request.body, one.response.body)]
    if not all(is_text(body) for body in bodies):
        with pytest.raises(CassetteFileError, match="body is not UTF-8"):
            write(cassette, format="vcrjson")
        return
    data = write(cassette, format="vcrjson")
    assert read(data).interactions == held(cassette, "vcrjson").interactions
    requests, responses = deserialize(data.decode("utf-8"), jsonserializer)[:2]
    assert [as_bytes(sent.body) for sent in requests] == bodies[::2]
    assert [got["body"]["string"] for got in responses] == bodies[1::2]


def is_text(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def plain(one: Interaction) -> bytes:
    """The body without its content coding, where it is in the one that the header names."""
    try:
        return decode(one.response.body, header(one.response.headers, "content-encoding"))
    except ValueError:
        return one.response.body


@each_file
def test_lifting_blocks_out_changes_nothing(
    row: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    cassette = read(content(row))
    again = read(data := write(cassette))
    monkeypatch.setattr(vcr, "read_own", lambda *_: None)
    assert read(data) == again
    monkeypatch.setattr(_registry, "lift", _not_lifted)
    assert read(content(row)) == cassette
    assert read(data) == again


def _not_lifted(_: Any) -> Lifted:
    raise NotLiftable


def pairs(headers: Any) -> list[tuple[str, str]]:
    """Headers as PyYAML gives them: a mapping or a list of pairs, values single or listed."""
    items = headers.items() if isinstance(headers, dict) else headers
    return [
        (name, value.decode("latin-1") if isinstance(value, bytes) else value)
        for name, values in items
        for value in (values if isinstance(values, list | tuple) else [values])
    ]


@each_file
def test_headers_are_what_pyyaml_gives(row: dict[str, str]) -> None:
    if row["subformat"] == "legacy-list":
        pytest.skip("its headers are lines; test_vcr.py reads one")
    tree = yaml.load(content(row), Loader=Lenient)
    items = tree.get("interactions") or [
        {"request": sent, "response": got}
        for sent, got in zip(tree["requests"], tree["responses"], strict=True)
    ]
    for one, item in zip(read(content(row)).interactions, items, strict=True):
        assert list(one.request.headers) == pairs(item["request"].get("headers") or {})
        assert list(one.response.headers) == pairs(item["response"].get("headers") or {})


@each_of(BARE)
def test_a_bare_stream_is_the_body(row: dict[str, str]) -> None:
    data = content(row)
    cassette = read(data)
    (one,) = cassette.interactions
    assert (cassette.format, one.response.body, one.re_rendered) == ("raw", data, False)
    assert read(write(cassette)).interactions == cassette.interactions


@each_of(BARE)
def test_what_a_bare_stream_says_is_known(row: dict[str, str]) -> None:
    (one,) = read(content(row)).interactions
    found = exchange_of(one)
    if any(row["path"].endswith(name) for name in UNCLAIMED):
        assert found is None
        return
    assert found is not None
    assert found.unknown == ()
    assert found.candidates or found.error


@each_of(TRACES)
def test_a_trace_is_what_its_blocks_say(row: dict[str, str]) -> None:
    cassette = read(content(row))
    (one,) = cassette.interactions
    blocks = re.findall(r"```json\n(.*?)\n```", content(row).decode("utf-8"), re.DOTALL)
    said = [frame.data for frame in frames_of(one.response)]
    assert (cassette.format, one.re_rendered) == ("astreaming", True)
    if row["path"].endswith("_STREAM.md"):
        assert said.pop() == "[DONE]"
    else:
        blocks.pop()  # the same answer, as LiteLLM converted it
    assert [json.loads(text) for text in said] == [json.loads(text) for text in blocks]
    found = exchange_of(one)
    assert found is not None
    assert (found.unknown, found.termination) == ((), "complete")
    assert read(write(cassette)).interactions == cassette.interactions
