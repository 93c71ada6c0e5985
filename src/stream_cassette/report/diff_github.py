"""A diff as annotations on GitHub: one for each file that is not the same."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from stream_cassette.cassette.visible import visible
from stream_cassette.comparison.match import Divergence
from stream_cassette.diffing.model import CassetteDiff, FileStatus, TreeDiff
from stream_cassette.report.diff_values import (
    heading_of,
    in_a_line,
    is_prose,
    status_words,
)
from stream_cassette.report.diff_words import marked, plain
from stream_cassette.report.github import Level, annotation

__all__ = ["diff_annotations"]

_LEVELS: dict[FileStatus, Level] = {
    "changed": "warning",
    "removed": "warning",
    "added": "notice",
    "renamed": "notice",
    "unreadable": "error",
}
_MOST = 8  # differences that an annotation tells of
_WHOLE = 96  # characters of a text that is told whole


def diff_annotations(tree: TreeDiff) -> Iterator[str]:
    """The workflow commands, a line each."""
    for one in tree.files:
        level = _LEVELS.get(one.status)
        if level is not None:
            title = f"Cassette {status_words(one)}"
            message = "\n".join(_lines(one))
            yield annotation(level, message, file=_file(one), title=title)


def _file(one: CassetteDiff) -> str:
    """The path from the repository's root, as far as it can be told: `REV:` is left out."""
    name = one.right or one.left or one.path
    revision, colon, inside = name.partition(":")
    path = inside if colon and len(revision) > 1 else name
    whole = Path(path)
    if whole.is_absolute() and whole.is_relative_to(Path.cwd()):
        whole = whole.relative_to(Path.cwd())
    return whole.as_posix()


def _difference(one: Divergence) -> str:
    """A line. Of a long text it has the words that changed: its beginning may be the same."""
    if one.kind != "changed" or not is_prose(one):
        return in_a_line(one)
    left, right = str(one.left), str(one.right)
    if max(len(left), len(right)) <= _WHOLE:
        return in_a_line(one)
    return f"{visible(one.path)}: {plain(marked(left, right))}"


def _lines(one: CassetteDiff) -> Iterator[str]:
    if one.error is not None:
        yield visible(one.error)
        return
    found = one.differences
    yield from (_difference(each) for each in found[:_MOST])
    if len(found) > _MOST:
        yield f"and {len(found) - _MOST} more"
    for part in one.parts:
        if part.status in ("added", "removed") and one.status in ("changed", "renamed"):
            yield f"{heading_of(part)}: {part.status}"
    if not found and one.status in ("added", "removed", "renamed"):
        count = len(one.parts)
        yield f"{status_words(one)} ({count} conversations or other interactions)"
