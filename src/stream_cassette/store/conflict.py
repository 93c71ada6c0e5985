"""A file in which git left both sides of a merge, between markers.

Source: git-merge(1), "How conflicts are presented".
"""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["Conflict", "conflict_in"]

_MARKER = re.compile(rb"(<{7}|\|{7}|={7}|>{7})(?: .*)?\r?\n?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """`left` and `right` are the whole file as either side has it, `names` what git calls them.

    `regions` are the pieces of the file from `<<<<<<<` to `>>>>>>>`.
    """

    left: bytes
    right: bytes
    names: tuple[str, str]
    regions: tuple[str, ...]


def conflict_in(data: bytes) -> Conflict | None:
    """Both sides of a file; None if there are no markers, or not all of them."""
    left: list[bytes] = []
    right: list[bytes] = []
    regions: list[bytes] = []
    names = [b"", b""]
    at = b""  # the marker that was last; none outside of a conflict
    follows = {b"": b"<", b"<": b"|=", b"|": b"=", b"=": b">"}
    for line in data.splitlines(keepends=True):
        marker = _MARKER.fullmatch(line)
        sign = marker[1][:1] if marker else b""
        if marker and sign in follows[at]:
            if sign in b"<>":
                names[sign == b">"] = line[7:].strip()
            if sign == b"<":
                regions.append(b"")
            at = b"" if sign == b">" else sign
            regions[-1] += line
            continue
        if at:
            regions[-1] += line
        if at in (b"", b"<"):
            left.append(line)
        if at in (b"", b"="):
            right.append(line)
    if not regions or at:
        return None
    return Conflict(
        left=b"".join(left),
        right=b"".join(right),
        names=(_text(names[0]), _text(names[1])),
        regions=tuple(map(_text, regions)),
    )


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")
