"""What was said: understood or not, whole or not. Each rule's own file shows it; here are edges."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from stream_cassette.api import load
from stream_cassette.cassette.model import Ending, Interaction, Request
from stream_cassette.checks import streams
from stream_cassette.checks.subject import Subject
from stream_cassette.errors import DialectError
from tests.corpus import CASSETTES
from tests.support.checked import FINDINGS, get, held, subject

SSE = ("content-type", "text/event-stream")
TICKS = b'data: {"tick":1}\n\n'


def of(name: str) -> Subject:
    return subject((FINDINGS / f"{name}.yaml").read_bytes())


@pytest.mark.parametrize(
    "one",
    [
        get(TICKS, ("content-type", "application/json")),
        get(TICKS, SSE, status=500),
        get(b"", SSE),
    ],
    ids=["no stream", "an error", "empty"],
)
def test_what_is_no_strangers_stream(one: Interaction) -> None:
    assert list(streams.unknown_dialect(held(one))) == []


def test_a_strangers_stream() -> None:
    (one,) = streams.unknown_dialect(held(get(), get(TICKS, SSE)))
    assert (one.interaction, one.severity) == (1, "info")


def test_what_is_unknown_is_named_and_counted() -> None:
    (one,) = streams.unknown_part(of("unknown-part"))
    assert one.message == "anthropic-messages does not know the part 'weather_map'"
    assert list(streams.unknown_part(of("incomplete-stream"))) == []


def test_many_unknown_things_are_told_in_short() -> None:
    blocks = [{"type": f"odd_{letter}"} for letter in "abcdefgh"]
    known = of("unknown-part").cassette.interactions[0]
    answer = json.loads(known.response.body) | {"content": blocks}
    made = replace(known, response=replace(known.response, body=json.dumps(answer).encode()))
    (one,) = streams.unknown_part(held(made))
    assert one.message.endswith("the part 'odd_e' and 3 more")


def test_names_are_made_visible() -> None:
    known = of("unknown-part").cassette.interactions[0]
    body = known.response.body.replace(b"weather_map", b"\\u202eevil" + b"x" * 100)
    (one,) = streams.unknown_part(held(replace(known, response=replace(known.response, body=body))))
    assert "\u202e" not in one.message and len(one.message) < 120


def test_a_broken_frame_is_not_told_of_twice() -> None:
    one = of("broken-frame")
    assert len(list(streams.broken_frame(one))) == 1
    assert list(streams.unknown_part(one)) == []


def test_a_dialect_that_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(one: object) -> None:
        raise DialectError("dialect 'acme' fails: KeyError('x')")

    monkeypatch.setattr("stream_cassette.checks.subject.told_of", refuse)
    one = held(get(TICKS, SSE))
    (found,) = streams.dialect_error(one)
    assert (found.rule, found.message) == ("dialect-error", "dialect 'acme' fails: KeyError('x')")
    assert list(streams.unknown_dialect(one)) == []
    assert list(streams.incomplete_stream(one)) == list(streams.unknown_part(one)) == []


@pytest.mark.parametrize(
    ("ending", "words"),
    [
        (Ending(kind="client-closed"), "closed the stream before its end"),
        (Ending(kind="pending", waited_ms=3), "stopped waiting"),
        (Ending(kind="error", error="reset"), "in an error (reset)"),
        (Ending(kind="error", error="other", message="a\nb"), "(other): a\\u{A}b"),
    ],
)
def test_endings_are_told_in_words(ending: Ending, words: str) -> None:
    cut = of("incomplete-stream").cassette.interactions[0]
    one = held(replace(cut, response=replace(cut.response, ending=ending)))
    assert list(streams.incomplete_stream(one)) == []
    (found,) = streams.ended_early(one)
    assert words in found.message


def test_an_answer_without_a_marker_that_says_why_it_ends_is_less_grave() -> None:
    cut = of("incomplete-stream").cassette.interactions[0]
    body = cut.response.body.replace(b'"finish_reason":null', b'"finish_reason":"stop"')
    (one,) = streams.incomplete_stream(
        held(replace(cut, response=replace(cut.response, body=body)))
    )
    assert (one.severity, one.message) == (
        "info",
        "the openai-chat answer says why it ends, and has no end marker",
    )
    (one,) = streams.incomplete_stream(held(cut))
    assert one.severity == "warning"


def test_parts_that_are_kept_on_purpose_are_known() -> None:
    for path in ("mcp/tool_call.yaml", "ui_messages/data_and_sources.yaml"):
        cassette = load(CASSETTES / path)
        assert list(streams.unknown_part(held(*cassette.interactions))) == []


def test_an_error_is_no_answer_that_stops() -> None:
    one = of("incomplete-stream").cassette.interactions[0]
    failed = replace(one, response=replace(one.response, status=500))
    assert list(streams.incomplete_stream(held(failed))) == []


def test_other_requests_say_nothing() -> None:
    plain = replace(get(), request=Request(method="POST", url="https://example.com/", body=b"{"))
    one = held(plain)
    for rule in (streams.unknown_part, streams.incomplete_stream, streams.dialect_error):
        assert list(rule(one)) == []
