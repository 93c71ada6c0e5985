"""What is known of a text so far: secrets for good, open matches, what goes on."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stream_cassette.cassette.secret_finder import Finder, finder_of
from stream_cassette.cassette.secret_names import DEFAULT

KEY = b"sk-ant-api03-aB3dE5gH7jK9aB3dE5gH7jK9"
LONG = "".join(chr(97 + index * 7 % 26) + str(index) for index in range(200))


def finder(environ: Mapping[str, str] | None = None) -> Finder:
    return finder_of(DEFAULT.with_environment(environ or {}))


def test_a_key_is_open_until_it_is_one() -> None:
    rules = finder()
    opened = [rules.find(KEY[:end], final=False) for end in range(1, len(KEY) + 1)]
    assert opened[0].open_at == 0 and not opened[0].spans
    known = next(i for i, found in enumerate(opened) if found.spans)
    assert all(found.open_at == 0 for found in opened[:known])
    # but for a last byte, after which another may begin
    assert all(found.open_at >= i for i, found in enumerate(opened) if i >= known)
    assert all(found.spans[0][:2] == (0, i + 1) for i, found in enumerate(opened) if i >= known)
    assert opened[-1].tails and not rules.find(KEY, final=True).tails


def test_what_cannot_become_one_is_not_open() -> None:
    rules = finder()
    assert rules.find(b"sk-le", final=False).open_at == 0
    for text in (b"sk-le arn", b"task-", b"xs", b"AIza" + b"a" * 40, b"eyJ" + b"a" * 400):
        found = rules.find(text, final=False)
        assert (found.spans, found.open_at) == ([], len(text))
    assert rules.find(b"sk-le", final=True).open_at == 5


def test_an_open_match_of_so_many_bytes_is_the_secret() -> None:
    text = b"sk-" + b"word-" * 200
    assert finder().find(text, final=False).spans == [(0, len(text), ord("*"))]
    assert finder().find(text[:500], final=False).spans == []
    assert finder().find(text[:30], final=False, limit=20).spans[0][:2] == (0, 30)


def test_a_long_value_counts_from_its_first_256_bytes() -> None:
    rules = finder({"BIG_KEY": LONG})
    data = LONG.encode()
    assert [span[:2] for span in rules.find(data, final=True).spans] == [(0, len(data))]
    assert rules.find(data[:255] + b"!", final=True).spans == []
    assert rules.find(data[:300] + b"!", final=True).spans[0][:2] == (0, 300)
    wide = finder({"BIG_KEY": "é" * 100 + LONG + "é" * 9})
    cut = ("é" * 100 + LONG).encode() + b"\xc3"
    assert wide.find(cut, final=True).spans[0][1] == len(cut) - 1


def test_values_are_found_anywhere_keys_only_where_they_may_begin() -> None:
    rules = finder({"A_KEY": "hunter22"})
    assert rules.find(b"xhunter22x", final=True).spans == [(1, 9, ord("*"))]
    assert rules.find(b"x" + KEY, final=True).spans == []
    assert rules.find(KEY, b"x", final=True).spans == []
    for before in (b"%20", b"%3D", b"\\n", b" ", b"", b'"'):
        assert rules.find(KEY, before, final=True).spans
        assert rules.find(before + KEY, final=True).spans
    assert rules.find(b"%41" + KEY, final=True).spans == []
    assert rules.find(b"hunter22" + KEY, final=True).spans[-1][0] == 8


def test_a_plus_is_a_blank_in_a_form() -> None:
    form = finder_of(DEFAULT, is_form=True)
    google = b"AIzaSyA-1234567890abcdefghijklmnopqrstu"
    for key in (KEY, google):
        assert form.find(b"my+" + key + b"+ok", final=True).spans[0][:2] == (3, 3 + len(key))
        assert finder().find(b"my+" + key + b"+ok", final=True).spans == []


def test_base64_is_masked_with_its_own() -> None:
    rules = finder({"A_KEY": "hunter22"})
    # "hunter22" at the three alignments
    for text in (b"aHVudGVyMjI=", b"eGh1bnRlcjIy", b"eHhodW50ZXIyMg=="):
        assert [fill for _, _, fill in rules.find(text, final=True).spans] == [ord("A")]


def test_in_a_data_url_no_key_begins_but_a_value_counts() -> None:
    rules = finder({"A_KEY": "hunter22"})
    head = b"data:image/png;base64,"
    google = b"/AIzaSyA-1234567890abcdefghijklmnopqrstu"
    assert rules.find(head + b"iV" + google, final=True).spans == []
    assert rules.find(b"iV" + google, b"", final=False, data=0).spans == []
    assert rules.find(head + b"iV" + google + b" " + KEY, final=True).spans[0][0] > 60
    assert rules.find(head + b"aHVudGVyMjI=", final=True).spans
    assert rules.find(head + b"iV", final=False).data == len(head)
    assert rules.find(head + b"iV ", final=False).data == -1


def test_patterns() -> None:
    redaction = DEFAULT.extended(patterns=[r"acct-\d{4,}", "x|y"])
    rules = finder_of(redaction)
    assert [s[:2] for s in rules.find(b"an acct-12345.", final=True).spans] == [(3, 13)]
    found = rules.find(b"an acct-12345", final=False)
    assert found.spans == [] and found.maybe[0][:2] == (3, 13)
    assert rules.find(b"an acct-1", final=False).maybe[0][:2] == (6, 9)
    assert rules.find(b"an acct", final=False).maybe[0][:2] == (6, 7)
    assert rules.find(b"an acct-1 ", final=False).maybe == []
    assert rules.has_head(b"") and finder_of(DEFAULT).has_head(b"") is False


@settings(deadline=None)
@given(st.lists(st.sampled_from([KEY, b"sk-", b"hunter22", b"hunt", b" ", b"a", b"-"]), max_size=6))
def test_what_is_dull_holds_nothing(pieces: list[bytes]) -> None:
    rules, text = finder({"A_KEY": "hunter22"}), b"".join(pieces)
    found = rules.find(text, final=False)
    if not rules.has_head(text):
        assert found.spans == []
        assert found.open_at == rules.short_end(text, b"")
        assert len(text) - found.open_at <= 3


@pytest.mark.parametrize("text", [b"hunter22hunter", b"abc", b"hunter22"])
def test_beginnings_of_values(text: bytes) -> None:
    rules = finder({"A_KEY": "hunter22hunter22"})
    assert rules.has_beginning(text) is (text != b"abc")
