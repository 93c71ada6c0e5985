"""An interaction for a page: facts, bodies, frames with their raw text, all capped and counted."""

from __future__ import annotations

from dataclasses import replace

from stream_cassette.api import exchange_of
from stream_cassette.cassette.model import Cut, Ending, Interaction
from stream_cassette.report.html_interaction import (
    Caps,
    InteractionView,
    ending_words,
    interaction_view,
)
from tests.support.html_pages import paced, signed
from tests.support.read_answers import event_stream, interaction


def view(one: Interaction, caps: Caps | None = None, **rest: bool) -> InteractionView:
    return interaction_view(0, one, exchange_of(one), caps or Caps(), **rest)


def test_the_facts() -> None:
    made = view(signed().interactions[0])
    assert dict(made.facts) == {
        "Status": "200 OK",
        "Dialect": "openai-chat (vercel)",
        "Answer": "complete",
        "Tokens": "424 in, 110 out",
        "Ending": "complete",
        "Body": "12,056 bytes",
        "Protocol": "HTTP/2",
    }
    assert made.headline.startswith("POST ai-gateway.vercel.sh/v1/chat/completions · 200")
    assert made.timing is None and made.picture is None and made.chunks == ()


def test_the_frames_are_the_body() -> None:
    one = signed().interactions[0]
    made = view(one)
    assert made.frame_count == len(made.frames) == 25
    assert made.frames[1].start == made.frames[0].size_bytes
    assert made.frames[0].raw.text.startswith('data: {"id":"gen_')


def test_frames_are_capped_with_the_true_count() -> None:
    made = view(signed().interactions[0], Caps(frames=3, frame_chars=10))
    assert (len(made.frames), made.frame_count) == (3, 25)
    assert made.frames[0].raw.text == 'data: {"id' and made.frames[0].raw.left > 200


def test_many_interactions_have_less_each() -> None:
    assert Caps().shared(3) == Caps()
    assert (Caps().shared(40).frames, Caps().shared(40).body_chars) == (25, 5_000)
    assert (Caps().shared(5_000).frames, Caps().shared(5_000).body_chars) == (10, 1_000)
    assert Caps(frames=0, body_chars=0).shared(1) == Caps(frames=0, body_chars=0)


def test_frames_that_are_not_whole_say_so() -> None:
    body = b'id: 1\n\ndata: {"a"'
    made = view(interaction("/x", body))
    assert [(one.kind, one.is_bad) for one in made.frames] == [
        ("not handed on", False),
        ("unfinished", True),
    ]


def test_chunks_and_their_picture() -> None:
    made = view(paced().interactions[0])
    assert made.timing is not None and made.timing.chunks == 25 and made.picture is not None
    assert made.chunks[:2] == ((0, "264", "0 ms"), (1, "418", "20 ms"))


def test_how_it_broke_off() -> None:
    one = paced().interactions[1]
    assert view(one).fault == "The answer was cut short. · reset error: Connection reset by peer"
    assert ending_words(one) == "reset error"
    left = replace(one, response=replace(one.response, ending=Ending(kind="client-closed")))
    assert ending_words(left) == "closed by the client"


def test_the_request_body_as_json_or_as_it_is() -> None:
    body = view(signed().interactions[0]).request_body
    assert body is not None and body.tokens and '"role": "user"' in body.text
    one = interaction("/x", b"", asked=None)
    plain = replace(one, request=replace(one.request, body=b"{not json"))
    shown = view(plain).request_body
    assert shown is not None and shown.text == "{not json" and shown.tokens == ()
    assert view(one).request_body is None


def test_a_large_body_is_cut() -> None:
    one = interaction("/x", b"")
    large = replace(one, request=replace(one.request, body=b"[" + b"1," * 9_999 + b"1]"))
    shown = view(large, Caps(body_chars=100)).request_body
    assert shown is not None and len(shown.text) == 100 and shown.left == 20_001 - 100


def test_headers_are_visible() -> None:
    one = interaction("/x", b"", media="text/event-stream\r\x1b")
    assert view(one).response_headers == (("content-type", r"text/event-stream\u{D}\u{1B}"),)


def test_what_is_unknown_and_further_candidates() -> None:
    chunk = {
        "object": "chat.completion.chunk",
        "odd_member": 1,
        "choices": [{"index": n, "delta": {"content": f"answer {n}"}} for n in (0, 1)],
    }
    one = interaction("/v1/chat/completions", event_stream([chunk, chunk]))
    made = view(one)
    assert made.unknown == ("unknown field odd_member (2 times)",)
    assert [[part.body.text for part in each.parts] for each in made.others] == [
        ["answer 1answer 1"]
    ]
    assert len(view(one, is_bare=True).others) == 2


def test_what_nobody_reads() -> None:
    one = interaction("/x", b"abc", media="text/plain", cuts=[Cut(3, 0.0)], status=0)
    made = view(replace(one, masked=("/api_key", "query.key")))
    assert dict(made.facts)["Status"] == "no response"
    assert dict(made.facts)["Masked"] == "/api_key, query.key" and "Dialect" not in dict(made.facts)
