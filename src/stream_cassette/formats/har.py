"""HTTP archives, HAR 1.2, as browsers and proxies export them; read only.

Bodies are kept decoded, text as characters: a content coding and the bytes it had are gone, and
text is put back into the charset that its media type names. Text that holds U+FFFD was no text
and counts as rendered again, and so do events that are kept apart (`_eventSourceMessages`), which
are put together as a server would. The time to the head is known; cut points are not.
Entries are sorted by their start, as the specification has readers do.
Source: HAR 1.2, http://www.softwareishard.com/blog/har-12-spec/.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar, Final

from stream_cassette.cassette.model import Cassette, Interaction
from stream_cassette.errors import CorruptCassette
from stream_cassette.formats._coded_body import encoded, from_base64
from stream_cassette.formats._har_entry import Content, interactions_of
from stream_cassette.formats._har_lost import has_text
from stream_cassette.formats._json import is_object, object_of, resolve_json
from stream_cassette.formats._nodes import (
    Mapping,
    Node,
    bytes_of,
    items_of,
    mapping_of,
    text_of,
    time_of,
)

__all__ = ["Har"]

_LOG: Final = re.compile(rb'"log"\s*:\s*\{')
_ENTRIES: Final = re.compile(rb'"entries"\s*:\s*\[\s*\{')
_CHARSET: Final = re.compile(r";\s*charset=\"?([\w.:-]+)", re.IGNORECASE)
_LOST: Final = "\N{REPLACEMENT CHARACTER}"


class Har:
    """HAR 1.2."""

    name: ClassVar[str] = "har"
    extensions: ClassVar[tuple[str, ...]] = (".har",)
    looks_for: ClassVar[str] = "a `log` with `entries` in JSON"
    can_write: ClassVar[bool] = False

    def sniff(self, data: bytes) -> int:
        """3: a log, and entries of which there is one."""
        if not is_object(data) or not _LOG.search(data):
            return 0
        return 3 if _ENTRIES.search(data) else 0

    def read(self, data: bytes, blocks: Sequence[bytes] = ()) -> Cassette:
        """The cassette. Raises NotACassette, NewerFormat or CorruptCassette."""
        top = object_of(data, blocks, "an archive")
        found = [_timed(one, entry) for one, entry in interactions_of(top, _content, resolve_json)]
        found.sort(key=lambda one: one.recorded_at or "")
        return Cassette(interactions=tuple(found), format=self.name)


def _timed(interaction: Interaction, entry: Mapping) -> Interaction:
    """With the time to the response head, where there is one and it was measured."""
    timings = entry.get("timings")
    wait = None if timings is None else mapping_of(timings, "timings").get("wait")
    if wait is None or not interaction.response.status or _is_negative(wait):
        return interaction
    return replace(
        interaction, response=replace(interaction.response, head_ms=time_of(wait, "wait"))
    )


def _is_negative(node: Node) -> bool:
    return text_of(node, "wait").startswith("-")


def _content(entry: Mapping, content: Mapping) -> Content:
    if not has_text(content):
        return _events(entry.need("_eventSourceMessages"))
    text = content.need("text")
    encoding = content.get("encoding")
    name = "" if encoding is None else text_of(encoding, "encoding")
    if name == "base64":
        return Content(body=from_base64(text_of(text, "text"), "content", text.line))
    if name:
        raise CorruptCassette(
            f"content is in an encoding unknown here: {name[:40]!r}", line=text.line
        )
    return Content(body=_in_charset(text, content), re_rendered=_LOST in text_of(text, "text"))


def _in_charset(text: Node, content: Mapping) -> bytes:
    """The text in its media type's charset if it can be, else in UTF-8."""
    media = content.get("mimeType")
    named = None if media is None else _CHARSET.search(text_of(media, "mimeType"))
    try:
        return encoded(text, named[1] if named else "utf-8", "content")
    except CorruptCassette:
        return bytes_of(text, "content")


def _events(node: Node) -> Content:
    """Server-sent events put together again from their fields."""
    lines: list[str] = []
    for item in items_of(node, "_eventSourceMessages"):
        event = mapping_of(item, "an event")
        name, number = event.get("eventName"), event.get("eventId")
        if name is not None and text_of(name, "eventName") not in ("", "message"):
            lines.append(f"event: {text_of(name, 'eventName')}")
        if number is not None and text_of(number, "eventId"):
            lines.append(f"id: {text_of(number, 'eventId')}")
        data = event.get("data")
        text = "" if data is None else text_of(data, "data")
        lines += [f"data: {line}" for line in text.split("\n")]
        lines.append("")
    return Content(body="".join(f"{line}\n" for line in lines).encode("utf-8"), re_rendered=True)
