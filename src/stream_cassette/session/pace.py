"""`pace`: when each chunk of a replay is handed up. Pure: a timetable, no clock.

none        at once (the default)
recorded    at the recorded times
2x          at twice the recorded speed; 0.5x at half of it
20ms        20 ms before every chunk; 1.5s likewise

Times count from the response head; the head itself comes at its recorded time, too, with
`recorded` and a factor. Where no times were recorded, nothing is waited for.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Literal, TypeAlias

from stream_cassette.cassette.model import Response
from stream_cassette.errors import UsageError

__all__ = ["AT_ONCE", "PACE_FORMS", "Pace", "dues_ms", "head_ms", "milliseconds", "spelled"]

PaceKind: TypeAlias = Literal["none", "recorded", "gap"]

PACE_FORMS = "none, recorded, a factor like 2x or 0.5x, or a fixed gap like 20ms or 1.5s"

_FACTOR = re.compile(r"(\d{1,6}(?:\.\d{1,6})?)x", re.ASCII)
_TIME = re.compile(r"(\d{1,9}(?:\.\d{1,6})?)(ms|s)", re.ASCII)


def milliseconds(text: str) -> float | None:
    """`20ms` or `1.5s` as milliseconds; None for anything else."""
    match = _TIME.fullmatch(text)
    return None if match is None else float(match[1]) * (1000 if match[2] == "s" else 1)


def spelled(time_ms: float) -> str:
    """The milliseconds as `milliseconds` reads them."""
    whole_seconds = time_ms >= 1000 and time_ms % 1000 == 0
    if whole_seconds:
        return f"{time_ms / 1000:.0f}s"
    return f"{time_ms:.6f}".rstrip("0").rstrip(".") + "ms"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """One pace: `factor` of the recorded speed, or a `gap_ms` before every chunk."""

    kind: PaceKind = "none"
    factor: float = 1.0
    gap_ms: float = 0.0

    @classmethod
    def parse(cls, given: str | Pace) -> Pace:
        """The pace of that form. Raises: UsageError, listing the forms."""
        if isinstance(given, Pace):
            return given
        text = str(given)
        if text == "none":
            return cls()
        if text == "recorded":
            return cls(kind="recorded")
        factor = _FACTOR.fullmatch(text)
        if factor is not None and float(factor[1]) > 0:
            return cls(kind="recorded", factor=float(factor[1]))
        gap_ms = milliseconds(text)
        if gap_ms is None:
            raise UsageError(f"pace={given!r}: use {PACE_FORMS}")
        return cls(kind="gap", gap_ms=gap_ms)

    def __str__(self) -> str:
        if self.kind == "gap":
            return spelled(self.gap_ms)
        return self.kind if self.factor == 1 else f"{self.factor:g}x"


AT_ONCE = Pace()


def head_ms(pace: Pace, response: Response) -> float:
    """Milliseconds from the request to the response head."""
    return (response.head_ms or 0.0) / pace.factor if pace.kind == "recorded" else 0.0


def dues_ms(pace: Pace, response: Response, sizes_bytes: Sequence[int]) -> list[float]:
    """When each chunk of these sizes is due, and when the end is; one more than there are chunks.

    A chunk that is cut otherwise than it was recorded is due when its last byte was there.
    """
    count = len(sizes_bytes)
    if pace.kind == "gap":
        dues = [pace.gap_ms * (n + 1) for n in range(count)]
        return [*dues, dues[-1] if dues else 0.0]
    cuts = response.cuts
    if pace.kind == "none" or not cuts:
        return [0.0] * (count + 1)
    recorded = list(zip(accumulate(cut.size_bytes for cut in cuts), cuts, strict=True))
    out: list[float] = []
    place = 0
    for end in accumulate(sizes_bytes):
        while place + 1 < len(recorded) and recorded[place][0] < end:
            place += 1
        out.append(recorded[place][1].offset_ms / pace.factor)
    return [*out, max([*out, recorded[-1][1].offset_ms / pace.factor])]
