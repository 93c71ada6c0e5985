"""Cut points as the file spells them: `212@0 331@31.2`, sizes in bytes and times in ms."""

from __future__ import annotations

import re
from array import array
from typing import Final

import orjson

from stream_cassette.cassette.cuts import Cuts

__all__ = ["cuts_of", "wrong_cut"]

_CUT: Final = re.compile(r"[0-9]{1,15}@[0-9]+(?:\.[0-9]+)?(?:e[-+]?[0-9]+)?")
_CUTS: Final = re.compile(rf"\s*+(?:{_CUT.pattern}(?:\s++|\Z))*+")
# as they are written: read as JSON, which takes a fifth of the time
_USUAL: Final = re.compile(rb"(?:[0-9]{1,15}+@[0-9]++(?:\.[0-9]++)?+(?: |\Z))*+")
_COMMAS: Final = bytes.maketrans(b"@ ", b",,")
_WINDOW: Final = 1 << 16


def cuts_of(text: str) -> Cuts | None:
    """The cuts that `text` spells, or None if it is not spelled right."""
    if text.isascii() and _USUAL.fullmatch(data := text.encode()) and data[-1:] != b" ":
        try:
            return _usual(data)
        except orjson.JSONDecodeError:  # a zero at the front
            pass
    if not _CUTS.fullmatch(text):
        return None
    parts = text.replace("@", " ").split()
    return Cuts.of(map(int, parts[::2]), map(float, parts[1::2]))


def wrong_cut(text: str) -> str:
    """The first of the words that is no cut, where `cuts_of` gives None."""
    return next(word for word in text.split() if not _CUT.fullmatch(word))


def _usual(data: bytes) -> Cuts:
    if len(data) <= _WINDOW:
        numbers = orjson.loads(b"[%b]" % data.translate(_COMMAS))
        return Cuts.of(numbers[::2], numbers[1::2])
    sizes, offsets = array("q"), array("d")
    at = 0
    while at < len(data):
        end = data.find(b" ", at + _WINDOW)
        end = len(data) if end < 0 else end
        numbers = orjson.loads(b"[%b]" % data[at:end].translate(_COMMAS))
        sizes.extend(numbers[::2])
        offsets.extend(numbers[1::2])
        at = end + 1
    return Cuts.of(sizes, offsets)
