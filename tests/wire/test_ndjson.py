"""JSON lines: LF ends a line and nothing else does."""

from __future__ import annotations

import pytest

from stream_cassette.wire.framing import Frame
from stream_cassette.wire.ndjson import NDJSONDecoder

BODY = '{"a":"\u2028é"}\n\r\n{"b":1}\r\n{"done":true}\n'.encode()


def frames(pieces: list[bytes]) -> list[Frame]:
    decoder = NDJSONDecoder()
    out = [frame for piece in pieces for frame in decoder.feed(piece)]
    return out + decoder.close()


def test_one_frame_per_line() -> None:
    found = frames([BODY])
    assert [one.data for one in found if one.dispatch] == [
        '{"a":"\u2028é"}',
        '{"b":1}',
        '{"done":true}',
    ]
    assert [one.start for one in found] == [0, 14, 16, 25]
    assert b"".join(one.raw for one in found) == BODY


@pytest.mark.parametrize("cut", range(len(BODY) + 1))
def test_any_cut_gives_the_same_frames(cut: int) -> None:
    assert frames([BODY[:cut], BODY[cut:]]) == frames([BODY])


def test_bytewise() -> None:
    assert frames([BODY[n : n + 1] for n in range(len(BODY))]) == frames([BODY])


@pytest.mark.parametrize(
    ("last", "partial"), [(b'{"a":1}', False), (b'{"a":', True), (b"[" * 100_000, True)]
)
def test_the_last_line_may_lack_its_lf(last: bytes, partial: bool) -> None:
    (*_, frame) = frames([b"{}\n" + last])
    assert (frame.raw, frame.partial, frame.dispatch) == (last, partial, not partial)
