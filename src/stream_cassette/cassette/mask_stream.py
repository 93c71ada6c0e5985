"""Secrets masked in a body while it streams: as many bytes out as in, at once.

Nothing is parsed and written again: only the characters of strings change, to as many `*` (`A` in
base64), so sizes, spacing and escapes elsewhere stay. Of a match that is still open the bytes from
the fourth on are put out masked; patches to earlier output follow when it is known what they are.
Any cutting of the input gives the same final bytes.
"""

from __future__ import annotations

import re
from typing import Protocol

from stream_cassette.cassette.mask_channel import Channel
from stream_cassette.cassette.mask_forms import FormMasker, PartsMasker, is_binary
from stream_cassette.cassette.mask_messages import MessagesMasker
from stream_cassette.cassette.mask_output import BodyOutput, Patch
from stream_cassette.cassette.mask_piece import Piece
from stream_cassette.cassette.mask_strings import JsonMasker
from stream_cassette.cassette.secret_finder import finder_of
from stream_cassette.cassette.secret_names import Redaction

__all__ = ["BodyMasker", "Patch"]

_BLANK = b" \t\r\n"
_BOM = b"\xef\xbb\xbf"
_JSON_STARTS = frozenset(b'{["')
_LINE_END = re.compile(rb"[\r\n]")
_MOST_DULL = 64  # lines
_SSE_LINE = re.compile(rb"(?:data|event|id|retry)?:")


class _Text:
    """A text without structure."""

    def __init__(self, redaction: Redaction, output: BodyOutput, place: str) -> None:
        self._channel = Channel(finder_of(redaction))
        self._output, self._place = output, place

    def feed(self, data: bytes, start: int, *, final: bool = False) -> None:
        if self._channel.feed(Piece(data, start), self._output, final=final):
            self._output.places[self._place] = None


class _Lines:
    """Newline-delimited JSON: a text a line."""

    def __init__(self, redaction: Redaction, output: BodyOutput) -> None:
        self._json = JsonMasker(redaction, output, frames=True)

    def feed(self, data: bytes, start: int) -> None:
        at = 0
        for match in _LINE_END.finditer(data):
            if match.start() > at:
                self._json.line(data[at : match.start()], start + at)
            self._json.end(start + match.start())
            at = match.end()
        if at < len(data):
            self._json.feed(data[at:], start + at)

    def close(self, start: int) -> None:
        self._json.close(start)


class _Document:
    """One JSON text; a list is streamed item by item, and each is a frame."""

    def __init__(self, redaction: Redaction, output: BodyOutput, *, is_list: bool) -> None:
        self._json = JsonMasker(redaction, output, frames=is_list)

    def feed(self, data: bytes, start: int) -> None:
        self._json.feed(data, start)

    def close(self, start: int) -> None:
        self._json.close(start)


class _Plain:
    """Text of any kind."""

    def __init__(self, redaction: Redaction, output: BodyOutput) -> None:
        self._text = _Text(redaction, output, "body")

    def feed(self, data: bytes, start: int) -> None:
        self._text.feed(data, start)

    def close(self, start: int) -> None:
        self._text.feed(b"", start, final=True)


