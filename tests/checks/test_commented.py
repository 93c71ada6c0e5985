"""Comments and decoded views: derived, so they are right or stale."""

from __future__ import annotations

import gzip

import pytest

from stream_cassette.checks.commented import comments, stale_comments, stale_decoded
from tests.support.checked import get, held, subject, written

FILE = written(get(), get(b"two"))


def test_current_comments_are_fine() -> None:
    for data in (FILE, written(get("é".encode()), ascii=True)):
        one = subject(data)
        assert list(stale_comments(one)) == []
        assert all(data[each.begin : each.end] == each.wanted for each in comments(one))


def test_a_stale_comment_is_told_with_its_own_line() -> None:
    (one,) = stale_comments(subject(FILE.replace(b"# 1 \xc2\xb7 GET", b"# 1 \xc2\xb7 PUT")))
    lines = FILE.split(b"\n")
    assert (one.interaction, lines[(one.line or 0) - 1][:3]) == (1, b"# 1")
    assert "'1 · GET example.com/ · 200 · 3 bytes'" in one.message


def test_a_comment_that_is_not_there() -> None:
    data = b"".join(line for line in FILE.splitlines(keepends=True) if not line.startswith(b"# 0"))
    (one,) = stale_comments(subject(data))
    assert one.message == "there is no comment above the interaction"
    assert one.line == subject(data).lines[0]


def test_a_line_too_many_is_stale() -> None:
    data = FILE.replace(b"- request:", b"#   user       I never said that\n- request:", 1)
    assert len(list(stale_comments(subject(data)))) == 1


def test_line_ends_are_no_content_of_comments() -> None:
    crlf = FILE.replace(b"\n", b"\r\n")
    assert list(stale_comments(subject(crlf))) == []
    (one,) = stale_comments(subject(crlf.replace(b"5 bytes", b"4 bytes")))
    assert "5 bytes" in one.message


def test_a_persons_own_comment_is_not_stale() -> None:
    note = b"# TODO my own note\n"
    for data in (
        FILE.replace(b"# 0 ", note + b"# 0 "),
        FILE.replace(b"- request", note + b"- request"),
    ):
        assert list(stale_comments(subject(data))) == []
    noted = FILE.replace(b"# 1 ", note + b"# 1 ")
    (one,) = stale_comments(subject(noted.replace(b"3 bytes", b"4 bytes")))
    lines = noted.split(b"\n")
    assert lines[(one.line or 0) - 1].startswith(b"# 1 ")


@pytest.mark.parametrize(
    "data",
    [
        FILE.replace(b"comments: 1}", b"comments: 2}").replace(b"# 0", b"# zero"),
        FILE.replace(b", comments: 1}", b"}").replace(b"# 0", b"# zero"),
        FILE.replace(b"stream_cassette: {format: 1, comments: 1}\n", b""),
    ],
    ids=["of another number", "of no number", "not ours"],
)
def test_comments_that_are_not_ours_to_judge(data: bytes) -> None:
    assert comments(subject(data)) == ()
    assert list(stale_comments(subject(data))) == []


def test_decoded_views() -> None:
    packed = get(gzip.compress(b"hello", mtime=0), ("content-encoding", "gzip"))
    assert list(stale_decoded(held(packed, get()))) == []
    data = written(packed).replace(b"        hello", b"        howdy")
    (one,) = stale_decoded(subject(data))
    assert (one.rule, one.interaction) == ("stale-decoded", 0)


def test_a_view_of_a_plain_body_says_nothing_true() -> None:
    data = written(get()).replace(b"version: 1", b"version: 1")
    data = data.replace(
        b"      string: |2-\n        hello\n",
        b"      string: |2-\n        hello\n    stream:\n      decoded: howdy\n",
    )
    assert [one.rule for one in stale_decoded(subject(data))] == ["stale-decoded"]
