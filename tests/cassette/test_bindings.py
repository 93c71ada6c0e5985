"""Issued values of two runs: found by their place, paired, and replaced."""

from __future__ import annotations

import json
from typing import Any

import pytest

from stream_cassette.cassette.bindings import Bindings, issued_values


def bound(recorded: list[Any], live: list[Any]) -> Bindings:
    """The bindings of two answers, given as their frames' JSON values."""
    sides = (issued_values(("", json.dumps(one)) for one in side) for side in (recorded, live))
    return Bindings().learned(*sides)


def call(id: str, index: int = 0) -> dict[str, Any]:
    return {"choices": [{"delta": {"tool_calls": [{"index": index, "id": id}]}}]}


def test_values_by_place_each_once_in_order() -> None:
    texts = [
        (
            "",
            '{"id": "resp_1", "choices": [{"delta": {"tool_calls": [{"id": "a"}, {"id": "b"}]}}]}',
        ),
        ("", '{"id": "resp_1", "choices": [{"delta": {"tool_calls": [{"id": ""}]}}]}'),
        ("done", '{"type": "x", "item": {"id": "c", "data": "no"}}'),
        ("", '{"content": {"id": "top", "input": {"id": "a model made it"}}}'),
        ("", "[DONE]"),
        ("", '[[{"id": 5}]]'),
    ]
    assert issued_values(texts) == {
        ("", "None", "id"): ("resp_1",),
        ("", "None", "choices", "delta", "tool_calls", "id"): ("a", "b"),
        ("done", "x", "item", "id"): ("c",),
        ("", "None", "content", "id"): ("top",),
    }


REBOUND = {
    "a tool call's id": (
        [call("toolu_recorded")],
        [call("toolu_live_one")],
        b'{"tool_call_id":"toolu_live_one"}',
        b'{"tool_call_id":"toolu_recorded"}',
    ),
    "inside a longer string": (
        [call("toolu_recorded")],
        [call("toolu_live_one")],
        b'{"text":"see toolu_live_one."}',
        b'{"text":"see toolu_recorded."}',
    ),
    "the second call, by order": (
        [call("call_aaaa_1"), call("call_aaaa_2", 1)],
        [call("call_bbbb_1"), call("call_bbbb_2", 1)],
        b'["call_bbbb_2","call_bbbb_1"]',
        b'["call_aaaa_2","call_aaaa_1"]',
    ),
    "a live value that reads like another's recorded one": (
        [call("call_000002"), call("call_000003", 1)],
        [call("call_000001"), call("call_000002", 1)],
        b'["call_000001","call_000002"]',
        b'["call_000002","call_000003"]',
    ),
    "a value that begins another": (
        [call("call_one_x"), call("call_two_y", 1)],
        [call("call_0001"), call("call_00011", 1)],
        b'["call_0001","call_00011"]',
        b'["call_one_x","call_two_y"]',
    ),
    "a short id, under an id's name only": (
        [call("call_1")],
        [call("call_7")],
        b'{"tool_call_id": "call_7", "content": "call_7"}',
        b'{"tool_call_id": "call_1", "content": "call_7"}',
    ),
    "a short id, in a name that asks for one": (
        [call("r1")],
        [call("r2")],
        b'{"previous_response_id":"r2","previousId":"r2","model":"r2"}',
        b'{"previous_response_id":"r1","previousId":"r1","model":"r2"}',
    ),
    "a number's text is no id elsewhere": (
        [call("0")],
        [call("1")],
        b'{"id":"1","n":"1","call_id" : "1"}',
        b'{"id":"0","n":"1","call_id" : "0"}',
    ),
    "base64 that comes back as base64url": (
        [{"thoughtSignature": "AA+/recorded=="}],
        [{"thoughtSignature": "BB+/fresh/one="}],
        b'{"thoughtSignature":"BB-_fresh_one="}',
        b'{"thoughtSignature":"AA-_recorded=="}',
    ),
    "encrypted reasoning": (
        [{"type": "reasoning.encrypted", "data": "recorded-data"}],
        [{"type": "reasoning.encrypted", "data": "live-data-here"}],
        b'{"type":"reasoning.encrypted","data":"live-data-here"}',
        b'{"type":"reasoning.encrypted","data":"recorded-data"}',
    ),
    "another event's value is not taken for it": (
        [{"type": "added", "encrypted_content": "recorded-added"}],
        [{"type": "done", "encrypted_content": "live-of-done"}],
        b'{"encrypted_content":"live-of-done"}',
        b'{"encrypted_content":"live-of-done"}',
    ),
    "part of a longer word is another word": (
        [call("call_recorded")],
        [call("call_live_1")],
        b'["call_live_1","call_live_12","my-call_live_1","x/call_live_1?y"]',
        b'["call_recorded","call_live_12","my-call_live_1","x/call_recorded?y"]',
    ),
    "values that are no words, one within the other": (
        [call("f.weather:00"), call("f.weather:01", 1)],
        [call("f.weather:1"), call("f.weather:11", 1)],
        b'["f.weather:1","f.weather:11"]',
        b'["f.weather:00","f.weather:01"]',
    ),
    "more live values than recorded ones": (
        [call("call_recorded")],
        [call("call_live_1"), call("call_live_2", 1)],
        b'["call_live_1","call_live_2"]',
        b'["call_recorded","call_live_2"]',
    ),
    "characters that JSON escapes": (
        [call('recorded"id"')],
        [call('live"id"here')],
        b'{"id":"live\\"id\\"here"}',
        b'{"id":"recorded\\"id\\""}',
    ),
    "bytes that are no text stay": (
        [call("toolu_recorded")],
        [call("toolu_live_one")],
        b"\x00\x01toolu_live_one",
        b"\x00\x01toolu_live_one",
    ),
}


