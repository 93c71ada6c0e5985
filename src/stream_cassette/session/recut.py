"""`recut`: where a replayed body is cut, other than it was recorded. Pure and seeded.

recorded        the recorded cuts (the default); one chunk per wire frame where they are unknown
whole           one chunk
frames          one chunk per wire frame
bytes           one chunk per byte
random:SEED     cuts anywhere
hostile:SEED    cuts inside characters, CRLF, field names, escapes, around terminators
at:[INDEX/]BYTE,...   cuts before these bytes of interaction INDEX (0 where not given)

Whatever the cuts, the bytes are the same. Positions in a compressed body count decoded bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log
from random import Random
from typing import Literal, TypeAlias, get_args

from stream_cassette.cassette.model import Response, header
from stream_cassette.errors import UsageError
from stream_cassette.wire.framing import Frame, decoder_for, looks_like, media_type
from stream_cassette.wire.places import KINDS, places
from stream_cassette.wire.yields import plain, wire_offsets

__all__ = ["RECORDED", "RECUT_FORMS", "Recut", "frames_of", "media_of", "points", "sizes"]

RecutKind: TypeAlias = Literal["recorded", "whole", "frames", "bytes", "random", "hostile", "at"]

RECUT_FORMS = (
    "recorded, whole, frames, bytes, random:SEED, hostile:SEED or at:[INDEX/]BYTE,... "
    "(SEED, INDEX and BYTE are whole numbers)"
)

_SEEDED = ("random", "hostile")
_PLACE = re.compile(r"(?:(\d{1,9})/)?(\d{1,12})", re.ASCII)
_SEED = re.compile(r"\d{1,18}", re.ASCII)
# how many of the places a seed takes: sparse cuts and dense ones fail in different ways
_SHARES = (0.02, 0.1, 0.3, 0.6, 0.9)
_MEANS = (1.5, 4.0, 16.0, 100.0, 1000.0)  # mean sizes in bytes of random chunks


@dataclass(frozen=True, slots=True, kw_only=True)
class Recut:
    """One way to cut; `at` are (interaction, byte) of the decoded body."""

    kind: RecutKind = "recorded"
    seed: int = 0
    at: tuple[tuple[int, int], ...] = ()

    @classmethod
    def parse(cls, given: str | Recut) -> Recut:
        """The recut of that form. Raises: UsageError, listing the forms."""
        if isinstance(given, Recut):
            return given
        name, colon, rest = str(given).partition(":")
        if name in _SEEDED and _SEED.fullmatch(rest):
            return cls(kind="random" if name == "random" else "hostile", seed=int(rest))
        if name == "at" and (found := [_PLACE.fullmatch(one) for one in rest.split(",")]):
            if all(found):
                pairs = {(int(one[1] or 0), int(one[2])) for one in found if one}
                return cls(kind="at", at=tuple(sorted(pairs)))
        elif not colon and name in get_args(RecutKind) and name not in _SEEDED:
            return cls(kind=name)  # type: ignore[arg-type]
        raise UsageError(f"recut={given!r}: use {RECUT_FORMS}")

    def __str__(self) -> str:
        if self.kind == "at" and not self.at:
            return "whole"
        if self.kind == "at":
            return f"at:{','.join(f'{n}/{byte}' if n else str(byte) for n, byte in self.at)}"
        return f"{self.kind}:{self.seed}" if self.kind in _SEEDED else self.kind


RECORDED = Recut()


def sizes(recut: Recut, response: Response, index: int) -> Sequence[int]:
    """Sizes in bytes of the chunks of `response`, interaction `index`; they sum to its body's.

    Not for `recorded`, which is no new cut.
    """
    body = response.body
    if recut.kind == "bytes":
        return b"\x01" * len(body)  # as many ones; a list would take eight times the body
    coding = header(response.headers, "content-encoding")
    decoded = plain(body, coding)
    ends = wire_offsets(body, coding, points(recut, response, decoded, index))
    inner = sorted({end for end in ends if 0 < end < len(body)})
    return [end - start for start, end in pairwise((0, *inner, len(body)))] if body else []


def points(recut: Recut, response: Response, decoded: bytes, index: int) -> Sequence[int]:
    """Ascending offsets in the decoded body before which `recut` cuts."""
    size = len(decoded)
    if recut.kind == "bytes":
        return range(1, size)
    if recut.kind == "frames":
        return [frame.start for frame in frames_of(response, decoded) if frame.start]
    if recut.kind == "at":
        return [byte for n, byte in recut.at if n == index and 0 < byte < size]
    if recut.kind == "random":
        return list(_random_points(Random(recut.seed), size))
    if recut.kind == "hostile":
        media = media_of(response, decoded)
        frames = frames_of(response, decoded) if media.endswith("eventstream") else ()
        return _hostile_points(Random(recut.seed), places(decoded, media, frames))
    return ()


def media_of(response: Response, decoded: bytes) -> str:
    """The media type that decides how the body is framed."""
    media = media_type(header(response.headers, "content-type"))
    return media if "/" in media else looks_like(decoded)


def frames_of(response: Response, decoded: bytes) -> list[Frame]:
    """The frames of the decoded body."""
    decoder = decoder_for(header(response.headers, "content-type"), decoded)
    return [*decoder.feed(decoded), *decoder.close()]


# Only `random()` of a generator is the same in every version of Python.


def _random_points(rng: Random, size: int) -> Iterator[int]:
    mean = _MEANS[int(rng.random() * len(_MEANS))]
    at = 0
    while True:
        at += 1 + int(-log(1.0 - rng.random()) * (mean - 1))
        if at >= size:
            return
        yield at


def _hostile_points(rng: Random, found: Iterable[tuple[int, str]]) -> list[int]:
    """Some of the places; at least one of each kind that there is."""
    share = _SHARES[int(rng.random() * len(_SHARES))]
    by_kind: dict[str, list[int]] = {kind: [] for kind in KINDS}
    for at, kind in found:
        by_kind[kind].append(at)
    chosen: set[int] = set()
    for offsets in by_kind.values():
        if offsets:
            chosen.add(offsets[int(rng.random() * len(offsets))])
            chosen.update(at for at in offsets if rng.random() < share)
    return sorted(chosen)
