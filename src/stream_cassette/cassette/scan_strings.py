"""The strings of a body, frame by frame, for the last look: each alone, and joined along its path.

A secret may be split over frames: consecutive strings at one path are searched as one text, and
once more apart by what their frames call themselves (`index` and the like), for answers that come
interleaved.
"""

from __future__ import annotations

import json
from base64 import b64decode
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


class Strings:
    """Searches the frames of one body."""

    def __init__(self, redaction: Redaction) -> None:
        self._redaction = redaction
        self._search: Search = search_of(redaction)
        self._strands: dict[str, dict[_Told | None, Strand]] = {}
        self._first: dict[str, _Told] = {}
        self._clean: set[str] = set()  # short texts with nothing in them
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
        if value in self._clean:
            if not opaque:
                self._joined(path, value.encode("utf-8", "surrogatepass"), told)
            return
        data = value.encode("utf-8", "surrogatepass")
        hits = list(self._search.hits(data, opaque=opaque))
        if hits and not opaque and self._goes_on(path):
            hits = list(self._search.values(data))
        self._found += (Spotted(path, hit.kind) for hit in hits)
        if not hits and not opaque:
            self._learn(value)
        if not opaque:
            self._joined(path, data, told)

    def _learn(self, clean: str) -> None:
        if len(clean) <= _SHORT and len(self._clean) < _MOST_CLEAN:
            self._clean.add(clean)

    def _members(self, members: tuple[tuple[str, Any], ...], path: str, told: _Told) -> None:
        type_ = b""
        for name, child in members:
            if name in _TELLS and isinstance(child, (int, str)):
                told = (*told, (name, child))
        for name, child in members:
            if name not in self._clean:
                self._name(name, path)
            if isinstance(child, (str, tuple, list)):
                below = f"{path}/{name}"
                if "/" in name or "~" in name:
                    below = f"{path}/{name.replace('~', '~0').replace('/', '~1')}"
                if name == "type" and isinstance(child, str):
                    type_ = child.encode("utf-8", "replace")
                opaque = is_opaque(name) or (name == "data" and is_opaque_type(type_))
                if isinstance(child, str):
                    self._named(name, child, below, told)
                self._value(child, below, opaque, told)

    def _name(self, name: str, path: str) -> None:
        if self._alone(path, name.encode("utf-8", "surrogatepass")):
            self._learn(name)

    def _named(self, name: str, text: str, path: str, told: _Told) -> None:
        """A string member: its name may say that it is a secret, or that it is JSON in base64."""
        if self._redaction.hides_field(name) and text.strip(_MASKS) and not is_opaque(name):
            self._found.append(Spotted(path, _BY_NAME))
        if name == "bytes":
            self._coded(text, path, told)

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
                self._found += (Spotted(path, hit.kind) for hit in strand.feed(data))

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
