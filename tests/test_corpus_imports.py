"""Every file of the corpus that another tool recorded and that is only read here.

What a body must be is found without our readers: by PyYAML or `json`, and a few lines per format
that follow the tool's own rules. The files that have no reader are listed by name, with the reason.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

import yaml

from stream_cassette.cassette.model import Interaction
from stream_cassette.formats._registry import canonical, read, write
from tests.test_corpus import content, each_of, found

Exchange = tuple[str, str, bytes, int, bytes]


class Ruby(yaml.CSafeLoader):
    """Takes Ruby's spelling of binary text."""


Ruby.add_constructor("!binary", yaml.CSafeLoader.construct_yaml_binary)


def ruby_bytes(body: Any) -> bytes:
    if not isinstance(body, dict):
        return (body or "").encode()
    if "base64_string" in body:
        return base64.b64decode(body["base64_string"])
    text = body.get("string") or ""
    return text if isinstance(text, bytes) else text.encode()


def by_http_interactions(tree: Any) -> Iterator[Exchange]:
    for item in tree["http_interactions"]:
        sent, got = item["request"], item["response"]
        code = got["status_code"] if "status_code" in got else got["status"]["code"]
        yield (
            sent["method"].upper(),
            sent["uri"],
            ruby_bytes(sent["body"]),
            code,
            ruby_bytes(got["body"]),
        )


def by_entries(tree: Any) -> Iterator[Exchange]:
    for entry in tree["log"]["entries"]:
        sent, got = entry["request"], entry["response"]
        post = sent.get("postData", {})
        body = post.get("text", "")
        if "textJSON" in post:
            body = json.dumps(post["textJSON"], separators=(",", ":"), ensure_ascii=False)
        answer = got["content"].get("text", "").encode()
        if got["content"].get("encoding") == "base64":
            answer = b"".join(base64.b64decode(part) for part in json.loads(answer))
        yield sent["method"], sent["url"], body.encode(), got["status"], answer


def expected(row: dict[str, str]) -> list[Exchange]:
    data = content(row)
    if row["format"] == "ruby-vcr":
        return list(by_http_interactions(yaml.load(data, Loader=Ruby)))
    if row["format"] == "betamax-json":
        return list(by_http_interactions(json.loads(data)))
    as_yaml = row["subformat"] == "yaml"
    return list(by_entries(yaml.load(data, Loader=Core) if as_yaml else json.loads(data)))


class Core(yaml.CSafeLoader):
    """YAML's times are text in JavaScript."""


Core.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in pairs if not tag.endswith("timestamp")]
    for first, pairs in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}

NAMES = {"ruby-vcr": "rubyvcr", "betamax-json": "betamax", "polly-har": "polly"}


@each_of(tuple(NAMES))
def test_an_import_is_what_the_file_says(row: dict[str, str]) -> None:
    cassette = read(content(row))
    assert cassette.format == NAMES[row["format"]]
    assert len(cassette.interactions) == int(row["interactions"])
    assert [found(one) for one in cassette.interactions] == expected(row)


@each_of(tuple(NAMES))
def test_an_import_written_as_ours_is_the_same(row: dict[str, str]) -> None:
    cassette = read(content(row))
    assert read(write(cassette)).interactions == canonical(cassette).interactions


@each_of(("polly-har",))
def test_cut_points_are_those_of_the_file(row: dict[str, str]) -> None:
    as_yaml = row["subformat"] == "yaml"
    tree = yaml.load(content(row), Loader=Core) if as_yaml else json.loads(content(row))
    for one, entry in zip(read(content(row)).interactions, tree["log"]["entries"], strict=True):
        held = entry["response"]["content"]
        chunks = None
        if held.get("encoding") == "base64":
            chunks = [base64.b64decode(part) for part in json.loads(held["text"])]
        assert parts_of(one) == chunks


def parts_of(one: Interaction) -> list[bytes] | None:
    chunks = one.response.chunks
    return None if chunks is None else [chunk.data for chunk in chunks]
