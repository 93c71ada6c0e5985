"""The strings of a JSON text that comes in pieces: where each begins and ends, and at which path.

Nothing is parsed into values: strings and marks are found in the bytes as they are, so that text
that stops anywhere, or is not quite JSON, is read as far as it goes. A string ends at its quote,
or at the end of its line.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Protocol

from stream_cassette.cassette.jsonpath import pointer_text
from stream_cassette.cassette.opaque_names import is_opaque
from stream_cassette.cassette.secret_names import Redaction

__all__ = ["Gaps", "JsonStrings", "Node", "StringPiece"]

_CONTENT = rb'((?:[^"\\\r\n]++|\\[^\r\n])*+\\?)("?)'
_TOKEN = re.compile(b'"' + _CONTENT + rb"|[{}\[\],:]")
_REST = re.compile(_CONTENT)
_CUT_ESCAPE = re.compile(rb"(?<!\\)(?:\\\\)*(\\(?:u[0-9A-Fa-f]{0,3})?)\Z")

_MOST_NODES = 4096  # paths remembered; beyond, a path is new each time
_MOST_KEY_BYTES = 512
_MOST_DIGITS = 16
_OWN_ITEMS = 32  # items of a list that have a path of their own
# inside the object under a secret's name, the member that holds it (OpenAI's `client_secret`)
_VALUE_MEMBERS = frozenset({"value"})


class Node:
    """What is known of one path: what its name says. `channel` is its reader's own."""

    __slots__ = ("channel", "children", "is_kept", "is_named", "is_opaque", "is_secret", "key")

    def __init__(self, key: str | int, is_named: bool, is_secret: bool, is_opaque: bool) -> None:
        self.key: str | int = key
        self.is_named: bool = is_named  # its own name is a secret's
        self.is_secret: bool = is_secret
        self.is_opaque: bool = is_opaque
        self.children: dict[bytes | int, Node] = {}
        self.channel: Any = None
        self.is_kept: bool = False  # the same one comes for the same path


class _Level:
    """One open object or list."""

    __slots__ = ("child", "index", "is_object", "node", "type")

    def __init__(self, node: Node, is_object: bool) -> None:
        self.node, self.is_object = node, is_object
        self.child: Node | None = None  # the member whose key has been read
        self.index = 0
        self.type = b""  # the object's "type", if it came already


class Gaps(Protocol):
    """What takes the text between strings and marks: numbers, or what is no JSON."""

    def feed(self, start: int, end: int) -> None:
        """Some of it: from `start` to `end` of the data that was fed."""
        ...

    def end(self) -> None:
        """A string or a mark ends it."""
        ...


class StringPiece:
    """Some of a string: its content stands at `start` to `end` of the data that was fed."""

    __slots__ = ("begins", "end", "ends", "is_key", "start")

    begins: bool
    end: int
    ends: bool
    is_key: bool
    start: int

    def __init__(self, start: int, end: int, is_key: bool, begins: bool, ends: bool) -> None:
        self.start, self.end, self.is_key = start, end, is_key
        self.begins, self.ends = begins, ends


