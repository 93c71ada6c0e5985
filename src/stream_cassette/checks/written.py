"""Rules on the file as text: what it says beyond the cassette that is read from it.

Of our own files every byte is accounted for: comments aside, they are what the writer writes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import zip_longest
from typing import Final

from stream_cassette.checks.finding import Finding
from stream_cassette.checks.subject import AnyTag, Subject
from stream_cassette.formats import _registry, _yaml
from stream_cassette.formats._nodes import Mapping as Node
from stream_cassette.formats._nodes import Sequence

__all__ = ["written"]

_COMMENT: Final = re.compile(rb"^#[^\n]*\n", re.MULTILINE)
_NUMBER: Final = re.compile(rb"^(stream_cassette: \{format: 1, comments: )[0-9]+\}", re.MULTILINE)

# The keys that are read, by where they stand; what `stream` holds is refused by the reader itself.
_KEYS: Final[Mapping[str, frozenset[str]]] = {
    "the file": frozenset({"stream_cassette", "interactions", "version"}),
    "stream_cassette": frozenset({"format", "comments"}),
    "the interaction": frozenset({"request", "response", "recorded_at", "masked", "re_rendered"}),
    "request": frozenset({"method", "uri", "headers", "body"}),
    "response": frozenset({"status", "headers", "body", "stream"}),
    "status": frozenset({"code", "message"}),
    "body": frozenset({"string"}),
}


def written(subject: Subject) -> Iterator[Finding]:
    """`round-trip`, `unread-content` and `spelling`: what a rewrite would lose, or change."""
    if subject.is_as_written:
        return  # those are the bytes that have just been read
    spellings = _spellings(subject) if subject.is_ours else ()
    if _plain(subject.data) in spellings:
        return  # but for comments
    yield from _round_trip(subject)
    if subject.is_ours:
        unread = tuple(_unread(subject))
        yield from unread
        if not unread:
            line = _first_difference(subject.data, next(iter(spellings)))
            message = "the line is not what the next recording will write"
            yield subject.finding("spelling", message, line=line)


def _round_trip(subject: Subject) -> Iterator[Finding]:
    cassette = subject.cassette
    again = _registry.read(_registry.write(cassette)).interactions
    wanted = _registry.held(cassette).interactions
    pairs = enumerate(zip_longest(again, wanted))
    first = next((number for number, (one, other) in pairs if one != other), None)
    if first is not None:
        known = min(first, len(wanted) - 1) if wanted else None
        message = "the cassette does not read back as the same when it is written"
        yield subject.finding("round-trip", message, interaction=known)


def _plain(data: bytes) -> bytes:
    """The file without its comments, and of the number of today's."""
    return _NUMBER.sub(rb"\g<1>0}", _COMMENT.sub(b"", data))


def _spellings(subject: Subject) -> tuple[bytes, ...]:
    """What the writer may have written; of a file in ASCII there are two."""
    ascii_only = (False, True) if subject.data.isascii() else (False,)
    return tuple(_plain(_registry.write(subject.cassette, ascii=escaped)) for escaped in ascii_only)


def _first_difference(data: bytes, wanted: bytes) -> int:
    """The first line of the file, comments counted, that is not the wanted one."""
    lines = wanted.split(b"\n")
    at = 0
    found = data.split(b"\n")
    for number, line in enumerate(found, 1):
        if line.startswith(b"#"):
            continue
        if at >= len(lines) or _NUMBER.sub(rb"\g<1>0}", line) != lines[at]:
            return number
        at += 1
    return len(found)


def _unread(subject: Subject) -> Iterator[Finding]:
    """Each key of the file that the reader passes over."""
    top = _yaml.parse(subject.data, AnyTag())
    if not isinstance(top, Node):
        return
    yield from _strange(subject, top, "the file", None)
    ours, items = top.entries.get("stream_cassette"), top.entries.get("interactions")
    if isinstance(ours, Node):
        yield from _strange(subject, ours, "stream_cassette", None)
    for number, item in enumerate(items.items if isinstance(items, Sequence) else ()):
        if isinstance(item, Node):
            yield from _strange(subject, item, "the interaction", number)
            yield from _in_message(subject, item, number)


def _in_message(subject: Subject, item: Node, number: int) -> Iterator[Finding]:
    request, response = item.entries.get("request"), item.entries.get("response")
    if isinstance(request, Node):
        yield from _strange(subject, request, "request", number)
    if isinstance(response, Node):
        yield from _strange(subject, response, "response", number)
        for name in ("status", "body"):
            part = response.entries.get(name)
            if isinstance(part, Node):
                yield from _strange(subject, part, name, number)


def _strange(subject: Subject, node: Node, where: str, number: int | None) -> Iterator[Finding]:
    for key, value in node.entries.items():
        if key not in _KEYS[where]:
            yield subject.finding(
                "unread-content",
                f"the key {key[:80]!r} in {where} is not read",
                interaction=number,
                line=value.line,
            )
