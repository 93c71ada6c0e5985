"""Bodies that an archive does not hold: told from bodies that were empty.

Browsers leave out the text of streams that a page read through `fetch`, of what they had evicted
by the time of the export, and of what they keep in files of its own. A size above nothing, or a
stream's media type, tells.
"""

from __future__ import annotations

from typing import Final

from stream_cassette.errors import CorruptCassette
from stream_cassette.formats._nodes import Mapping, integer_of, is_null, mapping_of, text_of

__all__ = ["has_text", "is_empty", "refuse_other_traffic"]

_STREAMS: Final = (
    "text/event-stream",
    "application/x-ndjson",
    "application/stream+json",
    "application/vnd.amazon.eventstream",
)
_BODILESS: Final = frozenset({204, 205, 304})
_ELSEWHERE: Final = ("_file", "_sha1")
_HINT: Final = (
    "record it again with a tool that keeps it (stream-cassette does), or take the entry out"
)


def refuse_other_traffic(entry: Mapping) -> None:
    """Raises CorruptCassette for a WebSocket connection, whose messages are no response."""
    kind = entry.get("_resourceType")
    if "_webSocketMessages" in entry.entries or (
        kind is not None and text_of(kind, "_resourceType") == "websocket"
    ):
        raise CorruptCassette(
            "a WebSocket connection, which can't be replayed here",
            line=entry.line,
            hint="take the entry out",
        )


def has_text(holder: Mapping) -> bool:
    """Whether there is text that isn't empty."""
    text = holder.entries.get("text")
    return text is not None and not is_null(text) and text_of(text, "text") != ""


def is_empty(entry: Mapping, response: Mapping, method: str, status: int) -> bool:
    """Whether the response had no body. Raises CorruptCassette where it had one that is not kept.

    A stream whose events are kept apart (`_eventSourceMessages`) is not empty.
    """
    node = response.get("content")
    content = Mapping(response.line) if node is None else mapping_of(node, "content")
    if has_text(content) or "textJSON" in content.entries:
        return False
    if entry.get("_eventSourceMessages") is not None:
        return False
    if any(key in content.entries for key in _ELSEWHERE):
        raise CorruptCassette(
            "the response's body is in another file",
            line=response.line,
            hint="export the archive with its bodies in it (Playwright: content 'embed')",
        )
    if method == "HEAD" or status in _BODILESS or status < 200:
        return True
    media = content.get("mimeType")
    if 200 <= status < 300 and media is not None:
        kind = text_of(media, "mimeType").partition(";")[0].strip().lower()
        if kind in _STREAMS:
            raise CorruptCassette(
                f"the stream's text ({kind}) was not kept", line=response.line, hint=_HINT
            )
    size = _size(content, response)
    if size > 0:
        raise CorruptCassette(
            f"the response's body ({size} bytes) was not kept", line=response.line, hint=_HINT
        )
    return True


def _size(content: Mapping, response: Mapping) -> int:
    """Of the body, or what was transferred of it where that is not known; -1 if neither is."""
    for holder, key in ((content, "size"), (response, "bodySize")):
        node = holder.get(key)
        if node is not None and integer_of(node, key) >= 0:
            return integer_of(node, key)
    return -1
