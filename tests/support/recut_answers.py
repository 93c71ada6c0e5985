"""A replay by a plan, read as a client reads it: chunk by chunk, through coding and framing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from stream_cassette import meaning
from stream_cassette.cassette.model import Interaction, Response, header
from stream_cassette.conversation.model import Exchange
from stream_cassette.pipeline import frame_cuts
from stream_cassette.session.broken import unspoken
from stream_cassette.session.plan import Plan, planned
from stream_cassette.wire.encoding import CorruptEncoding, UnknownEncoding, decode, decoder
from stream_cassette.wire.framing import Frame, decoder_for

__all__ = ["chunks_of", "exchange_by_chunks", "frames_by_chunks"]


def chunks_of(interaction: Interaction, plan: Plan, index: int = 0) -> list[bytes]:
    """What a replay by the plan hands up."""
    played = planned(
        interaction, index, plan, fault=None, frame_sizes=frame_cuts, error_bytes=unspoken
    )
    return list(played.pieces)


def frames_by_chunks(response: Response, chunks: Sequence[bytes]) -> Iterator[Frame]:
    """The frames, from one chunk after the other."""
    coding = header(response.headers, "content-encoding")
    try:
        body = decode(response.body, coding)
        coded = decoder(coding)
    except (UnknownEncoding, CorruptEncoding):
        body, coded = response.body, decoder(None)
    framed = decoder_for(header(response.headers, "content-type"), body)
    for chunk in chunks:
        yield from framed.feed(coded.feed(chunk))
    yield from framed.feed(coded.close())
    yield from framed.close()


def exchange_by_chunks(
    interaction: Interaction, frames: Sequence[Frame], patch: pytest.MonkeyPatch
) -> Exchange | None:
    """What was said, from these frames in the place of the whole body's."""

    class Given(meaning._Frames):
        def __iter__(self) -> Iterator[Frame]:
            for frame in frames:
                if frame.partial:
                    self.whole = frame.raw.startswith(b":")
                yield frame

    with patch.context() as patched:
        patched.setattr(meaning, "_Frames", Given)
        return meaning.exchange_of(interaction)
