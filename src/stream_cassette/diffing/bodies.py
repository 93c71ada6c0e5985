"""Where two bodies differ that are compared as bytes: an excerpt, never the whole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from stream_cassette.comparison.match import Divergence
from stream_cassette.diffing.rules import Place, divergence

__all__ = ["byte_changes", "first_other"]

_BEFORE = 24  # bytes shown before the first one that differs
_SHOWN = 96
_STEP = 4096


def byte_changes(at: Place, left: bytes, right: bytes) -> list[Divergence]:
    """None where they are equal; else one, whose values say from which byte on.

    A value is `{"bytes": size, "from_byte": where they part, "text": what is there}`; `hex` stands
    for `text` where it is no UTF-8.
    """
    if left == right:
        return []
    place = first_other(left, right)
    return [divergence(at, _excerpt(left, place), _excerpt(right, place))]


def first_other(left: Sequence[Any], right: Sequence[Any]) -> int:
    """The first place where two sequences differ; the length of the shorter if it begins both."""
    shorter = min(len(left), len(right))
    for start in range(0, shorter, _STEP):  # a comparison of slices costs next to nothing
        ours, theirs = left[start : start + _STEP], right[start : start + _STEP]
        if ours != theirs:
            pairs = enumerate(zip(ours, theirs, strict=False))
            return start + next((n for n, (a, b) in pairs if a != b), min(len(ours), len(theirs)))
    return shorter


def _excerpt(body: bytes, place: int) -> dict[str, Any]:
    start = max(0, place - _BEFORE)
    piece = body[start : start + _SHOWN]
    known: dict[str, Any] = {"bytes": len(body), "from_byte": place}
    text = _text(piece)
    return known | ({"hex": piece.hex(" ")} if text is None else {"text": text})


def _text(piece: bytes) -> str | None:
    """The piece as text, less what the cuts left of a character; None if it is none."""
    begin = next((n for n, byte in enumerate(piece[:4]) if byte & 0xC0 != 0x80), 0)
    for end in range(len(piece), max(begin, len(piece) - 4), -1):
        try:
            return piece[begin:end].decode()
        except UnicodeDecodeError:
            continue
    return None if piece else ""
