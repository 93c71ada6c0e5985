"""A body that is not streamed is one frame."""

from __future__ import annotations

from stream_cassette.wire.whole import WholeDecoder


def test_the_frame_comes_at_the_end() -> None:
    decoder = WholeDecoder()
    assert decoder.feed(b'{"a":"\xc3') == []
    assert decoder.feed(b'\xa9"}\xff') == []
    (frame,) = decoder.close()
    assert frame.data == '{"a":"é"}\ufffd'
    assert frame.raw == b'{"a":"\xc3\xa9"}\xff'
    assert (frame.start, frame.dispatch, frame.partial) == (0, True, False)


def test_an_empty_body_has_no_frame() -> None:
    decoder = WholeDecoder()
    assert decoder.feed(b"") == []
    assert decoder.close() == []
