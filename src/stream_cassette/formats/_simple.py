"""Text that stands in a literal block as it is: UTF-8, LF only, every character printable.

Out are C0 and C1 controls, surrogates and noncharacters, YAML's other line ends (CR, NEL, U+2028,
U+2029) and the byte-order mark. Bytes come in pieces, cut anywhere.
Source: YAML 1.1, 5.1 (printable characters), 5.4 (line breaks).
"""

from __future__ import annotations

import codecs
import re
from typing import Final

__all__ = ["SimpleText"]

_ASCII: Final = bytes([9, 10, *range(0x20, 0x7F)])
_OTHER: Final = re.compile(
    "[^\n\t\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)


class SimpleText:
    """Looks at one text, piece by piece."""

    def __init__(self) -> None:
        new = codecs.getincrementaldecoder("utf-8")
        self._decode = new().decode
        self._decode_rest = new().decode
        self._is_ascii = True

    def feed(self, piece: bytes, *, final: bool) -> bool:
        """Whether the piece is simple. Raises UnicodeDecodeError."""
        rest = piece.translate(None, _ASCII)
        if self._is_ascii and not rest:
            return True
        self._is_ascii = False
        self._decode(piece, final)
        # only characters that are not simple ASCII are looked at one by one
        return _OTHER.search(self._decode_rest(rest, final)) is None
