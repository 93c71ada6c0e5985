"""Interaction → exchange and history: framing, errors, endings, bare JSON, what nobody claims."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest

from stream_cassette.cassette.model import Cassette, Ending, Interaction, Request, Response
from stream_cassette.conversation.model import Exchange
from stream_cassette.meaning import (
    conversations_of,
    decoded_body,
    exchange_of,
    frames_of,
    heard,
    history_of,
    label_of,
    spoken_of,
)
from tests.support.read_answers import event_stream, interaction

CHAT = "/v1/chat/completions"
HI = {"object": "chat.completion.chunk", "choices": [{"index": 0, "delta": {"content": "Hi"}}]}
STREAM = event_stream([HI, "[DONE]"])


def exchange(body: bytes, path: str = CHAT, **rest: Any) -> Exchange:
    found = exchange_of(interaction(path, body, **rest))
    assert found is not None
    return found


def test_an_answer() -> None:
    found = exchange(STREAM)
    assert (found.dialect, found.vendor, found.termination) == ("openai-chat", None, "complete")
    assert found.candidates[0].text == "Hi"


def test_compressed() -> None:
    headers = (("content-type", "text/event-stream"), ("Content-Encoding", "gzip"))
    response = Response(status=200, headers=headers, body=gzip.compress(STREAM))
    one = Interaction(request=Request(method="POST", url="https://x" + CHAT), response=response)
    found = exchange_of(one)
    assert found is not None and found.candidates[0].text == "Hi"
    assert decoded_body(response) == STREAM
    assert [frame.data for frame in frames_of(response)][-1] == "[DONE]"


def test_without_a_content_type() -> None:
    assert exchange(STREAM, media="").candidates[0].text == "Hi"


def test_larger_than_one_piece() -> None:
    found = exchange(event_stream([HI] * 2_000 + ["[DONE]"]))
    assert found.candidates[0].text == "Hi" * 2_000


@pytest.mark.parametrize(
    ("ending", "termination"),
    [
        (Ending(), "truncated"),
        (Ending(kind="client-closed"), "aborted"),
        (Ending(kind="pending", waited_ms=1.0), "aborted"),
        (Ending(kind="error", error="reset"), "truncated"),
    ],
)
def test_endings(ending: Ending, termination: str) -> None:
    assert exchange(event_stream([HI]), ending=ending).termination == termination
    assert exchange(STREAM, ending=ending).termination == "complete"


def test_no_answer_at_all() -> None:
    found = exchange(b"", status=0, ending=Ending(kind="error", error="connect"))
    assert (found.candidates, found.termination) == ((), "truncated")


@pytest.mark.parametrize(
    ("body", "media", "message"),
    [
        (b'{"error":{"message":"m"}}', "application/json", "m"),
        (b"<html>m</html>", "text/html", "<html>m</html>"),
        (b'data: {"error":{"message":"m"}}\n\n', "text/event-stream", "m"),
    ],
)
def test_instead_of_an_answer(body: bytes, media: str, message: str) -> None:
    found = exchange(body, media=media, status=502)
    assert found.error is not None and found.error.message is not None
    assert found.error.message.startswith(message)
    assert (found.error.status, found.termination) == (502, "errored")


@pytest.mark.parametrize(
    "bare",
    [
        b'{"error":{"message":"m"}}',
        b'{\n  "error": {\n    "message": "m"\n  }\n}\n\n',
        b'{"error":{"message":"m"}}\r\n\r\n',
    ],
)
def test_json_that_stands_bare_in_an_event_stream(bare: bytes) -> None:
    found = exchange(event_stream([HI]) + bare)
    assert found.error is not None and found.error.message == "m"
    assert found.candidates[0].text == "Hi"


@pytest.mark.parametrize("end", [b"data: [DONE]", b"data: [DONE]\n", b"data: [DONE] \n"])
def test_an_end_marker_counts_where_the_body_was_trimmed(end: bytes) -> None:
    found = exchange(event_stream([HI]) + end)
    assert (found.termination, found.end_marker) == ("complete", True)


def test_an_event_that_the_end_cut_off_is_not_read() -> None:
    body = event_stream([HI, HI])
    found = exchange(body[:-2])
    assert (found.candidates[0].text, found.termination) == ("Hi", "truncated")
    assert exchange(event_stream([HI])[:-1]).candidates == ()


@pytest.mark.parametrize("bare", [b"{oops}\n\n", b": {}\n\n", b"{\n\n"])
def test_what_is_not_bare_json_is_passed_over(bare: bytes) -> None:
    assert exchange(bare + STREAM).unknown == ()


def test_messages_that_can_not_be_what_they_claim_are_reported() -> None:
    media = "application/vnd.amazon.eventstream"
    found = exchange(b"\x00" * 16, media=media)
    (unknown,) = found.unknown
    assert unknown.kind == "frame" and unknown.name.startswith("prelude checksum")
    assert list(heard(frames_of(interaction("/", b"\x00" * 4, media=media).response))) == []


@pytest.mark.parametrize("media", ["text/event-stream", "text/html", "application/json", ""])
def test_an_error_that_is_no_stream_is_told_in_its_words(media: str) -> None:
    error = exchange(b"<html>Overloaded</html>", media=media, status=529).error
    assert error is not None
    assert (error.message, error.status) == ("<html>Overloaded</html>", 529)


def test_nobody_claims_it() -> None:
    one = interaction("/weather", b'{"a":1}', media="application/json")
    assert (exchange_of(one), history_of(one), label_of(one)) == (None, None, None)


def test_label() -> None:
    chunk = {**HI, "id": "gen_1"}
    assert label_of(interaction("/x", event_stream([chunk]))) == ("openai-chat", "vercel")


def test_history_and_what_a_dialect_is_told() -> None:
    asked = {"messages": [{"role": "user", "content": "Hi"}], "model": "m"}
    one = interaction(CHAT + "?a=1&a=2&b=", STREAM, asked=asked)
    history = history_of(one)
    assert history is not None
    assert (history.messages[0].text, history.model) == ("Hi", "m")


def test_a_request_that_is_no_json_has_no_messages() -> None:
    request = Request(method="post", url="https://api.groq.com" + CHAT, body=b"\xff")
    headers = (("content-type", "text/event-stream"), ("Via", "a"), ("via", "b"))
    response = Response(status=200, headers=headers, body=STREAM)
    one = Interaction(request=request, response=response)
    history = history_of(one)
    assert history is not None and history.messages == ()
    assert label_of(one) == ("openai-chat", "groq")


def test_it_can_be_written_as_json() -> None:
    found = exchange(event_stream([{**HI, "brand_new": {"a": [1]}}, "[DONE]"]))
    assert json.loads(json.dumps(found.to_dict())) == found.to_dict()


def test_conversations() -> None:
    other = Interaction(
        request=Request(method="GET", url="https://x/"), response=Response(status=200)
    )
    asked = {"messages": [{"role": "user", "content": "Ho"}]}
    first = interaction(CHAT, STREAM, asked=asked)
    more = [*asked["messages"], {"role": "assistant", "content": "Hi"}]
    more.append({"role": "user", "content": "So?"})
    second = interaction(CHAT, STREAM, asked={"messages": more})
    cassette = Cassette(interactions=(other, first, second))
    assert [one.index for one in spoken_of(cassette.interactions)] == [1, 2]
    (talk,) = conversations_of(cassette)
    assert talk.interactions == (1, 2)
    assert [one.text for one in talk.messages] == ["Ho", "Hi", "So?", "Hi"]


def test_a_tools_protocol_is_no_conversation() -> None:
    asked = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "result": {"tools": []}}).encode()
    one = interaction("/mcp", body, media="application/json", asked=asked)
    assert exchange_of(one) is not None
    assert conversations_of(Cassette(interactions=(one,))) == ()
