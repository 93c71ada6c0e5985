"""How answers came: chunks, times, tokens. None of it is a difference by itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from stream_cassette.cassette.model import Interaction
from stream_cassette.conversation.model import Exchange, Usage
from stream_cassette.conversation.words import usage_in_words
from stream_cassette.diffing.model import Pace

__all__ = ["pace_of", "tokens_of"]


def pace_of(
    left: Sequence[Interaction],
    right: Sequence[Interaction],
    tokens: tuple[str, str] = ("", ""),
) -> Pace:
    """Of answers that belong together, in order on each side."""
    pairs = zip(left, right, strict=False)
    return Pace(
        chunks=(_chunks(left), _chunks(right)),
        cuts_differ=any(_sizes(one) != _sizes(other) for one, other in pairs),
        total_ms=(_total(left), _total(right)),
        head_ms=(_heads(left), _heads(right)),
        tokens=tokens,
    )


def tokens_of(exchanges: Iterable[Exchange]) -> str:
    """The counts of all the exchanges in words: `424 in, 110 out`; "" where none are known."""
    known = [one.usage for one in exchanges if one.usage is not None]
    if not known:
        return ""
    return usage_in_words(
        Usage(
            input_tokens=_sum(one.input_tokens for one in known),
            output_tokens=_sum(one.output_tokens for one in known),
        )
    )


def _sum(counts: Iterable[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if known else None


def _sizes(one: Interaction) -> list[int] | None:
    cuts = one.response.cuts
    return None if cuts is None else [cut.size_bytes for cut in cuts]


def _chunks(side: Sequence[Interaction]) -> int | None:
    cuts = [one.response.cuts for one in side]
    known = [len(each) for each in cuts if each is not None]
    return sum(known) if known else None


def _total(side: Sequence[Interaction]) -> float | None:
    cuts = [one.response.cuts for one in side]
    known = [each[-1].offset_ms for each in cuts if each]
    return round(sum(known), 3) if known else None


def _heads(side: Sequence[Interaction]) -> float | None:
    known = [one.response.head_ms for one in side if one.response.head_ms is not None]
    return round(sum(known), 3) if known else None