class _Events:
    """Server-sent events: what their data lines say is JSON, or else one text going on."""

    def __init__(self, redaction: Redaction, output: BodyOutput) -> None:
        self._json = JsonMasker(redaction, output, frames=True)
        self._said = _Text(redaction, output, "body")  # data that is no JSON
        self._other = _Text(redaction, output, "body")  # comments, names
        self._head = b""  # the beginning of a line whose field is not yet known
        self._line: str | None = None  # what the open line is: "data", "other"
        self._is_json: bool | None = None  # whether the event's data is, once known
        self._after_cr = False
        self._is_first = False  # whether nothing of the data line was taken yet
        self._lead = b""  # blanks of a data line before it is known what it is
        self._is_blank = True  # the line so far
        self._finder = finder_of(redaction)
        self._dull: set[bytes] = set()  # names and comments with nothing in them

    def feed(self, data: bytes, start: int) -> None:
        at = 0
        for match in _LINE_END.finditer(data):
            end = match.start()
            if end > at:
                self._after_cr = False
                if self._is_blank and self._whole_line(data[at:end], start + at):
                    at = match.end()
                    self._after_cr = match[0] == b"\r"
                    continue
                self._piece(data[at:end], start + at)
            elif self._after_cr and match[0] == b"\n":
                self._after_cr = False
                at = match.end()
                continue
            self._line_end(start + end)
            self._after_cr = match[0] == b"\r"
            at = match.end()
        if at < len(data):
            self._after_cr = False
            self._piece(data[at:], start + at)

    def _whole_line(self, line: bytes, start: int) -> bool:
        """Take a line that came in one piece, if it is of a kind that can be dealt with quickly."""
        if not line.startswith(b"data:"):
            if line in self._dull:
                return True
            if len(self._dull) < _MOST_DULL and not self._finder.has_head(line):
                self._dull.add(line)
                return True
            return False
        self._is_first = True
        self._data(line[5:], start + 5, whole=True)
        return True

    def close(self, start: int) -> None:
        self._line_end(start)
        self._json.close(start)
        self._said.feed(b"", start, final=True)

    def _piece(self, data: bytes, start: int) -> None:
        self._is_blank = False
        if self._line is None:
            data, start = self._head + data, start - len(self._head)
            self._head = b""
            if len(data) < 5 and b"data:".startswith(data):
                self._head = data
                return
            self._line = "data" if data.startswith(b"data:") else "other"
            if self._line == "data":
                data, start = data[5:], start + 5
                self._is_first = True
        if self._line == "data":
            self._data(data, start)
        else:
            self._other.feed(data, start)

    def _data(self, data: bytes, start: int, *, whole: bool = False) -> None:
        if self._is_json is None:
            data, start = self._lead + data, start - len(self._lead)
            first = data.lstrip(_BLANK)[:1]
            self._lead = b"" if first else data
            if not first:
                return
            self._is_json = first[0] in _JSON_STARTS
        if self._is_json and whole:
            self._json.line(data, start)
            self._json.newline(start + len(data))
        elif self._is_json:
            self._json.feed(data, start)
        else:
            if self._is_first and data[:1] == b" ":  # belongs to the field, not to what is said
                data, start = data[1:], start + 1
            self._said.feed(data, start)
        self._is_first = self._is_first and not data

    def _line_end(self, start: int) -> None:
        if self._head:
            self._other.feed(self._head, start - len(self._head))
            self._head = b""
        if self._line == "other":
            self._other.feed(b"", start, final=True)
        elif self._line == "data" and self._is_json:
            self._json.newline(start)
        if self._is_blank:
            self._json.end(start)
            self._is_json = None
        self._line, self._is_blank, self._lead = None, True, b""


class _Machine(Protocol):
    def feed(self, data: bytes, start: int) -> None: ...

    def close(self, start: int) -> None: ...


_LINE_MEDIA = ("ndjson", "jsonl", "json-seq", "json-lines", "stream+json")
_SSE_FIELDS = (b"data:", b"event:", b"id:", b"retry:")


class BodyMasker:
    """Masks one body while it streams; `media` is the media type, lower case, or ""."""

    def __init__(self, media: str, redaction: Redaction) -> None:
        self._redaction = redaction
        self._media = media
        self._output = BodyOutput()
        self._is_binary = is_binary(media)
        self._machine: _Machine | None = None
        if media == "text/event-stream":
            self._machine = _Events(redaction, self._output)
        elif any(word in media for word in _LINE_MEDIA):
            self._machine = _Lines(redaction, self._output)
        elif media == "application/x-www-form-urlencoded":
            self._machine = FormMasker(redaction, self._output)
        elif media.startswith("multipart/"):
            self._machine = PartsMasker(redaction, self._output)
        elif media == "application/vnd.amazon.eventstream":
            self._machine = MessagesMasker(redaction, self._output)
        self._head = b""  # what came before the body's kind is known
        self._size = 0

    @property
    def places(self) -> tuple[str, ...]:
        """Where secrets were found so far: JSON pointers, or `body`."""
        return tuple(self._output.places)

    @property
    def held_bytes(self) -> int:
        """How many bytes are masked now only because a match is open; at most 512."""
        return self._output.held

    def feed(self, data: bytes) -> tuple[bytes, tuple[Patch, ...]]:
        """As many bytes as `data`, masked, and patches of earlier output."""
        start = self._size
        self._size += len(data)
        self._output.begin(data)
        if not self._is_binary:
            if self._machine is None:
                data, start = self._head + data, start - len(self._head)
                self._head = data
                self._machine = self._by_look(data, final=False)
            if self._machine is not None:
                self._machine.feed(data, start)
                self._head = b""
        return self._output.data(), self._output.patches()

    def close(self) -> tuple[Patch, ...]:
        """The body ends here; the last patches."""
        self._output.begin(b"")
        if not self._is_binary:
            if self._machine is None:
                self._machine = self._by_look(self._head, final=True)
                assert self._machine is not None  # once nothing more comes, it is known
                self._machine.feed(self._head, 0)
            self._machine.close(self._size)
        return self._output.patches()

    def _by_look(self, head: bytes, *, final: bool) -> _Machine | None:
        """What reads the body; None while too little of it is there."""
        text = head[:512].lstrip(_BOM + _BLANK)
        may_be_events = not self._media or "json" in self._media
        if not final and len(head) < 512:
            if not text:
                return None
            if may_be_events and any(
                field.startswith(text) and field != text for field in _SSE_FIELDS
            ):
                return None
        if may_be_events and _SSE_LINE.match(text):
            return _Events(self._redaction, self._output)
        if text[:1] in (b"{", b"["):
            return _Document(self._redaction, self._output, is_list=text[:1] == b"[")
        return _Plain(self._redaction, self._output)
