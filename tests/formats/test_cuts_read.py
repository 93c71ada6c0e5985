from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream_cassette.cassette.cuts import Cut, Cuts
from stream_cassette.formats import _cuts_read
from stream_cassette.formats._cuts_read import cuts_of, wrong_cut
from stream_cassette.formats._yaml_write import number

CUTS = st.lists(
    st.builds(Cut, st.integers(0, 10**15 - 1), st.floats(min_value=0, max_value=1e300)), max_size=9
)


def spelled(cuts: list[Cut]) -> str:
    return " ".join(f"{cut.size_bytes}@{number(cut.offset_ms)}" for cut in cuts)


@given(CUTS, st.integers(1, 30))
def test_what_is_written_reads_back(cuts: list[Cut], window: int) -> None:
    assert cuts_of(spelled(cuts)) == tuple(cuts)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_cuts_read, "_WINDOW", window)
        assert cuts_of(spelled(cuts)) == tuple(cuts)


@pytest.mark.parametrize(
    ("text", "cuts"),
    [
        ("", ()),
        (" ", ()),
        ("1@2 ", (Cut(1, 2.0),)),
        (" 1@2\n\t3@4 ", (Cut(1, 2.0), Cut(3, 4.0))),
        ("007@00.50", (Cut(7, 0.5),)),
        ("1@1e-05 2@1.5e+3", (Cut(1, 1e-05), Cut(2, 1500.0))),
        ("1@2\u20283@4", (Cut(1, 2.0), Cut(3, 4.0))),
        ("999999999999999@" + "9" * 40, (Cut(999999999999999, 1e40),)),
    ],
)
def test_other_spellings(text: str, cuts: tuple[Cut, ...]) -> None:
    assert cuts_of(text) == Cuts(cuts)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("1", "1"),
        ("1@2 3", "3"),
        ("1@2 -3@4", "-3@4"),
        ("1@-2", "1@-2"),
        ("1.5@2", "1.5@2"),
        ("1@2@3", "1@2@3"),
        ("1,2@3", "1,2@3"),
        ("1@2.", "1@2."),
        ("1@.5", "1@.5"),
        ("1@2E5", "1@2E5"),
        ("1@1e", "1@1e"),
        ("[1]@2", "[1]@2"),
        ("1@nan", "1@nan"),
        ("1000000000000000@1", "1000000000000000@1"),
        ("١@٢", "١@٢"),
    ],
)
def test_what_is_no_cut(text: str, wrong: str) -> None:
    assert cuts_of(text) is None
    assert wrong_cut(text) == wrong
