"""When an answer came: its head, first byte, first words and end, the gaps, and the rate.

Times are milliseconds from the moment the request was sent; where the time to the response's head
is unknown, they count from the head. Without cut points there is nothing to tell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise

from stream_cassette.api import exchange_of, frames_of
from stream_cassette.cassette.model import Interaction, Response, header
from stream_cassette.conversation.model import Exchange
from stream_cassette.conversation.parts import Reasoning, Refusal, Text
from stream_cassette.wire.encoding import CorruptEncoding, UnknownEncoding, decode, decoder
from stream_cassette.wire.framing import Frame

__all__ = ["Bar", "Timing", "timing_of"]

_BARS = 240  # columns of the picture, at most


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """The chunks of one column: how many, their bytes, and when the first and the last came."""

    chunks: int
    size_bytes: int
    from_ms: float
    to_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """When the chunks of a body came.

    `first_words_ms` is when the chunk came that completes the first text, thought or call;
    None where nobody reads the body, or it says nothing. `gap` is the longest time between two
    chunks, from and to; None with fewer than two. `tokens_per_s` counts the output tokens from
    the first words to the last chunk.
    """

    head_ms: float | None
    first_byte_ms: float | None
    first_words_ms: float | None
    last_ms: float
    gap: tuple[float, float] | None
    chunks: int
    size_bytes: int
    output_tokens: int | None
    bars: tuple[Bar, ...]

    @property
    def tokens_per_s(self) -> float | None:
        """None where one of its sides is unknown, or all came at once."""
        if not self.output_tokens or self.first_words_ms is None:
            return None
        took = self.last_ms - self.first_words_ms
        return self.output_tokens / took * 1000 if took > 0 else None


def timing_of(one: Interaction, exchange: Exchange | None) -> Timing | None:
    """The times of the response; None where its cut points are unknown."""
    cuts = one.response.cuts
    if cuts is None:
        return None
    start = one.response.head_ms or 0.0
    times = [start + cut.offset_ms for cut in cuts]
    sizes = [cut.size_bytes for cut in cuts]
    said = _first_words(one, sizes) if exchange is not None and times else None
    gaps = list(pairwise(times))
    usage = None if exchange is None else exchange.usage
    return Timing(
        head_ms=one.response.head_ms,
        first_byte_ms=times[0] if times else None,
        first_words_ms=None if said is None else times[said],
        last_ms=max([start, *times]),
        gap=max(gaps, key=lambda gap: gap[1] - gap[0]) if gaps else None,
        chunks=len(times),
        size_bytes=sum(sizes),
        output_tokens=None if usage is None else usage.output_tokens,
        bars=_bars(times, sizes),
    )


def _bars(times: Sequence[float], sizes: Sequence[int]) -> tuple[Bar, ...]:
    """One column for each chunk, or chunks that came close together in one."""
    end = max(times, default=0.0) or 1.0
    columns: dict[int, list[int]] = {}
    for place, at in enumerate(times):
        column = place if len(times) <= _BARS else int(at / end * (_BARS - 1))
        columns.setdefault(column, []).append(place)
    return tuple(
        Bar(
            chunks=len(places),
            size_bytes=sum(sizes[place] for place in places),
            from_ms=times[places[0]],
            to_ms=times[places[-1]],
        )
        for places in columns.values()
    )


def _first_words(one: Interaction, sizes: Sequence[int]) -> int | None:
    """The number of the chunk that completes the first words; a few reads of short beginnings."""
    frames = frames_of(one.response)
    low, high = 0, 1
    while not _says(one, frames, high):
        if high >= len(frames):
            return None
        low, high = high, min(high * 2, len(frames))
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if _says(one, frames, middle) else (middle, high)
    end = frames[high - 1].start + len(frames[high - 1].raw)
    return next((n for n, reach in enumerate(_reached(one.response, sizes)) if reach >= end), None)


def _says(one: Interaction, frames: Sequence[Frame], count: int) -> bool:
    """Whether something is said in the first frames."""
    headers = tuple(pair for pair in one.response.headers if pair[0].lower() != "content-encoding")
    body = b"".join(frame.raw for frame in frames[:count])
    begun = replace(one.response, headers=headers, body=body, cuts=None, decoded=None)
    exchange = exchange_of(replace(one, response=begun))
    if exchange is None:
        return False
    parts = [part for message in exchange.candidates for part in message.parts]
    return any(not isinstance(part, (Text, Reasoning, Refusal)) or part.content for part in parts)


def _reached(response: Response, sizes: Sequence[int]) -> list[int]:
    """How many bytes of the decoded body are there after each chunk."""
    ends = list(accumulate(sizes))
    coding = header(response.headers, "content-encoding")
    try:
        decode(response.body, coding)
        coded = decoder(coding)
        starts = [0, *ends[:-1]]
        pieces = zip(starts, ends, strict=True)
        return list(accumulate(len(coded.feed(response.body[a:b])) for a, b in pieces))
    except (UnknownEncoding, CorruptEncoding):  # the frames are those of the body as it is
        return ends
