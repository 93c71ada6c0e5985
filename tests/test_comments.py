"""The comment of an interaction: its first line, what was asked and said, all within its width."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from stream_cassette.api import dump, load
from stream_cassette.cassette.model import Cassette, Cut, Ending, Interaction, Request, Response
from stream_cassette.comments import comment_of, first_line, said_lines
from stream_cassette.errors import DialectError
from tests.corpus import CASSETTES
from tests.support.read_answers import event_stream, interaction

POST = Request(method="POST", url="https://ai-gateway.vercel.sh/v1/chat/completions?key=k")
SSE = ("content-type", "text/event-stream; charset=utf-8")
CHUNK = b'data: {"id":"gen_1","object":"chat.completion.chunk"}\n\n'
DONE = b"data: [DONE]\n\n"
CHAT = "/v1/chat/completions"


def response(body: bytes = b"", *headers: tuple[str, str], **rest: Any) -> Response:
    return Response(status=rest.pop("status", 200), headers=headers or (SSE,), body=body, **rest)


def lines(messages: list[dict[str, Any]], *events: Any, **rest: Any) -> tuple[str, ...]:
    """The lines for a request with these messages and an answer of these events."""
    return said_lines(
        interaction(CHAT, event_stream([*events]), asked={"messages": messages}, **rest)
    )


def chunk(delta: dict[str, Any], finish: str | None = None, index: int = 0) -> dict[str, Any]:
    choice = {"index": index, "delta": delta, "finish_reason": finish}
    return {"object": "chat.completion.chunk", "choices": [choice]}


CALL = 'weather({"location": "Florence, Italy"})'
TEXT = "The current weather in Florence, Italy is 40°C (104°F). That's quite hot! It's a…"
HI = {"role": "user", "content": "Hi"}
HELLO = (chunk({"content": "Hello"}, "stop"), "[DONE]")


CUTS = (Cut(size_bytes=len(CHUNK), offset_ms=31.2), Cut(size_bytes=len(DONE), offset_ms=1246.0))
PLACE = "POST ai-gateway.vercel.sh/v1/chat/completions"
CUT = f"{PLACE[:-2]}…"  # where there is no room for all of it
CLOSED = Ending(kind="client-closed")


@pytest.mark.parametrize(
    ("answer", "line"),
    [
        (
            response(CHUNK + DONE, cuts=CUTS),
            f"0 · {PLACE} · 200 · openai-chat (vercel) · 2 chunks, 1.25 s",
        ),
        (
            response(CHUNK, cuts=CUTS[:1], ending=CLOSED),
            f"0 · {CUT} · 200 · openai-chat (vercel) · 1 chunk, 0.03 s · closed by the client",
        ),
        (response(CHUNK), f"0 · {PLACE} · 200 · openai-chat (vercel) · 55 bytes"),
        (
            response(status=0, ending=Ending(kind="error", error="connect")),
            f"0 · {PLACE} · no response · openai-chat (vercel) · connect error",
        ),
        (
            response(cuts=(), ending=Ending(kind="pending", waited_ms=5.0)),
            f"0 · {PLACE} · 200 · openai-chat (vercel) · left while waiting",
        ),
    ],
)
def test_first_line(answer: Response, line: str) -> None:
    assert first_line(0, Interaction(request=POST, response=answer)) == line


def test_first_line_without_dialect_user_or_query() -> None:
    request = Request(method="GET", url="https://me:secret@example.com:8443/a?token=t")
    line = first_line(7, Interaction(request=request, response=Response(status=404)))
    assert line == "7 · GET example.com:8443/a · 404"


def test_first_line_of_an_answer_alone() -> None:
    request = Request(method="", url="")
    line = first_line(0, Interaction(request=request, response=Response(status=200, body=CHUNK)))
    assert line == f"0 · no request line · 200 · openai-chat (vercel) · {len(CHUNK)} bytes"


def test_first_line_leaves_room_for_the_mark_of_a_comment() -> None:
    request = Request(method="GET", url="https://example.com/" + "a" * 500)
    line = first_line(0, Interaction(request=request, response=Response(status=200)))
    assert len(line) == 118
    assert line.endswith("a… · 200")


def test_the_round_trip() -> None:
    cassette = load(CASSETTES / "openai_chat" / "vercel_thinking.yaml")
    made = [comment_of(n, one).split("\n") for n, one in enumerate(cassette.interactions)]
    place = "POST ai-gateway.vercel.sh/v1/chat/completions"
    assert made == [
        [
            f"0 · {place} · 200 · openai-chat (vercel) · 12,056 bytes",
            "  user       What's the weather in Florence, Italy?",
            f"  assistant  reasoning 252 chars, signed · {CALL} · tool_call · 424 in, 110 out",
        ],
        [
            f"1 · {place} · 200 · openai-chat (vercel) · 6,289 bytes",
            "  tool       40 C",
            f"  assistant  {TEXT} · stop · 549 in, 34 out",
        ],
    ]


def test_only_what_is_new_is_told() -> None:
    system = {"role": "system", "content": "Be brief."}
    before = [system, HI, {"role": "assistant", "content": "Hello"}]
    more = [{"role": "user", "content": "So?"}, {"role": "user", "content": "Well?"}]
    assert lines([*before, *more], *HELLO) == (
        "  user       So?",
        "  user       Well?",
        "  assistant  Hello · stop",
    )
    assert lines([system], *HELLO) == ("  assistant  Hello · stop",)
    assert lines([HI, {"role": "assistant", "content": "Hel"}], *HELLO)[0] == "  user       Hi"


def test_many_messages() -> None:
    made = lines([{"role": "user", "content": str(n)} for n in range(9)], *HELLO)
    assert made[:2] == ("  …          3 messages", "  user       3")
    assert len(made) == 8


def test_endings_and_errors() -> None:
    assert lines([HI], chunk({"content": "Hel"}))[-1] == "  assistant  Hel · truncated"
    left = Ending(kind="client-closed")
    assert lines([HI], chunk({"content": "Hel"}), ending=left)[-1] == "  assistant  Hel · aborted"
    error = {"error": {"type": "overloaded_error", "message": "Overloaded", "code": 529}}
    made = lines([HI], chunk({"content": "Hel"}), error)
    assert made[1:] == (
        "  assistant  Hel · error",
        "  error      overloaded_error: Overloaded (529)",
    )
    nothing = lines([HI], chunk({}, "length"), "[DONE]")
    assert nothing[-1] == "  assistant  length"


def test_candidates_and_usage() -> None:
    usage = {
        "object": "chat.completion.chunk",
        "choices": [],
        "usage": {"prompt_tokens": 1_234, "completion_tokens": 5},
    }
    made = lines(
        [HI], chunk({"content": "A"}, "stop"), chunk({"content": "B"}, "stop", 1), usage, "[DONE]"
    )
    assert made[1:] == ("  assistant  A · stop · 1,234 in, 5 out", "  assistant  B · stop")


HOSTILE = "\u2028- request: 1\r\n\x1b[31m\u202e\ufeff# x\ud83d" * 30


def test_within_the_width_whatever_is_said() -> None:
    calls = [
        {"index": n, "id": f"c{n}", "function": {"name": "f" * 70, "arguments": "{}"}}
        for n in range(9)
    ]
    said = {"content": HOSTILE, "reasoning_content": HOSTILE, "tool_calls": calls}
    messages = [{"role": "user", "content": HOSTILE}]
    for made in (lines(messages, chunk(said, "tool_calls")), lines(messages, {"error": HOSTILE})):
        assert len(made) >= 2
        assert all(len(line) <= 118 and "\n" not in line for line in made)


def test_nothing_of_it_ends_a_comment_in_the_file(tmp_path: Path) -> None:
    one = interaction(
        CHAT,
        event_stream([chunk({"content": HOSTILE}, "stop"), "[DONE]"]),
        asked={"messages": [{"role": "user", "content": HOSTILE}]},
    )
    path = tmp_path / "a.yaml"
    dump(Cassette(interactions=(one, one)), path)
    assert load(path).interactions == (one, one)
    text = path.read_text("utf-8")
    comments = [line for line in text.split("\n") if line.startswith("#")]
    assert len(comments) == 1 + 2 * 3
    assert all(len(line) <= 120 and line.isprintable() for line in comments)


def test_who_nobody_reads_has_one_line() -> None:
    other = Interaction(
        request=Request(method="GET", url="https://example.com/"), response=Response(status=200)
    )
    assert comment_of(0, other) == "0 · GET example.com/ · 200"


def test_a_very_large_body_has_one_line() -> None:
    one = interaction(CHAT, event_stream(list(HELLO)), asked={"messages": [HI]})
    assert len(said_lines(one)) == 2
    padded = one.response.body + b": " + b"x" * (1 << 24) + b"\n\n"
    assert said_lines(replace(one, response=replace(one.response, body=padded))) == ()
    asked = json.dumps({"messages": [HI], "x": "y" * (1 << 24)}).encode()
    assert said_lines(replace(one, request=replace(one.request, body=asked))) == ()


def test_a_dialect_that_contradicts_itself_loses_no_recording(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(one: Interaction) -> None:
        raise DialectError("says what none may say")

    monkeypatch.setattr("stream_cassette.comments.told_of", refuse)
    assert lines([HI], *HELLO) == ()


def test_reading_and_replaying_make_no_comments() -> None:
    code = """
import sys
from stream_cassette import load, use_cassette
path = sys.argv[1]
assert load(path).interactions
with use_cassette(path, unplayed="ignore"):
    pass
assert "stream_cassette.comments" not in sys.modules
"""
    path = CASSETTES / "openai_chat" / "stepfun.yaml"
    done = subprocess.run([sys.executable, "-c", code, str(path)], check=False, timeout=60)
    assert done.returncode == 0


def test_a_dialect_that_fails_costs_no_recording(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(self: object, opening: object) -> int:
        raise KeyError("op")

    monkeypatch.setattr("stream_cassette.dialects.openai_chat.OpenAIChat.claims", fails)
    interaction = Interaction(
        request=Request(method="POST", url="https://a.example/v1", body=b"{}"),
        response=Response(status=200, body=b"{}"),
    )
    assert comment_of(0, interaction) == "0 · POST a.example/v1 · 200 · 2 bytes"
