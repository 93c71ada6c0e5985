"""The other side: what is no secret stays as it is, though it looks like noise or has a bad name.

Blobs: `STREAM_CASSETTE_BLOBS` says how many of 1 MB each are tried; there are few in a usual run.
"""

from __future__ import annotations

import base64
import json
import os
import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from stream_cassette.api import load
from stream_cassette.cassette.model import Interaction, Request, Response
from stream_cassette.cassette.redact import DEFAULT, redact
from stream_cassette.cassette.scan import scan
from stream_cassette.cassette.secret_values import secrets_in
from stream_cassette.errors import StreamCassetteError
from stream_cassette.store.files import read
from stream_cassette.tape import use_cassette
from tests.corpus import CASSETTES, corpus_directory, corpus_files
from tests.support.leak_places import AWS, JSON, SSE, events, message
from tests.support.leak_runs import CLIENT, PLAIN
from tests.support.scripted_server import Lockstep, ScriptedServer
from tests.support.stream_clients import Ask
from tests.support.untouched import ENVIRONMENT, values_of

RULES = DEFAULT.with_environment(ENVIRONMENT)
BLOBS = int(os.environ.get("STREAM_CASSETTE_BLOBS", "16"))
_BYTES = 786_432  # 1 MiB in base64


def blob(seed: int, size: int = _BYTES) -> str:
    return base64.urlsafe_b64encode(random.Random(seed).randbytes(size)).decode()


def pieces(text: str, size: int) -> list[str]:
    return [text[at : at + size] for at in range(0, len(text), size)]


def claude(delta: dict[str, str]) -> object:
    return {"type": "content_block_delta", "index": 0, "delta": delta}


# where blobs come: opaque members, and plain text whole and in deltas
HOLDERS: dict[str, tuple[str, Callable[[str], bytes]]] = {
    "signature": (
        SSE,
        lambda b: b"".join(events([claude({"type": "signature_delta", "signature": b})])),
    ),
    "encrypted_content": (
        JSON,
        lambda b: json.dumps({"output": [{"type": "reasoning", "encrypted_content": b}]}).encode(),
    ),
    "redacted_thinking": (
        JSON,
        lambda b: json.dumps({"content": [{"type": "redacted_thinking", "data": b}]}).encode(),
    ),
    "thoughtSignature": (
        SSE,
        lambda b: b"".join(events([{"parts": [{"text": "", "thoughtSignature": b}]}])),
    ),
    "reasoning_details": (
        JSON,
        lambda b: json.dumps({"details": [{"type": "reasoning.encrypted", "data": b}]}).encode(),
    ),
    "text": (JSON, lambda b: json.dumps({"choices": [{"message": {"content": b}}]}).encode()),
    "text in long deltas": (SSE, lambda b: b"".join(events({"delta": p} for p in pieces(b, 900)))),
    "text in short deltas": (SSE, lambda b: b"".join(events({"delta": p} for p in pieces(b, 64)))),
    "plain text": ("text/plain", lambda b: b.encode()),
    "data: URL": (JSON, lambda b: json.dumps({"url": f"data:image/png;base64,{b}"}).encode()),
    "data: URL in deltas": (
        SSE,
        lambda b: b"".join(events({"delta": p} for p in pieces(f"data:x/y;base64,{b}", 2000))),
    ),
    "event stream": (
        AWS,
        lambda b: b"".join(message(json.dumps({"signature": p}).encode()) for p in pieces(b, 9999)),
    ),
}


@pytest.mark.parametrize("seed", range(BLOBS))
def test_blobs(seed: int) -> None:
    holders = list(HOLDERS.values())
    media, make = holders[seed % len(holders)]
    body = make(blob(seed))
    headers = (("content-type", media),)
    one = Interaction(
        request=Request(method="POST", url="https://h.example/", headers=headers, body=body),
        response=Response(status=200, headers=headers, body=body),
    )
    assert scan(one, RULES) == ()
    masked = redact(one, RULES)
    assert masked.response.body == body
    assert masked.request.body == body
    assert masked == one


