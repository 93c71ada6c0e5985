"""JSON helpers that dialects share: lenient parsing, and text that is still coming."""

from __future__ import annotations

import json
import re
from typing import Any

import orjson

from stream_cassette.conversation.parts import JSON

__all__ = ["Progress", "loads", "mapping", "object_of", "text"]

_MARK = re.compile(r'["{}\[\]]')
_IN_STRING = re.compile(r'(?:[^"\\]++|\\.)*+', re.DOTALL)
_SCALAR = re.compile(r"[^\s\"{}\[\],:]")


def loads(data: str) -> JSON:
    """The JSON value of the text. Raises: ValueError, also for nesting beyond all reason."""
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError:
        pass  # lone surrogates, NaN: orjson has none of them, providers send them
    try:
        return json.loads(data)
    except RecursionError as error:
        raise ValueError("nested too deep") from error


def object_of(data: str) -> dict[str, Any] | None:
    """The JSON object that the text is, or None."""
    try:
        value = loads(data)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def mapping(value: JSON) -> dict[str, Any]:
    """The value if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def text(value: JSON) -> str | None:
    """The value if it is text that is not empty, else None."""
    return value if isinstance(value, str) and value else None


class Progress:
    """Whether a JSON text that comes in pieces is a whole object, array or string by now.

    Brackets are counted, nothing is parsed; each piece is looked at once.
    """

    __slots__ = ("_depth", "_escaped", "_in_string", "_seen")

    def __init__(self) -> None:
        self._depth = 0
        self._in_string = False
        self._escaped = False  # the piece before ended in a backslash
        self._seen = False

    @property
    def complete(self) -> bool:
        """A value was there, and all that it opened is closed."""
        return self._seen and self._depth <= 0 and not self._in_string

    def feed(self, piece: str) -> None:
        """Take the next piece."""
        place = 0
        if self._escaped and piece:
            place, self._escaped = 1, False
        while place < len(piece):
            if self._in_string:
                place = self._string(piece, place)
                continue
            mark = _MARK.search(piece, place)
            if not self._seen and _SCALAR.search(
                piece, place, mark.start() if mark else len(piece)
            ):
                self._seen = True
            if mark is None:
                return
            self._seen, place = True, mark.end()
            if mark[0] == '"':
                self._in_string = True
            else:
                self._depth += 1 if mark[0] in "{[" else -1

    def _string(self, piece: str, place: int) -> int:
        found = _IN_STRING.match(piece, place)
        end = found.end() if found is not None else place
        if end < len(piece) and piece[end] == '"':
            self._in_string = False
            return end + 1
        self._escaped = end < len(piece)  # a backslash that nothing follows yet
        return len(piece)
