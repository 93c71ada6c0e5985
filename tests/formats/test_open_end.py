from __future__ import annotations

import pytest

from stream_cassette.errors import CorruptCassette
from stream_cassette.formats._open_end import refuse_open_end


@pytest.mark.parametrize("data", [b"a: b\n", b"a: b\r\n", b"a: |+\n  b\n\n"])
def test_the_last_line_ends(data: bytes) -> None:
    refuse_open_end(data)


@pytest.mark.parametrize(("data", "line"), [(b"a: b", 1), (b"a: b\nc: d\n  ", 3), (b"", 1)])
def test_the_last_line_does_not_end(data: bytes, line: int) -> None:
    with pytest.raises(
        CorruptCassette, match=f"line {line}: the last line does not end: .*cut off"
    ):
        refuse_open_end(data)
