from __future__ import annotations

from typing import Any

import orjson
import pytest

from stream_cassette.cassette.model import Ending, Response
from stream_cassette.store._journal_said import ending_of, head_of, request_of, session_of

REQUEST = {"method": "GET", "url": "u", "headers": [["a", "b"]], "masked": [], "recorded_at": None}
HEAD = {"status": 200, "reason": "", "headers": [], "http_version": None, "head_ms": 1.5}


def test_what_a_writer_says() -> None:
    assert session_of(b'{"cassette":"a.yaml","pid":1}') == {"cassette": "a.yaml", "pid": 1}
    assert request_of(REQUEST) == REQUEST
    headers = (("a", "b"),)
    said = orjson.dumps({**HEAD, "headers": headers})
    assert head_of(said) == Response(status=200, headers=headers, head_ms=1.5)
    assert ending_of(b'{"kind":"error","error":"reset","message":"m"}') == Ending(
        kind="error", error="reset", message="m"
    )


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../x", "/etc/passwd", "a/b.yaml", "a\0b", None, 1, ["a"]]
)
def test_a_cassette_elsewhere(name: Any) -> None:
    with pytest.raises(ValueError, match="a wrong 'cassette'"):
        session_of(orjson.dumps({"cassette": name}))


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("method", 1),
        ("url", None),
        ("headers", "ab"),
        ("headers", [["a"]]),
        ("headers", [["a", 1]]),
        ("headers", [1]),
        ("masked", "a"),
        ("masked", [1]),
        ("recorded_at", 1),
    ],
)
def test_a_request_with_a_wrong_member(member: str, value: object) -> None:
    with pytest.raises(ValueError, match=f"a wrong '{member}'"):
        request_of({**REQUEST, member: value})


@pytest.mark.parametrize(
    ("member", "value"),
    [("status", "200"), ("status", 20), ("status", -1), ("head_ms", -1), ("head_ms", True)],
)
def test_a_head_with_a_wrong_member(member: str, value: object) -> None:
    with pytest.raises(ValueError, match=f"a wrong '{member}'"):
        head_of(orjson.dumps({**HEAD, member: value}))


@pytest.mark.parametrize("said", [{}, {"kind": "over"}, {"kind": "error", "error": "x"}])
def test_an_ending_of_no_kind(said: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"a wrong '(kind|error)'"):
        ending_of(orjson.dumps(said))


@pytest.mark.parametrize("said", [None, [], {}, {**REQUEST, "body": ""}])
def test_members_that_are_unknown_or_missing(said: object) -> None:
    with pytest.raises(ValueError, match=r"no JSON object|unknown or missing"):
        request_of(said)
