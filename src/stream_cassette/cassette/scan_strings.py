"""The strings of a body, frame by frame, for the last look: each alone, and joined along its path.

A secret may be split over frames: consecutive strings at one path are searched as one text, and
once more apart by what their frames call themselves (`index` and the like), for answers that come
interleaved.
"""

from __future__ import annotations

import json
from base64 import b64decode
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

from stream_cassette.cassette.opaque_names import is_opaque, is_opaque_type
from stream_cassette.cassette.secret_names import Redaction
from stream_cassette.cassette.secret_search import Search, Strand, search_of
from stream_cassette.wire.framing import Frame

__all__ = ["Spotted", "Strings"]

_PAIRS = json.JSONDecoder(object_pairs_hook=tuple).decode  # a tuple of pairs: none is lost
_MOST_PATHS = 4096
_MOST_CLEAN, _SHORT = 4096, 64
_CONSTANT = 4  # bytes from which on the same string once more is a constant, and no continuation
_BY_NAME = "a value whose name says secret"
# what tells the frames of one answer from those of another that come between them
_TELLS = frozenset({"index", "output_index", "content_index", "item_id", "contentBlockIndex"})
_MASKS = "*A"  # what masks are made of

_Told: TypeAlias = tuple[tuple[str, object], ...]


class Spotted(NamedTuple):
    """A secret of this kind, at a JSON pointer in the frames ("" for text that is no JSON)."""

    pointer: str
    kind: str


class _Name(NamedTuple):
    """What a member's name says: its step in a pointer, and what its values are."""

    step: str
    opaque: bool
    hides: bool


@lru_cache(maxsize=16)
def _names_of(redaction: Redaction) -> dict[str, _Name]:
    """Names of members with nothing in them, met so far: all bodies have nearly the same."""
    return {}


