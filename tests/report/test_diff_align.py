"""Where two rows of words are alike, however long they are."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream_cassette.report import diff_align
from stream_cassette.report.diff_align import Stretch, aligned

ROWS = st.lists(st.sampled_from(["a", "b", ".", " ", "\n", "。"]), max_size=14)


@pytest.mark.parametrize("most", [1_200, 0], ids=["in full", "long"])
@given(ours=ROWS, theirs=ROWS)
def test_both_sides_can_be_read_off(most: int, ours: list[str], theirs: list[str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(diff_align, "_MOST", most)
        patch.setattr(diff_align, "_MOST_AGAIN", most)
        found = aligned(ours, theirs)
    assert "".join(one.left for one in found) == "".join(ours)
    assert "".join(one.right for one in found) == "".join(theirs)
    assert all(one.left or one.right for one in found)
    assert all((one.left == one.right) >= one.is_same for one in found)
    assert all(one.is_same != after.is_same for one, after in pairwise(found))


@given(ROWS, ROWS)
def test_long_rows_have_the_most_in_common(ours: list[str], theirs: list[str]) -> None:
    lengths = [[0] * (len(theirs) + 1)]
    for word in ours:
        row = [0]
        for place, other in enumerate(theirs):
            above, before = lengths[-1][place + 1], row[-1]
            row.append(lengths[-1][place] + 1 if word == other else max(above, before))
        lengths.append(row)
    runs = diff_align._runs(ours, theirs)
    assert sum(size for *_, size in runs) == lengths[-1][-1]


@pytest.mark.parametrize("end", ["", ".", "\n"], ids=["no ends", "sentences", "lines"])
def test_few_edits_in_a_long_text_are_found(end: str) -> None:
    ours = [word for n in range(20_000) for word in (f"w{n % 700}", end if n % 9 == 0 else "", " ")]
    theirs = list(ours)
    theirs[300] = theirs[59_997] = "new"
    del theirs[30_000:30_003]
    changes = [one for one in aligned(ours, theirs) if not one.is_same]
    assert len(changes) == 3
    assert sum(len(one.left) + len(one.right) for one in changes) < 40


def test_a_paragraph_that_is_another_does_not_hide_the_rest() -> None:
    ours = [f"w{n}" if n % 10 else ".\n" for n in range(6_000)]
    theirs = [*ours[:2_000], *(f"x{n}" for n in range(1_000)), *ours[3_000:]]
    found = aligned(ours, theirs)
    assert [one.is_same for one in found] == [True, False, True]
    assert found[2].left == found[2].right == "".join(ours[3_001:])


def test_nothing_in_common() -> None:
    ours, theirs = ["a", " "] * 3_000, ["b", "-"] * 3_000
    assert aligned(ours, theirs) == [Stretch("a " * 3_000, "b-" * 3_000, False)]
    assert aligned([], []) == []