class JsonStrings:
    """Reads one JSON text after the other; the paths stay known from one to the next."""

    def __init__(self, redaction: Redaction, *, own_items: bool, gaps: Gaps | None = None) -> None:
        self._redaction = redaction
        self._gaps = gaps
        self._own_items = own_items
        self._nodes = 0
        self.root: Node = Node("", False, False, False)
        self.root.is_kept = True
        self.carried: int = 0  # bytes at the end of the data that begin an escape: feed them again
        self._levels: list[_Level] = []
        self._in: Node | None = None  # the string that is open
        self._key = b""
        self._is_key = False
        self._number = b""  # an item's `index`, as far as it came

    @property
    def is_inside(self) -> bool:
        """Whether a string is open."""
        return self._in is not None

    @property
    def is_in_secret(self) -> bool:
        """Whether a string is open that is a secret's value."""
        return self._in is not None and self._in.is_secret and not self._is_key

    @property
    def is_begun(self) -> bool:
        """Whether a string, an object or a list is open."""
        return self._in is not None or bool(self._levels)

    def reset(self) -> None:
        """A new text begins."""
        self._levels.clear()
        self._in = None
        self._number = b""

    def pointer(self) -> str:
        """Where the string is whose piece was yielded last, as a JSON pointer; a key's object."""
        steps: list[str | int] = []
        for level in self._levels[: -1 if self._is_key else None]:
            if not level.is_object:
                steps.append(level.index)
            elif level.child is not None:
                steps.append(level.child.key)
        return pointer_text(steps)

    def type_said(self) -> bytes:
        """The `type` of the object that the string is a member of, as far as it came before."""
        return self._levels[-1].type if self._levels else b""

    def note_type(self, text: bytes) -> None:
        """The string is the object's `type`, or some of it."""
        if self._levels and len(self._levels[-1].type) < 64:
            self._levels[-1].type += text

    def channels(self) -> Iterator[Any]:
        """What the paths' `channel`s were set to."""
        pending = [self.root]
        while pending:
            node = pending.pop()
            pending.extend(node.children.values())
            if node.channel is not None:
                yield node.channel

    def feed(self, data: bytes) -> Iterator[tuple[Node, StringPiece]]:
        """The pieces of strings in `data`, but for the last `carried` bytes."""
        at = self.carried = 0
        if self._in is not None:
            match = _REST.match(data)
            assert match is not None  # it matches nothing, too
            yield from self._string(match, data, begins=False)
            at = match.end()
        for match in _TOKEN.finditer(data, at):
            if self._gaps is not None:
                if match.start() > at:
                    self._gap(data, at, match.start())
                self._gaps.end()
                at = match.end()
                if self._number:
                    self._turn()
            if match.lastindex is None:
                self._mark(match[0])
            else:
                yield from self._string(match, data, begins=True)
        if self._gaps is not None and self._in is None and at < len(data):
            self._gap(data, at, len(data))

    def _gap(self, data: bytes, start: int, end: int) -> None:
        """What stands between strings and marks; an item's `index` is remembered."""
        assert self._gaps is not None
        self._gaps.feed(start, end)
        if self._levels:
            child = self._levels[-1].child
            if child is not None and child.key == "index" and len(self._number) < _MOST_DIGITS:
                self._number += data[start:end]

    def _turn(self) -> None:
        """A list's item has said its `index`, which tells it from others at its place.

        Two answers come as one item each, in turn; what either says goes on by itself.
        """
        number, self._number = self._number.strip(), b""
        level = self._levels[-1] if self._levels else None
        if level is None or not number.isdigit() or not number.strip(b"0"):
            return
        node = level.node
        if isinstance(node.key, int):
            known = node.children.get(b"\0" + number)
            if known is None:
                known = Node(node.key, node.is_named, node.is_secret, node.is_opaque)
                known = self._kept(node, b"\0" + number, known)
            level.node = known

    def _string(
        self, match: re.Match[bytes], data: bytes, *, begins: bool
    ) -> Iterator[tuple[Node, StringPiece]]:
        ends = bool(match[2]) or match.end() < len(data)
        if begins:
            self._is_key = self._expects_key()
            self._key = b""
        node = self._in if self._in is not None else self._node(is_string=True)
        self._in = None if ends else node
        start, end = match.span(1)
        if not ends:
            self.carried = _cut_escape(match[1])
            end -= self.carried
        if self._is_key and len(self._key) < _MOST_KEY_BYTES:
            self._key += data[start:end]
        yield node, StringPiece(start, end, self._is_key, begins, ends)
        if ends and self._is_key:
            self._levels[-1].child = self._child(self._levels[-1].node, self._key)

    def _expects_key(self) -> bool:
        return bool(self._levels) and self._levels[-1].is_object and self._levels[-1].child is None

    def _node(self, *, is_string: bool) -> Node:
        """The path of the value (or object, or list) that begins here."""
        if not self._levels:
            return self.root
        level = self._levels[-1]
        if level.is_object:
            return level.child or level.node
        index = level.index if self._own_items else 0
        if not is_string and len(self._levels) == 1:
            index = -1  # a list that is streamed: its items are frames
        elif index >= _OWN_ITEMS:
            return Node(index, False, level.node.is_named, level.node.is_opaque)
        return level.node.children.get(index) or self._item(level.node, index)

    def _mark(self, mark: bytes) -> None:
        if mark in b"{[":
            self._levels.append(_Level(self._node(is_string=False), mark == b"{"))
        elif mark in b"}]":
            if self._levels:
                self._levels.pop()
        elif mark == b"," and self._levels:
            self._levels[-1].child = None
            self._levels[-1].index += 1

    def _child(self, parent: Node, raw: bytes) -> Node:
        known = parent.children.get(raw)
        if known is not None:
            return known
        name = _name(raw)
        is_named = self._redaction.hides_field(name)
        is_secret = is_named or (parent.is_named and name in _VALUE_MEMBERS)
        return self._kept(parent, raw, Node(name, is_named, is_secret, is_opaque(name)))

    def _item(self, parent: Node, index: int) -> Node:
        # items of a list of lists are no secrets by the name of the outer one
        node = Node(index, False, parent.is_named, parent.is_opaque)
        return self._kept(parent, index, node)

    def _kept(self, parent: Node, key: bytes | int, node: Node) -> Node:
        if self._nodes < _MOST_NODES:
            self._nodes += 1
            node.is_kept = parent.is_kept
            parent.children[key] = node
        return node


def _name(raw: bytes) -> str:
    """A key's text, its escapes undone where they can be."""
    plain = raw.decode("utf-8", "replace")
    if "\\" not in plain:
        return plain
    try:
        return str(json.loads(f'"{plain}"'))
    except ValueError:
        return plain


def _cut_escape(content: bytes) -> int:
    """How many bytes at the end of a string's content begin an escape that is not all there."""
    match = _CUT_ESCAPE.search(content, max(0, len(content) - 64)) if b"\\" in content else None
    return 0 if match is None else len(match[1])
