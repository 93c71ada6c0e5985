"""Masks in one text that comes in pieces: a JSON string, or the strings at one path of many frames.

What is put out is masked as if every match that is open were the secret, from its fourth byte
on. Once more is known, what was masked in vain comes back, and what went out in the clear of a
secret is masked. Bytes are told by where they stand in the body, so that any piece of it, escaped
or not, can be changed later.
"""

from __future__ import annotations

import re
from typing import NamedTuple, Protocol

from stream_cassette.cassette.secret_finder import LIMIT, STAR, Finder

__all__ = ["Channel", "Output", "Plain", "Spot", "Spots"]

_SHOWN = 3  # bytes of an open match that are put out as they are


class Spot(NamedTuple):
    """Where one byte of a text stands in the body, and how it is written there.

    Of a character that is written as one escape, the first byte has it all, the others nothing.
    """

    start: int
    raw: bytes


class Spots(Protocol):
    """Where the bytes of a piece stand."""

    def spot(self, index: int) -> Spot:
        """Where the byte at `index` of the piece stands."""
        ...


class Output(Protocol):
    """What takes the masks."""

    def write(self, start: int, data: bytes) -> None:
        """Put `data` at `start` of the body, in place of what is there."""
        ...

    def hold(self, change: int) -> int:
        """So many bytes more (or fewer) are masked only for an open match; how many now are."""
        ...


class Plain:
    """The spots of a piece that is written as it is."""

    __slots__ = ("_start", "_text")

    def __init__(self, text: bytes, start: int) -> None:
        self._text, self._start = text, start

    def spot(self, index: int) -> Spot:
        """Where the byte at `index` of the piece stands."""
        return Spot(self._start + index, self._text[index : index + 1])


class Channel:
    """One text, piece by piece."""

    __slots__ = (
        "_before",
        "_data",
        "_fills",
        "_finder",
        "_held",
        "_spots",
        "_sure",
        "_tails",
        "_text",
    )

    def __init__(self, finder: Finder) -> None:
        self._finder = finder
        self._reset()
        self._held = 0

    def _reset(self) -> None:
        self._before = -1  # the byte before `_text`
        self._text = b""  # what is needed again: from where a match is open
        self._spots: list[Spot] = []
        self._fills = b""  # what each byte of `_text` is put out as: 0 for itself
        self._sure = b""  # the same, of what is a secret for good
        self._tails: list[re.Pattern[bytes]] = []
        self._data = -1

    @property
    def is_open(self) -> bool:
        """Whether the next byte may have to be masked."""
        return len(self._text) >= _SHOWN or bool(self._tails)

    def feed(self, text: bytes, spots: Spots, output: Output, *, final: bool = False) -> bool:
        """Take the next piece; whether some of it, or of what came before, is a secret.

        `final`: the text ends with it; the next piece begins a new one.
        """
        if not self._text and not self._tails and self._data < 0 and self._finder.is_dull(text):
            self._before = -1 if final else text[-1] if text else self._before
            return False
        known = len(self._text)
        whole = self._text + text
        spot = [*self._spots, *(spots.spot(index) for index in range(len(text)))]
        fills = bytearray(self._sure) + bytearray(len(text))
        tails = []
        for tail in self._tails:
            match = tail.match(text)
            end = match.end() if match is not None else 0
            fills[known : known + end] = bytes([STAR]) * end
            if end == len(text) and not final:
                tails.append(tail)
        others = output.hold(-self._held)
        found = self._finder.find(
            whole,
            self._before,
            final=final,
            data=self._data,
            limit=max(_SHOWN + 1, LIMIT - others),
            sizes=[len(one.raw) for one in spot],
            masked=fills,
        )
        tails += found.tails
        for start, end, fill in sorted(found.spans, key=lambda span: -span.fill):
            fills[start:end] = bytes([fill]) * (end - start)
        is_secret, sure, held = any(fills), bytes(fills), 0
        for index in range(found.open_at + _SHOWN, len(whole)):
            if not fills[index]:
                fills[index] = STAR
                held += len(spot[index].raw)
        output.hold(held)
        self._held = held
        self._put_out(spot, fills, known, output)
        if final:
            self._reset()
            return is_secret
        keep = found.keep
        if keep:
            self._before = -1 if sure[keep - 1] else whole[keep - 1]
        self._text, self._spots = whole[keep:], spot[keep:]
        self._fills, self._sure = bytes(fills[keep:]), sure[keep:]
        self._tails = list(dict.fromkeys(tails))
        self._data = max(0, found.data - keep) if found.data >= 0 else -1
        return is_secret

    def _put_out(self, spots: list[Spot], fills: bytearray, known: int, output: Output) -> None:
        for index, fill in enumerate(fills):
            if fill != (self._fills[index] if index < known else 0):
                start, raw = spots[index]
                output.write(start, _mask(raw, fill) if fill else raw)


def _mask(raw: bytes, fill: int) -> bytes:
    """A character's mask, in as many bytes; line ends of a text stay."""
    if raw in (b"\r", b"\n"):
        return raw
    if fill != STAR and len(raw) > 1:
        # base64 stays so long as it was: `\/` says no more than one digit, `\u002f` can be another
        return raw if len(raw) == 2 else b"\\u00%x" % fill
    return bytes([fill]) * len(raw)
