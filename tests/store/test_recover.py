"""Journals of writers that are gone become cassettes, and nothing else is touched."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from stream_cassette.api import load
from stream_cassette.api import recover as recover_one
from stream_cassette.cassette.model import COMPLETE, Ending, Request, Response
from stream_cassette.cassette.redact import DEFAULT
from stream_cassette.errors import CassetteNotFound, JournalError, PublishError
from stream_cassette.store.journal import Journal
from stream_cassette.store.recover import journals_in, left_beside, left_in

SSE = Response(status=200, headers=(("content-type", "text/event-stream"),))
DONE = b"data: [DONE]\n\n"


def _left(directory: Path, *bodies: bytes, mode: str = "once", ended: bool = False) -> Path:
    """A journal whose writer is gone: with one exchange for each body."""
    directory.mkdir(exist_ok=True)
    journal = Journal(directory / "a.yaml", DEFAULT, {"mode": mode})
    for number, body in enumerate(bodies):
        log = journal.start(Request(method="GET", url=f"http://a/{number}"), "now")
        log.head(SSE)
        if body:
            log.chunk(body, 1.0)
        if ended:
            log.end(COMPLETE)
    journal.close()
    return journal.path


def _bodies(path: Path) -> list[bytes]:
    return [one.response.body for one in load(path).interactions]


def test_a_cassette_that_was_not_there_is_made(tmp_path: Path) -> None:
    journal = _left(tmp_path, b"data: 1\n\n", b"data: 2\n\n" + DONE, b"")
    found = recover_one(journal)
    assert (found.path, found.interactions, found.cut_short) == (tmp_path / "a.yaml", 3, 2)
    endings = [one.response.ending for one in load(tmp_path / "a.yaml").interactions]
    assert endings == [Ending(kind="client-closed"), COMPLETE, Ending(kind="client-closed")]
    assert not journal.exists()


def test_a_cassette_that_is_there_stays_and_the_recovered_one_goes_beside_it(
    tmp_path: Path,
) -> None:
    recover_one(_left(tmp_path, b"old", ended=True))
    before = (tmp_path / "a.yaml").read_bytes()
    paths = [recover_one(_left(tmp_path, body, ended=True)).path for body in (b"x", b"y")]
    assert paths == [tmp_path / "a.recovered.yaml", tmp_path / "a.recovered-2.yaml"]
    assert (tmp_path / "a.yaml").read_bytes() == before
    assert [_bodies(path) for path in paths if path] == [[b"x"], [b"y"]]
    recover_one(_left(tmp_path, b"new", ended=True), replace=True)
    assert _bodies(tmp_path / "a.yaml") == [b"new"]


def test_what_was_to_be_added_is_added(tmp_path: Path) -> None:
    recover_one(_left(tmp_path, b"old", ended=True))
    recover_one(_left(tmp_path, b"more", mode="new", ended=True), replace=True)
    assert _bodies(tmp_path / "a.yaml") == [b"old", b"more"]


def test_a_dry_run_changes_nothing(tmp_path: Path) -> None:
    journal = _left(tmp_path, b"data: 1\n\n")
    found = recover_one(journal, dry_run=True)
    assert found.path == tmp_path / "a.yaml"
    assert list(tmp_path.iterdir()) == [journal]


def test_a_torn_tail_is_cut_off_and_counted(tmp_path: Path) -> None:
    journal = _left(tmp_path, b"data: 1\n\n", b"data: 2\n\n")
    os.truncate(journal, journal.stat().st_size - 3)
    found = recover_one(journal)
    assert (found.interactions, found.torn_bytes > 0) == (2, True)
    assert _bodies(tmp_path / "a.yaml") == [b"data: 1\n\n", b""]


@pytest.mark.parametrize("size", [0, 5, 30, None])
def test_a_journal_without_an_exchange_just_goes(tmp_path: Path, size: int | None) -> None:
    journal = _left(tmp_path)
    if size is not None:
        os.truncate(journal, size)
    assert recover_one(journal).path is None
    assert list(tmp_path.iterdir()) == []


def test_one_that_is_still_written_is_left_alone(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "a.yaml", DEFAULT)
    assert left_beside(tmp_path / "a.yaml") == [] == left_in(tmp_path)
    with pytest.raises(JournalError, match="is still being written"):
        recover_one(journal.path)
    journal.close()
    assert left_beside(tmp_path / "a.yaml") == [journal.path]
    assert left_in(tmp_path) == [journal.path]
    assert left_in(tmp_path / "gone") == []


@pytest.mark.parametrize("content", [b"interactions: []\n", b"stream-cassette journal 2\n"])
def test_what_is_no_journal_is_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / ".a.yaml.1-ab.journal"
    path.write_bytes(content)
    with pytest.raises(JournalError, match="is no journal"):
        recover_one(path)
    assert path.read_bytes() == content


def test_a_cassette_that_cannot_be_written_keeps_the_journal(tmp_path: Path) -> None:
    journal = _left(tmp_path, b"x", ended=True, mode="new")
    (tmp_path / "a.yaml").write_bytes(b"not a cassette")
    before = journal.read_bytes()
    with pytest.raises(Exception, match=r"a\.yaml"):
        recover_one(journal)
    assert journal.read_bytes() == before
    assert (tmp_path / "a.yaml").read_bytes() == b"not a cassette"


def test_journals_are_found_by_file_cassette_and_directory(tmp_path: Path) -> None:
    one, two = _left(tmp_path, b"1"), _left(tmp_path / "below", b"2")
    (tmp_path / "b.yaml").write_bytes(b"")
    assert journals_in([tmp_path]) == sorted([one, two])
    assert journals_in([two, two]) == [two]
    assert journals_in([tmp_path / "a.yaml"]) == [one]
    assert journals_in([tmp_path / "b.yaml"]) == []
    with pytest.raises(CassetteNotFound, match="no such file or directory"):
        journals_in([tmp_path / "missing.yaml"])


def test_what_looks_like_a_secret_is_not_made_a_cassette(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("stream_cassette.store.journal.masked_request", lambda one, _: (one, ()))
    journal = Journal(tmp_path / "a.yaml", DEFAULT)
    key = "sk-proj-Zq3vT9xLmR2wY8bN4cK7pD1f"
    journal.start(Request(method="GET", url=f"http://a/{key}"), "now")
    journal.close()
    with pytest.raises(PublishError, match="OpenAI project key in the request URL") as caught:
        recover_one(journal.path)
    assert key not in str(caught.value) and "the journal stays" in str(caught.value)
    assert [path.name for path in tmp_path.iterdir()] == [journal.path.name]
