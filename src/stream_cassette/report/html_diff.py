"""What changed between cassettes as a page shows it: messages beside each other, values marked."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import NamedTuple

from stream_cassette.cassette.visible import visible
from stream_cassette.comparison.match import Divergence
from stream_cassette.conversation.parts import JSON
from stream_cassette.diffing.model import (
    CassetteDiff,
    ConversationDiff,
    InteractionDiff,
    TreeDiff,
    Turn,
)
from stream_cassette.report.diff_values import pace_in_words
from stream_cassette.report.html_parts import MessageView, message_view
from stream_cassette.report.html_text import clip

__all__ = ["ChangeView", "DiffView", "FileDiffView", "Piece", "SectionView", "diff_view"]

_FILES = 1_000
_CHANGES = 100  # of one conversation or interaction
_VALUE = 4_000  # characters of one value
_WORDS = 1_500  # of a text whose changed words are marked
_CUT = re.compile(r"\s+|\w+|[^\w\s]")


class Piece(NamedTuple):
    """A stretch of a value; `is_changed` where the other side has something else."""

    text: str
    is_changed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeView:
    """One difference: its path, and both values in pieces; None where a side has none."""

    path: str
    left: tuple[Piece, ...] | None
    right: tuple[Piece, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnDiffView:
    """A message of both sides, or of one; `status` is that of the diff."""

    status: str
    left: MessageView | None
    right: MessageView | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionView:
    """A conversation or an interaction: its changes, and its messages beside each other."""

    status: str
    title: str
    changes: tuple[ChangeView, ...]
    left_changes: int
    turns: tuple[TurnDiffView, ...]
    pace: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileDiffView:
    """One file, or two that are the same one under two names."""

    status: str
    path: str
    names: str
    sections: tuple[SectionView, ...]
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffView:
    """A tree: what was compared, how many files of each status, those that changed."""

    title: str
    level: str
    counts: tuple[tuple[str, int], ...]
    files: tuple[FileDiffView, ...]
    left: int


def diff_view(diff: TreeDiff, limit: int) -> DiffView:
    """The diff; files that are the same are only counted. `limit` is for the text of a part."""
    counts: dict[str, int] = {}
    for one in diff.files:
        counts[one.status] = counts.get(one.status, 0) + 1
    changed = [one for one in diff.files if one.status != "same"]
    return DiffView(
        title=f"{visible(diff.left)} → {visible(diff.right)}",
        level=diff.level,
        counts=tuple(counts.items()),
        files=tuple(_file(one, limit) for one in changed[:_FILES]),
        left=max(0, len(changed) - _FILES),
    )


def _file(one: CassetteDiff, limit: int) -> FileDiffView:
    names = [visible(name) for name in (one.left, one.right) if name is not None]
    sections = [_conversation(each, limit) for each in one.conversations if each.status != "same"]
    sections += [_interaction(each) for each in one.interactions if each.status != "same"]
    return FileDiffView(
        status=one.status,
        path=visible(one.path),
        names=" → ".join(dict.fromkeys(names)),
        sections=tuple(sections),
        error=visible(one.error or ""),
    )


def _conversation(one: ConversationDiff, limit: int) -> SectionView:
    number = one.left if one.left is not None else one.right
    title = visible(one.title)
    return SectionView(
        status=one.status,
        title=f"Conversation {number}{': ' if title else ''}{title}",
        changes=tuple(map(_change, one.differences[:_CHANGES])),
        left_changes=max(0, len(one.differences) - _CHANGES),
        turns=tuple(_turn(turn, limit) for turn in one.turns),
        pace=pace_in_words(one.pace),
    )


def _interaction(one: InteractionDiff) -> SectionView:
    number = one.left if one.left is not None else one.right
    return SectionView(
        status=one.status,
        title=f"Interaction {number}: {visible(one.method)} {clip(one.url, 300).text}",
        changes=tuple(map(_change, one.differences[:_CHANGES])),
        left_changes=max(0, len(one.differences) - _CHANGES),
        turns=(),
        pace=pace_in_words(one.pace),
    )


def _turn(turn: Turn, limit: int) -> TurnDiffView:
    sides = [None if one is None else message_view(one, limit) for one in (turn.left, turn.right)]
    return TurnDiffView(status=turn.status, left=sides[0], right=sides[1])


def _change(one: Divergence) -> ChangeView:
    left, right = _text(one.left), _text(one.right)
    if one.kind == "left_only":
        return ChangeView(path=visible(one.path), left=(Piece(left, True),), right=None)
    if one.kind == "right_only":
        return ChangeView(path=visible(one.path), left=None, right=(Piece(right, True),))
    ours, theirs = _marked(left, right)
    return ChangeView(path=visible(one.path), left=ours, right=theirs)


def _text(value: JSON) -> str:
    said = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2)
    shown = clip(said, _VALUE)
    return shown.text + (f"… {shown.left:,} more characters" if shown.left else "")


def _marked(left: str, right: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Both texts in pieces, the words that only one has marked; long ones are marked whole."""
    words, others = _CUT.findall(left), _CUT.findall(right)
    if max(len(words), len(others)) > _WORDS:
        return (Piece(left, True),), (Piece(right, True),)
    matched = SequenceMatcher(None, words, others, autojunk=False).get_opcodes()
    ours = (Piece("".join(words[a:b]), tag != "equal") for tag, a, b, _, _ in matched)
    theirs = (Piece("".join(others[a:b]), tag != "equal") for tag, _, _, a, b in matched)
    return _filled(ours), _filled(theirs)


def _filled(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    return tuple(piece for piece in pieces if piece.text)
