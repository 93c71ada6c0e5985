from __future__ import annotations

import pytest

from stream_cassette.checks.subject import AnyTag
from stream_cassette.errors import DialectError
from tests.support.checked import get, held, subject

VCRPY = b"""interactions:
- request: {method: GET, uri: "http://h/"}
  response: {status: {code: 200, message: OK}, body: {string: x}}
version: 1
"""


def test_lines_and_starts_are_those_of_the_interactions() -> None:
    one = held(get(), get(b"x\n- request:\n"))
    lines = one.data.split(b"\n")
    assert len(one.lines) == len(one.starts) == 2
    assert [lines[line - 1] for line in one.lines] == [b"- request:"] * 2
    assert [one.data[at : at + 10] for at in one.starts] == [b"- request:"] * 2


def test_a_finding_stands_at_its_interaction() -> None:
    one = held(get(), get())
    assert one.finding("secret", "m", interaction=1).line == one.lines[1]
    assert one.finding("secret", "m", interaction=1, line=3).line == 3
    assert one.finding("empty-cassette", "m").line is None
    assert one.finding("secret", "m", severity="info").severity == "info"
    assert [each.interaction for each in one.findings("secret", [(1, "a"), (0, "b")])] == [1, 0]


def test_where_lines_are_not_known_a_finding_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("interaction_lines", "interaction_starts"):
        monkeypatch.setattr(f"stream_cassette.checks.subject.{name}", lambda *_: ())
    one = held(get())
    assert one.lines == () and one.starts == ()
    assert one.finding("secret", "m", interaction=0).line is None


def test_offsets_are_found_by_lines_in_another_layout() -> None:
    data = b"interactions:\n" + b"".join(VCRPY.splitlines(keepends=True)[1:3]) * 2
    data = data.replace(b"- request", b"-  request").replace(b"  response", b"   response")
    data += b"version: 1\n"
    one = subject(data)
    assert [one.data[at : at + 10] for at in one.starts] == [b"-  request"] * 2
    assert one.lines == (2, 4)


def test_whose_file_it_is() -> None:
    assert held(get()).is_ours
    assert not subject(VCRPY).is_ours


def test_a_dialect_that_fails_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(one: object) -> None:
        raise DialectError("says what none may say")

    monkeypatch.setattr("stream_cassette.checks.subject.told_of", refuse)
    one = held(get())
    assert one.told == (None,)
    assert one.failed == {0: "says what none may say"}


def test_any_tag_is_known() -> None:
    assert "tag:yaml.org,2002:python/object" in AnyTag()
