"""What a live answer said, read as the recorded words in later requests."""

from __future__ import annotations

import json
from typing import Any

import pytest

from stream_cassette.session.sayings import Sayings

LONG = "It is sunny in Florence."
KNOWN = Sayings().learned([("Sunny.", "Rain."), (LONG, "It rains."), ("", "no"), ("same", "same")])


def body(value: Any) -> bytes:
    return json.dumps(value).encode()


ROWS: dict[str, tuple[Any, Any]] = {
    "a whole string": ({"content": "Sunny."}, {"content": "Rain."}),
    "in a list, deeper": ([{"parts": [{"text": "Sunny."}]}], [{"parts": [{"text": "Rain."}]}]),
    "a short one inside another": ({"content": "Sunny. And?"}, {"content": "Sunny. And?"}),
    "a long one inside another": (
        {"content": f"- {LONG} {LONG}"},
        {"content": "- It rains. It rains."},
    ),
    "a name": ({"Sunny.": 1}, {"Sunny.": 1}),
    "the same": ({"content": "same", "n": 1.0}, {"content": "same", "n": 1.0}),
}


@pytest.mark.parametrize(("live", "recorded"), ROWS.values(), ids=ROWS)
def test_strings(live: Any, recorded: Any) -> None:
    assert json.loads(KNOWN.body(body(live))) == recorded


def test_bytes_that_say_nothing_known_stay_as_they_are() -> None:
    for data in (b'{ "n" : 1e0 }', b"\xff", b"Sunny, not JSON", b"[" * 5000):
        assert KNOWN.body(data) == data
    assert KNOWN.body(f"a={LONG}".encode()) == b"a=It rains."
    assert Sayings().body(b"anything") == b"anything"


def test_escapes_are_the_same_text() -> None:
    known = Sayings().learned([("Schön ist es heute nicht", "Schön.")])
    assert json.loads(known.body(b'["Sch\\u00f6n ist es heute nicht"]')) == ["Schön."]


def test_the_first_that_is_learned_holds() -> None:
    known = Sayings().learned([("one", "first")]).learned([("one", "second"), ("two", "more")])
    assert json.loads(known.body(b'["one", "two"]')) == ["first", "more"]
