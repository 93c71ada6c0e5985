"""Masks in the strings of JSON texts, one text after the other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from operator import itemgetter
from typing import Any

from stream_cassette.cassette.mask_channel import Channel
from stream_cassette.cassette.mask_coded import CodedMasker
from stream_cassette.cassette.mask_gaps import GapMasker
from stream_cassette.cassette.mask_json import JsonStrings, Node, StringPiece
from stream_cassette.cassette.mask_output import MaskOutput
from stream_cassette.cassette.mask_piece import Piece, json_piece
from stream_cassette.cassette.mask_values import ValueChannel
from stream_cassette.cassette.opaque_names import is_opaque_type
from stream_cassette.cassette.secret_finder import finder_of
from stream_cassette.cassette.secret_names import Redaction

__all__ = ["JsonMasker"]

_QUOTED = re.compile(rb'("(?:[^"\\\r\n]++|\\[^\r\n])*+")')
_CODED = "bytes"  # the member that holds JSON in base64, where one does
_INDEX = b'"index"'
_IN_NUMBERS = b"0123456789.eE+-"
_MOST_SKELETONS, _MOST_ALIKE, _MOST_DULL_KEYS = 512, 8, 4096


class _Template:
    """A line as others will be like it: where its keys are, and its values that count."""

    def __init__(self, parts: list[bytes]) -> None:
        self.size = len(parts)
        self.values: list[tuple[int, ValueChannel, str]] = []
        self.numbers: list[tuple[int, bytes]] = []  # what `index` says, and where
        self.keys: Any = None
        self.keys_in: Any = None
        self._parts = parts
        self._at = 1  # the next string's index
        self._key_indices: list[int] = []
        self._is_fit = True

    def add(self, piece: StringPiece, channel: ValueChannel | None, pointer: str) -> None:
        """The next string of the line is a key, or a value with its channel (None: opaque)."""
        if not (piece.begins and piece.ends):
            self._is_fit = False
        elif piece.is_key:
            self._key_indices.append(self._at)
        elif channel is not None:
            self.values.append((self._at, channel, pointer))
        self._at += 2

    def fits(self, parts: list[bytes]) -> bool:
        """Whether a line of as many parts is like it."""
        for index, number in self.numbers:
            if parts[index] != number:
                return False
        return bool(self.keys_in(parts) == self.keys)

    def refuse(self) -> None:
        """Lines like this one have to be looked at one by one."""
        self._is_fit = False

    def is_whole(self) -> bool:
        """Whether every string of the line was seen, and lines like it can be told by it."""
        if not self._is_fit or self._at != self.size or not self._key_indices:
            return False
        parts = self._parts
        self.numbers = [(i + 1, parts[i + 1]) for i in self._key_indices if parts[i] == _INDEX]
        self.keys_in = itemgetter(*self._key_indices)
        self.keys = self.keys_in(self._parts)
        self._parts = []
        return True


class JsonMasker:
    """JSON texts, one after the other; `frames`: strings at one path go on from text to text.

    `coded`: some of them may hold JSON in base64.
    """

    def __init__(
        self, redaction: Redaction, output: MaskOutput, *, frames: bool, coded: bool = True
    ) -> None:
        self._gaps = GapMasker(redaction, output)
        self._strings = JsonStrings(redaction, own_items=frames, gaps=self._gaps)
        self._redaction = redaction
        self._output = output
        self._frames = frames
        self._once = ValueChannel(redaction)
        self._is_coded = coded
        self._coded: CodedMasker | None = None
        self._finder = finder_of(redaction)
        self._keys = Channel(self._finder)
        self._dull_keys: set[bytes] = set()  # keys with nothing in them
        self._carry = b""  # an escape that is not all there yet
        self._is_carry_masked = False
        self._templates: dict[bytes, list[_Template]] = {}
        self._new: _Template | None = None

    def line(self, data: bytes, start: int) -> None:
        """Take a whole line: the same as `feed`, and quicker if it is like one before.

        A line with the same marks and keys as another has its strings at the same paths.
        """
        if self._carry or self._strings.is_begun:
            self.feed(data, start)
            return
        parts = _QUOTED.split(data)
        skeleton = b'"'.join(parts[::2]).translate(None, _IN_NUMBERS)
        for template in self._templates.get(skeleton, ()):
            if len(parts) == template.size and template.fits(parts):
                for index, channel, pointer in template.values:
                    if parts[index] == channel.settled:
                        channel.again = start, parts, index
                    elif channel.value(start, parts, index, self._output):
                        self._output.places[pointer] = None
                return
        self._new = template = _Template(parts)
        self._gaps.has_found = False
        self.feed(data, start)
        self._new = None
        if self._gaps.has_found:
            template.refuse()
        if template.is_whole() and not self._strings.is_begun:
            self._learn(skeleton, template)

    def _learn(self, skeleton: bytes, template: _Template) -> None:
        if len(self._templates) < _MOST_SKELETONS or skeleton in self._templates:
            alike = self._templates.setdefault(skeleton, [])
            if len(alike) < _MOST_ALIKE:
                alike.append(template)

    def feed(self, data: bytes, start: int) -> None:
        """Some of a text."""
        if self._carry:
            data, start = self._carry + data, start - len(self._carry)
            if self._is_carry_masked:
                self._output.write(start, self._carry)
                self._output.hold(-len(self._carry))
        self._carry, self._is_carry_masked = b"", False
        self._gaps.begin(data, start)
        for node, piece in self._strings.feed(data):
            content = data[piece.start : piece.end]
            if piece.is_key:
                self._key(piece, content, start + piece.start)
            elif node.is_secret:
                self._secret(start + piece.start, len(content))
            elif not node.is_opaque:
                self._value(node, piece, content, start + piece.start)
            elif self._new is not None:
                self._new.add(piece, None, "")
            if self._strings.carried:
                self._carried(data, start, node, piece)

    def newline(self, start: int) -> None:
        """A line ends, and with it a string."""
        if self._strings.is_inside:
            self.feed(b"\n", start)

    def end(self, start: int) -> None:
        """The text ends, wherever it is; the next one begins."""
        if self._strings.is_begun:
            self.feed(b"\n", start)
            self._strings.reset()
        self._gaps.end()

    def close(self, start: int) -> None:
        """No more text comes."""
        self.end(start)
        for channel in self._strings.channels():
            if channel.finish(self._output):
                self._output.places[channel.place] = None
        if self._coded is not None:
            self._coded.close()

    def needed(self) -> Iterator[int]:
        """Where what was put out may still change."""
        for channel in (self._once, self._keys, self._gaps.channel, *self._strings.channels()):
            yield from channel.needed()

    def _key(self, piece: StringPiece, content: bytes, start: int) -> None:
        if self._new is not None:
            self._new.add(piece, None, "")
        if piece.begins and piece.ends:
            if content in self._dull_keys:
                return
            if len(self._dull_keys) < _MOST_DULL_KEYS and not self._finder.has_head(content):
                self._dull_keys.add(content)
                return
        if self._keys.feed(json_piece(content, start), self._output, final=piece.ends):
            self._refuse()
            self._found()

    def _value(self, node: Node, piece: StringPiece, content: bytes, start: int) -> None:
        if node.key == "type":
            self._strings.note_type(content)
        elif node.key == "data":
            self._refuse()
            if is_opaque_type(self._strings.type_said()):
                return
        elif node.key == _CODED and self._is_coded:
            self._may_be_coded(node, piece, content, start)
            return
        self._text(node, piece, json_piece(content, start), begins=piece.begins)

    def _text(self, node: Node, piece: StringPiece, text: Piece, *, begins: bool) -> None:
        """Some of a value that is text."""
        channel: ValueChannel = self._once
        goes_on = self._frames and node.is_kept
        if goes_on:
            if node.channel is None:
                place = self._strings.pointer() or "body"
                node.channel = ValueChannel(self._redaction, place)
            channel = node.channel
        if self._new is not None and goes_on:
            self._new.add(piece, channel, self._strings.pointer() or "body")
        found = channel.feed_value(text, self._output, begins=begins, ends=piece.ends)
        if piece.ends and not goes_on:
            self._refuse()
            found = channel.finish(self._output) or found
        if found:
            self._found()

    def _may_be_coded(self, node: Node, piece: StringPiece, content: bytes, start: int) -> None:
        """Some of a value that may be JSON in base64; what of it is not is text."""
        self._refuse()
        if self._coded is None:
            redaction, frames = self._redaction, self._frames
            self._coded = CodedMasker(
                self._output,
                lambda output: JsonMasker(redaction, output, frames=frames, coded=False),
            )
        rest, at, is_first = self._coded.feed(
            content,
            start,
            begins=piece.begins,
            ends=piece.ends,
            place=self._strings.pointer() or "body",
        )
        if self._coded.is_other:
            self._text(node, piece, json_piece(rest, at), begins=is_first)

    def _refuse(self) -> None:
        if self._new is not None:
            self._new.refuse()

    def _found(self) -> None:
        self._output.places[self._strings.pointer() or "body"] = None

    def _secret(self, start: int, size: int) -> None:
        self._refuse()
        if size:
            self._output.write(start, b"*" * size)
            self._found()

    def _carried(self, data: bytes, start: int, node: Node, piece: StringPiece) -> None:
        """The beginning of an escape is masked as what it is part of."""
        size = self._strings.carried
        self._carry = data[-size:]
        at = start + len(data) - size
        channel = self._keys if piece.is_key else node.channel or self._once
        if node.is_secret and not piece.is_key:
            self._secret(at, size)
        elif channel.is_open:
            self._output.write(at, b"*" * size)
            self._output.hold(size)
            self._is_carry_masked = True
