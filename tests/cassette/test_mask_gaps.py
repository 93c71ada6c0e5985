"""What stands between the strings of a JSON text: numbers stay, text is looked at."""

from __future__ import annotations

import pytest

from stream_cassette.cassette.mask_gaps import GapMasker
from stream_cassette.cassette.mask_output import BodyOutput
from stream_cassette.cassette.secret_names import DEFAULT

RULES = DEFAULT.extended(values=["12345678", "hunter2-more"])
CASES = [
    (" 12345678 ", " 12345678 ", False),
    ("12345678" * 20, "12345678" * 20, False),
    ("true", "true", False),
    ("trux12345678", "trux********", True),
    ("'hunter2-more'", "'************'", True),
    ("hunter2", "hunter2", True),
]


@pytest.mark.parametrize(("text", "masked", "found"), CASES)
@pytest.mark.parametrize("size", [1, 3, 999])
def test_gaps(text: str, masked: str, found: bool, size: int) -> None:
    data, output, body = text.encode(), BodyOutput(), bytearray()
    gaps = GapMasker(RULES, output)
    for start in range(0, len(data), size):
        piece = b'"' + data[start : start + size]
        output.begin(piece)
        gaps.begin(piece, len(body))
        gaps.feed(1, len(piece))
        body += output.data()
        for at, patch in output.patches():
            body[at : at + len(patch)] = patch
    output.begin(b"")
    gaps.end()
    for at, patch in output.patches():
        body[at : at + len(patch)] = patch
    assert gaps.has_found is found
    assert output.held == 0
    assert bytes(body).replace(b'"', b"") == masked.encode()
    assert bool(output.places) is (masked != text)