class Strings:
    """Searches the frames of one body."""

    def __init__(self, redaction: Redaction) -> None:
        self._redaction = redaction
        self._search: Search = search_of(redaction)
        self._strands: dict[str, dict[_Told | None, Strand]] = {}
        self._first: dict[str, _Told] = {}
        self._clean: dict[str, bytes] = {}  # short texts with nothing in them
        self._names = _names_of(redaction)
        self._found: list[Spotted] = []

    def frame(self, frame: Frame) -> list[Spotted]:
        """What is in one frame, and what its strings complete of earlier ones."""
        for name, said in frame.headers:
            text = said if isinstance(said, bytes) else str(said).encode("utf-8", "replace")
            self._alone(name, text)
        if not frame.raw.startswith(b"data:") or frame.raw.count(b"\n") > 2:
            self._other_lines(frame)
        return self.text(frame.data)

    def text(self, text: str) -> list[Spotted]:
        """What is in a text that may be JSON."""
        try:
            value = _PAIRS(text)
            self._value(value, "", False, ())
        except (ValueError, RecursionError):
            data = text.encode("utf-8", "surrogatepass")
            self._alone("", data)
            self._joined("", data, ())
        return self._taken()

    def close(self) -> list[Spotted]:
        """What the ends of the joined texts are."""
        for path, strands in self._strands.items():
            for strand in strands.values():
                self._found += (Spotted(path, hit.kind) for hit in strand.close())
        return self._taken()

    def _taken(self) -> list[Spotted]:
        found, self._found = self._found, []
        return found

    def _other_lines(self, frame: Frame) -> None:
        """Comments and names of a server-sent event."""
        lines = frame.raw.splitlines()
        if any(line.startswith(b"data") for line in lines):
            for line in lines:
                if not line.startswith(b"data"):
                    self._alone("", line)
        elif not frame.data:
            self._alone("", frame.raw)

    def _value(self, value: Any, path: str, opaque: bool, told: _Told) -> None:
        if isinstance(value, str):
            self._string(value, path, opaque, told)
        elif isinstance(value, tuple):
            self._members(value, path, told)
        elif isinstance(value, list):
            for index, item in enumerate(value):
                self._value(item, f"{path}/{index}", opaque, told)

    def _string(self, value: str, path: str, opaque: bool, told: _Told) -> None:
        known = self._clean.get(value)
        if known is not None:
            if not opaque:
                self._joined(path, known, told)
            return
        data = value.encode("utf-8", "surrogatepass")
        hits = list(self._search.hits(data, opaque=opaque))
        if hits and not opaque and self._goes_on(path):
            hits = list(self._search.values(data))
        self._found += (Spotted(path, hit.kind) for hit in hits)
        if not hits and not opaque and len(value) <= _SHORT and len(self._clean) < _MOST_CLEAN:
            self._clean[value] = data
        if not opaque:
            self._joined(path, data, told)

    def _members(self, members: tuple[tuple[str, Any], ...], path: str, told: _Told) -> None:
        type_ = b""
        for name, child in members:
            if name in _TELLS and isinstance(child, (int, str)):
                told = (*told, (name, child))
        for name, child in members:
            step, opaque, hides = self._names.get(name) or self._name(name, path)
            if isinstance(child, str):
                below = path + step
                if name == "type":
                    type_ = child.encode("utf-8", "replace")
                if hides and child.strip(_MASKS):
                    self._found.append(Spotted(below, _BY_NAME))
                if name == "bytes":
                    self._coded(child, below, told)
                is_opaque_data = name == "data" and is_opaque_type(type_)
                self._string(child, below, opaque or is_opaque_data, told)
            elif isinstance(child, tuple):
                self._members(child, path + step, told)
            elif isinstance(child, list):
                is_opaque_data = name == "data" and is_opaque_type(type_)
                self._value(child, path + step, opaque or is_opaque_data, told)

    def _name(self, name: str, path: str) -> _Name:
        """What the name of a member says; it is looked at itself, once if nothing is in it."""
        opaque = is_opaque(name)
        escaped = name.replace("~", "~0").replace("/", "~1")
        hides = self._redaction.hides_field(name) and not opaque
        known = _Name(f"/{escaped}", opaque, hides)
        clean = self._alone(path, name.encode("utf-8", "surrogatepass"))
        if clean and len(name) <= _SHORT and len(self._names) < _MOST_CLEAN:
            self._names[name] = known
        return known

    def _goes_on(self, path: str) -> bool:
        """Whether a string at this path goes on from one that has no end: base64, a data: URL."""
        strands = self._strands.get(path)
        return strands is not None and strands[None].goes_on

    def _coded(self, text: str, path: str, told: _Told) -> None:
        """A JSON text in base64, as Bedrock sends each event of a model."""
        try:
            value = _PAIRS(b64decode(text, validate=True).decode())
        except (ValueError, RecursionError):
            return
        self._value(value, path, False, told)

    def _alone(self, path: str, data: bytes) -> bool:
        """Look at a text by itself; whether nothing is in it."""
        hits = list(self._search.hits(data))
        self._found += (Spotted(path, hit.kind) for hit in hits)
        return not hits

    def _joined(self, path: str, data: bytes, told: _Told) -> None:
        for strand in self._strands_of(path, told):
            if strand.last != data or len(data) < _CONSTANT:
                hits = strand.feed(data)
                if hits:
                    self._found += (Spotted(path, hit.kind) for hit in hits)

    def _strands_of(self, path: str, told: _Told) -> tuple[Strand, ...]:
        """The texts that a string at this path goes on: all of them, and those told apart."""
        strands = self._strands.get(path)
        if strands is None:
            if len(self._strands) >= _MOST_PATHS:
                return ()
            self._first[path] = told
            strands = self._strands[path] = {None: Strand(self._search)}
        if len(strands) == 1:
            if told == self._first[path]:
                return (strands[None],)
            # until now there was one, and all the text is its
            strands[self._first[path]] = strands[None].split()
        if told not in strands:
            strands[told] = Strand(self._search)
        return strands[None], strands[told]
