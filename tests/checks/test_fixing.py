"""Comments and cut points are mended in the text; everything else stays, byte for byte."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream_cassette.cassette.model import Cut
from stream_cassette.checks import fixing
from stream_cassette.checks.fixing import with_comments, without_cuts
from stream_cassette.errors import CassetteFileError, CorruptCassette
from tests.support.checked import get, subject, written

FILE = written(get(), get(b"\xff\x00"), get(b"a\n# b\n\n"))
COMMENT = re.compile(rb"^#[^\n]*\n", re.MULTILINE)


@pytest.mark.parametrize(
    "stale",
    [
        FILE,
        COMMENT.sub(b"", FILE),
        FILE.replace(b"bytes", b"bits"),
        FILE.replace(b"- request:", b"#   user  more\n#   tool       x\n- request:"),
    ],
)
def test_comments_are_renewed_and_nothing_else(stale: bytes) -> None:
    made = with_comments(subject(stale))
    assert COMMENT.sub(b"", made) == COMMENT.sub(b"", FILE)
    assert made.removeprefix(b"# stream-cassette\n") == FILE.removeprefix(b"# stream-cassette\n")


def test_a_file_spelled_by_hand_stays_so() -> None:
    by_hand = FILE.replace(b"message: OK", b"message:   'OK'").replace(b"5 bytes", b"6 bytes")
    made = with_comments(subject(by_hand))
    assert made == FILE.replace(b"message: OK", b"message:   'OK'")


NOTE = b"# TODO my own note\n"


@pytest.mark.parametrize("stale", [b"5 bytes", b"2 bytes"])
@pytest.mark.parametrize(
    "noted",
    [
        FILE.replace(b"# 0 ", NOTE + b"# 0 "),
        FILE.replace(b"- request:", NOTE + b"#   another\n- request:", 1),
        FILE.replace(b"# 1 ", b"#\n" + NOTE * 2 + b"# 1 "),
    ],
    ids=["above", "below", "above another"],
)
def test_peoples_own_comments_stay_where_they_are(noted: bytes, stale: bytes) -> None:
    assert with_comments(subject(noted)) == noted
    assert with_comments(subject(noted.replace(stale, b"9 bytes"))) == noted


def test_a_note_between_our_lines_stays_below_them() -> None:
    more = b"#   user       I never said that\n"
    made = with_comments(subject(FILE.replace(b"- request:", NOTE + more + b"- request:", 1)))
    assert made == FILE.replace(b"- request:", NOTE + b"- request:", 1)


def test_a_file_without_our_comment_keeps_the_note() -> None:
    data = COMMENT.sub(b"", FILE).replace(b"- request:", NOTE + b"- request:", 1)
    made = with_comments(subject(data))
    assert b"interactions:\n" + NOTE + b"# 0 \xc2\xb7 GET" in made


def test_line_ends_stay() -> None:
    crlf = FILE.replace(b"\n", b"\r\n")
    assert with_comments(subject(crlf)) == crlf
    assert with_comments(subject(crlf.replace(b"5 bytes", b"4 bytes"))) == crlf


def test_an_ascii_file_stays_ascii() -> None:
    data = written(get("é".encode()), ascii=True)
    assert with_comments(subject(data.replace(b"2 bytes", b"3 bytes"))) == data
    assert data.isascii()


def test_files_of_others_get_no_comments() -> None:
    data = FILE.replace(b"stream_cassette: {format: 1, comments: 1}\n", b"")
    assert with_comments(subject(data)) == data
    assert with_comments(subject(written())) == written()


@given(st.lists(st.binary(max_size=40), min_size=1, max_size=4), st.integers(0, 3))
def test_bodies_never_change(bodies: list[bytes], place: int) -> None:
    data = written(*map(get, bodies))
    lines = data.splitlines(keepends=True)
    lines.insert(min(3 + place, len(lines)), b"# something else\n")
    stale = b"".join(lines)
    try:
        one = subject(stale)
    except CassetteFileError:  # the line went into a body
        return
    again = subject(with_comments(one))
    assert again.cassette == one.cassette


def test_a_change_that_is_read_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    one = subject(FILE.replace(b"5 bytes", b"4 bytes"))
    other = subject(written(get(b"other")))
    monkeypatch.setattr(fixing, "subject_of", lambda *_: other)
    with pytest.raises(CorruptCassette, match="can't be renewed alone"):
        with_comments(one)


CUT = get(b"hello", cuts=(Cut(2, 0), Cut(3, 5)))
KEPT = get(b"hello", cuts=(Cut(2, 0), Cut(3, 5)), head_ms=4.5, http_version="HTTP/2")
GOOD = written(KEPT, CUT, get())


def edited(data: bytes) -> bytes:
    return data.replace(b"        hello\n", b"        hello, you\n")


def plain(data: bytes) -> bytes:
    return COMMENT.sub(b"", data)


def test_wrong_cuts_go_and_what_stands_beside_them_stays() -> None:
    wanted = written(
        get(b"hello, you", head_ms=4.5, http_version="HTTP/2"), *[get(b"hello, you")] * 2
    )
    assert plain(without_cuts("a", edited(GOOD))) == plain(wanted)


def test_cuts_go_from_a_file_with_other_line_ends() -> None:
    data = edited(GOOD).replace(b"\n", b"\r\n")
    made = without_cuts("a", data)
    assert made == without_cuts("a", edited(GOOD)).replace(b"\n", b"\r\n")


def test_right_cuts_stay() -> None:
    assert without_cuts("a", GOOD) == GOOD
    only_first = GOOD.replace(b"        hello\n", b"        hello, you\n", 1)
    made = without_cuts("a", only_first)
    assert plain(made) == plain(
        written(get(b"hello, you", head_ms=4.5, http_version="HTTP/2"), CUT, get())
    )


def test_cuts_over_many_lines() -> None:
    many = get(b"x" * 400, cuts=[Cut(1, n) for n in range(400)])
    data = written(many, CUT)
    made = without_cuts("a", data.replace(b"x" * 400, b"x" * 401))
    assert plain(made) == plain(written(get(b"x" * 401), CUT))


@pytest.mark.parametrize(
    "spelled",
    [
        b"    stream:\n      chunks: 2@0 3@5\n",
        b"    stream:\n      chunks:\n        2@0\n        3@5\n",
        b'    stream:\n      chunks: "2@0\n        3@5"\n',
        b"    stream:\n\n      chunks: >-\n\n        2@0 3@5\n\n",
    ],
)
def test_other_spellings_of_the_entry(spelled: bytes) -> None:
    data = written(get(b"hello, you")).replace(b"version: 1\n", spelled + b"version: 1\n")
    (one,) = subject(without_cuts("a", data)).cassette.interactions
    assert one.response.cuts is None and one.response.body == b"hello, you"


def test_an_entry_among_others_in_a_line_is_left_to_people() -> None:
    data = written(get()).replace(b"version: 1\n", b"    stream: {chunks: 1@0}\nversion: 1\n")
    with pytest.raises(CorruptCassette, match=r"in one line with others.*by hand"):
        without_cuts("a.yaml", data)


def test_what_is_refused_for_another_reason_stays_refused() -> None:
    with pytest.raises(CassetteFileError, match="status"):
        without_cuts("a", edited(GOOD).replace(b"code: 200", b"code: fine"))


def test_more_than_the_entry_is_never_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    def greedy(path: str, data: bytes, error: object) -> bytes:
        return written(get(b"nothing is left"))

    monkeypatch.setattr(fixing, "_without_entry", greedy)
    with pytest.raises(CorruptCassette, match="can't be dropped alone"):
        without_cuts("a", edited(GOOD))
