"""Both sides of a file in which git left the markers of a merge."""

from __future__ import annotations

import pytest

from stream_cassette.store.conflict import conflict_in

MARKED = b"""a
<<<<<<< HEAD
=======b
c
=======
d
>>>>>>> other \xc3\xbc
e
"""


@pytest.mark.parametrize("end", [b"\n", b"\r\n"], ids=["lf", "crlf"])
def test_both_sides(end: bytes) -> None:
    found = conflict_in(MARKED.replace(b"\n", end))
    assert found is not None
    assert found.left == b"a\n=======b\nc\ne\n".replace(b"\n", end)
    assert found.right == b"a\nd\ne\n".replace(b"\n", end)
    assert found.names == ("HEAD", "other ü")
    (region,) = found.regions
    assert region.startswith("<<<<<<< HEAD") and region.endswith("ü" + end.decode())


def test_what_was_before_both_is_of_no_side() -> None:
    found = conflict_in(MARKED.replace(b"c\n", b"c\n||||||| 1f2e\nold\n") * 2)
    assert found is not None
    assert (found.left, found.right) == (b"a\n=======b\nc\ne\n" * 2, b"a\nd\ne\n" * 2)
    assert len(found.regions) == 2 and "old" in found.regions[0]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"a\n",
        b"=======\n>>>>>>> a\n",
        b"<<<<<<< a\n=======\n",
        b"<<<<<<<< a\n=======\n>>>>>>> b",
    ],
)
def test_no_conflict(data: bytes) -> None:
    assert conflict_in(data) is None
