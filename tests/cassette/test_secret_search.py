"""One text searched, whole and in pieces."""

from __future__ import annotations

import pytest

from stream_cassette.cassette.redact import DEFAULT
from stream_cassette.cassette.secret_search import Search, Strand

KEY = b"sk-ant-api03-Zq3vT9xLmR2wY8bN4cK7pD1f"
SEARCH = Search(DEFAULT.with_environment({"A_TOKEN": 'quo"te\\back/slash'}))
KINDS = ["Anthropic key"]


def kinds(text: bytes, **how: bool) -> list[str]:
    return [hit.kind for hit in SEARCH.hits(text, **how)]


ROWS = {
    "alone": (KEY, KINDS),
    "after a slash": (b"/" + KEY, KINDS),
    "two": (KEY + b" " + KEY, KINDS * 2),
    "inside a word": (b"x" + KEY, []),
    "after an escaped line end": (rb"the key:\n" + KEY, KINDS),
    "escaped twice": (rb"the key:\\n" + KEY, KINDS),
    "in a data: URL": (b"data:x;base64," + KEY, []),
    "after a data: URL": (b"data:x;base64,AAAA " + KEY, KINDS),
    "a value": (rb'is quo"te\back/slash.', ["the value of A_TOKEN"]),
    "a value in JSON": (rb"is quo\"te\\back\/slash.", ["the value of A_TOKEN"] * 2),
    "too short": (b"sk-", []),
    "nothing": (b"", []),
}


@pytest.mark.parametrize(("text", "found"), ROWS.values(), ids=ROWS.keys())
def test_one_text(text: bytes, found: list[str]) -> None:
    assert kinds(text) == found


def test_of_opaque_text_only_values_count() -> None:
    assert kinds(KEY, opaque=True) == []
    assert kinds(rb'quo"te\back/slash', opaque=True) == ["the value of A_TOKEN"]


def test_a_key_of_one_length_has_to_end() -> None:
    google = b"AIza" + b"Sy0123456789" * 2 + b"abcdefghijk"
    assert kinds(google) == ["Google API key"]
    assert kinds(google, ends=False) == []
    assert kinds(google + b"l") == []


@pytest.mark.parametrize("before", [0, 60_000, 65_530, 69_620, 200_000])
@pytest.mark.parametrize("size", [1, 7, 4096, 70_000])
def test_any_cut_finds_it_and_a_neighbour_hides_it(before: int, size: int) -> None:
    for text, wanted in ((b" " * before + KEY, 1), (b"x" * (before + 1) + KEY, 0)):
        text += b" " * 70_000
        strand = Strand(SEARCH)
        hits = [h for at in range(0, len(text), size) for h in strand.feed(text[at : at + size])]
        assert len({hit.kind for hit in [*hits, *strand.close()]}) == wanted


def test_a_strand_knows_that_it_is_data() -> None:
    strand = Strand(SEARCH)
    strand.feed(b"data:image/png;base64,")
    for _ in range(100):
        assert strand.feed(b"QUJD" * 400) == []
        assert strand.goes_on
    other = strand.split()
    assert other.feed(b"/" + KEY) == [] and other.close() == []
    strand.feed(b". " + KEY)
    assert not strand.goes_on
    assert [hit.kind for hit in strand.close()] == KINDS
