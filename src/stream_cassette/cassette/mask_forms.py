"""Masks in form bodies while they stream: fields by their names, and secrets wherever they are.

Source: WHATWG URL, 5.1 (urlencoded); RFC 7578 (multipart/form-data), RFC 2046, 5.1.
"""

from __future__ import annotations

import re
from urllib.parse import unquote_plus

from stream_cassette.cassette.mask_channel import Channel
from stream_cassette.cassette.mask_output import BodyOutput
from stream_cassette.cassette.mask_piece import Piece
from stream_cassette.cassette.secret_finder import finder_of
from stream_cassette.cassette.secret_names import Redaction

__all__ = ["FormMasker", "PartsMasker", "is_binary"]

_MOST_NAME = 512  # bytes of a field's name, or of a part's header, that are looked at
_MARK = re.compile(rb"[&=]")
_DISPOSITION = re.compile(rb'(?i:content-disposition:[ ]*form-data;.*?\bname=)"([^"\r\n]*)"')
_TYPE = re.compile(rb"(?i:content-type:)[ \t]*([^;\s]+)")
_END = b"\r\n--"
# media types of which the bytes are no text
_BINARY = re.compile(
    r"(?:image|audio|video|font)/(?!svg).*"
    r"|application/(?:octet-stream|pdf|zip|gzip|x-tar|x-protobuf|grpc.*|wasm|x-parquet)"
)


def is_binary(media: str) -> bool:
    """Whether a body of this media type is no text, so that nothing can be masked in it."""
    return _BINARY.fullmatch(media) is not None


class _Fields:
    """The value of one field after the other."""

    def __init__(self, redaction: Redaction, output: BodyOutput, *, is_form: bool) -> None:
        self._output = output
        self._redaction = redaction
        self._channel = Channel(finder_of(redaction, is_form=is_form))
        self._place = "body"
        self._is_secret = False

    def begin(self, name: str, *, is_file: bool = False) -> None:
        """A value begins; a file's content is no secret for the field's name."""
        self._place = f"form.{name}"
        self._is_secret = not is_file and self._redaction.hides_form(name)

    def feed(self, data: bytes, start: int) -> None:
        """Some of the value."""
        if self._is_secret:
            if data:
                self._output.write(start, b"*" * len(data))
                self._output.places[self._place] = None
        elif self._channel.feed(Piece(data, start), self._output):
            self._output.places[self._place] = None

    def end(self, start: int) -> None:
        """The value ends."""
        if self._channel.feed(Piece(b"", start), self._output, final=True):
            self._output.places[self._place] = None
        self._place, self._is_secret = "body", False


class FormMasker:
    """application/x-www-form-urlencoded."""

    def __init__(self, redaction: Redaction, output: BodyOutput) -> None:
        self._fields = _Fields(redaction, output, is_form=True)
        self._name: bytes | None = b""  # None once the value has begun

    def feed(self, data: bytes, start: int) -> None:
        """Some of the body."""
        at = 0
        for match in _MARK.finditer(data):
            if match[0] == b"=" and self._name is None:
                continue
            self._piece(data[at : match.start()], start + at)
            self._fields.end(start + match.start())
            if match[0] == b"=":
                text = (self._name or b"").decode("latin-1")
                self._fields.begin(unquote_plus(text, encoding="latin-1"))
                self._name = None
            else:
                self._name = b""
            at = match.end()
        self._piece(data[at:], start + at)

    def close(self, start: int) -> None:
        """The body ends."""
        self._fields.end(start)

    def _piece(self, data: bytes, start: int) -> None:
        if self._name is not None and len(self._name) < _MOST_NAME:
            self._name += data
        self._fields.feed(data, start)


class PartsMasker:
    """multipart/form-data, and what is like it: parts between lines that begin with `--`."""

    def __init__(self, redaction: Redaction, output: BodyOutput) -> None:
        self._fields = _Fields(redaction, output, is_form=False)
        self._in_value = False
        self._is_skipped = False  # the part holds no text
        self._line = b""  # a header line so far
        self._name: str | None = None
        self._is_file = False
        self._pending = b""  # what may be the end of a value

    def feed(self, data: bytes, start: int) -> None:
        """Some of the body."""
        if self._pending:
            data, start = self._pending + data, start - len(self._pending)
            self._pending = b""
        at = 0
        while at < len(data):
            at = self._value(data, at, start) if self._in_value else self._header(data, at, start)

    def close(self, start: int) -> None:
        """The body ends."""
        self._text(self._pending, start - len(self._pending))
        self._fields.end(start)

    def _header(self, data: bytes, at: int, start: int) -> int:
        end = data.find(b"\n", at)
        piece = data[at : end if end >= 0 else len(data)]
        self._fields.feed(piece, start + at)
        if len(self._line) < _MOST_NAME:
            self._line += piece
        if end < 0:
            return len(data)
        self._fields.end(start + end)
        line, self._line = self._line.rstrip(b"\r"), b""
        if line.startswith(b"--"):
            self._name, self._is_file, self._is_skipped = None, False, False
        elif line:
            self._said(line)
        else:
            self._in_value = True
            self._fields.begin(self._name or "", is_file=self._is_file or self._name is None)
        return end + 1

    def _said(self, line: bytes) -> None:
        disposition = _DISPOSITION.match(line)
        if disposition is not None:
            self._name = disposition[1].decode("utf-8", "replace")
            self._is_file = b"filename" in line
        media = _TYPE.match(line)
        if media is not None and is_binary(media[1].decode("latin-1").lower()):
            self._is_skipped = True

    def _value(self, data: bytes, at: int, start: int) -> int:
        end = data.find(_END, at)
        if end >= 0:
            self._text(data[at:end], start + at)
            self._fields.end(start + end)
            self._in_value = False
            return end + 2
        kept = next(n for n in (3, 2, 1, 0) if not n or data.endswith(_END[:n], at))
        self._text(data[at : len(data) - kept], start + at)
        self._pending = data[len(data) - kept :] if kept else b""
        return len(data)

    def _text(self, data: bytes, start: int) -> None:
        if not self._is_skipped:
            self._fields.feed(data, start)
