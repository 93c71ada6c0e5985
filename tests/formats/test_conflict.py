from __future__ import annotations

import pytest

from stream_cassette.errors import CorruptCassette
from stream_cassette.formats._conflict import refuse_conflict


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"<<<<<<< HEAD\n", 1),
        (b"a\n<<<<<<< HEAD\nb\n=======\nc\n>>>>>>> theirs\n", 2),
        (b"a\nb\n>>>>>>> theirs\n", 3),
        (b"a\r\n||||||| 0b1c2d3\r\n", 2),
    ],
)
def test_a_marker_is_named_with_its_line(data: bytes, line: int) -> None:
    with pytest.raises(CorruptCassette, match=f"line {line}: a merge-conflict marker; resolve"):
        refuse_conflict(data)


@pytest.mark.parametrize(
    "data", [b"", b" <<<<<<< HEAD\n", b"<<<<<<<\n", b"<<<<<<<< x\n", b"=======\n", b"x >>>>>>> y\n"]
)
def test_what_is_no_marker(data: bytes) -> None:
    refuse_conflict(data)
    refuse_conflict(data.replace(b"=======", b"======"), is_broken=True)


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b""])
def test_the_middle_one_tells_of_a_broken_file(end: bytes) -> None:
    data = b"a\n=======" + end
    refuse_conflict(data)
    with pytest.raises(CorruptCassette, match="line 2: a merge-conflict marker"):
        refuse_conflict(data, is_broken=True)