@pytest.mark.parametrize("holder", HOLDERS.values(), ids=HOLDERS.keys())
def test_blobs_recorded(
    server: ScriptedServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    holder: tuple[str, Callable[[str], bytes]],
) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    media, make = holder
    body = make(blob(-1, 30_000))
    chunks = [body[at : at + 8192] for at in range(0, len(body), 8192)]
    script = Lockstep(server, chunks, headers=[("content-type", media)])
    url = server.serve(script)
    with use_cassette(tmp_path / "a.yaml", record="all"):
        ask = Ask(url=url, client=PLAIN, content=body, on_chunk=lambda _: script.delivered())
        seen = CLIENT.ask(ask)
    assert seen.error is None, seen.message
    (kept,) = read(tmp_path / "a.yaml").interactions
    assert (kept.response.body, kept.request.body, kept.masked) == (body, body, ())


def test_which_variables_are_secrets() -> None:
    assert [name for name, _ in secrets_in(ENVIRONMENT)] == [
        "ANTHROPIC_API_KEY",
        "AWS_SECRET_ACCESS_KEY",
        "HF_TOKEN",
        "MY_PASSWORD",
        "OPENAI_API_KEY",
        "SESSION_TOKEN",
    ]


# Bodies of other people's cassettes that do change, each looked at. All hold what is by its name a
# password or key that somebody made up for a test.
_TOOLS = "Mirascope__mirascope/python/tests/e2e/output/cassettes/test_call_with_tools"
_STREAMS = "crmne__ruby_llm/spec/fixtures/vcr_cassettes/chat_streaming_responses_vertexai"
_COUNTS = "reports_consistent_token_counts_compared_to_non-streaming"
CHANGED = {
    f"{_STREAMS}_gemini-2_5-flash_{_COUNTS}.yml": "an `access_token`, another tool's mask",
    f"{_TOOLS}/google_gemini_2_5_flash/stream.yaml": "a tool's argument named `password`",
    "dnaeon__go-vcr/examples/fixtures/json-content-type.yaml": "an echoed `Authorization`",
    "dnaeon__go-vcr/examples/fixtures/middleware.yaml": "a form field named `key`: key=value",
}
# Headers of theirs whose values change: what each is
HEADERS = {
    "anthropic-organization-id": "whose account it was",
    "anthropic-workspace-id": "whose account it was",
    "api-key": "other tools' masks",
    "authorization": "dummies, and other tools' masks",
    "cookie": "session cookies of a content network; names and order stay",
    "openai-organization": "whose account it was",
    "openai-project": "whose account it was",
    "set-cookie": "session cookies of a content network; names and attributes stay",
    "x-amz-security-token": "a dummy",
    "x-api-key": "other tools' masks",
    "x-goog-api-key": "dummies, and other tools' masks",
    "x-goog-user-project": "another tool's mask",
}


def changed_headers(one: Interaction, masked: Interaction) -> set[str]:
    """The names of the header fields whose values differ."""
    before = (*one.request.headers, *one.response.headers)
    after = (*masked.request.headers, *masked.response.headers)
    return {old[0].lower() for old, new in zip(before, after, strict=True) if old != new}


def test_of_other_peoples_cassettes_only_secrets_change(capsys: pytest.CaptureFixture[str]) -> None:
    """No signature, id, encrypted value, count or time of the whole corpus; nor of our own."""
    root = corpus_directory() or CASSETTES
    own = (path for path in sorted(CASSETTES.rglob("*.yaml")) if "invalid" not in path.parts)
    paths = [*corpus_files(".yaml", ".yml", ".json"), *own]
    counts: Counter[str] = Counter()
    changed: dict[str, list[str]] = {}
    headers: set[str] = set()
    for path in paths:
        try:
            cassette = load(path)
        except StreamCassetteError:
            counts["files that are no cassette"] += 1
            continue
        counts["cassettes"] += 1
        for one in cassette.interactions:
            counts["interactions"] += 1
            masked = redact(one, RULES)
            before, after = list(values_of(one)), list(values_of(masked))
            counts["values"] += len(before)
            assert before == after, path
            assert scan(masked, RULES) == (), path
            headers |= changed_headers(one, masked)
            bodies = (one.request.body, one.response.body)
            if bodies != (masked.request.body, masked.response.body):
                name = str(path.relative_to(root) if path.is_relative_to(root) else path)
                changed.setdefault(name, []).extend(masked.masked)
    with capsys.disabled():
        print(f"\nuntouched: {dict(counts)}, bodies changed in {len(changed)} files")
    if corpus_files(".yaml"):
        assert set(changed) == set(CHANGED), changed
        assert headers == set(HEADERS)
    else:
        assert changed == {}
