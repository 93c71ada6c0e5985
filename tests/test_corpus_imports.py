"""Every file of the corpus that another tool recorded and that is only read here.

What a body must be is found without our readers: by PyYAML or `json`, and a few lines per format
that follow the tool's own rules. The files that have no reader are listed by name, with the reason.
"""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Iterator
from http.client import HTTPResponse
from typing import Any, cast

import pytest
import yaml

from stream_cassette.cassette.model import Interaction
from stream_cassette.errors import CassetteFileError
from stream_cassette.formats._registry import canonical, held, read, write
from tests.corpus import CORPUS_VARIABLE
from tests.test_corpus import content, each_row, found, manifest

Exchange = tuple[str, str, bytes, int, bytes]


class Ruby(yaml.CSafeLoader):
    """Takes Ruby's spelling of binary text."""


def binary(loader: Any, node: Any) -> Any:
    return loader.construct_yaml_binary(node)


Ruby.add_constructor("!binary", binary)


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


def by_req_llm(tree: Any) -> Iterator[Exchange]:
    sent, got = tree["request"], tree["response"]
    body = got["body"]
    if "chunks" in tree:
        answer = b"".join(base64.b64decode(chunk["b64"]) for chunk in tree["chunks"])
    elif body.keys() == {"b64"}:
        answer = base64.b64decode(body["b64"])
    else:
        answer = json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode()
    asked = base64.b64decode(sent["body"]["b64"])
    yield sent["method"].upper(), sent["url"], asked, got["status"], answer


def by_dd_agent(tree: Any) -> Iterator[Exchange]:
    sent, got = tree["request"], tree["response"]
    answer = got["body"].encode()
    yield sent["method"], sent["url"], sent["body"].encode(), got["status"]["code"], answer


class Wire(io.BytesIO):
    """What `http.client` takes for a socket."""

    def makefile(self, *_: Any) -> Wire:
        return self


def by_httprr(data: bytes) -> Iterator[Exchange]:
    """By the standard library's own parser of responses, which knows no HTTP/2.0."""
    rest = data.removeprefix(b"httprr trace v1\n")
    while rest:
        sizes, _, rest = rest.partition(b"\n")
        asked, answered = (int(size) for size in sizes.split())
        sent, got, rest = rest[:asked], rest[asked : asked + answered], rest[asked + answered :]
        method, url, _ = sent.decode().split(" ", 2)
        response = HTTPResponse(cast("Any", Wire(b"HTTP/1.1" + got[8:])), method=method)
        response.begin()
        yield method, url, sent.partition(b"\r\n\r\n")[2], response.status, response.read()


def expected(row: dict[str, str]) -> list[Exchange]:
    data = content(row)
    if row["format"] == "ruby-vcr":
        return list(by_http_interactions(yaml.load(data, Loader=Ruby)))
    if row["format"] == "betamax-json":
        return list(by_http_interactions(json.loads(data)))
    if row["subformat"] == "httprr":
        return list(by_httprr(data))
    if row["subformat"] == "req_llm-json":
        return list(by_req_llm(json.loads(data)))
    if row["subformat"] == "single-exchange-json":
        return list(by_dd_agent(json.loads(data)))
    as_yaml = row["subformat"] == "yaml"
    return list(by_entries(yaml.load(data, Loader=Core) if as_yaml else json.loads(data)))


class Core(yaml.CSafeLoader):
    """YAML's times are text in JavaScript."""


Core.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in pairs if not tag.endswith("timestamp")]
    for first, pairs in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}

NAMES = {
    "ruby-vcr": "rubyvcr",
    "betamax-json": "betamax",
    "polly-har": "polly",
    "httprr": "httprr",
    "req_llm-json": "reqllm",
    "single-exchange-json": "ddagent",
}

