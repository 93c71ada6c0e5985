"""The file as text: what a rewrite would lose, what it would spell otherwise."""

from __future__ import annotations

from dataclasses import replace

import pytest

from stream_cassette.cassette.model import Cassette
from stream_cassette.checks import written as rules
from stream_cassette.checks.written import written as check
from stream_cassette.formats import _registry
from tests.support.checked import get, subject, written

FILE = written(get(), get(b"two\n"))


def found(data: bytes) -> list[tuple[str, int | None, int | None]]:
    return [(one.rule, one.interaction, one.line) for one in check(subject(data))]


@pytest.mark.parametrize(
    "data",
    [
        FILE,
        written(get("é\u2028".encode()), get(b"\xff\x00")),
        written(get("é".encode()), ascii=True),
        FILE.replace(b"# 0", b"# another comment 0"),
        FILE.replace(b"comments: 1}", b"comments: 7}"),
        written(),
    ],
)
def test_what_the_writer_wrote_is_fine(data: bytes) -> None:
    assert found(data) == []


@pytest.mark.parametrize(
    ("old", "new", "interaction"),
    [
        (b"version: 1\n", b"version: 1\nmood: good\n", None),
        (b"comments: 1}", b"comments: 1, mood: good}", None),
        (b"  response:\n", b"  mood: good\n  response:\n", 0),
        (b"    body:\n", b"    mood: good\n    body:\n", 0),
        (b"message: OK}", b"message: OK, mood: good}", 0),
        (b"      string:", b"      mood: good\n      string:", 0),
        (b"    uri:", b"    mood: good\n    uri:", 0),
    ],
)
def test_keys_that_are_not_read(old: bytes, new: bytes, interaction: int | None) -> None:
    data = FILE.replace(old, new, 1)
    line = next(n for n, text in enumerate(data.split(b"\n"), 1) if b"mood" in text)
    assert found(data) == [("unread-content", interaction, line)]


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        (b"message: OK}", b"message: 'OK'}", 11),
        (b"# stream-cassette\n", b"\n# stream-cassette\n", 1),
        (b"version: 1\n", b"version: 1", 28),
        (b'body: ""', b"body: ''", 9),
    ],
)
def test_another_spelling_is_told_with_its_line(old: bytes, new: bytes, line: int) -> None:
    data = FILE.replace(old, new, 1)
    (one,) = check(subject(data))
    assert (one.rule, one.severity) == ("spelling", "info")
    assert one.line == line, data.decode()


def test_other_formats_are_not_held_to_our_spelling() -> None:
    data = FILE.replace(b"stream_cassette: {format: 1, comments: 1}\n", b"")
    assert found(data.replace(b"body:", b"more: 1\n    body:")) == []


def test_a_writer_that_loses_something_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def lossy(cassette: Cassette, **options: object) -> bytes:
        changed = [replace(cassette.interactions[0], recorded_at="2020-01-01T00:00:00.000Z")]
        return write(replace(cassette, interactions=(*changed, *cassette.interactions[1:])))

    write = _registry.write
    one = subject(FILE.replace(b"5 bytes", b"4 bytes"))
    monkeypatch.setattr(rules._registry, "write", lossy)
    first, *_ = check(one)
    assert (first.rule, first.interaction, first.line) == ("round-trip", 0, one.lines[0])
