"""What a live answer said where the recorded one said something else, in later requests.

A client sends back what it was told. Where a level does not look at the words of an answer, their
echo in the next request is no other request either: it is read as the recorded words.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

__all__ = ["Sayings"]

# A text this long is found inside another one, too: in a transcript, or joined with its neighbour.
_LONG = 16


class Sayings:
    """Live texts and the recorded ones that they stand for; the first that is learned holds."""

    def __init__(self, recorded: dict[str, str] | None = None) -> None:
        self._recorded = recorded or {}
        long = (text for text in self._recorded if len(text) >= _LONG)
        self._long = sorted(long, key=len, reverse=True)

    def learned(self, pairs: Iterable[tuple[str, str]]) -> Sayings:
        """These and more, as (live, recorded)."""
        found = {live: recorded for live, recorded in pairs if live and live != recorded}
        return Sayings(found | self._recorded) if found else self

    def body(self, data: bytes) -> bytes:
        """The body with live texts replaced in its strings; other bytes than JSON are one text."""
        if not self._recorded:
            return data
        try:
            text = data.decode()
        except UnicodeDecodeError:
            return data
        try:
            value = json.loads(text)
            read = self._read(value)
        except (ValueError, RecursionError):
            return self._text(text).encode()
        return data if read == value else json.dumps(read).encode()

    def _read(self, value: Any) -> Any:
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, list):
            return [self._read(item) for item in value]
        if isinstance(value, dict):
            return {name: self._read(child) for name, child in value.items()}
        return value

    def _text(self, text: str) -> str:
        whole = self._recorded.get(text)
        if whole is not None:
            return whole
        for live in self._long:
            if live in text:
                text = text.replace(live, self._recorded[live])
        return text
