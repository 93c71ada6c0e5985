"""Interactions: golden conversations, detection, the end, errors, all of the corpus."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from stream_cassette.conversation.model import Unknown
from stream_cassette.dialects._protocol import Opening, Request
from stream_cassette.dialects.gemini_interactions import GeminiInteractions
from stream_cassette.meaning import exchange_of, history_of
from tests.support.golden import golden_case, said
from tests.support.read_answers import frame, read
from tests.support.recorded_streams import recorded

DIALECT = GeminiInteractions()
CREATED = {"event_type": "interaction.created", "interaction": {"id": "v1_a", "model": "g"}}


def test_streamed_and_whole_are_one() -> None:
    path = golden_case("gemini_interactions", "text")
    streamed, whole = (one["exchange"] for one in said(path))
    assert {**streamed, "end_marker": False} == whole


@pytest.mark.parametrize(
    ("path", "value", "claim"),
    [
        ("/x", CREATED, 3),
        ("/x", {"event_type": "step.delta"}, 3),
        ("/x", {"event_type": "content.start"}, 3),
        ("/x", {"object": "interaction"}, 3),
        ("/x", {"event_type": "error"}, 2),
        ("/v1beta/interactions", {"status": "completed", "steps": []}, 2),
        ("/v1beta/interactions/v1_a", {"status": "completed", "outputs": []}, 2),
        ("/v1beta/interactions", {"error": {}}, 1),
        ("/v1beta/interactions/v1_a/cancel", None, 1),
        ("/v1beta/interactions/", "odd", 1),
        ("/x", {"event_type": ["error"]}, 0),
        ("/x", {"event_type": "new"}, 0),
        ("/x", {"status": "completed", "steps": []}, 0),
        ("/x", None, 0),
    ],
)
def test_claims(path: str, value: Any, claim: int) -> None:
    assert DIALECT.claims(Opening(request=Request(path=path), value=value)) == claim


@pytest.mark.parametrize(
    ("host", "vendor"),
    [
        ("generativelanguage.googleapis.com", None),
        ("aiplatform.googleapis.com", "vertex"),
        ("127.0.0.1", None),
    ],
)
def test_vendor(host: str, vendor: str | None) -> None:
    assert DIALECT.vendor(Opening(request=Request(host=host))) == vendor


@pytest.mark.parametrize(
    ("data", "ends"),
    [
        ({"event_type": "interaction.completed"}, True),
        ({"event_type": "interaction.complete"}, True),
        ("[DONE]", True),
        ({"event_type": "step.delta", "delta": {"text": "interaction.completed"}}, False),
        ({"event_type": ["interaction.completed"]}, False),
        ({"event_type": "error"}, False),
        ("interaction.completed", False),
    ],
)
def test_ends(data: Any, ends: bool) -> None:
    assert DIALECT.ends(frame(data)) is ends


def test_done_without_a_last_event_is_an_end() -> None:
    exchange = read(DIALECT, [CREATED, "[DONE]", CREATED])
    assert (exchange.termination, exchange.end_marker) == ("complete", True)


def test_frames() -> None:
    exchange = read(DIALECT, [CREATED, "nope", "[1]", {"event_type": "new"}, {"a": 1}])
    assert exchange.termination == "truncated"
    assert exchange.unknown == (
        Unknown(kind="frame", name="not JSON", value="nope", frame=1, count=2),
        Unknown(kind="event", name="new", value={"event_type": "new"}, frame=3),
        Unknown(kind="event", name="None", value={"a": 1}, frame=4),
    )


def test_an_error_object_alone_is_an_error() -> None:
    error = read(DIALECT, [{"error": {"code": "not_found", "message": "no"}}]).error
    assert error is not None and (error.code, error.message) == ("not_found", "no")


@pytest.mark.parametrize(
    ("status", "word"), [(429, "too_many_requests"), (504, "gateway_timeout"), (418, "unknown")]
)
def test_errors_are_read_as_they_are_written(status: int, word: str) -> None:
    whole = json.loads(DIALECT.error_bytes(status, "whole"))
    assert whole == {"error": {"message": f"HTTP {status}", "code": word}}
    written = DIALECT.error_bytes(status, "sse").decode()
    name, data = written.strip().split("\n")
    assert name == "event: error" and written.endswith("\n\n")
    error = read(DIALECT, [json.loads(data.removeprefix("data: "))]).error
    assert error is not None and error.code == word


def test_all_of_the_corpus(corpus: Path) -> None:
    """Every answer accumulates without an unknown frame, and none is cut off."""
    seen: Counter[str] = Counter()
    strange = []
    for one in recorded(corpus):
        exchange, asked = exchange_of(one.interaction), history_of(one.interaction)
        if exchange is None or asked is None or exchange.dialect != DIALECT.name:
            continue
        seen[exchange.termination] += 1
        if exchange.unknown or asked.unknown:
            strange.append((str(one.path.relative_to(corpus)), exchange.unknown, asked.unknown))
    print(f"\n{DIALECT.name}: {dict(seen)}, with something unknown {len(strange)}")
    assert strange == []
    assert seen["complete"] >= 1 and seen["truncated"] == seen["aborted"] == 0
