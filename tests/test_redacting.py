"""Secrets out of a cassette that is already there."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest

from stream_cassette.api import dump, load
from stream_cassette.cassette.model import Cassette, Cut, Interaction, Request, Response
from stream_cassette.cassette.redact import DEFAULT
from stream_cassette.errors import PublishError
from stream_cassette.redacting import Finding, redact_file
from stream_cassette.store import files

KEY = "sk-proj-Zq3vT9xLmR2wY8bN4cK7pD1f"
KIND = "OpenAI project key"


def cassette(*bodies: bytes, coding: str | None = None) -> Cassette:
    extra = (("content-encoding", coding),) if coding else ()
    interactions = (
        Interaction(
            request=Request(method="GET", url="https://h.example/"),
            response=Response(
                status=200,
                headers=(("content-type", "text/event-stream"), *extra),
                body=body,
                cuts=(Cut(5, 0.5), Cut(len(body) - 5, 7.0)) if body else (),
            ),
        )
        for body in bodies
    )
    return Cassette(interactions=tuple(interactions))


def test_the_interaction_that_has_it_is_changed_and_no_other(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    body = b'data: {"text": "%s"}\n\n' % KEY.encode()
    dump(cassette(b"data: 1\n\n", body, b""), path)
    before = load(path).interactions
    done = redact_file(path, DEFAULT)
    assert done.findings == (Finding(interaction=1, place="response body /text", kind=KIND),)
    after = load(path).interactions
    assert (after[0], after[2]) == (before[0], before[2])
    assert after[1].response.cuts == before[1].response.cuts
    assert after[1].response.body == body.replace(KEY.encode(), b"*" * len(KEY))


def test_a_compressed_body_and_its_readable_view(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    body = b'data: {"text": "%s"}\n\n' % KEY.encode()
    dump(cassette(gzip.compress(body), coding="gzip"), path)
    assert KEY in path.read_text()
    assert redact_file(path, DEFAULT).findings[0].place == "response body /text"
    (after,) = load(path).interactions
    assert gzip.decompress(after.response.body) == body.replace(KEY.encode(), b"*" * len(KEY))
    assert after.response.reencoded
    assert KEY not in path.read_text()


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    path, link = tmp_path / "real" / "a.yaml", tmp_path / "link.yaml"
    dump(cassette(b"data: " + KEY.encode()), path)
    link.symlink_to(path)
    redact_file(link, DEFAULT)
    assert link.is_symlink() and KEY not in path.read_text()


def test_a_dry_run_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    dump(cassette(b"data: " + KEY.encode()), path)
    before = path.read_bytes()
    assert redact_file(path, DEFAULT, dry_run=True).findings != ()
    assert path.read_bytes() == before


def test_what_the_masks_leave_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.yaml"
    made = cassette(b"data: 1 1\n\n", b"data: " + KEY.encode())
    dump(made, path)
    before = path.read_bytes()

    def half(one: Interaction, *_: object) -> Interaction:
        from dataclasses import replace

        return replace(one, recorded_at="2026-01-01T00:00:00.000Z")

    monkeypatch.setattr("stream_cassette.redacting.redact", half)
    with pytest.raises(PublishError, match="looks like a secret is left") as caught:
        redact_file(path, DEFAULT)
    assert caught.value.interaction == 1 and KEY not in str(caught.value)
    assert path.read_bytes() == before and sorted(tmp_path.iterdir()) == [path]


def test_a_disk_that_refuses_leaves_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.yaml"
    dump(cassette(b"data: " + KEY.encode()), path)
    before = path.read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(PublishError, match="No space left"):
        redact_file(path, DEFAULT)
    assert path.read_bytes() == before and sorted(tmp_path.iterdir()) == [path]


def test_formats_that_can_be_written_again() -> None:
    assert files.can_write("vcr") and files.can_write("govcr")
    assert not files.can_write("cassetter") and not files.can_write("?")
