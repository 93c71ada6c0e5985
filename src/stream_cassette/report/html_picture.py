"""The picture of a stream's chunks: where its bars, marks and ticks stand.

Places are percent of the width, so that the picture fits any; heights are pixels.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import floor, log10, sqrt

from stream_cassette.report.html_text import number, plural, span_ms
from stream_cassette.report.html_timing import Bar, Timing

__all__ = ["BAR_HEIGHT", "Mark", "Picture", "Shape", "picture_of"]

BAR_HEIGHT = 64  # pixels of the highest bar
_LEAST_WIDTH = 0.25  # percent
_TICKS = 5
_LONG_GAP = 0.15  # of the whole time: a shorter one is no news


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A bar: x and width in percent, y and height in pixels, and its words."""

    x: str
    width: str
    y: str
    height: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A moment or a stretch of time: what it is, when, and how its row of the legend reads."""

    kind: str
    x: str
    width: str
    label: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """All of it; `curve` are the points of the bytes so far, x and y from 0 to 1000."""

    label: str
    bars: tuple[Shape, ...]
    marks: tuple[Mark, ...]
    ticks: tuple[tuple[str, str, str], ...]  # x, words, anchor
    curve: str
    facts: tuple[tuple[str, str], ...]


def picture_of(timing: Timing) -> Picture:
    """The picture of these times."""
    whole = timing.last_ms or 1.0
    return Picture(
        label=_label(timing),
        bars=tuple(_bars(timing.bars, whole)),
        marks=tuple(_marks(timing, whole)),
        ticks=tuple(_ticks(whole)),
        curve=_curve(timing, whole),
        facts=tuple(_facts(timing)),
    )


def _label(timing: Timing) -> str:
    words = [f"{plural(timing.chunks, 'chunk')} in {span_ms(timing.last_ms)}"]
    words += [f"{name} {value}" for name, value in _facts(timing)[1:]]
    return "; ".join(words)


def _facts(timing: Timing) -> list[tuple[str, str]]:
    facts = [("Chunks", f"{timing.chunks:,}, {timing.size_bytes:,} bytes")]
    since = "" if timing.head_ms is not None else " after the head"
    if timing.first_byte_ms is not None:
        facts.append(("First byte", span_ms(timing.first_byte_ms) + since))
    if timing.first_words_ms is not None:
        facts.append(("First words", span_ms(timing.first_words_ms) + since))
    if timing.gap is not None:
        facts.append(("Longest gap", span_ms(timing.gap[1] - timing.gap[0])))
    facts.append(("End", span_ms(timing.last_ms) + since))
    if timing.tokens_per_s is not None:
        facts.append(("Tokens per second", number(timing.tokens_per_s)))
    return facts


def _bars(bars: Iterable[Bar], whole: float) -> Iterable[Shape]:
    known = list(bars)
    highest = max((bar.size_bytes for bar in known), default=1) or 1
    for bar in known:
        height = max(2.0, BAR_HEIGHT * sqrt(bar.size_bytes / highest))
        x = min(bar.from_ms / whole * 100, 100 - _LEAST_WIDTH)
        when = span_ms(bar.from_ms)
        if bar.to_ms > bar.from_ms:
            when += f" to {span_ms(bar.to_ms)}"
        yield Shape(
            x=_percent(x),
            width=_percent(max(_LEAST_WIDTH, (bar.to_ms - bar.from_ms) / whole * 100)),
            y=f"{BAR_HEIGHT - height:.1f}",
            height=f"{height:.1f}",
            title=f"{plural(bar.chunks, 'chunk')}, {bar.size_bytes:,} bytes at {when}",
        )


def _marks(timing: Timing, whole: float) -> Iterable[Mark]:
    if timing.head_ms:
        width = timing.head_ms / whole * 100
        yield _mark("head", 0, width, "Waiting for the head", timing.head_ms)
    if timing.gap is not None and timing.gap[1] - timing.gap[0] >= whole * _LONG_GAP:
        start, end = timing.gap
        yield _mark(
            "gap", start / whole * 100, (end - start) / whole * 100, "Longest gap", end - start
        )
    if timing.first_words_ms is not None:
        yield _mark(
            "words", timing.first_words_ms / whole * 100, 0, "First words", timing.first_words_ms
        )


def _mark(kind: str, x: float, width: float, label: str, value: float) -> Mark:
    return Mark(kind=kind, x=_percent(x), width=_percent(width), label=label, value=span_ms(value))


def _ticks(whole: float) -> Iterable[tuple[str, str, str]]:
    step = _round(whole / _TICKS)
    at = 0.0
    while at <= whole * 1.0001:
        x = at / whole * 100
        yield _percent(x), span_ms(at), "start" if x < 4 else "end" if x > 92 else "middle"
        at += step


def _round(step: float) -> float:
    """1, 2 or 5 times a power of ten, not less than the step."""
    power = 10.0 ** floor(log10(step))
    return next(power * each for each in (1, 2, 5, 10) if power * each >= step * 0.9999)


def _curve(timing: Timing, whole: float) -> str:
    total, so_far = timing.size_bytes or 1, 0
    points = ["0,1000"]
    for bar in timing.bars:
        x = bar.to_ms / whole * 1000
        points.append(f"{x:.0f},{1000 - so_far / total * 1000:.0f}")
        so_far += bar.size_bytes
        points.append(f"{x:.0f},{1000 - so_far / total * 1000:.0f}")
    return " ".join(points)


def _percent(value: float) -> str:
    return f"{value:.3f}%"
