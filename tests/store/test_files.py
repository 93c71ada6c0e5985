"""Reading and publishing: atomic, read back, and never over a file that can't be read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from stream_cassette.cassette.model import Cassette, Cut, Interaction, Request, Response
from stream_cassette.errors import (
    CassetteFileError,
    CassetteNotFound,
    CorruptCassette,
    NotACassette,
    PublishError,
    UsageError,
)
from stream_cassette.formats import _registry
from stream_cassette.store import files

BODY = "data: é\u2028\n\ndata: [DONE]\n\n".encode()
ONE = Cassette(
    interactions=(
        Interaction(
            request=Request(
                method="POST",
                url="https://api.example.com/v1",
                headers=(("x-a", "1"), ("x-b", "2"), ("x-a", "3")),
                body=b"{}",
            ),
            response=Response(
                status=200,
                reason="OK",
                body=BODY,
                cuts=(Cut(size_bytes=len(BODY), offset_ms=1.5),),
            ),
        ),
    )
)


def test_what_is_published_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "new" / "a.yaml"
    size = files.publish(path, ONE, comments=["0 · POST"])
    assert size == path.stat().st_size
    cassette = files.read(path)
    assert cassette.path == str(path)
    assert cassette.interactions[0].response == ONE.interactions[0].response
    assert cassette.interactions[0].request.headers == (("x-a", "1"), ("x-a", "3"), ("x-b", "2"))
    assert [file.name for file in path.parent.iterdir()] == ["a.yaml"]


def test_gzip_by_name(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml.gz"
    files.publish(path, ONE)
    assert path.read_bytes()[:2] == b"\x1f\x8b"
    assert files.read(path).interactions[0].response.body == BODY


def test_a_missing_file_says_how_to_record_it(tmp_path: Path) -> None:
    with pytest.raises(CassetteNotFound, match=r"gone\.yaml: no such cassette; record it with"):
        files.read(tmp_path / "gone.yaml")


def test_an_empty_file_is_not_an_empty_cassette(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.touch()
    with pytest.raises(NotACassette, match=r"a\.yaml"):
        files.read(path)


def test_errors_carry_path_interaction_and_line(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    files.publish(path, ONE)
    path.write_bytes(path.read_bytes().replace(b"data: [DONE]", b"data: [DONE]!"))
    with pytest.raises(CorruptCassette) as caught:
        files.read(path)
    assert caught.value.path == str(path)
    assert caught.value.interaction == 0
    assert str(caught.value).startswith(f"{path}, interaction 0, line ")


@pytest.mark.parametrize("content", [b"", b"not: [a cassette", b"hello"])
def test_a_file_that_cannot_be_read_is_not_replaced(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(content)
    with pytest.raises(CassetteFileError):
        files.check_replaceable(path)
    assert path.read_bytes() == content


def test_another_format_is_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(
        b"---\nversion: 2\ninteractions:\n- id: 0\n  request:\n    method: GET\n"
        b"    url: http://a/\n    body: ''\n"
        b"  response:\n    body: ''\n    status: 200 OK\n    code: 200\n    duration: 1ms\n"
    )
    with pytest.raises(CassetteFileError, match="a recording would replace it"):
        files.check_replaceable(path)


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_failing_disk_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    path = tmp_path / "a.yaml"
    files.publish(path, ONE)
    before = path.read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, call, full)
    with pytest.raises(PublishError, match="No space left on device"):
        files.publish(path, Cassette())
    monkeypatch.undo()
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["a.yaml"]


def test_a_writer_that_loses_something_is_caught(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.yaml"
    files.publish(path, ONE)
    before = path.read_bytes()
    lossy = _registry.write(Cassette())
    monkeypatch.setattr(_registry, "pieces", lambda *_, **__: iter([lossy]))
    with pytest.raises(PublishError, match="interaction 0: does not read back"):
        files.publish(path, ONE)
    assert path.read_bytes() == before


def test_what_a_format_does_not_hold() -> None:
    (loss,) = files.lost_in("govcr", ONE)
    assert (loss.what, loss.interactions) == ("cut points and the times of the chunks", (0,))
    assert files.lost_in("vcr", ONE) == ()
    with pytest.raises(UsageError, match="can't write the format 'raw'"):
        files.lost_in("raw", ONE)
