"""Decode base64 as writers write it, piece by piece: lines of it, padded at the end.

What Python's lenient decoder would skip or take as it comes is not for here.
Source: RFC 4648, 4.
"""

from __future__ import annotations

import binascii

__all__ = ["Base64Text"]


class Base64Text:
    """Decodes one text, cut anywhere."""

    def __init__(self) -> None:
        self._rest = b""
        self._padded = False

    def feed(self, piece: bytes, *, final: bool) -> bytes:
        """As much as is known by now. Raises ValueError if it is not simply base64."""
        text = self._rest + piece.replace(b"\n", b"")
        whole = len(text) // 4 * 4
        self._rest = text[whole:]
        if (final and self._rest) or (self._padded and text):
            raise ValueError("padding that is missing, or in the middle")
        self._padded = self._padded or text.endswith(b"=", 0, whole)
        return binascii.a2b_base64(memoryview(text)[:whole], strict_mode=True)
