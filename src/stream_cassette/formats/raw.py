"""A response body alone in a file: a stream's bytes, as fixtures keep them; read only.

Read are server-sent events, JSON objects line by line, and AWS event-stream messages. The file's
bytes are the body. Nothing else is known, and nothing is made up: the one interaction has a request
without method and URL, and a response without headers (whoever reads it goes by the looks of its
body); its status is 200, under which alone providers stream. What is cut off at the end, or
damaged after the first message, is kept as it is. Lines of JSON have to be objects, the last one
aside, and at least two: one alone is any JSON file.
Source: dialects' fact sheet 2; WHATWG HTML, 'Parsing an event stream'.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import ClassVar, Final

from stream_cassette.cassette.model import Cassette, Interaction, Request, Response
from stream_cassette.errors import CorruptCassette, NotACassette
from stream_cassette.formats._conflict import refuse_conflict
from stream_cassette.wire.framing import DECODERS, looks_like

__all__ = ["Raw"]

_EVENTS, _MESSAGES = "text/event-stream", "application/vnd.amazon.eventstream"
_LINES: Final = "application/x-ndjson"
_BOM: Final = b"\xef\xbb\xbf"
_HEAD: Final = 1 << 16  # bytes; the first event with data ends before, or its data does not
_LINE_END: Final = re.compile(rb"\r\n|\r|\n")
_FIELD: Final = re.compile(rb"(?:data|event|id|retry)?:|(?:data|event|id|retry)\Z")


class Raw:
    """A stream's bytes and nothing else."""

    name: ClassVar[str] = "raw"
    extensions: ClassVar[tuple[str, ...]] = (".sse", ".ndjson", ".jsonl", ".txt", ".eventstream")
    looks_for: ClassVar[str] = "server-sent events, lines of JSON or event-stream messages alone"
    can_write: ClassVar[bool] = False
    exact: ClassVar[bool] = True

    def sniff(self, data: bytes) -> int:
        """3: a true prelude of a message; 2: an event with data; 1: two lines that are objects."""
        looks = looks_like(data)
        if looks == _MESSAGES:
            return 3
        if looks == _EVENTS:
            return 2 if _has_event(data) else 0
        return 1 if looks == _LINES and _is_object(data[: data.find(b"\n")]) else 0

    def read(self, data: bytes, blocks: Sequence[bytes] = ()) -> Cassette:
        """The cassette of one interaction. Raises NotACassette or CorruptCassette."""
        if not self.sniff(data):
            raise NotACassette(f"found no {self.looks_for}")
        looks = looks_like(data)
        if looks != _MESSAGES:
            refuse_conflict(data)
        if looks == _LINES:
            _check_lines(data)
        elif looks == _MESSAGES:
            _check_first_message(data)
        one = Interaction(
            request=Request(method="", url=""), response=Response(status=200, body=data)
        )
        return Cassette(interactions=(one,), format=self.name)


def _has_event(data: bytes) -> bool:
    """Whether all up to the first event with data are fields, comments and blank lines."""
    said = False
    for line in _LINE_END.split(data[:_HEAD].removeprefix(_BOM)):
        if not line:
            if said:
                return True
        elif not _FIELD.match(line):
            return False
        else:
            said = said or bool(line.startswith(b"data:") and line[5:].strip())
    return said


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(json.loads(line.removeprefix(_BOM)), dict)
    except (ValueError, RecursionError):
        return False


def _check_lines(data: bytes) -> None:
    """Raises CorruptCassette where a line but the last is no JSON object."""
    lines = data.rstrip().split(b"\n")
    for number, line in enumerate(lines[:-1], start=1):
        if line.strip() and not _is_object(line):
            raise CorruptCassette("a line of JSON that is no object", line=number)


def _check_first_message(data: bytes) -> None:
    """Raises CorruptCassette where not even the first message is whole."""
    decoder = DECODERS[_MESSAGES]()
    found = [*decoder.feed(data), *decoder.close()]
    if not found[0].dispatch:
        why = found[0].fault or "it is cut off"
        raise CorruptCassette(f"the first event-stream message can't be read: {why}")
