"""A diff for a person at a terminal: who said what, and what of it changed.

Nothing of what was recorded reaches the terminal as anything but visible characters. Files that
are the same, or can't be read, are not shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple, TypeAlias

from stream_cassette.cassette.visible import visible
from stream_cassette.comparison.match import Divergence
from stream_cassette.conversation.model import Message
from stream_cassette.diffing.model import (
    CassetteDiff,
    ConversationDiff,
    InteractionDiff,
    TreeDiff,
    Turn,
)
from stream_cassette.report.diff_values import (
    counts_in_words,
    heading_of,
    in_a_line,
    is_prose,
    name_of,
    pace_in_words,
    said_by,
    status_words,
    value_in_words,
)
from stream_cassette.report.diff_words import marked

__all__ = ["Piece", "Row", "diff_rows"]

PieceStyle: TypeAlias = Literal["heading", "dim", "removed", "added"]

_SAID = 84  # characters of a line of a message
_AROUND = 1  # messages shown beside one that changed
_MOST = 40  # differences shown of a message, or beside the messages


class Piece(NamedTuple):
    """A stretch of a line; `style` None is plain."""

    text: str
    style: PieceStyle | None = None


Row: TypeAlias = tuple[Piece, ...]
"""One line, without its end."""


def diff_rows(tree: TreeDiff) -> Iterator[Row]:
    """Every file that is not the same, and if there are several files, how many are what."""
    is_tree = any(one.path not in (tree.left, tree.right) for one in tree.files)
    if is_tree and tree.status != "same":
        yield (Piece(visible(f"{tree.left} → {tree.right}"), "dim"),)
    for one in tree.files:
        if one.status not in ("same", "unreadable"):
            yield from _file(one)
    if len(tree.files) > 1 and tree.status != "same":
        yield (Piece(counts_in_words(tree), "heading"),)


def _file(one: CassetteDiff) -> Iterator[Row]:
    yield Piece(name_of(one), "heading"), Piece(f" · {status_words(one)}", "dim")
    if one.status in ("added", "removed"):  # what it says, the file itself shows
        for part in one.parts:
            yield from _titled(part)
        return
    for talk in one.conversations:
        if talk.status != "same":
            yield from _conversation(talk)
    for plain in one.interactions:
        if plain.status != "same":
            yield from _interaction(plain)


def _conversation(talk: ConversationDiff) -> Iterator[Row]:
    yield from _titled(talk)
    yield from _turns(talk.turns)
    yield from _listed([one for one in talk.differences if one.steps[0] != "messages"], "    ")
    yield from _pace(talk)


def _interaction(plain: InteractionDiff) -> Iterator[Row]:
    yield from _titled(plain)
    yield from _listed(plain.differences, "    ")
    yield from _pace(plain)


def _titled(one: ConversationDiff | InteractionDiff) -> Iterator[Row]:
    if one.status in ("added", "removed"):
        sign = "+" if one.status == "added" else "-"
        style: PieceStyle = "added" if one.status == "added" else "removed"
        yield (Piece(f"{sign} {heading_of(one)} · {one.status}", style),)
    else:
        yield (Piece(f"  {heading_of(one)}"),)


def _pace(one: ConversationDiff | InteractionDiff) -> Iterator[Row]:
    words = pace_in_words(one.pace)
    if words and one.status == "changed":
        yield (Piece(f"    {words}", "dim"),)


def _turns(turns: Sequence[Turn]) -> Iterator[Row]:
    changed = [place for place, turn in enumerate(turns) if turn.status != "same"]
    near = {n for place in changed for n in range(place - _AROUND, place + _AROUND + 1)}
    hidden = 0
    for place, turn in enumerate(turns):
        if place not in near:
            hidden += 1
            continue
        yield from _alike(hidden)
        hidden = 0
        yield from _turn(turn)
    if changed:
        yield from _alike(hidden)


def _alike(hidden: int) -> Iterator[Row]:
    if hidden:
        yield (Piece(f"    … {hidden} message{'' if hidden == 1 else 's'} alike", "dim"),)


def _turn(turn: Turn) -> Iterator[Row]:
    if turn.status == "added" and turn.right is not None:
        yield from _message(turn.right, "+", "added")
    elif turn.status == "removed" and turn.left is not None:
        yield from _message(turn.left, "-", "removed")
    elif turn.right is not None:
        yield from _message(turn.right, "≠" if turn.differences else " ", None)
        yield from _listed(turn.differences, "      ")


def _message(message: Message, sign: str, style: PieceStyle | None) -> Iterator[Row]:
    role = visible(message.role)
    for line in said_by(message, _SAID):
        yield (Piece(f"  {sign} {role:<9}  {line}", style or ("dim" if sign == " " else None)),)
        role, sign = "", " " if style is None else sign


def _listed(found: Sequence[Divergence], indent: str) -> Iterator[Row]:
    for one in found[:_MOST]:
        yield from _difference(one, indent)
    if len(found) > _MOST:
        yield (Piece(f"{indent}… and {len(found) - _MOST} more", "dim"),)


def _difference(one: Divergence, indent: str) -> Iterator[Row]:
    if one.kind != "changed":
        style: PieceStyle = "removed" if one.kind == "left_only" else "added"
        yield (Piece(f"{indent}{in_a_line(one)}", style),)
        return
    path = visible(one.path)
    if is_prose(one):
        yield Piece(f"{indent}{path}: "), *_words(marked(str(one.left), str(one.right)))
        return
    yield (
        Piece(f"{indent}{path}: "),
        Piece(value_in_words(one.left), "removed"),
        Piece(" → "),
        Piece(value_in_words(one.right), "added"),
    )


def _words(spans: Iterable[tuple[str, Literal["removed", "added"] | None]]) -> Iterator[Piece]:
    """The words of both sides; the marks around them are there without colour as well."""
    around = {"removed": ("[-", "-]"), "added": ("{+", "+}")}
    for text, mark in spans:
        if mark is None:
            yield Piece(text)
        else:
            yield Piece(f"{around[mark][0]}{text}{around[mark][1]}", mark)
