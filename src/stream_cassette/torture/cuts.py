"""The cuts that a client is tried with, and the smallest ones under which it behaves otherwise."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TypeAlias

from stream_cassette.cassette.model import Response, header
from stream_cassette.session.recut import Recut, frames_of, points
from stream_cassette.torture.minimise import minimal
from stream_cassette.torture.words import Text, apart, together
from stream_cassette.wire.encoding import CorruptEncoding, UnknownEncoding, decoder
from stream_cassette.wire.yields import plain

__all__ = ["CutVerdict", "Fails", "recuts", "verdict_of"]

Fails: TypeAlias = Callable[[Recut], bool]
Cut: TypeAlias = tuple[int, int]

_LIMIT = 300  # runs that making it smaller may take


@dataclass(frozen=True, slots=True, kw_only=True)
class CutVerdict:
    """The first cut under which a test does not pass any more.

    `found` is the way to cut, `cuts` the size of its set; `smallest` is what is left of that after
    `runs` runs, and `words` says what arrives how.
    """

    found: Recut
    cuts: int
    smallest: Recut
    runs: int
    is_smallest: bool
    words: str
    advice: str

    @property
    def message(self) -> str:
        """What to tell, in three lines."""
        left = "" if self.is_smallest else f", and maybe not to the end: {_LIMIT} runs were made"
        size = f"{self.cuts:,} cut{'' if self.cuts == 1 else 's'}"
        return (
            f"fails when {self.words}\n{self.advice}\n"
            f"first seen with recut={self.found} ({size}), made smaller in {self.runs} runs{left}; "
            f"reproduce with --stream-recut={self.smallest}"
        )


def recuts(seeds: int) -> tuple[Recut, ...]:
    """The ways to cut, in the order in which they are tried."""
    plainly = (Recut(kind="whole"), Recut(kind="bytes"), Recut(kind="frames"))
    return plainly + tuple(Recut(kind="hostile", seed=seed) for seed in range(seeds))


def verdict_of(found: Recut, responses: Sequence[Response], fails: Fails) -> CutVerdict:
    """The smallest cuts under which the client fails, beginning with `found`, which does.

    `whole` is tried first: where another one fails, no cut at all passes. Where `whole` fails, it
    is the recorded cuts that it lacks, of which as few as can be are taken away.
    """
    texts = [Text(response) for response in responses]
    if found.kind == "whole":
        wanted = _recorded(responses)
        smaller = minimal(wanted, lambda gone: fails(_but(wanted, gone)), limit=_LIMIT)
        words = together(texts, smaller.kept)
        advice = "a chunk may hold several frames, and parts of them: cut them apart by their ends"
        smallest = _but(wanted, smaller.kept)
    else:
        wanted = _cuts(found, responses)
        smaller = minimal(wanted, lambda kept: fails(_at(kept)), limit=_LIMIT)
        words = apart(texts, smaller.kept)
        index, at = smaller.kept[0]
        advice = texts[index].advice(at)
        smallest = _at(smaller.kept)
    return CutVerdict(
        found=found,
        cuts=len(wanted),
        smallest=smallest if len(smallest.at) <= _SPELLED else found,
        runs=smaller.runs,
        is_smallest=smaller.is_smallest,
        words=words,
        advice=advice,
    )


_SPELLED = 40  # cuts that a flag spells out


def _at(cuts: Sequence[Cut]) -> Recut:
    return Recut(kind="at", at=tuple(sorted(cuts)))


def _but(cuts: Sequence[Cut], gone: Sequence[Cut]) -> Recut:
    return _at(tuple(set(cuts) - set(gone)))


def _cuts(recut: Recut, responses: Sequence[Response]) -> list[Cut]:
    """The set of cuts that `recut` makes."""
    found: list[Cut] = []
    for index, response in enumerate(responses):
        decoded = plain(response.body, header(response.headers, "content-encoding"))
        found += [(index, at) for at in points(recut, response, decoded, index)]
    return found


def _recorded(responses: Sequence[Response]) -> list[Cut]:
    """The recorded cuts, by decoded bytes; the frames where they are unknown."""
    found: list[Cut] = []
    for index, response in enumerate(responses):
        decoded = plain(response.body, header(response.headers, "content-encoding"))
        ends = {end for end in _ends(response, decoded) if 0 < end < len(decoded)}
        found += [(index, end) for end in sorted(ends)]
    return found


def _ends(response: Response, decoded: bytes) -> list[int]:
    if response.chunks is None:
        return [frame.start for frame in frames_of(response, decoded)]
    try:
        one = decoder(header(response.headers, "content-encoding"))
        return list(accumulate(len(one.feed(chunk.data)) for chunk in response.chunks))
    except (UnknownEncoding, CorruptEncoding):
        return list(accumulate(len(chunk.data) for chunk in response.chunks))
