"""The journal: what a recorder hands it comes back, and it is on the disk at once."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest

from stream_cassette.cassette.model import COMPLETE, Ending, Interaction, Request, Response
from stream_cassette.cassette.redact import DEFAULT
from stream_cassette.errors import JournalError, SessionError
from stream_cassette.store._journal_read import contents
from stream_cassette.store.journal import Journal

URL = "https://api.example.com/v1"
POST = Request(method="POST", url=f"{URL}?key=SECRETQUERY", headers=(("a", "b"),), body=b"\x00\xff")
SSE = Response(status=200, reason="OK", headers=(("content-type", "text/event-stream"),))
PIECES = (b"data: one\n\n", b"data: t", b"wo\n\n")


def _journal(directory: Path) -> Journal:
    return Journal(directory / "weather.yaml", DEFAULT, {"mode": "once"})


def _on_disk(journal: Journal) -> tuple[Interaction, ...]:
    with open(journal.path, "rb") as file:
        found = contents(file)
    assert found is not None
    return found.interactions


def test_its_name_says_whose_it_is(tmp_path: Path) -> None:
    journal = _journal(tmp_path)
    assert journal.path.parent == tmp_path
    assert journal.path.name.startswith(f".weather.yaml.{os.getpid()}-")
    assert journal.path.suffix == ".journal"
    assert journal.path.stat().st_mode & 0o077 == 0
    journal.remove()
    assert list(tmp_path.iterdir()) == []


def test_every_chunk_is_on_the_disk_before_the_next_line_runs(tmp_path: Path) -> None:
    journal = _journal(tmp_path)
    log = journal.start(POST, "2026-01-01T00:00:00.000Z")
    log.head(SSE)
    seen = b""
    for number, piece in enumerate(PIECES):
        log.chunk(piece, number * 10.0)
        seen += piece
        (found,) = _on_disk(journal)
        assert found.response.body == seen
        assert found.response.ending == Ending(kind="client-closed")
    log.end(COMPLETE)
    (found,) = _on_disk(journal)
    assert found.request == Request(
        method="POST", url=f"{URL}?key=REDACTED", headers=(("a", "b"),), body=b"\x00\xff"
    )
    assert (found.masked, found.recorded_at) == (("query.key",), "2026-01-01T00:00:00.000Z")
    assert found.response.ending == COMPLETE
    assert [(len(piece), n * 10.0) for n, piece in enumerate(PIECES)] == [
        tuple(cut) for cut in found.response.cuts or ()
    ]
    assert log.tail == seen
    journal.remove()


@pytest.mark.parametrize("coding", ["gzip", "rot13"])
def test_a_compressed_body_comes_back_as_it_came(tmp_path: Path, coding: str) -> None:
    body = gzip.compress(b"".join(PIECES), mtime=0)
    pieces = [body[:5], body[5:20], body[20:]]
    journal = _journal(tmp_path)
    log = journal.start(POST, "now")
    log.head(Response(status=200, headers=(*SSE.headers, ("content-encoding", coding))))
    for piece in pieces:
        log.chunk(piece, 1.0)
    log.end(COMPLETE)
    (found,) = journal.interactions()
    assert found.response.body == body
    assert not found.response.reencoded
    assert [cut.size_bytes for cut in found.response.cuts or ()] == [5, 15, len(body) - 20]
    journal.remove()


def test_what_a_coding_hides_is_in_clear_while_it_runs(tmp_path: Path) -> None:
    body = gzip.compress(b"".join(PIECES), mtime=0)
    journal = _journal(tmp_path)
    log = journal.start(POST, "now")
    log.head(Response(status=200, headers=(*SSE.headers, ("content-encoding", "gzip"))))
    for piece in (body[:30], body[30:]):
        log.chunk(piece, 1.0)
    (found,) = journal.interactions()  # the last read has not been written as it came yet
    assert gzip.decompress(found.response.body) == b"".join(PIECES)
    assert len(found.response.cuts or ()) == 2
    journal.remove()


def test_bytes_that_are_not_what_their_coding_says_are_kept(tmp_path: Path) -> None:
    journal = _journal(tmp_path)
    log = journal.start(POST, "now")
    log.head(Response(status=200, headers=(*SSE.headers, ("content-encoding", "gzip"))))
    for piece in PIECES:
        log.chunk(piece, 1.0)
    log.end(COMPLETE)
    (found,) = journal.interactions()
    assert found.response.body == b"".join(PIECES)
    journal.remove()


def test_order_is_that_of_starting_and_exchanges_do_not_mix(tmp_path: Path) -> None:
    journal = _journal(tmp_path)
    logs = [journal.start(Request(method="GET", url=f"{URL}/{n}"), "now") for n in range(3)]
    for log in reversed(logs):
        log.head(SSE)
    for turn in range(4):
        for number, log in enumerate(logs):
            log.chunk(f"{number}.{turn} ".encode(), 1.0)
    logs[1].end(Ending(kind="error", error="reset", message="gone"))
    found = journal.interactions()
    assert [one.request.url[-1] for one in found] == ["0", "1", "2"]
    assert [one.response.body for one in found] == [
        f"{n}.0 {n}.1 {n}.2 {n}.3 ".encode() for n in range(3)
    ]
    assert found[1].response.ending == Ending(kind="error", error="reset", message="gone")
    journal.remove()


def test_a_request_without_an_answer(tmp_path: Path) -> None:
    journal = _journal(tmp_path)
    refused = Ending(kind="error", error="connect", message="refused at http://u:SECRET@h/")
    journal.start(POST, "now").end(refused)
    (found,) = journal.interactions()
    assert found.response == Response(
        status=0,
        ending=Ending(kind="error", error="connect", message="refused at http://REDACTED@h/"),
    )
    journal.remove()


def test_a_directory_that_is_not_there_is_refused_before_anything_is_sent(tmp_path: Path) -> None:
    with pytest.raises(JournalError, match=r"weather\.yaml: a recording can't be kept"):
        _journal(tmp_path / "missing")


def test_after_a_failed_write_nothing_more_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = _journal(tmp_path)
    log = journal.start(POST, "now")
    log.head(SSE)
    log.chunk(PIECES[0], 1.0)

    def full(handle: int, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        with pytest.raises(JournalError, match="No space left on device; make room"):
            log.chunk(PIECES[1], 2.0)
    with pytest.raises(JournalError):  # room again, but a chunk is missing
        log.chunk(PIECES[2], 3.0)
    with pytest.raises(JournalError):
        journal.check()
    assert journal.interactions()[0].response.body == PIECES[0]
    journal.remove()


def test_a_write_that_takes_only_a_part_is_gone_on_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = os.write
    journal = _journal(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", lambda handle, data: write(handle, data[:3]))
        log = journal.start(POST, "now")
        log.head(SSE)
        log.chunk(PIECES[0], 1.0)
    assert journal.interactions()[0].response.body == PIECES[0]
    journal.remove()


def test_a_forked_process_may_not_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = _journal(tmp_path)
    parent = os.getpid()
    with monkeypatch.context() as patch:
        patch.setattr(os, "getpid", lambda: parent + 1)
        with pytest.raises(SessionError, match=f"is being recorded by process {parent}"):
            journal.start(POST, "now")
    assert journal.interactions() == ()
    journal.remove()


def test_a_closed_journal_writes_to_no_file(tmp_path: Path) -> None:
    """Its handle's number belongs to the next file that is opened."""
    journal = _journal(tmp_path)
    log = journal.start(POST, "2026-01-01T00:00:00.000Z")
    journal.close()
    journal.close()
    with open(tmp_path / "other", "wb") as other:
        with pytest.raises(SessionError, match="is closed"):
            log.head(SSE)
        assert other.tell() == 0
    assert (tmp_path / "other").read_bytes() == b""
