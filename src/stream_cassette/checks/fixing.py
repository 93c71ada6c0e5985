"""Mend what is derived: comments, and cut points of a body that was edited by hand.

The text of the file is changed and nothing is written anew: all other bytes stay as they are, and
that is proven before the new text is handed back.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any, Final

from stream_cassette.checks.commented import comments
from stream_cassette.checks.examine import subject_of
from stream_cassette.checks.subject import AnyTag, Subject
from stream_cassette.errors import CorruptCassette, WrongSizes
from stream_cassette.formats import _yaml
from stream_cassette.formats._nodes import Mapping, Node, Sequence

__all__ = ["with_comments", "without_cuts"]

_KEY: Final = re.compile(rb"( *)chunks:(?: |\r?$)")
_STREAM: Final = re.compile(rb"( *)stream:[ \t]*\r?$")
_NOTHING: Final = ((), (None, ""))  # a mapping without members, a key without a value
_COMMENT: Final = re.compile(rb"^#[^\n]*\n", re.MULTILINE)


def with_comments(subject: Subject) -> bytes:
    """The file with every comment of ours as it should be; people's stay, and so do line ends.

    Raises:
        CorruptCassette: with other comments it would not read as the same.
    """
    known = comments(subject)
    if not known:
        return subject.data
    data = subject.data
    pieces = [data[: known[0].begin]]
    for one, then in pairwise(known):
        pieces += [one.wanted, data[one.end : then.begin]]
    pieces += [known[-1].wanted, data[known[-1].end :]]
    made = b"".join(pieces)
    if made != data:
        same = subject_of(subject.path, made).cassette == subject.cassette
        if not same or _COMMENT.sub(b"", made) != _COMMENT.sub(b"", data):
            raise CorruptCassette("its comments can't be renewed alone", path=subject.path)
    return made


def without_cuts(path: str, data: bytes) -> bytes:
    """The file without the `chunks` of every interaction whose sizes don't add up.

    Raises:
        CassetteFileError: it is refused for something else, or the entry can't be taken out.
    """
    made = data
    while True:
        try:
            subject_of(path, made)
        except WrongSizes as error:
            made = _without_entry(path, made, error)
        else:
            break
    if made != data and _content(data) != _content(made):
        raise CorruptCassette("its cut points can't be dropped alone", path=path)
    return made


def _without_entry(path: str, data: bytes, error: WrongSizes) -> bytes:
    """The file without the entry that the error is about; it stands in lines of its own."""
    lines = data.split(b"\n")
    begin = (error.line or 0) - 1
    key = _KEY.match(lines[begin]) if begin >= 0 else None
    if key is None and begin > 0:  # the sizes stand in the line below the key
        begin -= 1
        key = _KEY.match(lines[begin])
    if key is None:
        raise CorruptCassette(
            "its `chunks` stand in one line with others",
            path=path,
            interaction=error.interaction,
            line=error.line,
            hint="remove them by hand",
        )
    end = begin + 1
    while end < len(lines) and _indent(lines[end]) > len(key[1]):
        end += 1
    above = _STREAM.match(lines[begin - 1])
    if above and (end >= len(lines) or _indent(lines[end]) <= len(above[1])):
        begin -= 1  # nothing is left below it
    return b"\n".join(lines[:begin] + lines[end:])


def _indent(line: bytes) -> int:
    """Columns before the first character; an empty line belongs to what is above."""
    stripped = line.lstrip(b" ")
    return len(line) - len(stripped) if stripped.strip(b"\r") else 1 << 30


def _content(data: bytes) -> Any:
    """Everything that the file says, save what is below `chunks`."""
    return _value(_yaml.parse(data, AnyTag()))


def _value(node: Node | None) -> Any:
    if isinstance(node, Mapping):
        items = {key: _value(value) for key, value in node.entries.items() if key != "chunks"}
        if items.get("stream") in _NOTHING:
            items.pop("stream", None)
        return tuple(items.items())
    if isinstance(node, Sequence):
        return [_value(item) for item in node.items]
    return None if node is None else (node.tag, node.text)
