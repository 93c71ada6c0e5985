"""Masks in one text that comes in pieces: a JSON string, or the strings at one path of many frames.

What is put out is masked as if every match that is open were the secret, from its fourth byte
on. Once more is known, what was masked in vain comes back, and what went out in the clear of a
secret is masked. Bytes are told by where they stand in the body, so that any piece of it, escaped
or not, can be changed later.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Protocol

from stream_cassette.cassette.mask_piece import Piece, Spot
from stream_cassette.cassette.secret_finder import LIMIT, STAR, Finder, Found

__all__ = ["Channel", "Output"]

_SHOWN = 3  # bytes of an open match that are put out as they are
_FILLED = re.compile(rb"[^\0]+")


class Output(Protocol):
    """What takes the masks."""

    def write(self, start: int, data: bytes) -> None:
        """Put `data` at `start` of the body, in place of what is there."""
        ...

    def hold(self, change: int) -> int:
        """So many bytes more (or fewer) are masked only for an open match; how many now are."""
        ...


class Channel:
    """One text, piece by piece."""

    __slots__ = (
        "_before",
        "_data",
        "_fills",
        "_finder",
        "_held",
        "_origin",
        "_runs",
        "_spots",
        "_sure",
        "_text",
    )

    def __init__(self, finder: Finder) -> None:
        self._finder = finder
        self._held = 0
        self._reset()

    def _reset(self) -> None:
        self._before = b""  # the last bytes before `_text`
        self._text = b""  # what is needed again: from where a match is open
        self._spots: tuple[Spot, ...] = ()  # where it stands, unless `_origin` says it
        self._origin: tuple[Piece, int] | None = None
        self._fills = b""  # what each byte of it is put out as, 0 for itself; b"" if all are
        self._sure = b""  # the same, of what is a secret for good
        self._runs: list[re.Pattern[bytes]] = []  # masks that go on while these match
        self._data = -1  # where in it a data: URL begins, or -1

    @property
    def is_open(self) -> bool:
        """Whether the next byte may have to be masked."""
        return len(self._text) >= _SHOWN or bool(self._runs)

    @property
    def is_quiet(self) -> bool:
        """Whether no mask is open."""
        return not self._fills and not self._runs and self._data < 0

    def needed(self) -> Iterator[int]:
        """Where in the body it may still change what was put out."""
        for start, raw in self._tail_spots():
            yield from range(start, start + len(raw))

    def feed(self, piece: Piece, output: Output, *, final: bool = False) -> bool:
        """Take the next piece; whether some of it, or of what came before, is a secret.

        `final`: the text ends with it; the next piece begins a new one.
        """
        if self.is_quiet:
            whole = self._text + piece.text if self._text else piece.text
            if not self._finder.has_head(whole):
                if final:
                    self._reset()
                elif whole:
                    self._keep_end(piece, whole)
                return False
        return self._look(piece, output, final=final)

    def _keep_end(self, piece: Piece, whole: bytes) -> None:
        """Nothing begins in the whole but maybe at its end."""
        keep = self._finder.short_end(whole, self._before)
        if keep:
            self._before = (self._before + whole[:keep] if keep < 3 else whole[keep - 3 : keep])[
                -3:
            ]
        at = len(piece.text) - len(whole) + keep
        if at >= 0:
            self._origin, self._spots = (piece, at), ()
        else:
            self._spots, self._origin = self._all_spots(piece)[keep:], None
        self._text = whole[keep:]

    def _all_spots(self, piece: Piece) -> tuple[Spot, ...]:
        return (*self._tail_spots(), *map(piece.spot, range(len(piece.text))))

    def _tail_spots(self) -> tuple[Spot, ...]:
        if self._origin is None:
            return self._spots
        piece, at = self._origin
        return tuple(map(piece.spot, range(at, len(piece.text))))

    def _look(self, piece: Piece, output: Output, *, final: bool) -> bool:
        known, text = len(self._text), piece.text
        tail, whole = self._tail_spots(), self._text + text
        fills = bytearray(self._sure or bytes(known)) + bytearray(len(text))
        runs = []
        for run in self._runs:
            match = run.match(text)
            end = match.end() if match is not None else 0
            fills[known : known + end] = bytes([STAR]) * end
            if end == len(text) and not final:
                runs.append(run)
        others = output.hold(-self._held)
        found = self._finder.find(
            whole,
            self._before,
            final=final,
            data=self._data,
            limit=max(_SHOWN + 1, LIMIT - others),
            size=lambda start, end: (
                sum(len(spot.raw) for spot in tail[start:end])
                + piece.size(max(0, start - known), max(0, end - known))
            ),
            masked=fills,
        )
        for start, end, fill in sorted(found.spans, key=lambda span: -span.fill):
            fills[start:end] = bytes([fill]) * (end - start)
        sure = bytes(fills)
        self._held = 0
        open_at = range(found.open_at + _SHOWN, len(whole))
        for index in (*open_at, *(i for span in found.maybe for i in range(span.start, span.end))):
            if not fills[index]:
                fills[index] = STAR
                spot = tail[index] if index < known else piece.spot(index - known)
                self._held += len(spot.raw)
        output.hold(self._held)
        self._put_out(tail, piece, bytes(fills), output)
        if final:
            self._reset()
        else:
            self._keep(tail, piece, bytes(fills), sure, found)
            self._runs = list(dict.fromkeys((*runs, *found.tails)))
        return any(sure)

    def _put_out(self, tail: tuple[Spot, ...], piece: Piece, fills: bytes, output: Output) -> None:
        known = len(tail)
        for index, (old, new) in enumerate(zip(self._fills or bytes(known), fills, strict=False)):
            if old != new:
                start, raw = tail[index]
                output.write(start, _mask(raw, new) if new else raw)
        for run in _FILLED.finditer(fills, known):
            for index in range(*run.span()):
                start, raw = piece.spot(index - known)
                output.write(start, _mask(raw, fills[index]))

    def _keep(
        self, tail: tuple[Spot, ...], piece: Piece, fills: bytes, sure: bytes, found: Found
    ) -> None:
        keep, whole = found.keep, self._text + piece.text
        if keep:
            self._before = b"" if sure[keep - 1] else (self._before + whole[:keep])[-3:]
        self._text, self._origin = whole[keep:], None
        at = max(0, keep - len(tail))
        self._spots = (*tail[keep:], *map(piece.spot, range(at, len(piece.text))))
        self._fills = fills[keep:] if any(fills[keep:]) else b""
        self._sure = sure[keep:] if self._fills else b""
        self._data = max(0, found.data - keep) if found.data >= 0 else -1


def _mask(raw: bytes, fill: int) -> bytes:
    """A character's mask, in as many bytes; line ends of a text stay."""
    if raw in (b"\r", b"\n"):
        return raw
    if fill != STAR and len(raw) > 1:
        # base64 stays so long as it was: `\/` says no more than one digit, `\u002f` can be another
        return raw if len(raw) == 2 else b"\\u00%x" % fill
    return bytes([fill]) * len(raw)
