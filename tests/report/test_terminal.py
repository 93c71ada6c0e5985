"""A cassette for a person: what is told of interactions, frames, chunks and conversations."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from stream_cassette.api import load
from stream_cassette.cassette.model import Cassette, Cut, Interaction, Request, Response
from stream_cassette.meaning import conversations_of
from stream_cassette.report.terminal import Line, shown
from tests.corpus import CASSETTES
from tests.support.read_answers import event_stream, interaction

CHAT = "/v1/chat/completions"
SEEDS = CASSETTES / "openai_chat"
HOSTILE = "\x1b]0;owned\x07\x9b31m\u202e\u2028\r\x00"


def chunk(delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return {"object": "chat.completion.chunk", "choices": [choice]}


def of(*interactions: Interaction) -> Cassette:
    return Cassette(interactions=interactions, reader=conversations_of)


def texts(cassette: Cassette, **options: bool) -> list[str]:
    return [line.text for line in shown(cassette, **options)]


def test_the_round_trip() -> None:
    path = SEEDS / "vercel_thinking.yaml"
    made = texts(load(path))
    place = "POST ai-gateway.vercel.sh/v1/chat/completions · 200 · openai-chat (vercel)"
    assert made[:7] == [
        f"{path} · vcr · 2 interactions",
        f"0 · {place} · 12,056 bytes",
        "    complete · 424 in, 110 out",
        f"1 · {place} · 6,289 bytes",
        "    complete · 549 in, 34 out",
        "",
        "conversation 0 of 1 · interactions 0, 1",
    ]
    assert "  assistant  [reasoning 252 chars, signed]" in made
    assert made[-6:-3] == [
        '             weather({"location": "Florence, Italy"})',
        "             → tool_call (tool_calls)",
        "  tool       40 C",
    ]
    assert made[-3].startswith(
        "  assistant  The current weather in Florence, Italy is 40°C (104°F)."
    )
    assert made[-2:] == ["             warm day in Florence.", "             → stop"]
    assert max(map(len, made)) <= 100


def test_what_went_wrong_stands_out() -> None:
    made = shown(load(SEEDS / "openrouter_error.yaml"))
    bad = [line.text for line in made if line.style == "bad"]
    assert bad == ["    errored", "    error Upstream overloaded (502)"]
    one = interaction(CHAT, event_stream([{**chunk({"content": "a"}), "odd": 1}]))
    assert Line("    truncated", "bad") in list(shown(of(one)))
    assert Line("    unknown field odd", "bad") in list(shown(of(one)))


def test_chunks() -> None:
    body = event_stream([chunk({"content": "a"}), "[DONE]"])
    one = interaction(CHAT, body)
    cuts = (Cut(size_bytes=3, offset_ms=0.0), Cut(size_bytes=len(body) - 3, offset_ms=1_246.25))
    cut = replace(one, response=replace(one.response, cuts=cuts))
    made = texts(of(cut), chunks=True)
    assert made[4] == "        0        3        0.0  dat"
    assert made[5].startswith(f"        1 {len(body) - 3:>8} {'1,246.2':>10}  a: ")
    assert "    cut points unknown" in texts(of(one), chunks=True)


def test_frames() -> None:
    body = b": ping\n\nevent: x\ndata: 1\n\ndata: 2"
    headers = (("content-type", "text/event-stream"),)
    one = Interaction(
        request=Request(method="GET", url="https://example.com/"),
        response=Response(status=200, headers=headers, body=body),
    )
    made = texts(of(one), frames=True)
    assert made[3:] == [
        "        0        0        8  (not handed on)  : ping\\u{A}\\u{A}",
        "        1        8       18  x  1",
        "        2       26        7  (unfinished)  data: 2",
    ]


def test_nothing_recorded_drives_the_terminal() -> None:
    called = {"id": HOSTILE, "function": {"name": HOSTILE, "arguments": HOSTILE}}
    said = {"role": "assistant", "content": HOSTILE, "tool_calls": [{"index": 0, **called}]}
    asked = {"messages": [{"role": HOSTILE, "content": HOSTILE}]}
    body = event_stream([chunk(said, HOSTILE), {HOSTILE: 1}, {"error": {"message": HOSTILE}}])
    one = interaction(CHAT + "/" + HOSTILE, body, asked=asked)
    made = texts(replace(of(one), path=HOSTILE), frames=True, chunks=True)
    assert len(made) > 10
    assert all(text.isprintable() for text in made)


def test_long_texts_are_cut() -> None:
    asked = {"messages": [{"role": "user", "content": "word " * 1_000 + "\n" * 50}]}
    made = texts(of(interaction(CHAT, event_stream(["[DONE]"]), asked=asked)))
    assert len(made) < 22
    assert any(text.startswith("             … ") and text.endswith("more lines") for text in made)


def test_what_nobody_reads() -> None:
    one = Interaction(
        request=Request(method="GET", url="https://example.com/"), response=Response(status=204)
    )
    assert texts(of(one)) == ["cassette · vcr · 1 interaction", "0 · GET example.com/ · 204"]


def test_a_message_that_says_nothing() -> None:
    asked = {"messages": [{"role": "user", "content": []}]}
    made = texts(of(interaction(CHAT, event_stream([chunk({}, "stop"), "[DONE]"]), asked=asked)))
    assert made[-2:] == ["  user       nothing", "  assistant  → stop"]


@pytest.mark.parametrize(
    ("body", "line"),
    [
        (b"", "    error without a word (529)"),
        (b'{"odd": 1}', "    error without a word (529)"),
        (b"<html>Bad</html>", "    error <html>Bad</html> (529)"),
        (
            b'{"error": {"type": "overloaded_error", "message": "Overloaded"}}',
            "    error overloaded_error: Overloaded (529)",
        ),
    ],
)
def test_an_error_says_something(body: bytes, line: str) -> None:
    assert line in texts(of(interaction(CHAT, body, status=529)))
