from __future__ import annotations

import copy
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream_cassette.cassette.cuts import Cut, Cuts

CUTS = st.lists(
    st.builds(Cut, st.integers(0, 10**15 - 1), st.floats(min_value=0, allow_nan=False)), max_size=9
).map(tuple)
THREE = (Cut(1, 0.5), Cut(0, 2.0), Cut(7, 31.2))


@given(CUTS)
def test_it_is_the_sequence_it_was_made_from(cuts: tuple[Cut, ...]) -> None:
    found = Cuts(cuts)
    assert tuple(found) == cuts
    assert all(type(cut) is Cut for cut in found)
    assert len(found) == len(cuts)
    assert bool(found) is bool(cuts)
    assert [found[index] for index in range(-len(cuts), len(cuts))] == [*cuts, *cuts]
    assert tuple(reversed(found)) == cuts[::-1]
    assert list(found.sizes_bytes) == [cut.size_bytes for cut in cuts]
    assert found.total_bytes == sum(cut.size_bytes for cut in cuts)
    assert list(found.offsets_ms) == [cut.offset_ms for cut in cuts]
    assert Cuts.of((cut.size_bytes for cut in cuts), [cut.offset_ms for cut in cuts]) == found


@given(CUTS, CUTS)
def test_it_is_equal_where_the_tuple_is(one: tuple[Cut, ...], other: tuple[Cut, ...]) -> None:
    assert (Cuts(one) == Cuts(other)) is (Cuts(one) == other) is (one == other)
    assert Cuts(one) == one
    assert one == Cuts(one)
    assert hash(Cuts(one)) == hash(one)
    assert Cuts(one) != list(one)


def test_slices_and_membership() -> None:
    found = Cuts(THREE)
    assert found[1:] == THREE[1:]
    assert type(found[:2]) is Cuts
    assert THREE[2] in found
    assert found.index(THREE[1]) == 1
    with pytest.raises(IndexError):
        found[3]


def test_it_can_not_be_changed() -> None:
    with pytest.raises(TypeError):
        Cuts(THREE).sizes_bytes[0] = 2  # type: ignore[index]
    with pytest.raises(TypeError):
        Cuts(THREE).offsets_ms[0] = 2.0  # type: ignore[index]


def test_as_many_sizes_as_times() -> None:
    with pytest.raises(ValueError, match="2 sizes but 1 times"):
        Cuts.of([1, 2], [0.0])


def test_copies() -> None:
    found = Cuts(THREE)
    assert pickle.loads(pickle.dumps(found)) == copy.deepcopy(found) == found


def test_its_text_is_bounded() -> None:
    assert repr(Cuts(THREE[:1])) == "Cuts([Cut(size_bytes=1, offset_ms=0.5)])"
    assert repr(Cuts(THREE * 1000)).endswith("... 2,997 more])")
    assert len(repr(Cuts(THREE * 1000))) < 200
    assert repr(Cuts()) == "Cuts([])"