@pytest.mark.parametrize(("recorded", "live", "body", "rebound"), REBOUND.values(), ids=REBOUND)
def test_bodies(recorded: list[Any], live: list[Any], body: bytes, rebound: bytes) -> None:
    assert bound(recorded, live).body(body) == rebound


def test_urls_and_texts() -> None:
    bindings = bound([{"id": "resp/recorded"}], [{"id": "resp/live one"}])
    url = "https://a.example/responses/resp%2Flive%20one?after=resp%2Flive%20one"
    assert bindings.url(url) == (
        "https://a.example/responses/resp%2Frecorded?after=resp%2Frecorded"
    )
    assert bindings.text("got resp/live one — für \udcff") == "got resp/recorded — für \udcff"


def test_the_first_binding_of_a_value_holds() -> None:
    bindings = bound([{"id": "recorded-1"}], [{"id": "live-value"}])
    more = bindings.learned({("id",): ("recorded-2",)}, {("id",): ("live-value",)})
    assert more.body(b'"live-value"') == b'"recorded-1"'


def test_learning_leaves_the_bindings_from_before_alone() -> None:
    bindings = bound([{"id": "recorded-1"}], [{"id": "live-value"}])
    more = bindings.learned({("id",): ("recorded-2",)}, {("id",): ("another-live",)})
    assert bindings.body(b'["live-value","another-live"]') == b'["recorded-1","another-live"]'
    assert more.body(b'["live-value","another-live"]') == b'["recorded-1","recorded-2"]'


def test_without_any_everything_stays() -> None:
    assert Bindings().body(b'{"id":"x"}') == b'{"id":"x"}'
    assert Bindings().url("http://a/x") == "http://a/x"
    assert Bindings().text("x") == "x"


def test_deep_nesting_does_no_harm() -> None:
    assert issued_values([("", "[" * 100_000), ("", "[" * 50_000 + "]" * 50_000)]) == {}


def test_an_id_for_each_frame_takes_no_longer_for_each() -> None:
    """Each frame's text is read once, whatever the number of values."""
    frames = 20_000
    values = [tuple(f"{run}-{n:08d}" for n in range(frames)) for run in ("recorded", "live-run")]
    bindings = Bindings().learned({("id",): values[0]}, {("id",): values[1]})
    texts = [bindings.text(f'{{"id":"{value}","t":"x"}}') for value in values[1]]
    assert texts == [f'{{"id":"{value}","t":"x"}}' for value in values[0]]
