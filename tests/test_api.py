"""Load and dump by path."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from stream_cassette.api import dump, fingerprint, load
from stream_cassette.cassette.model import Cassette, Cut, Interaction, Request, Response
from stream_cassette.errors import CassetteNotFound, NotACassette

BODY = 'data: {"object":"chat.completion.chunk","é":"\u2028"}\r\n\r\n'.encode()
CASSETTE = Cassette(
    interactions=(
        Interaction(
            request=Request(
                method="POST", url="https://example.com/v1/chat/completions", body=b"{}"
            ),
            response=Response(
                status=200,
                reason="OK",
                headers=(("content-type", "text/event-stream"),),
                body=BODY,
                cuts=(
                    Cut(size_bytes=10, offset_ms=1.5),
                    Cut(size_bytes=len(BODY) - 10, offset_ms=20.0),
                ),
            ),
        ),
    ),
)


def test_what_was_dumped_is_loaded(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "case.yaml"
    size = dump(CASSETTE, path)
    assert size == path.stat().st_size
    assert load(path).interactions == CASSETTE.interactions
    assert load(str(path)).path == str(path)


def test_the_comment_says_what_it_is(tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    dump(CASSETTE, path)
    line = "# 0 · POST example.com/v1/chat/completions · 200 · openai-chat · 2 chunks, 0.02 s"
    assert line in path.read_text(encoding="utf-8").splitlines()


def test_ascii_escapes_the_rest(tmp_path: Path) -> None:
    dump(CASSETTE, tmp_path / "case.yaml", ascii=True)
    assert (tmp_path / "case.yaml").read_bytes().isascii()
    assert load(tmp_path / "case.yaml").interactions == CASSETTE.interactions


def test_a_missing_file_and_one_that_is_no_cassette(tmp_path: Path) -> None:
    with pytest.raises(CassetteNotFound):
        load(tmp_path / "none.yaml")
    (tmp_path / "other.yaml").write_text("hello: world\n")
    with pytest.raises(NotACassette, match=r"other\.yaml"):
        load(tmp_path / "other.yaml")


def test_fingerprint_is_of_the_bytes(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"abc")
    assert fingerprint(tmp_path / "file") == hashlib.sha256(b"abc").hexdigest()


def test_what_was_loaded_has_conversations(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    dump(Cassette(), path)
    assert load(path).conversations == ()
