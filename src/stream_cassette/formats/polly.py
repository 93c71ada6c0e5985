"""Polly.js's recordings: HAR with bodies as they came, in JSON or YAML; read only.

A response that had a content coding is a list of its chunks, base64 (hexadecimal until Polly 5):
these are the cut points of the recording; when each came was not kept, so all have the time 0.
A body whose coding the client had undone is text, and so loses the header. `wait` is the time of
the whole answer here, not to its head. Entries keep the order of the file, which is Polly's own.
`textJSON` is what some persisters make of a JSON body; it counts as rendered again, and so does
text that is no longer of the size that is noted beside it.
Source: pollyjs 6.0, packages/@pollyjs/adapter-node-http/src/index.js, persister/src/har/.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Sequence
from typing import ClassVar, Final

from stream_cassette.cassette.cuts import Cuts
from stream_cassette.cassette.model import Cassette
from stream_cassette.errors import CorruptCassette
from stream_cassette.formats import _yaml
from stream_cassette.formats._coded_body import from_base64
from stream_cassette.formats._core_schema import resolve_core
from stream_cassette.formats._har_entry import Content, Resolve, interactions_of
from stream_cassette.formats._har_lost import has_text
from stream_cassette.formats._json import is_object, object_of, parse_json, resolve_json
from stream_cassette.formats._nodes import (
    Mapping,
    Node,
    bytes_of,
    integer_of,
    items_of,
    json_bytes_of,
    text_of,
)

__all__ = ["Polly"]

_JSON: Final = re.compile(rb'"_recordingName"\s*:|"name"\s*:\s*"Polly\.JS"')
_YAML: Final = re.compile(rb"^log:[ \t]*\r?\n", re.MULTILINE)
_YAML_ENTRIES: Final = re.compile(rb"^ +entries:[ \t]*\r?\n", re.MULTILINE)
_YAML_MARK: Final = re.compile(rb"^ +(?:_recordingName:|name: Polly\.JS)", re.MULTILINE)


class Polly:
    """Polly.js, all versions."""

    name: ClassVar[str] = "polly"
    extensions: ClassVar[tuple[str, ...]] = (".har", ".har.yaml")
    looks_for: ClassVar[str] = "a `log` with `entries` that Polly.JS made"
    can_write: ClassVar[bool] = False

    def sniff(self, data: bytes) -> int:
        """3: a log with entries, and Polly's name or mark."""
        if is_object(data):
            marked = b'"log"' in data and b'"entries"' in data and _JSON.search(data)
            return 3 if marked else 0
        if not _YAML.search(data) or not _YAML_ENTRIES.search(data):
            return 0
        return 3 if _YAML_MARK.search(data) else 0

    def read(self, data: bytes, blocks: Sequence[bytes] = ()) -> Cassette:
        """The cassette. Raises NotACassette, NewerFormat or CorruptCassette."""
        root: Node
        resolve: Resolve
        if is_object(data):
            root, resolve = object_of(data, blocks, "a recording"), resolve_json
        else:
            root, resolve = _yaml.parse(data, blocks=blocks), resolve_core

        def content_of(_: Mapping, content: Mapping) -> Content:
            return _content(content, resolve)

        found = tuple(one for one, _ in interactions_of(root, content_of, resolve))
        return Cassette(interactions=found, format=self.name)


def _content(content: Mapping, resolve: Resolve) -> Content:
    if not has_text(content):
        value = json_bytes_of(content.need("textJSON"), resolve)
        return Content(body=value, re_rendered=True)
    text = content.need("text")
    encoding = content.get("encoding")
    is_hex = _is_true(content.get("_isBinary")) and encoding is None
    if encoding is None and not is_hex:
        body = bytes_of(text, "content")
        return Content(body=body, re_rendered=not _is_size_of(content.get("size"), body))
    if encoding is not None and text_of(encoding, "encoding") != "base64":
        raise CorruptCassette(
            f"content is in an encoding unknown here: {text_of(encoding, 'encoding')[:40]!r}",
            line=text.line,
        )
    spelled = text_of(text, "content")
    if not spelled.startswith("["):
        return Content(body=_bytes(spelled, is_hex, text.line))
    chunks = _chunks(spelled, is_hex, text.line)
    cuts = Cuts.of((len(chunk) for chunk in chunks), (0.0 for _ in chunks))
    return Content(body=b"".join(chunks), cuts=cuts)


def _is_size_of(node: Node | None, body: bytes) -> bool:
    """Whether the text was left as long as it was; some persisters take events out of streams."""
    if node is None:
        return True
    text = body.decode("utf-8")
    units = len(text.encode("utf-16-le")) // 2
    return integer_of(node, "size") in (len(body), len(text), units)


def _chunks(spelled: str, is_hex: bool, line: int | None) -> list[bytes]:
    """The chunks of a list in JSON; those that hold nothing are none."""
    root = parse_json(spelled.encode("utf-8"))
    if root is None:
        raise CorruptCassette("content is no list of chunks", line=line)
    found = [
        _bytes(text_of(item, "a chunk"), is_hex, line) for item in items_of(root, "the chunks")
    ]
    return [chunk for chunk in found if chunk]


def _bytes(text: str, is_hex: bool, line: int | None) -> bytes:
    if not is_hex:
        return from_base64(text, "content", line)
    try:
        return binascii.unhexlify(text)
    except ValueError as error:
        raise CorruptCassette(f"content is no hexadecimal: {error}", line=line) from error


def _is_true(node: Node | None) -> bool:
    return node is not None and text_of(node, "_isBinary") == "true"
