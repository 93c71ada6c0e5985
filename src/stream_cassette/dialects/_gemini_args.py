"""Arguments of a Gemini function call that come in pieces, each at its own JSON path.

Vertex streams them so on request: `{"jsonPath": "$.a.b[0]", "stringValue": "Flo", "willContinue":
true}`. A text piece goes on from the one before at the same path if that one said so; any other
piece sets the value. Lists grow by one entry at a time.
Source: Vertex AI API reference, 'FunctionCall', 'PartialArg'; RFC 9535; dialects' fact sheet 7.1.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypeAlias

from stream_cassette.conversation.parts import JSON
from stream_cassette.dialects._json import text

__all__ = ["PartialArguments"]

Path: TypeAlias = tuple[str | int, ...]

_STEP = re.compile(
    r"""\.(?P<name>[^.\[\]'"\s]+)"""
    r"""|\[(?P<index>[0-9]{1,9})\]"""
    r"""|\['(?P<single>(?:[^'\\]|\\['"\\])*)'\]"""
    r"""|\["(?P<double>(?:[^"\\]|\\['"\\])*)"\]"""
)
_ESCAPED = re.compile(r"\\(.)")
_DEEPEST = 64  # no schema is deeper, and who walks the value later may do so recursively
_VALUES = ("stringValue", "numberValue", "boolValue", "nullValue")


class _Pieces(list[str]):
    """A text under construction: pieces, joined once at the end."""


class PartialArguments:
    """Collects one call's arguments; linear in the pieces."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        self._root: dict[str, JSON] = dict(given)
        self._texts: list[tuple[Any, str | int, _Pieces]] = []  # where each text stands
        self._open: dict[Path, _Pieces] = {}  # texts that go on

    def take(self, piece: JSON) -> bool:
        """Take a piece; False if it can't be understood, and is not taken."""
        if not isinstance(piece, dict):
            return False
        path = _path(text(piece.get("jsonPath")) or "")
        kind = next((name for name in _VALUES if name in piece), None)
        if path is None:
            return False
        if kind is None:  # says that the text is over, or that more will come
            return set(piece) <= {"jsonPath", "willContinue"}
        said = None if kind == "nullValue" else piece[kind]
        if kind == "stringValue":
            return isinstance(said, str) and self._say(path, said, bool(piece.get("willContinue")))
        self._open.pop(path, None)
        return self._put(path, said)

    def value(self) -> dict[str, JSON]:
        """The arguments, at the end."""
        for node, step, pieces in self._texts:
            if node[step] is pieces:
                node[step] = "".join(pieces)
        self._texts.clear()
        return self._root

    def _say(self, path: Path, said: str, goes_on: bool) -> bool:
        pieces = self._open.pop(path, None)
        if pieces is None:
            pieces = _Pieces()
            if not self._put(path, pieces):
                return False
        pieces.append(said)
        if goes_on:
            self._open[path] = pieces
        return True

    def _put(self, path: Path, value: JSON) -> bool:
        node: JSON = self._root
        for place, step in enumerate(path):
            if not _fits(node, step):
                return False
            if place == len(path) - 1:
                _set(node, step, value)
                if isinstance(value, _Pieces):
                    self._texts.append((node, step, value))
            else:
                fresh: JSON = [] if isinstance(path[place + 1], int) else {}
                known = step in node if isinstance(node, dict) else step != len(node)
                if not known:
                    _set(node, step, fresh)
                node = node[step]
        return True


def _fits(node: JSON, step: str | int) -> bool:
    """Whether the value can have such a member, or get one."""
    if isinstance(step, str):
        return isinstance(node, dict)
    return isinstance(node, list) and not isinstance(node, _Pieces) and step <= len(node)


def _set(node: JSON, step: str | int, value: JSON) -> None:
    if step == len(node) and isinstance(node, list):
        node.append(value)
    else:
        node[step] = value


def _path(written: str) -> Path | None:
    """The steps of a JSON path from the root; None for anything that is not one place."""
    if not written.startswith("$"):
        return None
    steps: list[str | int] = []
    place = 1
    while place < len(written):
        found = _STEP.match(written, place)
        if found is None or len(steps) == _DEEPEST:
            return None
        place = found.end()
        if found["index"] is not None:
            steps.append(int(found["index"]))
        elif found["name"] is not None:
            steps.append(found["name"])
        else:
            quoted = found["single"] if found["double"] is None else found["double"]
            steps.append(_ESCAPED.sub(r"\1", quoted))
    return tuple(steps) or None
