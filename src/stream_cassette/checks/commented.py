"""Rules on what is derived: comments, and the decoded views of compressed bodies."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final, NamedTuple

from stream_cassette.cassette.visible import visible
from stream_cassette.checks.finding import Finding
from stream_cassette.checks.subject import Subject
from stream_cassette.comments import comment_of
from stream_cassette.formats._vcr_write import COMMENTS
from stream_cassette.formats._yaml_write import comment
from stream_cassette.pipeline import with_decoded

__all__ = ["Comment", "comments", "stale_comments", "stale_decoded"]

_NUMBER: Final = re.compile(rb"^stream_cassette:.*?\bcomments: *([0-9]+)", re.MULTILINE | re.DOTALL)
_HEAD: Final = 4096
# the lines that we write: `# 0 · GET h.example/`, and below it `#   user       Hello`
_FIRST: Final = re.compile(rb"# [0-9]+ (?:\xc2\xb7|\\u\{B7\}) ")
_SAID: Final = re.compile(rb"#   (?:\S+ {2,}\S[^\n]*|(?:user|assistant|system|tool|error)\r?)\n")


class Comment(NamedTuple):
    """The comment of one interaction: where it stands in the file, and what it should be.

    `begin` and `end` are offsets in bytes of all comment lines above the interaction, and `wanted`
    what should stand there, with the file's line ends and with the lines that people wrote.
    `ours` are the lines of them that we wrote, ended by LF, the first at `at`, and `right` what
    those should be.
    """

    begin: int
    end: int
    wanted: bytes
    at: int
    ours: bytes
    right: bytes


def comments(subject: Subject) -> tuple[Comment, ...]:
    """The comment of each interaction; none where they are not ours to judge."""
    if not subject.is_ours or not subject.starts or not _is_todays(subject.data):
        return ()
    return tuple(_comment(subject, number, start) for number, start in enumerate(subject.starts))


def stale_comments(subject: Subject) -> Iterator[Finding]:
    """`stale-comments`: comments that do not say what the interaction holds."""
    for number, one in enumerate(() if subject.is_as_written else comments(subject)):
        if one.ours != one.right:
            line = subject.data.count(b"\n", 0, one.at) + 1
            wanted = _first_missing(one.ours, one.right)
            message = f"the comment should say {visible(wanted)!r}" if one.ours else _MISSING
            yield subject.finding("stale-comments", message, interaction=number, line=line)


_MISSING: Final = "there is no comment above the interaction"


def stale_decoded(subject: Subject) -> Iterator[Finding]:
    """`stale-decoded`: decoded views that are not what the bodies say."""
    for number, one in enumerate(subject.cassette.interactions):
        if one.response.decoded is None:
            continue
        derived = with_decoded(replace(one.response, decoded=None)).decoded
        if derived != one.response.decoded:
            message = "the decoded view is not the body, decoded"
            yield subject.finding("stale-decoded", message, interaction=number)


def _is_todays(data: bytes) -> bool:
    number = _NUMBER.search(data, 0, _HEAD)
    return number is not None and int(number[1]) == COMMENTS


def _comment(subject: Subject, number: int, start: int) -> Comment:
    data, begin = subject.data, start
    while begin and data.startswith(b"#", line := data.rfind(b"\n", 0, begin - 1) + 1):
        begin = line
    interaction = subject.cassette.interactions[number]
    text = comment_of(number, interaction, subject.told[number])
    above, ours, below = _parted(data[begin:start])
    # a file that is ASCII so far was written so
    right = comment(text, ascii_only=bool(ours) and data.isascii()).encode()
    lines = [line.replace(b"\r\n", b"\n") for line in ours]
    wanted = data[begin:start]
    if b"".join(lines) != right:
        made = right.replace(b"\n", _line_end(data, start))
        wanted = b"".join((*above, made, *below))
    at = begin + sum(map(len, above))
    return Comment(begin, start, wanted, at, b"".join(lines), right)


def _parted(block: bytes) -> tuple[list[bytes], list[bytes], list[bytes]]:
    """Comment lines: people's above ours, ours, and people's below it or between its lines."""
    above: list[bytes] = []
    ours: list[bytes] = []
    below: list[bytes] = []
    for line in block.splitlines(keepends=True):
        if _FIRST.match(line) or (ours and _SAID.fullmatch(line)):
            ours.append(line)
        else:
            (below if ours else above).append(line)
    return above, ours, below


def _line_end(data: bytes, start: int) -> bytes:
    """The end of the line at that offset, as git may have changed it at a checkout."""
    end = data.find(b"\n", start)
    return b"\r\n" if data[end - 1 : end] == b"\r" else b"\n"


def _first_missing(found: bytes, wanted: bytes) -> str:
    """The first line that should be there and is not; of one too many, the last that should."""
    there = found.splitlines()
    lines = wanted.splitlines()
    missing = next((line for line in lines if line not in there), lines[-1])
    return missing.decode().removeprefix("#").strip()
