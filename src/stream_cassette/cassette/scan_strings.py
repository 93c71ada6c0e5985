"""The strings of a body, frame by frame, for the last look: each alone, and joined along its path.

A secret may be split over frames: consecutive strings at one path are searched as one text, and
once more apart by what their frames call themselves (`index` and the like), for answers that come
interleaved.
"""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Iterator
from typing import Any, NamedTuple, TypeAlias

from stream_cassette.cassette.opaque_names import is_opaque, is_opaque_type
from stream_cassette.cassette.secret_names import Redaction
from stream_cassette.cassette.secret_search import Search, Strand, search_of
from stream_cassette.wire.framing import Frame

__all__ = ["Spotted", "Strings"]

_MOST_PATHS = 4096
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

    def frame(self, frame: Frame) -> Iterator[Spotted]:
        """What is in one frame, and what its strings complete of earlier ones."""
        for name, said in frame.headers:
            text = said if isinstance(said, bytes) else str(said).encode("utf-8", "replace")
            yield from self._alone(name, text)
        if not frame.raw.startswith(b"data:") or frame.raw.count(b"\n") > 2:
            lines = frame.raw.splitlines()
            if any(line.startswith(b"data") for line in lines):
                for line in lines:
                    if not line.startswith(b"data"):
                        yield from self._alone("", line)
            elif not frame.data:
                yield from self._alone("", frame.raw)
        yield from self.text(frame.data)

    def text(self, text: str) -> Iterator[Spotted]:
        """What is in a text that may be JSON."""
        try:
            value = json.loads(text, object_pairs_hook=tuple)  # a tuple of pairs: none is lost
            yield from self._value(value, "", False, ())
        except (ValueError, RecursionError):
            data = text.encode("utf-8", "surrogatepass")
            yield from self._alone("", data)
            yield from self._joined("", data, ())

    def close(self) -> Iterator[Spotted]:
        """What the ends of the joined texts are."""
        for path, strands in self._strands.items():
            for strand in strands.values():
                yield from (Spotted(path, hit.kind) for hit in strand.close())

    def _value(self, value: Any, path: str, opaque: bool, told: _Told) -> Iterator[Spotted]:
        if isinstance(value, str):
            data = value.encode("utf-8", "surrogatepass")
            found = list(self._alone(path, data, opaque=opaque))
            if found and not opaque and self._goes_on(path):
                found = list(self._alone(path, data, opaque=True))
            yield from found
            if not opaque:
                yield from self._joined(path, data, told)
        elif isinstance(value, list):
            for index, item in enumerate(value):
                yield from self._value(item, f"{path}/{index}", opaque, told)
        elif isinstance(value, tuple):
            yield from self._members(value, path, told)

    def _members(
        self, members: tuple[tuple[str, Any], ...], path: str, told: _Told
    ) -> Iterator[Spotted]:
        type_ = b""
        told += tuple((k, v) for k, v in members if k in _TELLS and isinstance(v, (int, str)))
        for name, child in members:
            below = f"{path}/{name.replace('~', '~0').replace('/', '~1')}"
            yield from self._alone(path, name.encode("utf-8", "surrogatepass"))
            if name == "type" and isinstance(child, str):
                type_ = child.encode("utf-8", "replace")
            opaque = is_opaque(name) or (name == "data" and is_opaque_type(type_))
            if isinstance(child, str) and self._is_named(name, child):
                yield Spotted(below, _BY_NAME)
            yield from self._value(child, below, opaque, told)
            if name == "bytes" and isinstance(child, str):
                yield from self._coded(child, below, told)

    def _is_named(self, name: str, text: str) -> bool:
        return (
            bool(text.strip(_MASKS)) and self._redaction.hides_field(name) and not is_opaque(name)
        )

    def _goes_on(self, path: str) -> bool:
        """Whether a string at this path goes on from one that has no end: base64, a data: URL."""
        strands = self._strands.get(path)
        return strands is not None and strands[None].goes_on

    def _coded(self, text: str, path: str, told: _Told) -> Iterator[Spotted]:
        """A JSON text in base64, as Bedrock sends each event of a model."""
        try:
            value = json.loads(b64decode(text, validate=True), object_pairs_hook=tuple)
        except (ValueError, RecursionError):
            return
        yield from self._value(value, path, False, told)

    def _alone(self, path: str, data: bytes, *, opaque: bool = False) -> Iterator[Spotted]:
        yield from (Spotted(path, hit.kind) for hit in self._search.hits(data, opaque=opaque))

    def _joined(self, path: str, data: bytes, told: _Told) -> Iterator[Spotted]:
        for strand in self._strands_of(path, told):
            yield from (Spotted(path, hit.kind) for hit in strand.feed(data))

    def _strands_of(self, path: str, told: _Told) -> Iterator[Strand]:
        strands = self._strands.get(path)
        if strands is None:
            if len(self._strands) >= _MOST_PATHS:
                return
            self._first[path] = told
            strands = self._strands[path] = {None: Strand(self._search)}
        if told not in strands and (len(strands) > 1 or told != self._first[path]):
            if len(strands) == 1:  # until now there was one, and all the text is its
                strands[self._first[path]] = strands[None].split()
            strands[told] = Strand(self._search)
        yield strands[None]
        if told in strands:
            yield strands[told]
