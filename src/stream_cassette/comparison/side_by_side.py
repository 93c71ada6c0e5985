"""Two conversations beside each other as plain text: where they differ, and what is around it."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from rich.cells import cell_len, chop_cells, set_cell_size

from stream_cassette.comparison.align import Pair
from stream_cassette.comparison.ignore import MatchLevel
from stream_cassette.comparison.json_diff import Step
from stream_cassette.comparison.match import Divergence, pairs_of
from stream_cassette.comparison.view import turns_of, view_of
from stream_cassette.conversation.model import Conversation, Message
from stream_cassette.conversation.words import in_words

__all__ = ["side_by_side"]

_WIDTH = 100  # columns
_COLUMN = (_WIDTH - 7) // 2  # the mark and the number take four, the gap between three
_ROLE = 10  # of them for the role
_WORDS = _COLUMN - _ROLE
_ROWS = 60  # lines at most
_ROWS_OF_ONE = 1  # lines for a part; more where something differs
_ROWS_OF_DIFFERING = 3
_AROUND = 2  # messages shown before and after one that differs


def side_by_side(
    left: Conversation,
    right: Conversation,
    names: tuple[str, str],
    found: Sequence[Divergence],
    *,
    level: MatchLevel,
    clean: Callable[[str], str],
) -> list[str]:
    """Lines of at most 100 columns, and at most 60 of them.

    `≠` marks messages in which something was found, `<` and `>` those that only one side has.
    `clean` makes a text safe to show on one line.
    """
    turns = turns_of(left, level), turns_of(right, level)
    views = view_of(left, level)["messages"], view_of(right, level)["messages"]
    pairs = list(pairs_of(*views))
    marks = [_mark(pair, found) for pair in pairs]
    shown = _shown(marks)
    lines = list(islice(_lines(pairs, marks, shown, turns, clean), _ROWS))
    head = _row(" ", None, *(clean(name) for name in names))
    return [head, *lines, *(["…"] if len(lines) == _ROWS else [])]


def _mark(pair: Pair, found: Sequence[Divergence]) -> str:
    one, other = pair
    if one is None or other is None:
        return "<" if other is None else ">"
    return "≠" if any(_is_in(each.steps, one) for each in found) else " "


def _is_in(steps: tuple[Step, ...], message: int) -> bool:
    return len(steps) > 2 and steps[0] == "messages" and steps[1] == message


def _shown(marks: Sequence[str]) -> list[bool]:
    """Which pairs are shown: those that differ, and some around them; all where none does."""
    differing = [place for place, mark in enumerate(marks) if mark != " "]
    if not differing:
        return [True] * len(marks)
    near = {n for place in differing for n in range(place - _AROUND, place + _AROUND + 1)}
    return [place in near for place in range(len(marks))]


def _lines(
    pairs: Sequence[Pair],
    marks: Sequence[str],
    shown: Sequence[bool],
    turns: tuple[Sequence[Message], Sequence[Message]],
    clean: Callable[[str], str],
) -> Iterator[str]:
    hidden = 0
    for pair, mark, is_shown in zip(pairs, marks, shown, strict=True):
        if not is_shown:
            hidden += 1
            continue
        yield from _gap(hidden)
        hidden = 0
        yield from _message(pair, mark, turns, clean)
    yield from _gap(hidden)


def _gap(hidden: int) -> Iterator[str]:
    if hidden:
        yield f"    … {hidden} message{'s' if hidden > 1 else ''} alike"


def _message(
    pair: Pair,
    mark: str,
    turns: tuple[Sequence[Message], Sequence[Message]],
    clean: Callable[[str], str],
) -> Iterator[str]:
    rows = _ROWS_OF_ONE if mark == " " else _ROWS_OF_DIFFERING
    sides = [
        [] if place is None else _said(side[place], rows, clean)
        for place, side in zip(pair, turns, strict=True)
    ]
    number = pair[0] if pair[0] is not None else pair[1]
    for row in range(max(map(len, sides))):
        one, other = (side[row] if row < len(side) else "" for side in sides)
        yield _row(mark, number if row == 0 else None, one, other)


def _said(message: Message, rows: int, clean: Callable[[str], str]) -> list[str]:
    """Some lines for each part, the role before the first; why it ended at the end."""
    said: list[str] = []
    for part in message.parts:
        said += _wrapped(clean(in_words(part, rows * _WORDS)), rows)
    if message.finish_reason is not None:
        said.append(f"({message.finish_reason.unified})")
    roles = [message.role, *[""] * len(said)]
    return [
        f"{role:<{_ROLE}}{text}" for role, text in zip(roles, said or ["nothing"], strict=False)
    ]


def _wrapped(text: str, rows: int) -> list[str]:
    """The text cut into at most `rows` lines of a column's width, wide characters counted twice."""
    words = textwrap.wrap(text, _WORDS) or [""]
    lines = [piece for line in words for piece in chop_cells(line, _WORDS)]
    return lines if len(lines) <= rows else [*lines[: rows - 1], lines[rows - 1][:-1] + "…"]


def _row(mark: str, number: int | None, left: str, right: str) -> str:
    place = "" if number is None else str(number)
    return f"{mark}{place:>2} {_fit(left)} | {_fit(right)}".rstrip()


def _fit(text: str) -> str:
    """The text in as many columns as a side has; wide characters take two."""
    if cell_len(text) > _COLUMN:
        return set_cell_size(text, _COLUMN - 1) + "…"
    return set_cell_size(text, _COLUMN)