# Files of the corpus without a reader, by the end of their path → why: none recorded HTTP.
ALONE = "an answer's body alone, in JSON: any JSON file may be one"
GRPC = "gRPC messages, in Protocol Buffers"
MESSAGES = "a list of an SDK's messages, not what was on the wire"
SOUND = "an answer's body alone, of sound"
TOKENS = "the tokens of a local model"
UNREAD = {
    "_mlx-community_Qwen3-0.6B-4bit-DWQ-053125_.yaml": TOKENS,
    "/anthropic/error.json": ALONE,
    "/google_gemini/chat_with_tool_calls.json": ALONE,
    "/elevenlabs/text-to-speech-voice-1.json": SOUND,
    "/openai/tts-all-options-1.json": SOUND,
    "/test_xai/test_xai_builtin_web_search_tool_stream.xai.yaml": GRPC,
    "/test_xai/test_xai_stream_events_with_reasoning.xai.yaml": GRPC,
    "/alibaba-reasoning.json": ALONE,
    "/amazon-bedrock-json-other-tool.1.json": ALONE,
    "/anthropic-programmatic-tool-calling.1.json": ALONE,
    "/anthropic-tool-no-args.json": ALONE,
    "/azure-code-interpreter-tool.1.json": ALONE,
    "/azure-deepseek-reasoning.1.json": ALONE,
    "/deepseek-tool-call.json": ALONE,
    "/google-tool-call.json": ALONE,
    "/subagent-step-stream.json": MESSAGES,
    "/mistral-text.json": ALONE,
    "/gpt-image-response-format-error.json": ALONE,
    "/openai-file-search-tool.1.json": ALONE,
    "/xai-tool-call.json": ALONE,
}


def format_of(row: dict[str, str]) -> str | None:
    return NAMES.get(row["format"]) or NAMES.get(row["subformat"])


FOREIGN = manifest((*NAMES, "other"))
READ = [row for row in FOREIGN if format_of(row)]
REFUSED = [row for row in FOREIGN if not format_of(row)]


@each_row(READ)
def test_an_import_is_what_the_file_says(row: dict[str, str]) -> None:
    cassette = read(content(row))
    assert cassette.format == format_of(row)
    assert len(cassette.interactions) == int(row["interactions"])
    assert [found(one) for one in cassette.interactions] == expected(row)


@each_row(READ)
def test_an_import_written_as_ours_is_the_same(row: dict[str, str]) -> None:
    cassette = read(content(row))
    assert read(write(cassette)).interactions == canonical(cassette).interactions


@each_row(READ)
def test_an_import_goes_on_to_go_vcr(row: dict[str, str]) -> None:
    cassette = read(content(row))
    again = read(write(cassette, format="govcr"))
    assert again.interactions == held(cassette, "govcr").interactions


def test_all_that_has_no_reader_is_listed() -> None:
    if not FOREIGN:
        pytest.skip(f"0 files: {CORPUS_VARIABLE} is not set")
    assert len(REFUSED) == len(UNREAD) == 20
    for row in REFUSED:
        assert len([end for end in UNREAD if row["path"].endswith(end)]) == 1


@each_row(REFUSED)
def test_what_has_no_reader_is_refused(row: dict[str, str]) -> None:
    with pytest.raises(CassetteFileError):
        read(content(row))


@each_row([row for row in READ if row["format"] == "polly-har"])
def test_cut_points_are_those_of_the_file(row: dict[str, str]) -> None:
    as_yaml = row["subformat"] == "yaml"
    tree = yaml.load(content(row), Loader=Core) if as_yaml else json.loads(content(row))
    for one, entry in zip(read(content(row)).interactions, tree["log"]["entries"], strict=True):
        held = entry["response"]["content"]
        chunks = None
        if held.get("encoding") == "base64":
            chunks = [base64.b64decode(part) for part in json.loads(held["text"])]
        assert parts_of(one) == chunks


@each_row([row for row in READ if row["subformat"] == "req_llm-json"])
def test_chunks_are_those_of_the_file(row: dict[str, str]) -> None:
    tree = json.loads(content(row))
    (one,) = read(content(row)).interactions
    chunks = [base64.b64decode(chunk["b64"]) for chunk in tree.get("chunks", ())]
    assert parts_of(one) == (chunks or None)


def parts_of(one: Interaction) -> list[bytes] | None:
    chunks = one.response.chunks
    return None if chunks is None else [chunk.data for chunk in chunks]
